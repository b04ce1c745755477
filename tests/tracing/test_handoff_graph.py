"""Who hands to whom: counted, with what came straight back, what was refused, and the time to the right agent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from handoffs.events import AnyEvent, CallFinished, CustomerSaid, Ended, HandedIn, HandedOut, Said
from tracing.handoff_graph import Edge, Graph, HandoffGraph, Reached
from tracing.join import Trace, join
from tracing.record import TraceRecord

Records = tuple[TraceRecord, ...]
Place = Callable[..., TraceRecord]
AGENTS = ("billing", "support", "sales")


def graph(*traces: Trace) -> Graph:
    counting = HandoffGraph()
    for trace in traces:
        counting.enter(trace)
    return counting.graph()


def turn(path: Sequence[str], number: int) -> list[AnyEvent]:
    """A turn in which control goes along this path; the last one answers."""
    events: list[AnyEvent] = [CustomerSaid(message_id=f"m{number}", text="where is it?")]
    for step, (source, to) in enumerate(pairwise(path)):
        said = {"handoff_id": f"x{number}-h{step}", "reason": "", "summary": ""}
        events += [HandedOut(agent=source, to=to, **said), HandedIn(agent=to, source=source, **said)]
    return [*events, Said(agent=path[-1], text="Here."), Ended(agent=path[-1], status="completed")]


def conversation(place: Place, *paths: Sequence[str]) -> Trace:
    placed: list[TraceRecord] = []
    for number, path in enumerate(paths):
        placed += [
            place(event, seq=len(placed) + index, execution=f"x{number}")
            for index, event in enumerate(turn(path, number), start=1)
        ]
    return join(placed)


def test_edges_and_the_time_to_the_right_agent(records: Records) -> None:
    found = graph(join(records))
    assert found.edges == (
        Edge(source="billing", to="support", handoffs=1, bounced=0, cycles=0),
        Edge(source="support", to="sales", handoffs=1, bounced=0, cycles=0),
    )
    assert found.reached == (
        Reached(agent="billing", turns=1, direct=1, median_ms=None, long_ms=None),
        # asked in record 13, arrived in record 22, a tenth of a second each; support spoke too, but not last
        Reached(agent="sales", turns=1, direct=0, median_ms=900, long_ms=900),
    )


def test_what_comes_straight_back_within_the_turn_has_bounced(placed: Place) -> None:
    back = conversation(placed, ("billing", "support", "billing"), ("billing", "support"), ("support", "billing"))
    assert [(edge.source, edge.to, edge.handoffs, edge.bounced) for edge in graph(back).edges] == [
        ("billing", "support", 2, 1),
        ("support", "billing", 2, 0),  # in a later turn it is another matter
    ]
    assert graph(back).edges[0].bounce_rate == 0.5


def test_a_refused_cycle_is_counted_and_is_no_handoff(placed: Place) -> None:
    def refusal(code: str) -> CallFinished:
        return CallFinished(
            agent="support", call_id="c", tool="transfer_to_billing", title="", arguments="{}", outcome="refused",
            content="{}", code=code,
        )  # fmt: skip

    trace = join([placed(refusal("cycle"), seq=1), placed(refusal("handoff_limit"), seq=2)])
    assert graph(trace).edges == (Edge(source="support", to="billing", handoffs=0, bounced=0, cycles=1),)
    assert graph(trace).edges[0].bounce_rate == 0


def test_a_handoff_of_which_half_is_lost_still_counts(records: Records) -> None:
    for lost in (16, 17):
        found = graph(join(record for record in records if record.seq != lost))
        assert [(edge.source, edge.to) for edge in found.edges] == [("billing", "support"), ("support", "sales")]


def test_the_right_agent_is_who_answers_not_who_spoke_in_passing(records: Records) -> None:
    until_then = records[:19]  # the second turn goes on; support, which got it, has only said a word meanwhile
    assert [each.agent for each in graph(join(until_then)).reached] == ["billing"]


def test_a_turn_that_nobody_at_its_end_answered_found_no_right_agent(placed: Place) -> None:
    events = turn(("billing", "support"), 0)
    events[3] = Said(agent="billing", text="I can help myself.")
    assert graph(join(placed(event, seq=seq) for seq, event in enumerate(events, start=1))).reached == ()


def test_nine_of_ten_turns_took_at_most_the_long_time(placed: Place) -> None:
    traces = [
        join(
            replace(record, at_ms=wait_ms * (record.seq > 1))  # asked at 0, arrived after so long
            for record in conversation(placed, ("billing", "sales")).records
        )
        for wait_ms in (100, 200, 300, 400, 500, 600, 700, 800, 900, 60_000)
    ]
    (sales,) = graph(*traces).reached
    assert (sales.turns, sales.median_ms, sales.long_ms) == (10, 500, 900)


def test_a_clock_that_ran_backwards_gives_no_negative_time(records: Records) -> None:
    bent = [replace(record, at_ms=record.at_ms - 90_000 * (record.seq >= 20)) for record in records]
    assert [each.median_ms for each in graph(join(bent)).reached] == [None, 0]


PATHS = st.lists(st.lists(st.sampled_from(AGENTS), min_size=1, max_size=6), max_size=5)


@given(first=PATHS, second=PATHS)
def test_the_parts_are_the_whole(first: list[list[str]], second: list[list[str]], placed: Place) -> None:
    traces = [conversation(placed, *first), conversation(placed, *second)]
    found = graph(*traces)
    assert sum(edge.handoffs for edge in found.edges) == sum(len(path) - 1 for path in [*first, *second])
    assert all(0 <= edge.bounced <= edge.handoffs for edge in found.edges)
    assert sum(each.turns for each in found.reached) == len(first) + len(second)
    assert sum(each.direct for each in found.reached) == sum(len(path) == 1 for path in [*first, *second])
    assert graph(*reversed(traces)) == found
