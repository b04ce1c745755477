"""Shorter forms of what an agent has seen before: deterministic, valid JSON, and each says that it is shortened.

Ids, amounts and dates stay. Grounding reads the window, not the prompt: what is shortened here is still known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from handoffs.model import Part
from handoffs.parts import Count, wired

LONG_CHARS = 400  # what is shorter is left as it is
WORDS_CHARS_MOST = 600  # of an old message
FIELD_CHARS_MOST = 120
ENTRIES_MOST = 20
CUTS_MOST = 12
NOTICE = "shortened to make room; call the tool again to see all of it"
_FACTS = ("id", "_id", "number", "status", "_cents", "amount", "total", "price", "date", "_on", "_at", "_by", "_until")


def condensed(content: str) -> str:
    """A tool's answer without details: of the entries of lists only facts, of long texts only the ends."""
    if len(content) < LONG_CHARS:
        return content
    try:
        parsed: object = json.loads(content)
    except json.JSONDecodeError:
        return shortened(content, LONG_CHARS)
    small = _condensed(parsed)
    body = {
        "condensed": NOTICE,
        **(cast("dict[str, object]", small) if isinstance(small, dict) else {"content": small}),
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) < len(content) else content


def shortened(text: str, most_chars: int) -> str:
    """The beginning and the end of a text, with a mark between them; never longer than it was."""
    gone = len(text) - most_chars
    mark = f" [… {gone} characters left out …] "
    if gone <= len(mark):
        return text
    head = most_chars * 2 // 3
    return f"{text[:head]}{mark}{text[len(text) - (most_chars - head) :]}"


@lru_cache(maxsize=256)
def cut_to(parts: tuple[Part, ...], most_tokens: int, count: Count) -> tuple[Part, ...]:
    """The last resort: contents of messages cut until all fit, or to as little as can be; calls keep their results, and
    JSON stays JSON."""
    share = most_tokens / sum(count(part.raw) for part in parts)
    cut = parts
    for _ in range(CUTS_MOST):
        if sum(count(part.raw) for part in cut) <= most_tokens:
            break
        share *= 0.8
        cut = tuple(_cut_part(part, share) for part in parts)
    return cut


def _condensed(value: object) -> object:
    if isinstance(value, dict):
        fields = cast("Mapping[str, object]", value).items()
        return {name: _condensed(inner) for name, inner in fields if inner is not None and inner not in ("", [], {})}
    if isinstance(value, list):
        entries = cast("list[object]", value)
        more = [{"and_more": len(entries) - ENTRIES_MOST}] if len(entries) > ENTRIES_MOST else []
        return [*(_entry(entry) for entry in entries[:ENTRIES_MOST]), *more]
    return shortened(value, FIELD_CHARS_MOST) if isinstance(value, str) else value


def _entry(entry: object) -> object:
    """What a list's entry begins with, and its ids, amounts, dates and states."""
    if not isinstance(entry, dict):
        return _condensed(entry)
    fields = cast("Mapping[str, object]", entry)
    facts = {name for name, inner in fields.items() if inner is not None and name.endswith(_FACTS)}
    kept = facts | set(list(fields)[:1]) | {name for name, inner in fields.items() if inner and isinstance(inner, list)}
    return {name: _condensed(inner) for name, inner in fields.items() if name in kept}


def _cut_part(part: Part, share: float) -> Part:
    body: dict[str, object] = json.loads(part.raw)
    content = body["content"]
    if not isinstance(content, str):
        return part
    most_chars = int(len(content) * share)
    cut = shortened(content, most_chars)
    if cut != content and content.startswith(("{", "[")):
        cut = json.dumps({"condensed": NOTICE, "beginning": content[:most_chars]}, ensure_ascii=False)
    return wired({**body, "content": min(cut, content, key=len)})
