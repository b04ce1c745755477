"""What happened, told from the logs: one trace joined, shown, exported, and every prompt rebuilt word for word."""
