"""Session memory: a conversation's journal in Redis, read and followed from the same records that a commit wrote."""
