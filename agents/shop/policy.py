"""The shop's rules as numbers, and the days they lead to. Everything that states a rule takes it from here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from agents.shop.results.orders import Delivery

RETURN_DAYS: Final = 30
LOST_AFTER_DAYS: Final = 7
REFUND_DAYS_MIN: Final = 5
REFUND_DAYS_MAX: Final = 7
CANCEL_FEE_CENTS: Final = 1_500
STANDARD_CENTS: Final = 490
STANDARD_FREE_FROM_CENTS: Final = 5_000
EXPRESS_CENTS: Final = 990
STANDARD_DAYS_MIN: Final = 2
STANDARD_DAYS_MAX: Final = 4
EXPRESS_DAYS: Final = 1
QUOTE_DAYS: Final = 14
REFUND_LIMIT_CENTS: Final = 10_000
ORDER_LIMIT_CENTS: Final = 100_000

REFUND_TEXT: Final = (
    f"An item can be returned within {RETURN_DAYS} days of delivery. When it has arrived, its price goes back to the "
    f"payment method that paid, which takes {REFUND_DAYS_MIN} to {REFUND_DAYS_MAX} working days. A duplicate charge "
    "or a lost parcel is refunded at once. Refunds over 100.00 are approved by a person first."
)


def add_working_days(start: date, days: int) -> date:
    """The day that is ``days`` working days (Monday to Friday) after ``start``."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def delivery_fee_cents(delivery: Delivery, goods_cents: int) -> int:
    """What a delivery costs for goods of that value."""
    if delivery == "express":
        return EXPRESS_CENTS
    return 0 if goods_cents >= STANDARD_FREE_FROM_CENTS else STANDARD_CENTS


def expected_on(delivery: Delivery, start: date) -> date:
    """The last day on which a delivery that starts today should arrive."""
    return start + timedelta(days=EXPRESS_DAYS) if delivery == "express" else add_working_days(start, STANDARD_DAYS_MAX)
