"""Working memory: what of a conversation fits into a model's window."""
