"""Questions on products: find, describe, compare, with delivery, and "which of those"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from agents.models.offline import wording
from agents.models.offline.flows import advice, catalogue
from agents.models.offline.patterns import any_of
from agents.models.offline.resolve import product_thing, products_meant, products_named
from agents.models.offline.slots import category_in, words
from agents.models.offline.state import Task
from agents.models.offline.talk import Ended, Talk
from agents.shop.results.sales import DeliveryOptions, ProductList, ProductRow

_COMPARED_MOST = 4
_HEAVY = 10**6
_SELLS = any_of(r"\b(?:do you|you) (?:have|sell|stock|carry)\b", r"\bgot (?:a|any)\b")
_DELIVERED = any_of(r"\b(?:express|shipping|delivery|delivered|next[- ]day|standard)\b")
_OF_THOSE = any_of(
    r"\bof (?:those|them|these|both|the two)\b",
    r"\bwhich (?:one|of|is|has|lasts|runs|costs|weighs)\b",
    r"\bthe one with\b",
    r"\b(?:longer|cheaper|lighter|more expensive)(?: one)?\b",
    r"^\W*(?:and|so|ok|then|what about|which is)?\W*(?:the )?"
    r"(?:cheapest|priciest|lightest|dearest|most expensive|longest)\b",
)


def find(talk: Talk, task: Task) -> str:
    """A product that is named is described; a wish gets advice."""
    talk.stay_with("search_products")
    if among := among_shown(talk, task):
        return among
    query = " ".join(words(task.text))[:100]
    rows = talk.must(ProductList, "search_products", query=query, limit=10).products if query else []
    return describe(talk, task) if products_named(task.text, rows) else advice.advise(talk, task)


def describe(talk: Talk, task: Task) -> str:
    """Answer a question on a product from its catalogue fields, or say that it is not listed."""
    talk.stay_with("get_product")
    if among := among_shown(talk, task):
        return among
    shown = products_meant(talk, task.text)[:_COMPARED_MOST]
    listed = [thing.id for thing in talk.state.listed("product")][:_COMPARED_MOST]
    if not shown and len(listed) > 1 and catalogue.asks_for_a_field(task.text):
        rows = talk.must(ProductList, "compare_products", products=listed).products
        return " ".join(catalogue.answer(row, task.text) for row in rows)
    if not shown:
        return _which(talk, task)
    talk.show(*[product_thing(row) for row in shown])
    if _DELIVERED.search(task.text):
        return with_delivery(talk, shown[0], task.text)
    asked = _without_names(task.text, shown)
    sold = "Yes, we have it. " if _SELLS.search(task.text) and not catalogue.asks_for_a_field(asked) else ""
    return sold + " ".join(catalogue.answer(row, asked) for row in shown)


def _without_names(text: str, rows: Sequence[ProductRow]) -> str:
    """The text without the products' names, so that "USB-C hub" does not ask for ports."""
    names = {word for row in rows for word in words(row.product)}
    kept = [word for word in text.split() if not words(word) or not set(words(word)) <= names]
    return " ".join(kept)


def _which(talk: Talk, task: Task) -> str:
    if category_in(task.text):
        return advice.advise(talk, task)
    raise Ended("Which product do you mean? Tell me its name, or what kind of thing you are looking for.")


def with_delivery(talk: Talk, row: ProductRow, text: str, count: int = 1) -> str:
    """The price of so many pieces of a product together with their delivery."""
    talk.show(product_thing(row))
    found = talk.must(DeliveryOptions, "delivery_options", product=row.product, quantity=count)
    goods = count * row.price_cents
    named = [option for option in found.options if option.name in text.lower().replace("next day", "express")]
    lines = [
        f"{option.name}: {wording.money(goods)} + {wording.money(option.price_cents)} = "
        f"**{wording.money(goods + option.price_cents)}**"
        for option in named or found.options
    ]
    pieces = f"{count} x " if count > 1 else ""
    return f"The **{pieces}{row.product}** with delivery, {'; '.join(lines)}."


def compare(talk: Talk, task: Task) -> str:
    """Two to four products side by side, and what sets them apart."""
    talk.stay_with("compare_products")
    if among := among_shown(talk, task):
        return among
    named = [row.product for row in products_meant(talk, task.text)]
    names = named if len(named) > 1 else [thing.id for thing in talk.state.listed("product")][:3]
    if len(names) < 2:
        return _which(talk, task)
    rows = talk.must(ProductList, "compare_products", products=names[:_COMPARED_MOST]).products
    talk.show(*[product_thing(row) for row in rows])
    weights = [f", {row.weight_g} g" if row.weight_g else "" for row in rows]
    lines = [
        f"{wording.product_line(row)}{weight}. {row.description}" for row, weight in zip(rows, weights, strict=True)
    ]
    return f"Side by side:\n\n{wording.bullets(lines)}\n\n{_verdict(rows)}"


def _verdict(rows: Sequence[ProductRow]) -> str:
    cheap = min(rows, key=_price)
    lasting = min(rows, key=_runtime)
    said = [f"the {cheap.product} costs least"]
    if lasting.battery_hours:
        said.append("it also runs longest" if lasting is cheap else f"the {lasting.product} runs longest")
    quiet = [row.product for row in rows if row.noise_cancelling]
    if quiet and len(quiet) < len(rows):
        said.append(f"only the {wording.joined(quiet)} has noise cancelling")
    return f"In short: {wording.joined(said)}."


def among_shown(talk: Talk, task: Task) -> str | None:
    """Answer "which of those has more hours" from what was shown last; None when that is not asked."""
    best = best_of_shown(talk, task.text)
    if best is None:
        return None
    talk.show(product_thing(best))
    beside = re.sub(f"{advice.BATTERY}|{advice.CHEAP}|{advice.LIGHT}", " ", task.text, flags=re.I)
    if re.search(r"\b(?:how|what|does|is)\b", beside) and catalogue.asks_for_a_field(beside):
        return catalogue.answer(best, beside)
    weight = f", {best.weight_g} g" if best.weight_g and re.search(advice.LIGHT, task.text, re.I) else ""
    return f"Of those it is the {wording.product_line(best)}{weight}."


def best_of_shown(talk: Talk, text: str) -> ProductRow | None:
    """The product that is best in what the text asks for, among those shown together last."""
    names = [thing.id for thing in talk.state.listed("product")][:_COMPARED_MOST]
    if any(len(set(words(name)) & set(words(text))) == len(words(name)) for name in names):
        return None
    key = next((key for asked, key in _BEST_BY if re.search(asked, text, re.I)), None)
    if len(names) < 2 or key is None or not _OF_THOSE.search(text) or category_in(text):
        return None
    return min(talk.must(ProductList, "compare_products", products=names).products, key=key)


def _price(row: ProductRow) -> int:
    return row.price_cents


def _dearness(row: ProductRow) -> int:
    return -row.price_cents


def _runtime(row: ProductRow) -> int:
    return -(row.battery_hours or 0)


def _weight(row: ProductRow) -> int:
    return row.weight_g or _HEAVY


_BEST_BY: tuple[tuple[str, Callable[[ProductRow], int]], ...] = (
    (advice.BATTERY, _runtime),
    (advice.DEAR, _dearness),
    (advice.CHEAP, _price),
    (advice.LIGHT, _weight),
)
