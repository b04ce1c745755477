"""Secrets never get past the door; what merely looks like one is left alone."""

from __future__ import annotations

import pytest

from tracing.mask import masked


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my card 4242 4242 4242 4242 please", "my card [card ending 4242] please"),
        ("5555-5555-5555-4444.", "[card ending 4444]."),
        ("cvv 123", "cvv [security code]"),
        ("my password is hunter2!", "my password is [password]"),
        ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer [token]"),
        ("key sk-proj_abcdefghijklmnopqrst", "key [token]"),
    ],
)
def test_a_secret_is_masked(said, kept):
    assert masked(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "order V-10021 of 59.00",
        "invoice V-INV-2051",
        "4242 4242 4242 4243",
        "tracking 00340434161094021501",
        "my password is wrong",
        "I forgot my password, reset it",
        "call me at 0049 170 1234567",
    ],
)
def test_what_is_no_secret_stays(said):
    assert masked(said) == said
