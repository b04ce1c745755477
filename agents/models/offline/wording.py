"""How things are called in answers: amounts, days, orders, products, lists. No facts of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from agents.shop.results.orders import OrderRow
from agents.shop.results.sales import ProductRow

STATUS = {
    "processing": "being prepared, not shipped yet",
    "shipped": "on its way",
    "delivered": "delivered",
    "cancelled": "cancelled",
    "lost": "lost in transit, it seems",
}


def money(cents: int) -> str:
    """129900 -> "1,299.00"."""
    return f"{cents / 100:,.2f}"


def day(when: date) -> str:
    """2026-11-12 -> "12 November 2026"."""
    return f"{when.day} {when:%B %Y}"


def due(when: date, today: date) -> str:
    """A coming day as people say it: "tomorrow (23 November 2026)"."""
    match (when - today).days:
        case 0:
            return "today"
        case 1:
            return f"tomorrow ({day(when)})"
        case _:
            return f"on {day(when)}"


def ago(when: date, today: date) -> str:
    """A past day: "yesterday", "3 days ago, on 19 November 2026"."""
    days = (today - when).days
    if days <= 1:
        return "yesterday" if days else "today"
    return f"{days} days ago, on {day(when)}"


def goods(order: OrderRow) -> str:
    """ "Cove Lite", "2 x Cove Lite and USB-C hub"."""
    return joined([line.product if line.quantity == 1 else f"{line.quantity} x {line.product}" for line in order.items])


def named(order: OrderRow) -> str:
    """ "order V-10040 (Cove Lite, 79.00)"."""
    return f"order {order.order_id} ({goods(order)}, {money(order.total_cents)})"


def order_line(order: OrderRow, today: date) -> str:
    """One candidate of a list: number, item, price, day, state."""
    expected = f", due {due(order.expected_on, today)}" if order.expected_on else ""
    return (
        f"**{order.order_id}**: {goods(order)}, {money(order.total_cents)}, "
        f"ordered on {day(order.placed_on)}, {STATUS[order.status]}{expected}"
    )


def product_line(row: ProductRow) -> str:
    """One product of a list with the catalogue fields that people choose by."""
    facts = [money(row.price_cents)]
    if row.battery_hours:
        facts.append(f"{row.battery_hours} h battery")
    if row.noise_cancelling is not None and row.category == "headphones":
        facts.append("noise cancelling" if row.noise_cancelling else "no noise cancelling")
    if row.screen_inches:
        facts.append(f"{row.screen_inches:g}-inch screen")
    if not row.in_stock:
        facts.append("out of stock")
    return f"**{row.product}**: {', '.join(facts)}"


def bullets(lines: Sequence[str]) -> str:
    """A list with points."""
    return "\n".join(f"- {line}" for line in lines)


def numbered(lines: Sequence[str]) -> str:
    """A list with numbers."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def joined(words: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def capital(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]
