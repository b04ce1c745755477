"""The swarm runtime: events, state, decide, and the loop that runs them. Start reading at ``loop.py``."""
