"""What a request for advice looks for: what was said now, and what the customer prefers where they said nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from agents.models.offline.patterns import any_of
from agents.models.offline.preferences import Wishes
from agents.models.offline.slots import price_limit_cents
from agents.models.offline.wording import money
from agents.shop.results.sales import ProductRow

NOISE = any_of(
    r"\bnoise[- ]?cancel\w*|\banc\b",
    r"\b(?:block|shut|drown|keep|cancel|filter)\w* (?:out )?(?:all )?(?:the |my |any )?(?:\w+ )?(?:noise|sounds?)\b",
    r"\b(?:loud|noisy) (?:train|plane|office|commute|bus|flight)\b",
)
_NO_NOISE = any_of(
    r"\b(?:no|without|not|n't|hate|avoid|don'?t (?:want|like)) (?:\w+ ){0,3}(?:noise[- ]?cancel\w*|anc)",
)
_WIRELESS = any_of(r"\b(?:wireless|bluetooth|cordless|cable[- ]free)\b")
_WIRED = any_of(r"\b(?:wired|with (?:a )?(?:cable|cord|wire))\b")
_MAY_BE_WIRELESS = ("headphones", "mouse", "keyboard", "speaker", "microphone")
_NOISY = ("headphones",)  # the only kind of which the catalogue lists noise cancelling


class Sought(NamedTuple):
    """What is looked for. ``kept`` are the wishes that come from before; the rest was said now."""

    category: str | None
    limit: int | None
    noise: bool | None
    wireless: bool | None
    brand: str
    avoid_brand: str
    kept: frozenset[str]

    @classmethod
    def of(cls, text: str, category: str | None, wishes: Wishes) -> Sought:
        """What was said counts before what is preferred."""
        limit, noise, wireless = price_limit_cents(text), _noise_in(text), _wireless_in(text)
        kind_fits = category is None or category in _NOISY
        kept = {
            "limit": limit is None and wishes.budget_cents,
            "noise": noise is None and kind_fits and wishes.noise_cancelling is not None,
            "wireless": wireless is None and wishes.wireless is not None and category in (None, *_MAY_BE_WIRELESS),
            "brand": wishes.brand,
        }
        return cls(
            category=category,
            limit=limit or wishes.budget_cents,
            noise=wishes.noise_cancelling if kept["noise"] else noise,
            wireless=wishes.wireless if kept["wireless"] else wireless,
            brand=wishes.brand,
            avoid_brand=wishes.avoid_brand,
            kept=frozenset(name for name, holds in kept.items() if holds),
        )

    @property
    def remembered(self) -> str:
        """The preferences that narrow the search, in words: "within your budget of 150.00"."""
        return ", ".join(self._parts(self.kept - {"brand"}))

    def told(self) -> str:
        """All that was looked for, in brackets behind the answer."""
        parts = [self.category or "", *self._parts(frozenset({"limit", "noise", "wireless"}))]
        said = ", ".join(part for part in parts if part)
        return f" ({said})" if said else ""

    def _parts(self, names: frozenset[str]) -> list[str]:
        limit = f"{'within your budget of' if 'limit' in self.kept else 'up to'} {money(self.limit or 0)}"
        noise = f"{'with' if self.noise else 'without'} noise cancelling{self._as_kept('noise')}"
        wireless = f"{'wireless' if self.wireless else 'wired'}{self._as_kept('wireless')}"
        told = (("limit", self.limit, limit), ("noise", self.noise, noise), ("wireless", self.wireless, wireless))
        return [words for name, value, words in told if value is not None and name in names]

    def _as_kept(self, name: str) -> str:
        return " as you prefer" if name in self.kept else ""


def fitting(rows: Sequence[ProductRow], sought: Sought) -> list[ProductRow]:
    """The rows that fit what the search itself cannot ask for."""
    return [
        row
        for row in rows
        if (sought.limit is None or row.price_cents <= sought.limit)
        and (sought.noise is None or row.noise_cancelling in (None, sought.noise))
        and (sought.wireless is None or _is_wireless(row) in (None, sought.wireless))
        and not (sought.avoid_brand and _is_of(row, sought.avoid_brand))
    ]


def brand_first(rows: Sequence[ProductRow], sought: Sought) -> list[ProductRow]:
    """The rows of the brand that is liked before the others; a brand is a wish, so none is left out."""
    return sorted(rows, key=lambda row: not _is_of(row, sought.brand)) if sought.brand else list(rows)


def _is_wireless(row: ProductRow) -> bool | None:
    """Whether a product works without a cable, None where that makes no difference."""
    if row.category not in _MAY_BE_WIRELESS:
        return None
    return bool(re.search(r"\bwireless\b", row.description, re.I) or row.battery_hours)


def _is_of(row: ProductRow, brand: str) -> bool:
    return bool(re.search(rf"\b{re.escape(brand)}\b", f"{row.product} {row.description}", re.I))


def _noise_in(text: str) -> bool | None:
    return False if _NO_NOISE.search(text) else True if NOISE.search(text) else None


def _wireless_in(text: str) -> bool | None:
    return True if _WIRELESS.search(text) else False if _WIRED.search(text) else None
