"""Things that customers of a shop may have said, made up in any number, and questions about them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from memory.longterm.item import CustomerScope, Memory, memory_id

Shape = Literal["many customers", "one scope"]

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
TENANT: Final = "volta"
OWN: Final = 40  # memories of each customer
SHARED: Final = 300  # memories of the shop

_SLOTS: Final = {
    "who": "my sister, our neighbour, a colleague, my landlord, the office, my daughter, uncle Karl, the courier",
    "thing": "kettle, headphones, router, tablet, coffee grinder, desk lamp, keyboard, smart watch, projector, "
    "printer, soundbar, toaster, drone, air purifier, webcam, e-reader, power bank, vacuum robot, game console, "
    "induction hob",
    "fault": "hums at night, lost its left button, arrived with a cracked lid, switches itself off, smells of plastic, "
    "does not charge past half, shows a blue line, forgets its settings, leaks a little, came in the wrong colour",
    "city": "Ghent, Lyon, Porto, Gdansk, Graz, Malmo, Bergamo, Utrecht, Brno, Turku, Seville, Aarhus, Cork, Split",
    "day": "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, the first of May, the weekend, next week",
    "way": "by card, by bank transfer, in three rates, with a voucher, on invoice, with the old balance",
    "wish": "a refund, a replacement, an invoice as CSV, a call back, a smaller box, delivery to a neighbour, "
    "another address, a longer warranty, fewer mails, a quieter model, the manual in Dutch, an extra cable",
}
_SAID: Final = (
    "The {thing} I bought for {who} {fault} since {day}",
    "I would like {wish} for the {thing}, number {number}, please",
    "We are moving to {city} on {day}, so send the {thing} there",
    "I paid {number} euros for the {thing} {way}",
    "{who} in {city} says the {thing} {fault}, is that normal",
    "For order {number} I asked for {wish} and got a {thing} instead",
    "Please note that on {day} nobody in {city} can take the {thing}",
    "I prefer {wish} and I always pay {way}",
    "The {thing} with serial {number} {fault}, but {who} likes it",
    "Can {who} collect the {thing} in {city} on {day}",
)
_ASKED: Final = (
    "what did I say about the {thing} for {who}",
    "which {thing} {fault}",
    "who collects the {thing} in {city}",
    "did I ask for {wish} on {day}",
    "how did I pay for the {thing}, {way}",
)


def memories(count: int, shape: Shape) -> Iterator[Memory]:
    """The same ``count`` memories every time; the shape says whose they are, not what they say.

    Of "many customers" every reader sees 300 of the shop's and 40 of their own, however many there are; in "one scope"
    one reader sees all.
    """
    for number, text in enumerate(_texts(_SAID, count, seed=1)):
        tenant, customer = _owner(number, shape)
        said_at = NOW - timedelta(hours=number % 5_000)
        yield Memory(
            id=memory_id(tenant, customer, "made up", str(number)), tenant=tenant, customer=customer,
            kind="episode", text=text, said_at=said_at, confirmed_at=said_at,
            source=f"conversation/{number // 20}", position=number % 20,
        )  # fmt: skip


def questions(count: int, size: int, shape: Shape) -> Iterator[tuple[CustomerScope, str]]:
    """Who asks what of a store with ``size`` memories; no question comes twice."""
    owners = dict.fromkeys(_owner(number, shape) for number in range(size))
    askers = [customer for tenant, customer in owners if tenant == TENANT and customer] or [""]
    for number, text in enumerate(_texts(_ASKED, count, seed=2)):
        yield CustomerScope(tenant=TENANT, customer=askers[number % len(askers)]), f"{text} ({number})"


def _owner(number: int, shape: Shape) -> tuple[str, str]:
    if shape == "one scope":
        return TENANT, "anna"
    tenant, nth = (TENANT, "kern")[number % 2], number // 2
    return tenant, "" if nth < SHARED else f"c{(nth - SHARED) // OWN}"


def _texts(patterns: tuple[str, ...], count: int, *, seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    for _ in range(count):
        filled = {name: chance.choice(words.split(", ")) for name, words in _SLOTS.items()}
        yield chance.choice(patterns).format(number=chance.randrange(1_000, 99_999), **filled)
