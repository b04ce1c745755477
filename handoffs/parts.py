"""Chat messages as wire-ready parts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache

from handoffs.model import Part

Count = Callable[[bytes], int]  # tokens of wire text


@lru_cache(maxsize=4096)
def message(role: str, content: str, name: str = "") -> Part:
    """One chat message as a part."""
    body: dict[str, object] = {"role": role, "content": content}
    return wired({**body, "name": name} if name else body)


def wired(body: Mapping[str, object]) -> Part:
    """One chat message of any shape as a part."""
    return Part.of(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
