"""Advice: the products that fit a wish and what the customer prefers, best first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.models.offline import wording
from agents.models.offline.flows.sought import NOISE, Sought, brand_first, fitting
from agents.models.offline.patterns import any_of
from agents.models.offline.preferences import Wishes, wishes_of
from agents.models.offline.resolve import product_thing
from agents.models.offline.slots import category_in, price_limit_cents, words
from agents.models.offline.state import Task
from agents.models.offline.talk import Ended, Talk
from agents.shop.results.sales import ProductList, ProductRow

_SHOWN_MOST = 5
BATTERY = r"\b(?:batter(?:y|ies)|hours?|longest|lasts?|charge|runtime|endurance)\b"
DEAR = r"\b(?:most expensive|dearest|priciest|(?:more|most) (?:premium|expensive))\b"
CHEAP = r"\b(?:cheap(?:est|er)?|lowest|least expensive|affordable|budget)\b"
LIGHT = r"\b(?:light(?:est|er)|weigh\w*)\b"
_BATTERY, _CHEAP, _LIGHT = any_of(BATTERY), any_of(CHEAP), any_of(LIGHT)
_DEAR = any_of(r"\b(?:most expensive|best|top|premium|high[- ]end|priciest)\b")


def advise(talk: Talk, task: Task) -> str:
    """The products that fit the wish and the preferences, best first."""
    text = task.text
    wishes = wishes_of(talk.facts.preferences)
    category = category_in(text) or _category_before(talk, text) or ("headphones" if NOISE.search(text) else None)
    sought = Sought.of(text, category, wishes)
    if category is None and sought.noise is None and price_limit_cents(text) is None:
        return _by_words(talk, text, sought)
    sort = "battery" if _BATTERY.search(text) else "price" if _CHEAP.search(text) else "relevance"
    rows, lead = _searched(talk, sought, sort), ""
    if not rows and sought.remembered:
        lead = f"I have nothing like that {sought.remembered}; leaving that aside, there is this. "
        sought, sort = Sought.of(text, category, Wishes()), "price"
        rows = _searched(talk, sought, sort)
    if not rows:
        return f"I have nothing like that{sought.told()}. Shall I look without one of these wishes?"
    rows = brand_first(_ranked(rows, text, sort, light=wishes.light), sought)
    if _size(text):
        rows = [row for row in rows if row.screen_inches and round(row.screen_inches) == _size(text)] or rows
    return lead + _listed(talk, rows[:_SHOWN_MOST], sought.told(), sort)


def _searched(talk: Talk, sought: Sought, sort: str) -> list[ProductRow]:
    found = talk.must(
        ProductList,
        "search_products",
        category=sought.category,
        max_price_cents=sought.limit,
        noise_cancelling=sought.noise,
        sort=sort,
        limit=10,
    )
    return fitting(found.products, sought)


def _query(text: str) -> str:
    return " ".join(words(text))[:100].strip()


def _category_before(talk: Talk, text: str) -> str | None:
    """The kind that was spoken of before, where the request goes on from there."""
    shown = next((thing for thing in talk.state.shown if thing.kind == "product"), None)
    return (
        category_in(shown.words)
        if shown and talk.state.matter in ("find_product", "product_detail", "compare_products")
        else None
    )


def _size(text: str) -> int | None:
    match = re.search(r"\b(\d{2})[ -]?(?:inch|\")", text, re.I)
    return int(match[1]) if match else None


def _ranked(rows: Sequence[ProductRow], text: str, sort: str, *, light: bool) -> list[ProductRow]:
    """Catalogue order, but what is in stock before what is not, and by weight or price where that was asked."""
    if _LIGHT.search(text) or (light and sort == "relevance"):
        return sorted(rows, key=lambda row: row.weight_g or 10**6)
    if sort == "relevance" and _DEAR.search(text):
        return sorted(rows, key=lambda row: (not row.in_stock, -row.price_cents))
    if sort == "relevance":
        return sorted(rows, key=lambda row: (not row.in_stock, -(row.battery_hours or 0)))
    return list(rows)


def _listed(talk: Talk, rows: Sequence[ProductRow], wishes: str, sort: str) -> str:
    talk.show(*[product_thing(row) for row in rows])
    talk.state = talk.state.having(focus=product_thing(rows[0]))
    best = rows[0]
    if len(rows) == 1:
        return f"That would be the {wording.product_line(best)}{wishes}. {best.description}"
    if sort == "battery" and best.battery_hours:
        lead = (
            f"The **{best.product}** has the longest battery life: {best.battery_hours} hours, for "
            f"{wording.money(best.price_cents)}."
        )
    elif sort == "price":
        lead = f"The cheapest is the **{best.product}** for {wording.money(best.price_cents)}."
    else:
        lead = (
            f"I would start with the **{best.product}** ({wording.money(best.price_cents)}): "
            f"{best.description[:1].lower()}{best.description[1:]}"
        )
    return f"{lead} These fit{wishes}:\n\n{wording.bullets([wording.product_line(row) for row in rows])}"


def _by_words(talk: Talk, text: str, sought: Sought) -> str:
    query = _query(text)
    found = talk.must(ProductList, "search_products", query=query, limit=_SHOWN_MOST).products if query else []
    close = [row for row in found if set(words(text)) & set(words(f"{row.product} {row.category} {row.description}"))]
    if not close:
        raise Ended(
            "What are you looking for? We have headphones, speakers, mice, keyboards, laptops, tablets, "
            "monitors and what belongs to them."
        )
    kept = fitting(close, sought)
    if not kept:
        return f"I have nothing like that{sought.told()}. " + _listed(talk, close, "", "relevance")
    return _listed(talk, kept, sought.told(), "relevance")
