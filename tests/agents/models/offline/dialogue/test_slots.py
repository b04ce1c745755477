"""Values in a customer's words."""

from __future__ import annotations

import pytest

from agents.models.offline import slots


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Lindenweg 4, 50667 Köln", "Lindenweg 4, 50667 Köln"),
        ("please put 27 Harbour Street, Bristol BS1 5UH on it", "27 Harbour Street, Bristol BS1 5UH"),
        ("deliver it to Gartenstrasse 12, 10115 Berlin please", "Gartenstrasse 12, 10115 Berlin"),
        ("the address on my invoice V-INV-2051 is wrong, i moved last year", None),
        ("make it 2, please", None),
    ],
)
def test_an_address_has_a_shape(text, address):
    assert slots.address(text) == address


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("make it 2", 2),
        ("3, no sorry two of them", 2),
        ("2 of the cove lite instead of one", 2),
        ("cancel V-10040", None),
    ],
)
def test_quantities(text, count):
    assert slots.quantity(text) == count


def test_numbers_are_read_as_they_are_typed():
    assert slots.order_ids("v10040 and V-10041") == ["V-10040", "V-10041"]
    assert slots.price_limit_cents("my budget is 150 max") == 15_000
    assert slots.category_in("hadphones please") == "headphones"
    assert slots.category_in("how long on one charge") is None
