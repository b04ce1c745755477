"""Answers about the catalogue, quotes and new orders."""

from datetime import date
from typing import Literal

from agents.shop.results.base import Result
from agents.shop.results.orders import Delivery

Category = Literal[
    "headphones",
    "speaker",
    "mouse",
    "keyboard",
    "laptop",
    "tablet",
    "monitor",
    "hub",
    "charger",
    "cable",
    "storage",
    "webcam",
    "microphone",
    "router",
    "printer",
]
Sort = Literal["price", "battery", "relevance"]


class ProductRow(Result):
    """One product with all its catalogue fields; None means the field does not apply or is not listed."""

    product: str
    category: Category
    price_cents: int
    in_stock: bool
    stock: int
    description: str
    battery_hours: int | None
    noise_cancelling: bool | None
    weight_g: int | None
    warranty_months: int | None
    screen_inches: float | None
    ports: str | None


class ProductList(Result):
    """Products in the order asked for."""

    products: list[ProductRow]


class DeliveryOption(Result):
    """One way of delivery; ``free_from_cents`` is the goods' value from which it costs nothing."""

    name: Delivery
    price_cents: int
    free_from_cents: int | None
    days_min: int
    days_max: int


class DeliveryOptions(Result):
    """The ways of delivery; with a product, ``goods_cents`` is its price and the options' prices are for it."""

    options: list[DeliveryOption]
    goods_cents: int | None


class Quote(Result):
    """A price that holds until a day; ``total_cents`` is goods only."""

    quote_id: str
    product: str
    quantity: int
    unit_price_cents: int
    delivery_cents: int
    total_cents: int
    valid_until: date


class OrderPlaced(Result):
    """A paid order; ``total_cents`` is what was captured: the goods and ``delivery_cents``."""

    order_id: str
    product: str
    quantity: int
    total_cents: int
    delivery_cents: int
    delivery: Delivery
    expected_on: date


class NewsletterSet(Result):
    """Whether the newsletter comes, and where to."""

    subscribed: bool
    email: str


class DiscountRow(Result):
    """One running discount."""

    code: str
    text: str
    valid_until: date


class Discounts(Result):
    """All running discounts."""

    discounts: list[DiscountRow]
