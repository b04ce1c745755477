"""Buying: quotes, orders, delivery, newsletter, discounts."""

from __future__ import annotations

import re

from agents.models.offline import asking, wording
from agents.models.offline.flows.help import cited
from agents.models.offline.flows.products import best_of_shown, with_delivery
from agents.models.offline.patterns import any_of
from agents.models.offline.preferences import wishes_of
from agents.models.offline.resolve import catalogue_for, product_thing, products_meant, products_named
from agents.models.offline.slots import category_in, mails, quantity, words
from agents.models.offline.state import Task
from agents.models.offline.talk import Talk
from agents.shop.results.sales import (
    DeliveryOptions,
    Discounts,
    NewsletterSet,
    OrderPlaced,
    ProductList,
    ProductRow,
    Quote,
)

_LAST = re.compile(r".*\b(?:i mean|i meant|meant|sorry|rather|instead|correction|make that|actually)\b", re.I)
_ABOUT_IT = re.compile(r"\b(?:it|this|them|first|second|one|would|together|total|both)\b", re.I)
_OFF = any_of(r"\b(?:un-?subscribe|off|stop|end|cancel|no more|remove|out|leave|quit|delete|opt out|don'?t)\b")
_GET_ON = any_of(
    r"\b(?:put|get|add|keep) me (?:back )?on\b", r"\bsign\w* (?:me )?up\b", r"\bsubscribe\b", r"\bopt in\b"
)
_ABROAD = any_of(
    r"\b(?:abroad|overseas|international\w*|other countr\w+|another country|which countries|customs)\b",
    r"\b(?:to|in) (?:the )?(?:switzerland|austria|germany|france|spain|italy|portugal|poland|sweden|denmark|norway)\b",
    r"\b(?:to|in) (?:the )?(?:finland|netherlands|belgium|ireland|greece|uk|united kingdom|england|scotland)\b",
    r"\b(?:to|in) (?:the )?(?:eu|europe|usa?|united states|canada)\b",
)
_GET_OFF = any_of(r"\b(?:take|get|put|sign) me off\b", r"\bunsubscribe\b", r"\bremove me\b", r"\bopt(?: me)? out\b")


def _product(talk: Talk, task: Task, verb: str) -> ProductRow:
    """The one product to quote or to order; asks where it is not clear."""
    if name := task.slots.get("product"):
        return talk.must(ProductRow, "get_product", product=str(name))
    if best := best_of_shown(talk, task.text):
        return best
    latest = _LAST.sub("", task.text)
    rows = (products_meant(talk, latest) if latest.strip() else []) or products_meant(talk, task.text)
    if len(rows) == 1:
        talk.show(product_thing(rows[0]))
        return rows[0]
    category = category_in(task.text)
    rows = rows or (talk.must(ProductList, "search_products", category=category, limit=5).products if category else [])
    if not rows:
        raise asking.ask(
            task, f"Which product would you like to {verb}, and how many?", about=f"what to {verb}", slot="product"
        )
    talk.show(*[product_thing(row) for row in rows[:5]])
    lines = wording.numbered([wording.product_line(row) for row in rows[:5]])
    raise asking.ask(
        task,
        f"Which one would you like to {verb}, and how many?\n\n{lines}",
        about=f"what to {verb}",
        slot="product",
        options=[product_thing(row) for row in rows[:5]],
    )


def quote(talk: Talk, task: Task) -> str:
    """Write a quote for so many pieces of one product."""
    talk.stay_with("make_quote")
    row = _product(talk, task, "have quoted")
    count = _count(task, row, 0)
    task = task.with_slots(product=row.product)
    if not count:
        raise asking.ask(
            task,
            f"For how many pieces of the {row.product} shall I write the quote?",
            about="the quote",
            slot="quantity",
        )
    task = task.with_slots(quantity=count)
    total = wording.money(count * row.price_cents)
    asking.confirm(
        task,
        f"I would write a quote for **{count} x {row.product}** at {wording.money(row.price_cents)} each, "
        f"together **{total}**. "
        "It binds you to nothing. Shall I write it?",
        f"the quote for {count} x {row.product}",
    )
    said = f"written a quote for {count} x {row.product}"
    done = talk.act(Quote, "make_quote", said, product=row.product, quantity=count)
    return (
        f"Done: quote **{done.quote_id}** for {done.quantity} x {done.product}, "
        f"{wording.money(done.unit_price_cents)} each, together "
        f"**{wording.money(done.total_cents)}**, valid until {wording.day(done.valid_until)}."
    )


def _count(task: Task, row: ProductRow, default: int) -> int:
    """How many pieces; a number that belongs to the product's name does not count."""
    known = task.slots.get("quantity")
    if isinstance(known, int):
        return known
    name = "|".join(re.escape(word) for word in words(row.product))
    rest = re.sub(rf"\b(?:{name})s?\b", " pieces ", _LAST.sub("", task.text), flags=re.I)
    found = quantity(re.sub(r"\b(?:pieces[\s-]*)+", "pieces ", rest), bare=True)
    return found or quantity(task.text, bare=True) or default


def order(talk: Talk, task: Task) -> str:
    """Order a product after a yes that knew the full price; large orders wait for a person."""
    talk.stay_with("place_order")
    row = _product(talk, task, "order")
    if not row.in_stock:
        return (
            f"The **{row.product}** is out of stock at the moment, so I can't order it. Shall I look for "
            "something like it?"
        )
    count = _count(task, row, 1)
    preferred = wishes_of(talk.facts.preferences).delivery
    said = str(task.slots.get("delivery") or _delivery_in(task.text))
    delivery = said or preferred or "standard"
    task = task.with_slots(product=row.product, quantity=count, delivery=delivery)
    options = talk.must(DeliveryOptions, "delivery_options", product=row.product, quantity=count)
    fee = next(option.price_cents for option in options.options if option.name == delivery)
    goods = count * row.price_cents
    waiting = next((w for w in talk.facts.pending_approvals if w.what == "order" and row.product in w.sentence), None)
    if waiting is not None and not task.confirmed:
        return (
            f"An order for the {row.product} is already with a colleague for approval, as request **{waiting.number}**."
        )
    asking.confirm(
        task,
        f"I would order **{count} x {row.product}** for {wording.money(goods)} plus {wording.money(fee)} "
        f"{delivery} delivery{' as you prefer' if delivery == preferred else ''}, together "
        f"**{wording.money(goods + fee)}**, paid by your default method and sent to the address on your account."
        f"{_over_budget(talk, goods + fee)} Shall I place the order?",
        f"the order of {count} x {row.product}",
    )
    said = f"ordered {count} x {row.product}"
    done = talk.act(OrderPlaced, "place_order", said, product=row.product, quantity=count, delivery=delivery)
    return (
        f"Done: order **{done.order_id}** for {done.quantity} x {done.product}, "
        f"{wording.money(done.total_cents)} in all, by {done.delivery} "
        f"delivery. It should arrive {wording.due(done.expected_on, talk.today)}."
    )


def _delivery_in(text: str) -> str:
    if re.search(r"\bexpress|next[- ]day\b", text, re.I):
        return "express"
    return "standard" if re.search(r"\bstandard\b|\b(?:normal|cheapest) (?:delivery|shipping)\b", text, re.I) else ""


def _over_budget(talk: Talk, cents: int) -> str:
    """A word on an order that costs more than the customer wants to spend, or ""."""
    budget = wishes_of(talk.facts.preferences).budget_cents
    return f" That is more than your budget of {wording.money(budget)}." if budget and cents > budget else ""


def delivery(talk: Talk, task: Task) -> str:
    """The ways of delivery with price and days, with a product's price where one is meant; abroad as the help says."""
    talk.stay_with("delivery_options")
    if _ABROAD.search(task.text) and (said := cited(talk, f"delivery to other countries: {task.text}")):
        return said
    if named := products_named(task.text, catalogue_for(talk, task.text)):
        return with_delivery(talk, named[0], task.text, _count(task, named[0], 1))
    on_products = talk.state.focus is not None and talk.state.focus.kind == "product" and _ABOUT_IT.search(task.text)
    if on_products or category_in(task.text):
        rows = products_meant(talk, task.text)
        if rows:
            return with_delivery(talk, rows[0], task.text)
    lines: list[str] = []
    asked = next((way for way in ("express", "standard") if way in task.text.lower()), "")
    for option in talk.must(DeliveryOptions, "delivery_options").options:
        if asked not in ("", option.name):
            continue
        days = f"{option.days_min} to {option.days_max} working days" if option.days_max > 1 else "next day"
        free = f", free from {wording.money(option.free_from_cents)}" if option.free_from_cents else ""
        lines.append(f"**{wording.capital(option.name)}**: {days}, {wording.money(option.price_cents)}{free}")
    return lines[0] if len(lines) == 1 else f"We deliver in these ways:\n\n{wording.bullets(lines)}"


def subscribes(text: str) -> bool | None:
    """Whether a text plainly wants to be on the list or off it; None where it says neither."""
    return False if _GET_OFF.search(text) else True if _GET_ON.search(text) else None


def newsletter(talk: Talk, task: Task) -> str:
    """The newsletter on or off, for the customer's own address."""
    talk.stay_with("set_newsletter")
    on = bool(task.slots.get("subscribed", subscribes(task.text) or not _OFF.search(task.text)))
    task = task.with_slots(subscribed=on)
    what = "sign you up for the newsletter" if on else "take you off the newsletter"
    to = mails(task.text)
    where = f" at {to[0]}" if to else " at the mail address of your account"
    asking.confirm(
        task,
        f"I would {what}{where}; it costs nothing and you can change it any time. Shall I do that?",
        f"{'signing you up for' if on else 'taking you off'} the newsletter",
    )
    done = talk.act(NewsletterSet, "set_newsletter", "changed your newsletter", subscribed=on)
    state = "You will get the newsletter" if done.subscribed else "You will get no more newsletters"
    return f"Done. {state} at {done.email}."


def discounts(talk: Talk, task: Task) -> str:
    """The discounts that run; there are no others."""
    talk.stay_with("list_discounts")
    rows = talk.must(Discounts, "list_discounts").discounts
    if not rows:
        return "There is no discount running at the moment."
    lines = [f"**{row.code}**: {row.text} (until {wording.day(row.valid_until)})" for row in rows]
    return f"These discounts run today:\n\n{wording.bullets(lines)}"
