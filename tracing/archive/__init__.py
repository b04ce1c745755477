"""What is kept for years, in SQL: the audit and the traces."""
