"""What an article of a demo catalogue is."""

from __future__ import annotations

from dataclasses import dataclass

from agents.shop.results.sales import Category


@dataclass(frozen=True, slots=True)
class Item:
    """One article; what is None is not listed.

    *Units*: ``battery`` hours, ``weight`` grams, ``warranty`` months. ``quiet`` means noise cancelling.
    """

    name: str
    category: Category
    price_cents: int
    description: str
    battery: int | None = None
    quiet: bool | None = None
    weight: int | None = None
    warranty: int = 24
    inches: float | None = None
    ports: str | None = None
