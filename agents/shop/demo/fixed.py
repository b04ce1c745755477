"""The fixed people's orders, exactly as DEMO.md has them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from agents.shop.demo.items import Item
from agents.shop.demo.order_rows import Past

DEV_OLD_ADDRESS: Final = "3 Canal Row, Leeds LS2 7AB"


def fixed_orders(today: date, items: dict[str, Item]) -> dict[str, list[Past]]:
    """Customer id -> their orders on that day; ``items`` holds both catalogues by name."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    def arrived(number: int, name: str, placed: int, came: int) -> Past:
        return Past(
            number=number,
            item=items[name],
            placed_on=ago(placed),
            status="delivered",
            shipped_on=ago(placed - 1),
            delivered_on=ago(came),
        )

    return {
        "anna": [
            arrived(10002, "Boom Mini", 212, 208),
            arrived(10008, "Numa Pro", 97, 93),
            Past(
                number=10021,
                item=items["Pebble M2"],
                placed_on=ago(9),
                status="delivered",
                shipped_on=ago(8),
                delivered_on=ago(6),
                times_paid=2,
            ),
        ],
        "ben": [
            Past(
                number=10034,
                item=items["Aria 700"],
                placed_on=ago(13),
                status="shipped",
                shipped_on=ago(12),
                last_scan_on=ago(8),
            )
        ],
        "chloe": [
            Past(
                number=10040,
                item=items["Cove Lite"],
                placed_on=ago(1),
                status="processing",
            ),
            Past(
                number=10041,
                item=items["USB-C hub"],
                placed_on=ago(3),
                status="shipped",
                shipped_on=ago(2),
                last_scan_on=ago(1),
                expected_on=ago(-1),
            ),
            arrived(10042, "27-inch monitor", 7, 3),
        ],
        "dev": [
            Past(
                number=10051,
                item=items["Breeze 2"],
                placed_on=ago(45),
                status="delivered",
                shipped_on=ago(44),
                delivered_on=ago(41),
                invoice_address=DEV_OLD_ADDRESS,
            )
        ],
        "farid": [
            Past(
                number=10060,
                item=items["Relay K3"],
                placed_on=ago(30),
                status="delivered",
                shipped_on=ago(29),
                delivered_on=ago(26),
                returned_on=ago(3),
                refunded_on=ago(3),
                refund_number=301,
            )
        ],
        "gina": [arrived(10021, "Orbit Mini", 9, 6)],
    }
