"""A tool's result as a few lines a customer can read: no raw JSON, no internal names, no secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
LINES_MOST = 8
CHARS_MOST = 900
_HIDDEN = ("key", "token", "password", "secret", "suggested_action", "code", "slug", "body", "description")
_NAMES = {"id": "number", "days_since_scan": "days without a scan"}


def readable(content: str) -> str:
    """A Markdown list of what the result says; empty where there is nothing to show."""
    try:
        found: Json = json.loads(content)
    except ValueError:
        return ""
    if isinstance(found, dict) and isinstance(problem := next(iter(found.values()), None), dict):
        message = problem.get("message") or problem.get("sentence")
        if isinstance(message, str):
            return _short(message)
    lines = list(_lines(found))
    more = ["- …"] if len(lines) > LINES_MOST else []
    return _short("\n".join([*lines[:LINES_MOST], *more]))


def money(cents: int) -> str:
    """59.00 for 5900, 1,299.00 for 129900."""
    return f"{cents / 100:,.2f}"


def _lines(found: Json) -> Iterator[str]:
    if isinstance(found, list):
        for row in found:
            if text := _row(row):
                yield f"- {text}"
        return
    if not isinstance(found, dict):
        return
    for name, value in found.items():
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            yield from _lines(value)
        elif (text := _value(name, value)) and not _is_hidden(name):
            yield f"- {_label(name)}: {text}"


def _row(row: Json) -> str:
    """One entry of a list on one line: the values that mean something by themselves."""
    if not isinstance(row, dict):
        return _value("", row)
    parts: list[str] = []
    for name, value in row.items():
        if _is_hidden(name) or isinstance(value, bool):
            continue
        if isinstance(value, list):
            parts.extend(filter(None, map(_row, value)))
        elif text := _value(name, value):
            plain = isinstance(value, str) or name.endswith("_cents")
            parts.append(text if plain and not _date(value) else f"{_label(name)} {text}")
    return ", ".join(parts[:6])


def _value(name: str, value: Json) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name.endswith("_cents"):
        return money(value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value).replace("_", " ") if name in ("status", "reason") else _date(value) or str(value)


def _label(name: str) -> str:
    bare = name.removesuffix("_cents")
    bare = _NAMES.get(bare, bare.removesuffix("_id").removesuffix("_on"))
    return bare.replace("_", " ")


def _is_hidden(name: str) -> bool:
    return name.endswith(_HIDDEN) or name.startswith(("can_", "payment_id"))


def _date(value: Json) -> str:
    """16 Nov 2026 for 2026-11-16; '' for what is no date."""
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return ""
    return f"{day.day} {day:%b %Y}"


def _short(text: str) -> str:
    return text if len(text) <= CHARS_MOST else text[: CHARS_MOST - 1] + "…"
