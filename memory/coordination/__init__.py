"""What processes share beside conversations: which executions lie idle, rate limits, logged-out tokens."""
