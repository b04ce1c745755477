"""Counting with a model's own vocabulary: the ``tokenizer.json`` that most open models ship beside their weights."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer

from memory.errors import StoreMismatch


class Vocabulary:
    """Exact counts of wire text. What the endpoint makes of it (its chat template) differs by a few tokens a message.

    *Raises*: StoreMismatch when the file is missing or no tokenizer.
    """

    def __init__(self, path: Path) -> None:
        advice = "name a tokenizer.json, or name none to estimate"
        if not path.is_file():
            raise StoreMismatch(f"there is no tokenizer at {str(path)!r}: {advice}")
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises nothing more precise
            raise StoreMismatch(f"{str(path)!r} is no tokenizer ({error}): {advice}") from None
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._name = f"counted by {path.parent.name}/{path.name}"

        @lru_cache(maxsize=8192)  # a part stays in the prompt for many turns
        def counted(raw: bytes) -> int:
            return len(tokenizer.encode(raw.decode(errors="replace"), add_special_tokens=False).ids)

        self._counted = counted

    @property
    def name(self) -> str:
        """How it counts."""
        return self._name

    def count(self, raw: bytes) -> int:
        """Tokens of UTF-8 text."""
        return self._counted(raw)

    def forget_texts(self) -> None:
        """Keep no text that was counted."""
        self._counted.cache_clear()
