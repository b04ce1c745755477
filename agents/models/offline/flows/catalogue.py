"""What the catalogue holds of a product, as answers: which field a question asks for, and what is not listed."""

from __future__ import annotations

import re
from typing import NamedTuple

from agents.models.offline import wording
from agents.models.offline.patterns import any_of
from agents.shop.results.sales import ProductRow


class Field(NamedTuple):
    """A catalogue field: what asks for it, how it is told, and what it is called where it is missing."""

    name: str
    told: str
    called: str
    asked: re.Pattern[str]


FIELDS = (
    Field(
        "warranty_months",
        "The **{product}** has {value} months of warranty.",
        "a warranty",
        any_of(r"\b(?:warranty|guarantee)\b"),
    ),
    Field(
        "battery_hours",
        "The **{product}** runs {value} hours on one charge.",
        "a battery life",
        any_of(
            r"\b(?:batter(?:y|ies)|hours?|how long (?:do|does|will|can|is)|last|lasts|runtime)\b",
            r"\b(?:one|single|full|a|per) charge\b",
        ),
    ),
    Field("weight_g", "The **{product}** weighs {value} g.", "a weight", any_of(r"\b(?:heavy|weigh\w*|light)\b")),
    Field(
        "screen_inches",
        "The **{product}** has a {value:g}-inch screen.",
        "a size",
        any_of(r"\b(?:inch(?:es)?|screen size|how big|how large|size)\b"),
    ),
    Field(
        "ports",
        "The **{product}** has these ports: {value}.",
        "ports",
        any_of(r"\b(?:ports?|plugs?|connect\w*|usb|hdmi|jack|sockets?)\b"),
    ),
)
_NOISE = any_of(r"\bnoise[- ]?cancel\w*|\banc\b")
_STOCK = any_of(r"\b(?:in stock|available|availability|stock|have any left|sold out|get it now)\b")
_PRICE = any_of(r"\b(?:how much|price|cost|costs|expensive|euros?)\b")
_COLOURS = any_of(
    r"\bcolou?rs?\b",
    r"\b(?:mint|green|blue|red|black|white|pink|silver|gr[ea]y|gold|yellow|orange|purple|brown|beige|turquoise|violet)\b",
)
_UNLISTED = any_of(
    r"\b(?:water|waterproof|splash|sweat|dust|ip\d\d|dishwasher|repair\w*|materials?|made of|made in|country)\b",
    r"\b(?:vegan|recycl\w*|bluetooth|codec|latency|microphone quality|sound quality|frequency|fold\w*|case|box)\b",
    r"\b(?:dimensions?|height|width|resolution|hertz|hz|refresh|dpi|ram|memory|processor|cpu|gpu|os|windows|mac|linux)\b",
    r"\b(?:wireless charging|gps)\b",
)


# "Is it curved?", "does it fold?", "has it got a mute button?": what no field above holds.
_IS_IT = any_of(
    r"\b(?:is|are) (?:it|they|this|that)(?: one)? (?:really |also |very )?"
    r"(?!good|ok|worth|any|better|for|the|a\b|new)([a-z][\w-]+)\W*$",
    r"\b(?:does|do|can) (?:it|they|this|that)(?: one)? (?:have |come with |support )?"
    r"(?:an? |any |the )?([a-z][\w -]{2,30}?)\W*$",
    r"\b(?:has|have) (?:it|they) (?:got )?(?:an? |any )?([a-z][\w -]{2,30}?)\W*$",
)


def asks_for_a_field(text: str) -> bool:
    """Whether the text asks for something that a catalogue could hold."""
    asked = (*(field.asked for field in FIELDS), _NOISE, _STOCK, _PRICE, _COLOURS, _UNLISTED)
    return any(pattern.search(text) for pattern in asked)


def answer(row: ProductRow, text: str) -> str:
    """What the catalogue says to a question on the product; a field it does not hold is "not listed"."""
    if absent := _absent(text):
        return _not_listed(row, absent)
    if _NOISE.search(text):
        return _noise(row)
    if field := next((field for field in FIELDS if field.asked.search(text)), None):
        value: object = getattr(row, field.name)
        told = field.told.format(product=row.product, value=value) if value else ""
        return told or f"For the {row.product} {field.called} is not listed."
    if (unknown := _IS_IT.search(text)) and not asks_for_a_field(text):
        return _not_listed(row, next(filter(None, unknown.groups())).lower())
    return _offer(row, stock=bool(_STOCK.search(text)), price=bool(_PRICE.search(text)))


def _absent(text: str) -> str:
    """What the text asks for that no catalogue field holds, or ""."""
    if _COLOURS.search(text):
        return "colours"
    found = [match[0].lower() for match in _UNLISTED.finditer(text)]
    return "water resistance" if "water" in found else found[-1] if found else ""


def _not_listed(row: ProductRow, what: str) -> str:
    if what in row.description.lower():
        return f"The **{row.product}**: {row.description}"
    return f"That is not listed: the catalogue says nothing about {what} for the {row.product}. It holds: {facts(row)}."


def _noise(row: ProductRow) -> str:
    if row.noise_cancelling is None:
        return f"For the {row.product} noise cancelling is not listed."
    if row.noise_cancelling:
        return f"Yes, the **{row.product}** has noise cancelling."
    return f"No, the **{row.product}** does not have noise cancelling."


def _offer(row: ProductRow, *, stock: bool, price: bool) -> str:
    """Price, stock and what else there is."""
    cost = wording.money(row.price_cents)
    if stock:
        there = f"is in stock, for {cost}" if row.in_stock else f"is out of stock at the moment; its price is {cost}"
        return f"The **{row.product}** {there}."
    if price:
        return f"The **{row.product}** costs {cost}{'' if row.in_stock else ', but it is out of stock at the moment'}."
    there = "in stock" if row.in_stock else "out of stock at the moment"
    return f"The **{row.product}**: {row.description} It costs {cost} and is {there}. {wording.capital(facts(row))}."


def facts(row: ProductRow) -> str:
    """The listed fields in a line."""
    listed = (
        f"{row.battery_hours} h battery" if row.battery_hours else "",
        f"{row.weight_g} g" if row.weight_g else "",
        f"{row.warranty_months} months of warranty" if row.warranty_months else "",
        f"{row.screen_inches:g}-inch screen" if row.screen_inches else "",
        f"ports: {row.ports}" if row.ports else "",
    )
    return ", ".join(fact for fact in listed if fact) or f"a price of {wording.money(row.price_cents)}"
