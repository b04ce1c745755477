"""The tables of the shop but for those of an order. Every row belongs to a tenant; what changes under competition
carries a version.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, also where the database keeps no time zone (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


class Row(DeclarativeBase):
    """Root of all tables; the tenant is always the first part of the key."""

    type_annotation_map: ClassVar = {datetime: UtcDateTime(), str: Text()}

    tenant: Mapped[str] = mapped_column(primary_key=True, sort_order=-1)

    def values(self) -> dict[str, object]:
        """Column -> value as set here; what was never set is left to the column's default."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}


def part_of(parent: str, child: str) -> ForeignKeyConstraint:
    """``child`` names a row of ``parent`` of the same tenant."""
    return ForeignKeyConstraint(["tenant", child], [f"{parent}.tenant", f"{parent}.id"])


class TenantRow(Row):
    """A shop of this installation; ``prefix`` begins its ids."""

    __tablename__ = "tenants"
    name: Mapped[str]
    prefix: Mapped[str]
    reset_on: Mapped[date]


class CustomerRow(Row):
    """Who may order; closed accounts stay for the books."""

    __tablename__ = "customers"
    __table_args__ = (UniqueConstraint("tenant", "email"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    locked: Mapped[bool] = mapped_column(default=False)
    lock_reason: Mapped[str | None] = mapped_column(default=None)
    newsletter: Mapped[bool] = mapped_column(default=False)
    member_since: Mapped[date]
    closed_on: Mapped[date | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__: ClassVar = {"version_id_col": version}


class AddressRow(Row):
    """A postal address of a customer; one of them is current."""

    __tablename__ = "addresses"
    __table_args__ = (part_of("customers", "customer"),)
    customer: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    current: Mapped[bool]


class ProductTable(Row):
    """One article of the catalogue; NULL means not listed."""

    __tablename__ = "products"
    name: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str]
    price_cents: Mapped[int]
    description: Mapped[str]
    battery_hours: Mapped[int | None] = mapped_column(default=None)
    noise_cancelling: Mapped[bool | None] = mapped_column(default=None)
    weight_g: Mapped[int | None] = mapped_column(default=None)
    warranty_months: Mapped[int | None] = mapped_column(default=None)
    screen_inches: Mapped[float | None] = mapped_column(default=None)
    ports: Mapped[str | None] = mapped_column(default=None)


class StockRow(Row):
    """How many pieces lie on the shelf."""

    __tablename__ = "stock"
    __table_args__ = (CheckConstraint("quantity >= 0"),)
    product: Mapped[str] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__: ClassVar = {"version_id_col": version}


class MethodTable(Row):
    """A payment method on file; the label is safe to show."""

    __tablename__ = "payment_methods"
    __table_args__ = (part_of("customers", "customer"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    customer: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    label: Mapped[str]
    is_default: Mapped[bool]


class TicketRow(Row):
    """A note from a customer to the staff."""

    __tablename__ = "tickets"
    id: Mapped[str] = mapped_column(primary_key=True)
    customer: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    details: Mapped[str]
    opened_on: Mapped[date]


class QuoteRow(Row):
    """A price that holds until a day."""

    __tablename__ = "quotes"
    id: Mapped[str] = mapped_column(primary_key=True)
    customer: Mapped[str]
    product: Mapped[str]
    quantity: Mapped[int]
    unit_price_cents: Mapped[int]
    total_cents: Mapped[int]
    valid_until: Mapped[date]


class DiscountTable(Row):
    """A discount that runs until a day."""

    __tablename__ = "discounts"
    code: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    valid_until: Mapped[date]


class ArticleRow(Row):
    """One article of the help."""

    __tablename__ = "articles"
    slug: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]


class MailRow(Row):
    """The outbox: what a real shop would have mailed; the id is the effect's key and the kind, so never twice."""

    __tablename__ = "outbox"
    id: Mapped[str] = mapped_column(primary_key=True)
    customer: Mapped[str]
    recipient: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    written_at: Mapped[datetime]


class EffectRow(Row):
    """One effect that happened: its key, what was asked and what was answered, written in the effect's transaction."""

    __tablename__ = "effect_keys"
    __table_args__ = (Index("effects_of_customer", "tenant", "customer"),)
    key: Mapped[str] = mapped_column(primary_key=True)
    customer: Mapped[str]
    conversation: Mapped[str]
    tool: Mapped[str]
    arguments: Mapped[str]
    argument_hash: Mapped[str]
    result: Mapped[str]
    created_at: Mapped[datetime]


class CounterRow(Row):
    """The number last given of each kind of id."""

    __tablename__ = "counters"
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
