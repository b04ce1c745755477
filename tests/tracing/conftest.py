"""One small conversation, written by hand: a refund by billing, a parcel by support, and back by way of sales."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from handoffs.events import (
    AnyEvent,
    CallFinished,
    CallIntended,
    CustomerSaid,
    Decided,
    Ended,
    HandedIn,
    HandedOut,
    Routed,
    Said,
    TurnStarted,
)
from handoffs.values import Call, Evicted, Limits, PromptRef, Scored
from tracing.record import TraceRecord

BEGAN_MS = 1_795_000_000_000


def decided(agent: str, *calls: Call, text: str = "", prompt: PromptRef | None = None, **more: object) -> Decided:
    return Decided.model_validate(
        {
            "agent": agent,
            "prompt": prompt or PromptRef(spans=("d1", "d2")),
            "options": ("list_payments", "refund_payment"),
            "text": text,
            "calls": calls,
            "model": "scripted",
            "finish": "tool_calls" if calls else "stop",
            "input_tokens": 310,
            "output_tokens": 12,
            "dur_ms": 40,
            **more,
        }
    )


def finished(agent: str, call: Call, title: str) -> CallFinished:
    return CallFinished(
        agent=agent,
        call_id=call.id,
        tool=call.name,
        title=title,
        arguments=call.arguments,
        outcome="ok",
        content='{"ok":true}',
        dur_ms=3,
    )


def handoff(source: str, to: str, reason: str, number: int) -> tuple[AnyEvent, AnyEvent]:
    said = {"handoff_id": f"x{number}-h1", "reason": reason, "summary": f"the customer asks about {reason}"}
    return HandedOut(agent=source, to=to, **said), HandedIn(agent=to, source=source, **said)


def first_turn() -> list[AnyEvent]:
    look = Call(id="c1", name="list_payments", arguments="{}")
    refund = Call(id="c2", name="refund_payment", arguments='{"order_id":"V-10021"}')
    return [
        TurnStarted(team="3fa2", limits=Limits(), customer="anna"),
        CustomerSaid(message_id="m1", text="I was charged twice\nfor my last order"),
        Routed(agent="billing", rule="nearest", candidates=(Scored(name="billing", score=0.91),)),
        decided("billing", look, candidates=(Scored(name="list_payments", score=0.88),), rule="tool:list_payments"),
        finished("billing", look, "Looking at your payments"),
        decided("billing", refund, evicted=(Evicted(what="answer", why="old", tokens=90),)),
        CallIntended(
            agent="billing", call_id="c2", tool=refund.name, arguments=refund.arguments, key="k", effect="money"
        ),
        finished("billing", refund, "Refunding 59.00 for V-10021"),
        decided("billing", text="59.00 is on its way back."),
        Said(agent="billing", text="59.00 is on its way back."),
        Ended(agent="billing", status="completed"),
    ]


def second_turn() -> list[AnyEvent]:
    over = Call(id="c3", name="transfer_to_support", arguments='{"reason":"a parcel"}')
    on = Call(id="c4", name="transfer_to_sales", arguments='{"reason":"headphones"}')
    return [
        TurnStarted(agent="billing", team="3fa2", limits=Limits(), customer="anna"),
        CustomerSaid(
            agent="billing", message_id="m2", text="my parcel has not arrived, and which headphones last longest?"
        ),
        decided("billing", over, dropped=(on,)),
        finished("billing", over, "Handing over to Support"),
        *handoff("billing", "support", "a parcel", 2),
        decided("support", on, text="It arrives tomorrow."),
        Said(agent="support", text="It arrives tomorrow.", interim=True),
        finished("support", on, "Handing over to Sales"),
        *handoff("support", "sales", "headphones", 3),
        decided("sales", text="Cove Lite, 60 hours."),
        Said(agent="sales", text="Cove Lite, 60 hours."),
        Ended(agent="sales", status="completed"),
    ]


@pytest.fixture(scope="session")
def placed() -> Callable[..., TraceRecord]:
    """Gives an event its place in the logs, as a commit would."""

    def place(event: AnyEvent, *, seq: int, execution: str = "x000001", number: int | None = None, fence: int = 1,
              at_ms: int | None = None) -> TraceRecord:  # fmt: skip
        return TraceRecord(
            tenant="volta",
            conversation="c-1",
            execution=execution,
            number=seq if number is None else number,
            seq=seq,
            at_ms=BEGAN_MS + 100 * seq if at_ms is None else at_ms,
            fence=fence,
            log=event.log,
            event=event,
        )

    return place


@pytest.fixture(scope="session")
def records(placed: Callable[..., TraceRecord]) -> tuple[TraceRecord, ...]:
    """The whole conversation; its second turn was resumed by another worker half-way."""
    first, second = first_turn(), second_turn()
    return (
        *(placed(event, seq=index) for index, event in enumerate(first, start=1)),
        *(
            placed(event, seq=len(first) + index, execution="x000002", number=index, fence=1 if index < 7 else 2)
            for index, event in enumerate(second, start=1)
        ),
    )


@pytest.fixture(scope="session")
def make_decision() -> Callable[..., Decided]:
    return decided
