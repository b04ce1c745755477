"""What an agent has seen before comes back shorter: facts stay, details go, and it says so."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from handoffs.condensing import LONG_CHARS, NOTICE, condensed, cut_to, shortened
from handoffs.model import Part
from handoffs.parts import wired

ORDERS = {
    "orders": [
        {
            "order_id": f"V-{10_000 + n}",
            "placed_on": "2026-11-14",
            "status": "delivered",
            "items": [{"product": "Pebble M2", "category": "mouse", "quantity": 1, "unit_price_cents": 5900}],
            "total_cents": 5900,
            "refunded_cents": 0,
            "replacement_order_id": None,
            "can_cancel": False,
            "delivery_address": "Gartenstrasse 12, 10115 Berlin",
        }
        for n in range(30)
    ]
}
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(max_size=12), inner, max_size=8),
    max_leaves=60,
)


def size(raw: bytes) -> int:
    return len(raw)


def test_ids_amounts_and_dates_stay_and_details_go():
    small = json.loads(condensed(json.dumps(ORDERS)))
    assert small["condensed"] == NOTICE
    assert small["orders"][0] == {
        "order_id": "V-10000",
        "placed_on": "2026-11-14",
        "status": "delivered",
        "items": [{"product": "Pebble M2", "unit_price_cents": 5900}],
        "total_cents": 5900,
        "refunded_cents": 0,
    }
    assert small["orders"][-1] == {"and_more": 10}


def test_a_single_result_keeps_its_fields_and_loses_only_its_length():
    article = {"article_id": "refunds", "body": "Refunds take five to seven working days. " * 40, "note": None}
    small = json.loads(condensed(json.dumps(article)))
    assert small["article_id"] == "refunds"
    assert small["body"].startswith("Refunds take five")
    assert "characters left out" in small["body"]
    assert "note" not in small


def test_what_is_short_stays_as_it_is():
    assert condensed('{"order_id":"V-1","note":null}') == '{"order_id":"V-1","note":null}'


def test_text_that_is_no_json_is_shortened_with_a_mark():
    text = condensed("not json " * 100)
    assert "characters left out" in text
    assert len(text) <= LONG_CHARS + 60


@given(value=values)
def test_condensed_is_json_and_never_longer(value):
    content = json.dumps(value)
    small = condensed(content)
    json.loads(small)
    assert len(small) <= len(content)
    assert small == condensed(content)


@given(text=st.text(max_size=400), most_chars=st.integers(0, 400))
def test_shortened_keeps_both_ends_and_is_never_longer(text, most_chars):
    short = shortened(text, most_chars)
    assert len(short) <= len(text)
    if short != text:
        assert short.startswith(text[: most_chars * 2 // 3])
        assert "characters left out" in short


@given(words=st.text(max_size=3_000), value=values, most=st.integers(150, 2_000))
def test_the_last_resort_keeps_calls_with_their_results_and_json_json(words, value, most):
    asked = wired({"role": "assistant", "content": None, "tool_calls": [{"id": "c1"}]})
    told = wired({"role": "tool", "tool_call_id": "c1", "content": json.dumps({"found": value})})
    cut = cut_to((asked, told), most, size)
    assert cut[0] == asked
    result = json.loads(cut[1].raw)
    assert result["tool_call_id"] == "c1"
    json.loads(result["content"])
    said = cut_to((wired({"role": "user", "content": "x" + words}),), most, size)
    assert json.loads(said[0].raw)["role"] == "user"


def test_a_long_message_is_cut_to_what_is_left_for_it():
    told: Part = wired({"role": "user", "content": "My story is long. " * 500})
    (cut,) = cut_to((told,), 800, size)
    assert len(cut.raw) <= 800
    content = json.loads(cut.raw)["content"]
    assert content.startswith("My story is long.")
    assert "characters left out" in content
