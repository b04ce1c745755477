"""What Baton remembers: working (one prompt), session (Redis) and long-term memory. Knows nothing of agents."""
