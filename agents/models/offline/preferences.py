"""What the customer prefers, read from the session's facts, as far as this shop can go by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from agents.learning.preferences import DROPPED
from agents.models.offline.slots import amounts_cents
from agents.models.offline.wording import money

_BUDGETS: Final = ("budget", "budget_max_cents", "budget_max", "max_budget")
_YES: Final = re.compile(r"\b(?:required?|yes|true|only|wanted|must|always|on)\b", re.I)
_NO: Final = re.compile(r"\b(?:avoid|no|not|never|false|without|hate\w*|off|wired)\b", re.I)
_TOLD: Final = {
    "name": "I call you {value}",
    "delivery": "{value} delivery",
    "delivery_note": "parcels are left {value}",
    "invoice_format": "invoices as {value}",
    "contact_channel": "contact by {value}",
    "language": "you prefer {value}",
    "brand": "the brand {value}",
    "avoid_brand": "nothing by {value}",
}
_EITHER_WAY: Final = {
    "noise_cancelling": ("only noise cancelling", "no noise cancelling"),
    "wireless": ("wireless things", "wired things"),
    "newsletter": ("the newsletter", "no newsletter"),
}


class Wishes(NamedTuple):
    """Wishes that advice and orders go by; None or '' where the customer has said nothing."""

    name: str = ""
    budget_cents: int | None = None
    noise_cancelling: bool | None = None
    wireless: bool | None = None
    brand: str = ""
    avoid_brand: str = ""
    delivery: str = ""
    light: bool = False


def wishes_of(preferences: Mapping[str, str]) -> Wishes:
    """The wishes that hold; of two under kindred names the later one counts."""
    held = {key: value.strip() for key, value in preferences.items() if value.strip().lower() != DROPPED}
    budgets = [cents for key, value in held.items() if key in _BUDGETS and (cents := _cents(key, value))]
    delivery = held.get("delivery", "").lower()
    return Wishes(
        name=held.get("name", ""),
        budget_cents=budgets[-1] if budgets else None,
        noise_cancelling=_wanted(held.get("noise_cancelling", "")),
        wireless=_wanted(held.get("wireless", "")),
        brand=held.get("brand", ""),
        avoid_brand=held.get("avoid_brand", ""),
        delivery=next((way for way in ("express", "standard") if way in delivery and not _NO.search(delivery)), ""),
        light=held.get("weight", "").lower() == "light",
    )


def told(key: str, value: str) -> str:
    """A wish as it is said back: ("budget_max_cents", "15000") -> "a budget of 150.00"."""
    if key in _BUDGETS and (cents := _cents(key, value)):
        return f"a budget of {money(cents)}"
    if key.startswith(("note", "wish")):
        return f"“{value}”"
    wanted = _wanted(value)
    if key in _EITHER_WAY and wanted is not None:
        return _EITHER_WAY[key][0 if wanted else 1]
    return _TOLD.get(key, f"{key.replace('_', ' ')}: {{value}}").format(value=value)


def _cents(key: str, value: str) -> int | None:
    if key.endswith("_cents") and value.isdigit():
        return int(value)
    return next(iter(amounts_cents(value)), None)


def _wanted(value: str) -> bool | None:
    if _NO.search(value):
        return False
    return True if _YES.search(value) else None
