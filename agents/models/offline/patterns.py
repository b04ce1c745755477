"""Regular expressions as lists of alternatives, one to a line, read without case."""

from __future__ import annotations

import re


def any_of(*alternatives: str) -> re.Pattern[str]:
    """Any of the alternatives, whatever the case."""
    return re.compile("|".join(alternatives), re.IGNORECASE)


def one_of(*alternatives: str) -> str:
    """The alternatives as one group, to build larger patterns from."""
    return f"(?:{'|'.join(alternatives)})"
