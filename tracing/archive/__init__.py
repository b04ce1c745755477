"""What is kept for years, in SQL: the audit; the traces follow."""
