"""The join gives one trace whatever the order, and names what was lost, doubled or bent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffs.errors import UsageError
from handoffs.events import (
    ApprovalRequested,
    ApprovalSettled,
    CallFinished,
    CustomerSaid,
    Decided,
    Ended,
    HandedIn,
    HandedOut,
    Said,
)
from handoffs.values import Call
from tracing.join import Trace, join
from tracing.record import TraceRecord

Records = tuple[TraceRecord, ...]


def kinds(trace: Trace) -> list[str]:
    return [fault.kind for fault in trace.faults]


def test_a_whole_conversation_has_no_faults_and_its_handoffs_match(records: Records) -> None:
    trace = join(records)
    assert trace.faults == ()
    assert [(h.left and h.left.log, h.arrived and h.arrived.log) for h in trace.handoffs] == [
        ("billing", "support"),
        ("support", "sales"),
    ]
    assert list(trace.turns()) == ["x000001", "x000002"]


@given(data=st.data())
def test_the_order_of_the_lines_does_not_matter(data: st.DataObject, records: Records) -> None:
    assert join(data.draw(st.permutations(records))) == join(records)


@given(data=st.data())
def test_every_lost_record_is_within_a_named_gap(data: st.DataObject, records: Records) -> None:
    lost = data.draw(st.sets(st.integers(1, len(records) - 1)))  # one lost at the very end cannot be known
    trace = join(record for record in records if record.seq not in lost)
    gaps = [fault.seqs for fault in trace.faults if fault.kind == "gap"]
    assert {seq for first, last in gaps for seq in range(first, last + 1)} == lost


@given(data=st.data())
def test_doubled_records_are_shown_once_and_named(data: st.DataObject, records: Records) -> None:
    doubled = data.draw(st.lists(st.sampled_from(records), max_size=8))
    trace = join(data.draw(st.permutations([*records, *doubled])))
    assert trace.records == records
    assert {fault.seqs for fault in trace.faults} == {(record.seq,) for record in doubled}
    assert set(kinds(trace)) <= {"duplicate"}


@given(data=st.data())
def test_clocks_never_change_the_order(data: st.DataObject, records: Records) -> None:
    skews_ms = data.draw(st.lists(st.integers(-9_000, 9_000), min_size=len(records), max_size=len(records)))
    bent = [replace(record, at_ms=record.at_ms + skew) for record, skew in zip(records, skews_ms, strict=True)]
    trace = join(reversed(bent))
    assert [record.seq for record in trace.records] == [record.seq for record in records]
    backwards = [(a, b) for a, b in pairwise(bent) if a.at_ms - b.at_ms > 1_000]
    first = {(a.log, b.log): (a.seq, b.seq) for a, b in reversed(backwards)}
    assert [fault.seqs for fault in trace.faults if fault.kind == "skew"] == sorted(first.values())


def test_a_clock_that_runs_behind_is_named_once_for_each_two_logs(placed: Callable[..., TraceRecord]) -> None:
    logs = ("billing", "sales") * 3
    bent = [
        placed(Said(agent=agent, text="hello"), seq=seq, at_ms=600_000 * 9 - (180_000 if agent == "sales" else 0))
        for seq, agent in enumerate(logs, start=1)
    ]
    assert [(fault.seqs, fault.sentence) for fault in join(bent).faults] == [
        (
            (1, 2),
            "the clock ran backwards from billing to sales 3 times, by 180.0 s at most, first from record 1 to 2: "
            "the order stands, the times do not",
        )
    ]
    assert (
        "the clock ran 180.0 s backwards from billing to sales, from record 1 to 2" in join(bent[:2]).faults[0].sentence
    )


def test_two_records_that_claim_one_place_are_both_shown(records: Records) -> None:
    other = replace(records[4], log="support")
    trace = join([*records, other])
    assert kinds(trace) == ["conflict"]
    assert [record.log for record in trace.records if record.seq == other.seq] == ["billing", "support"]


@pytest.mark.parametrize(
    ("half", "says"),
    [
        (HandedOut, "arrived at support, but billing's half is missing"),
        (HandedIn, "left billing for support, but its arrival is missing"),
    ],
)
def test_a_handoff_without_its_other_half_is_an_orphan(half: type, says: str, records: Records) -> None:
    gone = next(record for record in records if isinstance(record.event, half))
    trace = join(record for record in records if record is not gone)
    assert kinds(trace) == ["orphan", "gap"] if half is HandedIn else ["gap", "orphan"]
    assert any(says in fault.sentence for fault in trace.faults)


def test_a_result_whose_decision_is_lost_is_an_orphan(records: Records) -> None:
    gone = next(record for record in records if isinstance(record.event, Decided))
    trace = join(record for record in records if record is not gone)
    assert [f.sentence for f in trace.faults if f.kind == "orphan"] == [
        "record 5 of billing holds call_finished of list_payments, whose decision is missing"
    ]


def test_a_call_that_never_got_its_result_is_an_orphan_once_the_turn_has_ended(records: Records) -> None:
    gone = next(record for record in records if isinstance(record.event, CallFinished))
    trace = join(record for record in records if record is not gone)
    assert any("list_payments, whose result is missing" in fault.sentence for fault in trace.faults)
    running = join(record for record in records if record.seq < gone.seq)
    assert running.faults == ()


def test_an_approved_call_belongs_to_its_verdict(
    placed: Callable[..., TraceRecord], make_decision: Callable[..., Decided]
) -> None:
    call = Call(id="c1", name="refund_payment", arguments="{}")
    done = {"tool": call.name, "title": "Refunding", "arguments": "{}", "content": "{}", "agent": "billing"}
    request = ApprovalRequested(
        agent="billing", number="A-1", call_id="c1", tool=call.name, title="", arguments="{}", arguments_hash="h",
        key="k", what="refund", sentence="Refund 249.00?",
    )  # fmt: skip
    told = [
        placed(make_decision("billing", call), seq=1),
        placed(request, seq=2),
        placed(CallFinished(call_id="c1", outcome="pending", **done), seq=3),
        placed(Ended(status="waiting_human"), seq=4),
        placed(
            ApprovalSettled(request=request, verdict="approved", by="olga@volta.example"), seq=5, execution="x000002"
        ),
        placed(CallFinished(call_id="c1-A-1", outcome="ok", code="approved", **done), seq=6, execution="x000002"),
    ]
    assert join(told).faults == ()
    assert "a verdict on A-1, whose request is missing" in str(join(told[:1] + told[2:]).faults)


def test_a_record_of_an_older_fence_after_a_newer_is_stale(placed: Callable[..., TraceRecord]) -> None:
    told = [
        placed(CustomerSaid(message_id=f"m{seq}", text=""), seq=seq, fence=fence) for seq, fence in ((1, 2), (2, 1))
    ]
    assert kinds(join(told)) == ["stale"]


def test_no_records_are_an_empty_trace_and_two_conversations_are_refused(records: Records) -> None:
    assert join([]).records == ()
    with pytest.raises(UsageError, match="of 2 conversations"):
        join([records[0], replace(records[1], conversation="c-2")])
