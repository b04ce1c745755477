"""Counting tokens without a vocabulary: an estimate by measured bytes per token, said to be one."""

from __future__ import annotations

BYTES_PER_TOKEN = 3.9  # chat JSON in English under byte-pair vocabularies of 100k-200k entries; errs on the high side


def estimate(raw: bytes) -> int:
    """Estimated tokens of UTF-8 text. *Units*: tokens, at least 1."""
    return int(len(raw) / BYTES_PER_TOKEN) + 1
