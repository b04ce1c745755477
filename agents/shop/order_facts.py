"""What is true of an order today: rows in, status and possibilities out. Pure but for the loading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.order_schema import LineTable, OrderTable, ReplacementRow, ReturnRow, ShipmentRow
from agents.shop.policy import CANCEL_FEE_CENTS, LOST_AFTER_DAYS, RETURN_DAYS
from agents.shop.results.orders import Delivery, LineRow, OrderRow, OrderStatus
from agents.shop.schema import ProductTable


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderFacts:
    """One order with everything that hangs on it, seen on one day."""

    order: OrderTable
    lines: list[LineTable]
    shipment: ShipmentRow | None
    returned: ReturnRow | None
    replacement: ReplacementRow | None
    today: date
    categories: dict[str, str]

    @property
    def days_since_scan(self) -> int | None:
        moving = self.shipment and self.order.status == "shipped"
        return (self.today - self.shipment.last_scan_on).days if self.shipment and moving else None

    @property
    def status(self) -> OrderStatus:
        """As stored, but a parcel that nobody scanned for a week is lost."""
        if (self.days_since_scan or 0) >= LOST_AFTER_DAYS:
            return "lost"
        return cast(OrderStatus, self.order.status)

    @property
    def left_cents(self) -> int:
        """What was paid and not yet refunded."""
        return self.order.captured_cents - self.order.refunded_cents

    @property
    def cancel_fee_cents(self) -> int:
        return min(CANCEL_FEE_CENTS, self.left_cents) if self.status == "shipped" else 0

    @property
    def can_cancel(self) -> bool:
        return self.status in ("processing", "shipped")

    @property
    def return_until(self) -> date | None:
        delivered_on = self.shipment.delivered_on if self.shipment else None
        return delivered_on + timedelta(days=RETURN_DAYS) if delivered_on else None

    @property
    def can_return(self) -> bool:
        until = self.return_until
        return bool(until and self.today <= until and self.left_cents > 0 and not (self.returned or self.replacement))

    @property
    def product(self) -> str:
        """The order in a word."""
        return ", ".join(line.product for line in self.lines)

    def row(self) -> OrderRow:
        """The order as its customer may see it."""
        order, shipment = self.order, self.shipment
        return OrderRow(
            order_id=order.id,
            placed_on=order.placed_on,
            status=self.status,
            items=[line_row(line, self.categories) for line in self.lines],
            total_cents=order.total_cents,
            delivery=cast(Delivery, order.delivery),
            delivery_cents=order.delivery_cents,
            expected_on=order.expected_on if self.status in ("processing", "shipped") else None,
            shipped_on=shipment.shipped_on if shipment else None,
            delivered_on=shipment.delivered_on if shipment else None,
            last_scan_on=shipment.last_scan_on if shipment else None,
            days_since_scan=self.days_since_scan,
            can_cancel=self.can_cancel,
            cancel_fee_cents=self.cancel_fee_cents,
            can_change=self.status == "processing",
            can_return=self.can_return,
            return_until=self.return_until,
            return_requested=self.returned is not None,
            replacement_order_id=self.replacement.replacement_order_id if self.replacement else None,
            refunded_cents=order.refunded_cents,
            delivery_address=order.address,
        )


def line_row(line: LineTable, categories: Mapping[str, str]) -> LineRow:
    """A line as its customer may see it."""
    return LineRow(
        product=line.product,
        category=categories.get(line.product, ""),
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
    )


async def categories_of(session: AsyncSession, tenant: str, lines: Iterable[LineTable]) -> dict[str, str]:
    """Product name -> its category, for the articles of some lines."""
    names = {line.product for line in lines}
    found = await session.execute(
        select(ProductTable.name, ProductTable.category).where(
            ProductTable.tenant == tenant, ProductTable.name.in_(names)
        )
    )
    return {name: category for name, category in found.tuples()}


async def load_facts(session: AsyncSession, orders: Sequence[OrderTable], today: date) -> list[OrderFacts]:
    """The facts of some orders of one tenant, in their order."""
    if not orders:
        return []
    tenant, ids = orders[0].tenant, [order.id for order in orders]
    lines: dict[str, list[LineTable]] = {order_id: [] for order_id in ids}
    found = await session.scalars(
        select(LineTable).where(LineTable.tenant == tenant, LineTable.order_id.in_(ids)).order_by(LineTable.number)
    )
    for line in found:
        lines[line.order_id].append(line)
    shipments = await session.scalars(
        select(ShipmentRow).where(ShipmentRow.tenant == tenant, ShipmentRow.order_id.in_(ids))
    )
    returns = await session.scalars(select(ReturnRow).where(ReturnRow.tenant == tenant, ReturnRow.order_id.in_(ids)))
    replacements = await session.scalars(
        select(ReplacementRow).where(ReplacementRow.tenant == tenant, ReplacementRow.order_id.in_(ids))
    )
    shipment_of = {row.order_id: row for row in shipments}
    return_of = {row.order_id: row for row in returns}
    replacement_of = {row.order_id: row for row in replacements}
    categories = await categories_of(session, tenant, [line for rows in lines.values() for line in rows])
    return [
        OrderFacts(
            order=order,
            lines=lines[order.id],
            shipment=shipment_of.get(order.id),
            returned=return_of.get(order.id),
            replacement=replacement_of.get(order.id),
            today=today,
            categories=categories,
        )
        for order in orders
    ]
