"""The agents' tools, one file per topic: typed functions that are thin over the shop. Docstrings are prompts."""
