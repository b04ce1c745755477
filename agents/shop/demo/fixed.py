"""The fixed people's orders, exactly as DEMO.md has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from agents.shop.demo.items import Item
from agents.shop.demo.order_rows import Past, Status

DEV_OLD_ADDRESS: Final = "3 Canal Row, Leeds LS2 7AB"


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One order in days before the reset; a negative number is a day to come."""

    customer: str
    number: int
    item: str
    placed: int
    status: Status
    shipped: int | None = None
    scanned: int | None = None
    delivered: int | None = None
    expected: int | None = None
    times_paid: int = 1
    refunded: int | None = None
    refund_number: int = 0
    invoice_address: str | None = None


# fmt: off
STORIES: Final = (
    Story(customer="anna", number=10002, item="Boom Mini", placed=212, status="delivered", shipped=211, delivered=208),
    Story(customer="anna", number=10008, item="Numa Pro", placed=97, status="delivered", shipped=96, delivered=93),
    Story(customer="anna", number=10021, item="Pebble M2", placed=9, status="delivered", shipped=8, delivered=6,
          times_paid=2),
    Story(customer="ben", number=10034, item="Aria 700", placed=13, status="shipped", shipped=12, scanned=8),
    Story(customer="chloe", number=10040, item="Cove Lite", placed=1, status="processing"),
    Story(customer="chloe", number=10041, item="USB-C hub", placed=3, status="shipped", shipped=2, scanned=1,
          expected=-1),
    Story(customer="chloe", number=10042, item="27-inch monitor", placed=7, status="delivered", shipped=6, delivered=3),
    Story(customer="dev", number=10051, item="Breeze 2", placed=45, status="delivered", shipped=44, delivered=41,
          invoice_address=DEV_OLD_ADDRESS),
    Story(customer="farid", number=10060, item="Relay K3", placed=30, status="delivered", shipped=29, delivered=26,
          refunded=3, refund_number=301),
    Story(customer="gina", number=10021, item="Orbit Mini", placed=9, status="delivered", shipped=8, delivered=6),
)
# fmt: on


def fixed_orders(today: date, items: dict[str, Item]) -> dict[str, list[Past]]:
    """Customer id -> their orders on that day; ``items`` holds both catalogues by name."""
    orders: dict[str, list[Past]] = {}
    for story in STORIES:
        orders.setdefault(story.customer, []).append(_past(story, today, items[story.item]))
    return orders


def _past(story: Story, today: date, item: Item) -> Past:
    def ago(days: int | None) -> date | None:
        return None if days is None else today - timedelta(days=days)

    return Past(
        number=story.number,
        item=item,
        placed_on=today - timedelta(days=story.placed),
        status=story.status,
        shipped_on=ago(story.shipped),
        last_scan_on=ago(story.scanned),
        delivered_on=ago(story.delivered),
        expected_on=ago(story.expected),
        times_paid=story.times_paid,
        invoice_address=story.invoice_address,
        returned_on=ago(story.refunded),
        refunded_on=ago(story.refunded),
        refund_number=story.refund_number,
    )
