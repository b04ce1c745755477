"""Secrets never get past the door; what merely looks like one is left alone."""

from __future__ import annotations

import pytest

from tracing.mask import masked


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my card 4242 4242 4242 4242 please", "my card [card ending 4242] please"),
        ("5555-5555-5555-4444.", "[card ending 4444]."),
        ("4111 1111 1111 1111 12/27 123", "[card ending 1111] 12/27 123"),
        ("4111111111111111 123", "[card ending 1111] 123"),
        ("it is 4111.1111.1111.1111!", "it is [card ending 1111]!"),
        ("card4111111111111111", "card[card ending 1111]"),
        ("378282246310005 amex", "[card ending 0005] amex"),
        ("cvv is: 123", "cvv is: [security code]"),
        ("my pin 4711", "my pin [password]"),
        ("pw: hunter2", "pw: [password]"),
        ("4111 1111 1111 1111 5555 5555 5555 4444", "[card ending 1111] [card ending 4444]"),
        ("pay to DE89 3704 0044 0532 0130 00", "pay to [account ending 3000]"),
        ("my password is hunter", "my password is [password]"),
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
        "reset my password please",
        "orders V-10040 V-10041 V-10042, 39.00 and 329.00 on 20.11.2026",
    ],
)
def test_what_is_no_secret_stays(said):
    assert masked(said) == said
