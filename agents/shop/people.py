"""Who may log in to the demo: customers with something to try, and operators. Passwords are not kept here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

OperatorRole = Literal["operator", "viewer", "admin"]


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoCustomer:
    """A customer of the demo; ``customer`` is the id of the scope, ``situation`` says what to try."""

    customer: str
    tenant: str
    email: str
    name: str
    address: str
    cards: tuple[str, ...]
    situation: str
    try_saying: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoOperator:
    """A member of staff and the tenants they see."""

    email: str
    name: str
    role: OperatorRole
    tenants: tuple[str, ...]


TENANTS: Final = {"volta": "Volta", "lumen": "Lumen"}

CUSTOMERS: Final = (
    DemoCustomer(
        customer="anna",
        tenant="volta",
        email="anna@volta.example",
        name="Anna Berg",
        address="Gartenstrasse 12, 10115 Berlin",
        cards=("Visa ending 4242", "Mastercard ending 5100"),
        situation="The mouse of order V-10021 was charged twice.",
        try_saying="I was charged twice for my last order",
    ),
    DemoCustomer(
        customer="ben",
        tenant="volta",
        email="ben@volta.example",
        name="Ben Okoye",
        address="12 Mill Lane, Leeds LS1 4AP",
        cards=("Visa ending 1881",),
        situation="The parcel V-10034 with the headphones is lost.",
        try_saying="Where is my parcel?",
    ),
    DemoCustomer(
        customer="chloe",
        tenant="volta",
        email="chloe@volta.example",
        name="Chloe Martin",
        address="8 rue des Lilas, 69003 Lyon",
        cards=("Visa ending 3055", "Mastercard ending 2720"),
        situation="Three recent orders: one can be cancelled, one arrives tomorrow, one was just delivered.",
        try_saying="Please cancel my headphones",
    ),
    DemoCustomer(
        customer="dev",
        tenant="volta",
        email="dev@volta.example",
        name="Dev Patel",
        address="27 Harbour Street, Bristol BS1 5UH",
        cards=("Visa ending 0077", "Mastercard ending 8210"),
        situation="The account is locked, and invoice V-INV-2051 carries an old address.",
        try_saying="I can't log in, my account is locked",
    ),
    DemoCustomer(
        customer="ella",
        tenant="volta",
        email="ella@volta.example",
        name="Ella Rossi",
        address="Via Garibaldi 5, 20121 Milano",
        cards=("Visa ending 6411",),
        situation="No orders yet; wants advice.",
        try_saying="Which of your headphones has the longest battery life?",
    ),
    DemoCustomer(
        customer="farid",
        tenant="volta",
        email="farid@volta.example",
        name="Farid Haddad",
        address="Kanaalweg 31, 3526 Utrecht",
        cards=("Visa ending 9034",),
        situation="Refund V-REF-301 of 89.00 is on its way to the bank.",
        try_saying="When do I get my money back?",
    ),
    DemoCustomer(
        customer="gina",
        tenant="lumen",
        email="gina@lumen.example",
        name="Gina Lopez",
        address="Calle Mayor 18, 28013 Madrid",
        cards=("Visa ending 7312",),
        situation="A customer of another shop; order L-10021 was paid once.",
        try_saying="Was I charged two times for L-10021?",
    ),
)

OPERATORS: Final = (
    DemoOperator(email="olga@volta.example", name="Olga", role="operator", tenants=("volta",)),
    DemoOperator(email="victor@volta.example", name="Victor", role="viewer", tenants=("volta",)),
    DemoOperator(email="otto@lumen.example", name="Otto", role="operator", tenants=("lumen",)),
    DemoOperator(email="ada@baton.example", name="Ada", role="admin", tenants=("volta", "lumen")),
)
