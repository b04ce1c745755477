"""Prices are data with days: ours, or a file of one's own in their place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffs.errors import UsageError
from handoffs.events import Decided
from tracing.archive.facts import Facts
from tracing.archive.pricing import PriceTable
from tracing.prices import Prices

Decision = Callable[..., Decided]
TWO_PRICES = """
currency = "EUR"
[[model]]
name = "m"
since = 2026-03-01
input = 1.0
cached = 0.25
output = 4.0
[[model]]
name = "m"
since = 2026-01-01
input = 2.0
output = 8.0
[[tool]]
name = "check_credit"
since = 2026-01-01
call = 0.35
"""


def ms(day: str) -> int:
    return round(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def prices(tmp_path: Path) -> Prices:
    path = tmp_path / "prices.toml"
    path.write_text(TWO_PRICES)
    return Prices.read(path)


def test_cached_input_has_its_own_price_and_is_not_counted_twice(prices: Prices, make_decision: Decision) -> None:
    decision = make_decision("billing", model="m", input_tokens=1_000, cached_tokens=400, output_tokens=50)
    # 600 × 1.00 + 400 × 0.25 + 50 × 4.00 = 900 millionths
    assert prices.of_tokens(decision, ms("2026-03-01")) == Decimal("0.0009")


def test_reasoning_is_a_part_of_the_output(prices: Prices, make_decision: Decision) -> None:
    silent = make_decision("billing", model="m", output_tokens=50)
    thinking = make_decision("billing", model="m", output_tokens=50, reasoning_tokens=45)
    assert prices.of_tokens(thinking, ms("2026-03-01")) == prices.of_tokens(silent, ms("2026-03-01"))


def test_a_price_holds_from_its_day_until_the_next(prices: Prices, make_decision: Decision) -> None:
    decision = make_decision("billing", model="m", input_tokens=1_000_000, output_tokens=0)
    assert prices.of_tokens(decision, ms("2025-12-31")) is None
    assert prices.of_tokens(decision, ms("2026-02-28T23:59:59")) == 2
    assert prices.of_tokens(decision, ms("2026-03-01")) == 1


def test_without_a_price_for_cached_input_it_costs_what_input_costs(prices: Prices, make_decision: Decision) -> None:
    decision = make_decision("billing", model="m", input_tokens=1_000_000, cached_tokens=900_000, output_tokens=0)
    assert prices.of_tokens(decision, ms("2026-01-01")) == 2


def test_a_dated_snapshot_costs_what_its_model_costs_and_an_unknown_model_nobody_knows_what() -> None:
    ours, day = Prices.read(), ms("2026-11-23")
    tokens = {"kind": "decided", "input_tokens": 1_000_000, "cached_tokens": 250_000, "output_tokens": 100_000}
    # 0.75 × 0.40 + 0.25 × 0.10 + 0.1 × 1.60
    for name in ("gpt-4.1-mini", "gpt-4.1-mini-2025-04-14", "gpt-4.1-mini-20250414"):
        assert ours.amount(Facts.model_validate({**tokens, "model": name}), day) == pytest.approx(0.485)
    for name in ("gpt-4.1-mini-turbo", "someone/gpt-4.1-mini", ""):
        assert ours.amount(Facts.model_validate({**tokens, "model": name}), day) is None


def test_the_offline_model_costs_nothing_and_is_known_to() -> None:
    facts = Facts(kind="decided", model="offline", input_tokens=5_000, output_tokens=80)
    assert Prices.read().amount(facts, ms("2026-11-23")) == 0


def test_the_archive_can_take_it_as_its_price(prices: Prices) -> None:
    table: PriceTable = prices
    assert table.amount(Facts(kind="decided", model="m", output_tokens=1_000_000), ms("2026-03-01")) == 4


def test_a_tool_has_a_price_where_the_table_names_it(prices: Prices) -> None:
    assert prices.of_call("check_credit", ms("2026-01-01")) == Decimal("0.35")
    assert prices.of_call("list_orders", ms("2026-01-01")) is None


@given(tokens=st.tuples(*[st.integers(0, 10**7)] * 3), model=st.sampled_from(["gpt-4o", "o3", "offline", "?"]))
def test_no_cost_is_negative_and_more_cached_is_never_dearer(tokens: tuple[int, int, int], model: str) -> None:
    read, cached, written = tokens
    facts = Facts(kind="decided", model=model, input_tokens=read, cached_tokens=cached, output_tokens=written)
    found = OURS.of_tokens(facts, ms("2026-11-23"))
    fresh = OURS.of_tokens(facts.model_copy(update={"cached_tokens": 0}), ms("2026-11-23"))
    assert (found is None) == (model == "?")
    assert found is None or fresh is None or 0 <= found <= fresh


OURS = Prices.read()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("currency = ", "are no TOML file"),
        ("", "wrong at currency"),
        (TWO_PRICES.replace("output = 8.0", "output = -8.0"), "wrong at model.1.output"),
        (TWO_PRICES.replace("output = 8.0", "output = inf"), "wrong at model.1.output"),
        (TWO_PRICES.replace("input = 2.0", "inptu = 2.0"), "wrong at model.1.input"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(text: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=what) as refused:
        Prices.read(path)
    assert "mine.toml" in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        Prices.read(tmp_path / "none.toml")
