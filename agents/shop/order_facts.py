"""What is true of an order today: rows in, status and possibilities out. Pure but for the loading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.order_schema import LineTable, OrderTable, ReplacementRow, ReturnRow, ShipmentRow
from agents.shop.policy import CANCEL_FEE_CENTS, LOST_AFTER_DAYS, RETURN_DAYS
from agents.shop.results.orders import Delivery, LineRow, OrderRow, OrderStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderFacts:
    """One order of one tenant with everything that hangs on it, seen on one day."""

    order: OrderTable
    lines: list[LineTable]
    shipment: ShipmentRow | None
    returned: ReturnRow | None
    replacement: ReplacementRow | None
    today: date

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
            items=[line_row(line) for line in self.lines],
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


def line_row(line: LineTable) -> LineRow:
    """A line as its customer may see it."""
    return LineRow(
        product=line.product, category=line.category, quantity=line.quantity, unit_price_cents=line.unit_price_cents
    )


async def load_facts(session: AsyncSession, conditions: Sequence[ColumnElement[bool]], today: date) -> list[OrderFacts]:
    """The facts of the orders that meet the conditions, newest first."""
    found = await session.execute(
        select(OrderTable, ShipmentRow, ReturnRow, ReplacementRow)
        .outerjoin(ShipmentRow, _of_order(ShipmentRow))
        .outerjoin(ReturnRow, _of_order(ReturnRow))
        .outerjoin(ReplacementRow, _of_order(ReplacementRow))
        .where(*conditions)
        .order_by(OrderTable.placed_on.desc(), OrderTable.id.desc())
    )
    facts = [
        OrderFacts(order=order, lines=[], shipment=shipment, returned=returned, replacement=replacement, today=today)
        for order, shipment, returned, replacement in found
    ]
    await _fill_lines(session, facts)
    return facts


def _of_order(child: type[ShipmentRow] | type[ReturnRow] | type[ReplacementRow]) -> ColumnElement[bool]:
    return (child.tenant == OrderTable.tenant) & (child.order_id == OrderTable.id)


async def _fill_lines(session: AsyncSession, facts: Sequence[OrderFacts]) -> None:
    if not facts:
        return
    of_order = {fact.order.id: fact.lines for fact in facts}
    found = await session.scalars(
        select(LineTable)
        .where(LineTable.tenant == facts[0].order.tenant, LineTable.order_id.in_(of_order))
        .order_by(LineTable.number)
    )
    for line in found:
        of_order[line.order_id].append(line)
