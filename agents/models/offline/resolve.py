"""What the customer means: which order, which product. Never one picked silently out of several."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from agents.models.offline import asking, wording
from agents.models.offline.patterns import any_of
from agents.models.offline.replies import ordinal
from agents.models.offline.slots import (
    CATEGORIES,
    allowed,
    bare_numbers,
    category_in,
    latest,
    name_score,
    order_ids,
    words,
)
from agents.models.offline.state import Task, Thing
from agents.models.offline.talk import Ended, Talk
from agents.shop.results.orders import OrderList, OrderRow
from agents.shop.results.sales import ProductList, ProductRow

LISTED_MOST = 5
_PRONOUN = any_of(
    r"\b(?:it|its|that|this|them|they|these|those|he|mine)\b",
    r"\b(?:the (?:same|order|parcel|package|item|thing|product))\b",
)
_IT = re.compile(r"\b(?:is|does|has|can|will|would|was|are|do|have) (?:it|they|this|that)\b", re.I)
_OTHER = re.compile(r"\b(?:the )?other (?:one|order|parcel|item|product)?\b", re.I)
_NEWEST = any_of(
    r"\b(?:last|latest|newest|most recent|recent) (?:\w+ )?(?:order|purchase|parcel|thing|one|buy)\b",
    r"\bjust (?:ordered|bought)\b",
    r"\bi (?:ordered|bought) (?:last|most recently)\b",
    r"\blast (?:thing )?i (?:ordered|bought)\b",
)
_UNSHIPPED = any_of(
    r"\b(?:has ?n't|have ?n't|not|isn't|aren't) (?:been |yet )*(?:shipped|sent out|dispatched)\b",
    r"\b(?:unshipped|still being prepared)\b",
)
_DAY = re.compile(
    r"\b(?:from|(?:ordered|bought|placed|made)(?: it| that| on)?) (today|yesterday|\d{1,2} days ago)\b", re.I
)
_OLDEST = re.compile(r"\b(?:oldest|first) (?:order|purchase)\b", re.I)


class Meant(NamedTuple):
    """The orders that a text singles out, the numbers on no order of the account, and how they were named."""

    orders: list[OrderRow]
    unknown: list[str]
    how: str


def thing(order: OrderRow) -> Thing:
    """An order as the dialogue remembers it."""
    return Thing(kind="order", id=order.order_id, words=" ".join(_called(order)))


def _called(order: OrderRow) -> list[str]:
    return [f"{line.product} {line.category}" for line in order.items]


def product_thing(row: ProductRow) -> Thing:
    """A product as the dialogue remembers it."""
    return Thing(kind="product", id=row.product, words=f"{row.product} {row.category}")


def all_orders(talk: Talk) -> list[OrderRow]:
    """The customer's orders, newest first."""
    return talk.must(OrderList, "list_orders", status="any", limit=10).orders


def orders_meant(talk: Talk, text: str, orders: Sequence[OrderRow]) -> Meant:
    """Which of the orders the text names: by number, by product, by place, or by "it"."""
    by_id = {order.order_id: order for order in orders}
    asked = order_ids(text)
    asked += [key for digits in bare_numbers(text) for key in by_id if key.endswith(digits) and key not in asked]
    if asked:
        return Meant(
            [by_id[key] for key in asked if key in by_id], [key for key in asked if key not in by_id], "number"
        )
    if named := by_product(text, orders):
        return Meant(named, [], "product")
    if of_day := _by_day(talk, text, orders):
        return Meant(of_day, [], "day")
    if _UNSHIPPED.search(text):
        return Meant([order for order in orders if order.status == "processing"], [], "status")
    if _NEWEST.search(text):
        return Meant(list(orders[:1]), [], "newest")
    if _OLDEST.search(text):
        return Meant(list(orders[-1:]), [], "oldest")
    return Meant(_pointed_at(talk, text, by_id), [], "reference")


def _by_day(talk: Talk, text: str, orders: Sequence[OrderRow]) -> list[OrderRow]:
    """The orders placed on the day that the text names: "the one from yesterday", "ordered 3 days ago"."""
    match = _DAY.search(text)
    if match is None:
        return []
    said = match[1].lower()
    ago = {"today": 0, "yesterday": 1}.get(said)
    days = ago if ago is not None else int(said.split()[0])
    return [order for order in orders if (talk.today - order.placed_on).days == days]


def by_product(text: str, orders: Sequence[OrderRow]) -> list[OrderRow]:
    """The orders that hold what the text names, best fitting ones only."""
    said = words(text)
    scores = {
        o.order_id: max((name_score(said, line.product, line.category) for line in o.items), default=0) for o in orders
    }
    best = max(scores.values(), default=0)
    return [order for order in orders if best and scores[order.order_id] == best]


def _pointed_at(talk: Talk, text: str, by_id: dict[str, OrderRow]) -> list[OrderRow]:
    shown = [by_id[t.id] for t in talk.state.shown if t.kind == "order" and t.id in by_id]
    place = ordinal(text)
    if place is not None and -1 <= place < len(shown) and len(shown) > 1:
        return [shown[place]]
    focus = talk.state.focus
    if _OTHER.search(text) and focus is not None:
        return [order for order in shown if order.order_id != focus.id][:1]
    if _PRONOUN.search(text) and focus is not None:
        if focus.id in by_id:
            return [by_id[focus.id]]
        return by_product(focus.words, list(by_id.values())) if focus.kind == "product" else []
    return []


def pick_order(
    talk: Talk,
    task: Task,
    *,
    verb: str,
    fits: Callable[[OrderRow], bool] = lambda order: True,
    none: str = "",
) -> OrderRow:
    """The one order that the task is about, or the end of the flow: a question with candidates, or why there "
    "is none."""
    orders = all_orders(talk)
    by_id = {order.order_id: order for order in orders}
    if (known := task.slots.get("order_id")) in by_id:
        return _taken(talk, by_id[str(known)])
    meant = orders_meant(talk, allowed(latest(task.text)), orders)
    if not meant.orders and not meant.unknown:
        meant = orders_meant(talk, task.text, orders)
    if meant.unknown and not meant.orders:
        raise unknown_order(talk, task, meant.unknown[0], [o for o in orders if fits(o)], verb)
    if talk.state.unknown_id and meant.how == "reference" and not meant.orders and _PRONOUN.search(task.text):
        raise unknown_order(talk, task, talk.state.unknown_id, [], verb)
    candidates = _narrowed(meant, orders, fits)
    if not candidates:
        raise Ended(none or _nothing(meant, verb))
    if len(candidates) == 1:
        return _taken(talk, candidates[0])
    raise choose_order(
        talk, task, candidates, f"Which order shall I {verb}?" if verb else "Which order do you mean?", verb
    )


def _narrowed(meant: Meant, orders: Sequence[OrderRow], fits: Callable[[OrderRow], bool]) -> list[OrderRow]:
    named = meant.orders
    fitting = [order for order in named or orders if fits(order)]
    under_way = [order for order in orders if order.status in ("processing", "shipped", "lost")]
    only = named or under_way
    return fitting or (only[:1] if len(only) == 1 else [])


def _nothing(meant: Meant, verb: str) -> str:
    return f"I see no order on your account that I could {verb or 'look at'} just now. Anything else I can do?"


def _taken(talk: Talk, order: OrderRow) -> OrderRow:
    talk.show(thing(order))
    talk.state = talk.state.having(unknown_id="")
    return order


def choose_order(talk: Talk, task: Task, candidates: Sequence[OrderRow], question: str, verb: str) -> Ended:
    """Ask which of at most five."""
    shown = list(candidates[:LISTED_MOST])
    options = [thing(order) for order in shown]
    talk.show(*options)
    text = f"{question}\n\n{wording.numbered([wording.order_line(order, talk.today) for order in shown])}"
    return asking.ask(
        task, text, about=f"which order to {verb}" if verb else "which order you mean", slot="order_id", options=options
    )


def unknown_order(talk: Talk, task: Task, number: str, candidates: Sequence[OrderRow], verb: str) -> Ended:
    """Say that the account has no such order; existence elsewhere is neither confirmed nor denied."""
    talk.state = talk.state.having(unknown_id=number, focus=None)
    said = talk.vary(
        f"There is no order {number} on this account, so I can't do anything with it.",
        f"I can only work with the orders on your own account, and {number} is not one of them.",
    )
    if not candidates:
        return Ended(f"{said} Please check the number in your confirmation mail.")
    return choose_order(talk, task, candidates, f"{said} Did you mean one of these?", verb)


def products_named(text: str, rows: Sequence[ProductRow], *, whole: bool = False) -> list[ProductRow]:
    """The products whose whole name (or else what sets it apart) stands in the text, in the order of mention."""
    said = words(text)
    found: list[tuple[int, ProductRow]] = []
    for row in rows:
        own = words(row.product)
        places = [place for word in own if (place := _place(word, said)) is not None]
        if len(places) == len(own) or (not whole and _tells_apart(own, said, row, rows)):
            found.append((min(places), row))
    best = [row for _, row in sorted(found, key=lambda pair: pair[0])]
    return [row for row in best if not any(set(words(row.product)) < set(words(other.product)) for other in best)]


def _tells_apart(own: Sequence[str], said: Sequence[str], row: ProductRow, rows: Sequence[ProductRow]) -> bool:
    """Whether a word of the name that no other product has (and that is no kind of product) stands in the text."""
    kinds = {name for names in CATEGORIES.values() for name in names}
    others = {word for other in rows if other is not row for word in words(other.product)}
    return any(
        len(word) >= 4 and word not in kinds and word not in others and _place(word, said) is not None for word in own
    )


def _place(word: str, said: Sequence[str]) -> int | None:
    return next((place for place, typed in enumerate(said) if name_score([typed], word) or typed == word), None)


def catalogue_for(talk: Talk, text: str) -> list[ProductRow]:
    """The products that share a word with the text, best first."""
    query = " ".join(words(text))[:100]
    return talk.must(ProductList, "search_products", query=query, limit=10).products if query else []


def products_meant(talk: Talk, text: str) -> list[ProductRow]:
    """The products a text is about: named ones, else places in what was shown, else "it"."""
    rows = catalogue_for(talk, text)
    kind, focus = category_in(text), talk.state.focus
    about_it = focus is not None and focus.kind == "product" and _IT.search(text) and kind is None
    if named := products_named(text, rows, whole=bool(about_it)):
        return named
    of_kind = [row for row in rows if row.category == kind]
    if len(of_kind) == 1:
        return of_kind
    shown = [t for t in talk.state.shown if t.kind == "product" and (kind is None or kind in t.words)]
    if len(shown) < 2 and (place := _only_shown(shown)):
        return _named_rows(talk, [place])
    place = ordinal(text)
    if place is not None and shown and -1 <= place < len(shown):
        return _named_rows(talk, [shown[place].id])
    if focus is not None and (kind is None or kind in focus.words):
        return _named_rows(talk, _product_names(talk, focus))
    return []


def _only_shown(shown: Sequence[Thing]) -> str:
    return shown[0].id if shown else ""


def _product_names(talk: Talk, focus: Thing) -> list[str]:
    if focus.kind == "product":
        return [focus.id]
    held = next((order for order in all_orders(talk) if order.order_id == focus.id), None)
    return [line.product for line in held.items] if held else []


def _named_rows(talk: Talk, names: Sequence[str]) -> list[ProductRow]:
    return [talk.must(ProductRow, "get_product", product=name) for name in names]
