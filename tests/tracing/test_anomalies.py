"""An execution is anomalous at three times its agent's own median, and beyond its own noise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffs.events import AttemptFailed
from tracing.anomalies import LEAST, Anomaly, Baselines, Work, judged, works
from tracing.record import TraceRecord

Records = tuple[TraceRecord, ...]


def work(number: int, *, agent: str = "billing", tenant: str = "volta", **done: int) -> Work:
    return Work(
        tenant=tenant, conversation="c-1", execution=f"x{number}", agent=agent, at_ms=1_000 * number, **done
    )  # fmt: skip


def found(*values: int, what: str = "calls", **more: str) -> list[Anomaly]:
    return list(judged(work(number, **{what: value}, **more) for number, value in enumerate(values)))


def test_what_each_agent_did_in_each_execution(records: Records) -> None:
    assert [(w.execution, w.agent, w.calls, w.tokens, w.ms, w.handoffs) for w in works(records)] == [
        ("x000001", "billing", 2, 966, 126, 0),  # three decisions of 322 tokens and 40 ms, two calls of 3 ms
        ("x000002", "billing", 0, 322, 43, 1),  # a handoff is no call, but takes its time
        ("x000002", "support", 0, 322, 43, 1),
        ("x000002", "sales", 0, 322, 40, 0),
    ]


def test_an_execution_that_still_runs_is_not_looked_at(records: Records) -> None:
    assert {w.execution for w in works(records[:-1])} == {"x000001"}


def test_waiting_for_a_next_attempt_is_time(records: Records, placed: Callable[..., TraceRecord]) -> None:
    failed = AttemptFailed(agent="billing", what="model", error="503", wait_s=1.5, final=False, dur_ms=200)
    assert works([records[0], placed(failed, seq=2), *records[2:]])[0].ms == 126 + 200 + 1_500


def test_three_times_the_median_beyond_the_noise_is_an_anomaly() -> None:
    usual = [3, 4, 4, 4, 5] * 4  # median 4, MAD 0, mean deviation upwards 0.25: the noise ends at 5.1
    assert found(*usual, 11) == []
    (anomaly,) = found(*usual, 12)
    assert (anomaly.agent, anomaly.execution, anomaly.what) == ("billing", "x20", "calls")
    assert (anomaly.value, anomaly.baseline, anomaly.of) == (12, 4, 20)
    assert anomaly.sentence == "billing made 12 calls: usual are 4 (median of its last 20 executions)"


def test_an_agent_whose_work_varies_much_is_not_judged_by_its_median_alone() -> None:
    noisy = [1_000, 2_000, 3_000, 4_000, 5_000] * 4  # median 3,000, MAD 1,000: up to 3,000 + 3.5 × 1,482.6 = 8,189
    assert found(*noisy, 9_000, what="tokens")[0].value == 9_000
    wider = [0, 0, 3_000, 6_000, 6_000] * 4  # median 3,000, MAD 3,000: up to 18,567
    assert found(*wider, 9_000, what="tokens") == []
    assert found(*wider, 18_600, what="tokens")[0].baseline == 3_000


def test_noise_below_the_median_excuses_nothing_above_it() -> None:
    # median 3,000; of all values the MAD is 2,000, which would let pass up to 13,378; of the upper half it is 250
    low = [*[0] * 7, 3_000, 3_000, 3_100, 3_200, 3_300, 3_400, 3_500, 5_000] * 2
    assert found(*low, 9_000, what="tokens")[0].baseline == 3_000


def test_too_few_executions_give_no_verdict() -> None:
    assert found(*[2] * (LEAST - 1), 500) == []
    assert found(*[2] * LEAST, 500) != []


@pytest.mark.parametrize(("what", "quiet", "loud"), [("ms", 1_499, 1_500), ("handoffs", 2, 3), ("tokens", 299, 300)])
def test_three_times_next_to_nothing_is_nothing(what: str, quiet: int, loud: int) -> None:
    assert found(*[0] * LEAST, quiet, what=what) == []
    assert [each.what for each in found(*[0] * LEAST, loud, what=what)] == [what]


def test_time_is_told_in_seconds() -> None:
    (anomaly,) = found(*[2_000] * LEAST, 61_500, what="ms")
    assert anomaly.sentence == "billing took 61.5 s: usual are 2.0 s (median of its last 20 executions)"


def test_each_agent_of_each_tenant_has_its_own_baseline() -> None:
    busy = [work(number, calls=9, agent="support") for number in range(LEAST)]
    idle = [work(number, calls=1) for number in range(LEAST)]
    later = 2 * LEAST
    new = [work(later, calls=9, agent="support"), work(later, calls=9), work(later, calls=9, tenant="lumen")]
    assert [(each.tenant, each.agent) for each in judged([*busy, *idle, *new])] == [("volta", "billing")]


def test_what_has_become_usual_is_no_anomaly_any_more() -> None:
    baselines = Baselines(window=30)
    verdicts = [bool(baselines.judge(work(n, calls=2 if n < 30 else 20))) for n in range(90)]
    assert verdicts.index(True) == 30
    assert not any(verdicts[60:])
    assert baselines.judge(work(90, calls=200))[0].of == 30  # older ones are let go


@given(values=st.lists(st.integers(0, 50), max_size=80))
def test_a_verdict_never_changes_by_what_comes_later_nor_by_the_order_of_reading(values: list[int]) -> None:
    done = [work(number, calls=value) for number, value in enumerate(values)]
    whole = list(judged(reversed(done)))
    assert [each for each in whole if each.at_ms < 50_000] == list(judged(done[:50]))
    assert all(each.value >= 3 * each.baseline for each in whole)


@given(values=st.lists(st.integers(0, 10_000), min_size=LEAST, max_size=60), factor=st.integers(2, 9))
def test_an_agent_that_works_the_same_on_a_larger_scale_is_judged_the_same(values: list[int], factor: int) -> None:
    done = [work(number, tokens=1_000 + value) for number, value in enumerate(values)]
    scaled = [replace(each, tokens=each.tokens * factor) for each in done]
    assert [each.execution for each in judged(done)] == [each.execution for each in judged(scaled)]
