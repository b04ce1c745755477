"""Advice from catalogue fields: find, describe, compare. What the catalogue does not hold is "not listed"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from agents.models.offline import wording
from agents.models.offline.patterns import any_of
from agents.models.offline.resolve import product_thing, products_meant, products_named
from agents.models.offline.slots import category_in, price_limit_cents, words
from agents.models.offline.state import Task
from agents.models.offline.talk import Ended, Talk, Trouble
from agents.shop.results.sales import DeliveryOptions, ProductList, ProductRow

_SHOWN_MOST = 5
_NOISE = re.compile(r"\bnoise[- ]?cancel\w*|\banc\b", re.I)
_NO_NOISE = any_of(
    r"\b(?:no|without|not|n't|hate|avoid|don'?t (?:want|like)) (?:\w+ ){0,3}(?:noise[- ]?cancel\w*|anc)",
)
_BATTERY = re.compile(r"\b(?:batter(?:y|ies)|hours?|longest|lasts?|charge|runtime|endurance)\b", re.I)
_CHEAP = re.compile(r"\b(?:cheap(?:est|er)?|lowest|least expensive|affordable|budget)\b", re.I)
_DEAR = re.compile(r"\b(?:most expensive|best|top|premium|high[- ]end|priciest)\b", re.I)
_LIGHT = re.compile(r"\b(?:light(?:est|er)|weigh\w*)\b", re.I)
_SELLS = re.compile(r"\b(?:do you|you) (?:have|sell|stock|carry)\b|\bgot (?:a|any)\b", re.I)
_DELIVERED = re.compile(r"\b(?:express|shipping|delivery|delivered|next[- ]day|standard)\b", re.I)


_OF_THOSE = any_of(
    r"\bof (?:those|them|these|both|the two)\b",
    r"\bwhich (?:one|of|is|has|lasts|runs|costs|weighs)\b",
    r"\bthe one with\b",
    r"\b(?:longer|cheaper|lighter)(?: one)?\b",
)


class Field(NamedTuple):
    """A catalogue field: the words that ask for it."""

    name: str
    asked: re.Pattern[str]


def _field(name: str, *asked: str) -> Field:
    return Field(name, any_of(*asked))


_UNLISTED = (
    r"\b(?:water|waterproof|splash|sweat|dust|ip\d\d|dishwasher|colou?rs?|repair\w*|materials?|made of|made in|country)\b",
    r"\b(?:vegan|recycl\w*|bluetooth|codec|latency|microphone quality|sound quality|frequency|fold\w*|case|box)\b",
    r"\b(?:dimensions?|height|width|resolution|hertz|hz|refresh|dpi|ram|memory|processor|cpu|gpu|os|windows|mac|linux)\b",
    r"\b(?:wireless charging|gps)\b",
    r"\b(?:mint|green|blue|red|black|white|pink|silver|gr[ea]y|gold|yellow|orange|purple|brown|beige|turquoise|violet)\b",
)
FIELDS = (
    _field("absent", *_UNLISTED),
    _field("noise_cancelling", r"\bnoise[- ]?cancel\w*|\banc\b"),
    _field("warranty_months", r"\b(?:warranty|guarantee)\b"),
    _field(
        "battery_hours",
        r"\b(?:batter(?:y|ies)|hours?|how long (?:do|does|will|can|is)|last|lasts|runtime)\b",
        r"\b(?:one|single|full|a|per) charge\b",
    ),
    _field("weight_g", r"\b(?:heavy|weigh\w*|weight|light)\b"),
    _field("screen_inches", r"\b(?:inch(?:es)?|screen size|how big|how large|size)\b"),
    _field("ports", r"\b(?:ports?|plugs?|connect\w*|usb|hdmi|jack|sockets?)\b"),
    _field("stock", r"\b(?:in stock|available|availability|stock|have any left|sold out|get it now)\b"),
    _field("price", r"\b(?:how much|price|cost|costs|expensive|euros?)\b"),
)


def find(talk: Talk, task: Task) -> str:
    """The products that fit the wish and the preferences, best first."""
    talk.stay_with("search_products")
    text = task.text
    if among := among_shown(talk, task):
        return among
    named = (
        products_named(text, talk.must(ProductList, "search_products", query=_query(text), limit=10).products)
        if _query(text)
        else []
    )
    if named:
        return describe(talk, task)
    category = category_in(text) or _category_before(talk, text)
    limit, noise = _price_limit(talk, text), _noise_wish(talk, text)
    if category is None and limit is None and noise is None:
        return _by_words(talk, text)
    sort = "battery" if _BATTERY.search(text) else "price" if _CHEAP.search(text) else "relevance"
    rows = talk.must(
        ProductList,
        "search_products",
        category=category,
        max_price_cents=limit,
        noise_cancelling=noise,
        sort=sort,
        limit=10,
    ).products
    rows = _ranked(rows, text, sort)
    if _size(text):
        rows = [row for row in rows if row.screen_inches and round(row.screen_inches) == _size(text)] or rows
    if not rows:
        return f"I have nothing like that{_wishes(category, limit, noise)}. Shall I look without one of these wishes?"
    return _listed(talk, text, rows[:_SHOWN_MOST], _wishes(category, limit, noise), sort)


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


def _price_limit(talk: Talk, text: str) -> int | None:
    said = price_limit_cents(text)
    kept = talk.facts.preferences.get("budget_max_cents", "")
    return said or (int(kept) if kept.isdigit() else None)


def _noise_wish(talk: Talk, text: str) -> bool | None:
    if _NO_NOISE.search(text):
        return False
    if _NOISE.search(text):
        return True
    kept = talk.facts.preferences.get("noise_cancelling")
    return {"required": True, "avoid": False}.get(kept or "")


def _size(text: str) -> int | None:
    match = re.search(r"\b(\d{2})[ -]?(?:inch|\")", text, re.I)
    return int(match[1]) if match else None


def _wishes(category: str | None, limit: int | None, noise: bool | None) -> str:
    parts = [
        category or "",
        f"up to {wording.money(limit)}" if limit else "",
        {True: "with noise cancelling", False: "without noise cancelling", None: ""}[noise],
    ]
    said = ", ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def _ranked(rows: Sequence[ProductRow], text: str, sort: str) -> list[ProductRow]:
    """Catalogue order, but what is in stock before what is not, and by weight or price where that was asked."""
    if _LIGHT.search(text):
        return sorted(rows, key=lambda row: row.weight_g or 10**6)
    if sort == "relevance" and _DEAR.search(text):
        return sorted(rows, key=lambda row: (not row.in_stock, -row.price_cents))
    if sort == "relevance":
        return sorted(rows, key=lambda row: (not row.in_stock, -(row.battery_hours or 0)))
    return list(rows)


def _listed(talk: Talk, text: str, rows: Sequence[ProductRow], wishes: str, sort: str) -> str:
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


def _by_words(talk: Talk, text: str) -> str:
    rows = (
        talk.must(ProductList, "search_products", query=_query(text), limit=_SHOWN_MOST).products
        if _query(text)
        else []
    )
    close = [row for row in rows if set(words(text)) & set(words(f"{row.product} {row.category} {row.description}"))]
    if not close:
        raise Ended(
            "What are you looking for? We have headphones, speakers, mice, keyboards, laptops, tablets, "
            "monitors and what belongs to them."
        )
    return _listed(talk, text, close, "", "relevance")


def describe(talk: Talk, task: Task) -> str:
    """Answer a question on a product from its catalogue fields, or say that it is not listed."""
    talk.stay_with("get_product")
    if among := among_shown(talk, task):
        return among
    rows = products_meant(talk, task.text)
    if not rows:
        return find(talk, task) if category_in(task.text) else _which(talk, task)
    shown = rows[:4]
    talk.show(*[product_thing(row) for row in shown])
    if _DELIVERED.search(task.text):
        return with_delivery(talk, shown[0], task.text)
    field = next((field.name for field in FIELDS if field.asked.search(_without_names(task.text, shown))), "")
    sold = "Yes, we have it. " if _SELLS.search(task.text) and not field else ""
    return sold + " ".join(_said(row, field, task.text) for row in shown)


def _without_names(text: str, rows: Sequence[ProductRow]) -> str:
    """The text without the products' names, so that "USB-C hub" does not ask for ports."""
    names = (
        {word for row in rows for word in words(row.product)} | {"usb"}
        if "hub" in text.lower()
        else {w for r in rows for w in words(r.product)}
    )
    return " ".join(
        word for word in re.split(r"(?<=\w)[\s]+", text) if not set(words(word)) or not set(words(word)) <= names
    )


def _which(talk: Talk, task: Task) -> str:
    raise Ended("Which product do you mean? Tell me its name, or what kind of thing you are looking for.")


def _said(row: ProductRow, field: str, text: str) -> str:
    name = f"The **{row.product}**"
    match field:
        case "absent":
            asked = FIELDS[0].asked.findall(text)
            what = asked[-1].lower() if asked else "that"
            if what in row.description.lower():
                return f"{name}: {row.description}"
            return (
                f"That is not listed: the catalogue says nothing about {_subject(what)} for the "
                f"{row.product}. It holds: {_facts(row)}."
            )
        case "noise_cancelling":
            if row.noise_cancelling is None:
                return f"For the {row.product} noise cancelling is not listed."
            return (
                f"Yes, the **{row.product}** has noise cancelling."
                if row.noise_cancelling
                else f"No, the **{row.product}** does not have noise cancelling."
            )
        case "battery_hours":
            return (
                f"{name} runs {row.battery_hours} hours on one charge."
                if row.battery_hours
                else f"For the {row.product} no battery life is listed."
            )
        case "weight_g":
            return (
                f"{name} weighs {row.weight_g} g."
                if row.weight_g
                else f"For the {row.product} the weight is not listed."
            )
        case "warranty_months":
            return (
                f"{name} has {row.warranty_months} months of warranty."
                if row.warranty_months
                else f"For the {row.product} no warranty is listed."
            )
        case "screen_inches":
            return (
                f"{name} has a {row.screen_inches:g}-inch screen."
                if row.screen_inches
                else f"For the {row.product} no size is listed."
            )
        case "ports":
            return (
                f"{name} has these ports: {row.ports}." if row.ports else f"For the {row.product} no ports are listed."
            )
        case "stock":
            return (
                f"{name} is in stock, for {wording.money(row.price_cents)}."
                if row.in_stock
                else f"{name} is out of stock at the moment; its price is {wording.money(row.price_cents)}."
            )
        case "price":
            return (
                f"{name} costs "
                f"{wording.money(row.price_cents)}{'' if row.in_stock else ', but it is out of stock at the moment'}."
            )
        case _:
            stock = "in stock" if row.in_stock else "out of stock at the moment"
            return (
                f"{name}: {row.description} It costs {wording.money(row.price_cents)} and is {stock}. "
                f"{wording.capital(_facts(row))}."
            )


def _subject(what: str) -> str:
    colours = (
        "mint",
        "green",
        "blue",
        "red",
        "black",
        "white",
        "pink",
        "silver",
        "grey",
        "gray",
        "gold",
        "yellow",
        "orange",
        "purple",
        "brown",
        "beige",
        "turquoise",
        "violet",
    )
    return (
        "colours"
        if what in colours or what.startswith("colo")
        else "water resistance"
        if what.startswith("water")
        else what
    )


def _facts(row: ProductRow) -> str:
    facts = [
        f"{row.battery_hours} h battery" if row.battery_hours else "",
        f"{row.weight_g} g" if row.weight_g else "",
        f"{row.warranty_months} months of warranty" if row.warranty_months else "",
        f"{row.screen_inches:g}-inch screen" if row.screen_inches else "",
        f"ports: {row.ports}" if row.ports else "",
    ]
    return ", ".join(fact for fact in facts if fact) or f"a price of {wording.money(row.price_cents)}"


def with_delivery(talk: Talk, row: ProductRow, text: str) -> str:
    """The price of a product together with its delivery."""
    found = talk.must(DeliveryOptions, "delivery_options", product=row.product)
    wanted = (
        "express"
        if re.search(r"\bexpress|next[- ]day\b", text, re.I)
        else "standard"
        if "standard" in text.lower()
        else ""
    )
    lines = [
        f"{option.name}: {wording.money(row.price_cents)} + {wording.money(option.price_cents)} = "
        f"**{wording.money(row.price_cents + option.price_cents)}**"
        for option in found.options
        if wanted in ("", option.name)
    ]
    return f"The **{row.product}** with delivery, {'; '.join(lines)}."


def compare(talk: Talk, task: Task) -> str:
    """Two to four products side by side, and what sets them apart."""
    talk.stay_with("compare_products")
    if among := among_shown(talk, task):
        return among
    rows = products_meant(talk, task.text)
    names = (
        [row.product for row in rows] if len(rows) > 1 else [t.id for t in talk.state.shown if t.kind == "product"][:3]
    )
    if len(names) < 2:
        return find(talk, task) if category_in(task.text) else _which(talk, task)
    found = talk.learn(ProductList, "compare_products", products=names[:4])
    if isinstance(found, Trouble):
        talk.stop(found)
    talk.show(*[product_thing(row) for row in found.products])
    lines = [
        f"{wording.product_line(row)}{f', {row.weight_g} g' if row.weight_g else ''}. {row.description}"
        for row in found.products
    ]
    return f"Side by side:\n\n{wording.bullets(lines)}\n\n{_verdict(found.products)}"


def _verdict(rows: Sequence[ProductRow]) -> str:
    cheap = min(rows, key=lambda row: row.price_cents)
    said = [f"the {cheap.product} costs least"]
    lasting = max(rows, key=lambda row: row.battery_hours or 0)
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
    return f"Of those it is the {wording.product_line(best)}."


def best_of_shown(talk: Talk, text: str) -> ProductRow | None:
    """The product that is best in what the text asks for, among those shown together last."""
    names = [thing.id for thing in talk.listed("product")][:4]
    keys = (
        (_BATTERY, lambda row: -(row.battery_hours or 0)),
        (_CHEAP, lambda row: row.price_cents),
        (_LIGHT, lambda row: row.weight_g or 10**6),
    )
    key = next((key for asked, key in keys if asked.search(text)), None)
    if len(names) < 2 or key is None or not _OF_THOSE.search(text) or category_in(text):
        return None
    return min(talk.must(ProductList, "compare_products", products=names).products, key=key)
