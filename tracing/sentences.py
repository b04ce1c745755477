"""Every event as one sentence for a person, in the words of the design. Pure text; colour is `render`'s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never, cast

import orjson

from handoffs.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalSettled,
    AttemptFailed,
    BudgetSpent,
    CallCleared,
    CallFinished,
    CallIntended,
    CustomerSaid,
    Decided,
    DoubtSettled,
    Ended,
    Escalated,
    HandedIn,
    HandedOut,
    Hinted,
    MatterClosed,
    MatterOpened,
    PreferenceSet,
    Recalled,
    Routed,
    Said,
    Stopped,
    TurnStarted,
)
from handoffs.values import Call, Evicted, Scored
from tracing.record import Dropped

LEAST_SCORE = 0.01  # options that were never in question are left to --json
TEAM_SHOWN = 8
RECALLED_SHOWN = 60
EVICTED_SHOWN = 3


def sentence(event: AnyEvent | Dropped) -> str:
    """What happened, as one line without control characters."""
    return plain(_sentence(event))


def plain(text: str) -> str:
    """The text on one line, for a list."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """The text with a blank in place of each character that would steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _sentence(event: AnyEvent | Dropped) -> str:
    match event:
        case CustomerSaid():
            return f"“{event.text}”"
        case Said():
            how = " (stopped here)" if event.stopped else ""
            return f"“{event.text}”{how}{_by(event.rule)}"
        case Decided():
            return _decided(event)
        case CallIntended():
            return f"intends {_call(event.tool, event.arguments)}: {event.effect}, key {event.key}"
        case CallCleared():
            return f"call {event.call_id} needs no person"
        case CallFinished():
            return _finished(event)
        case HandedOut():
            return f"⇢ hands over to {event.to}: {event.reason}{_matter(event.open_matter)}"
        case HandedIn():
            return f"⇠ takes over from {event.source}: {event.summary}{_matter(event.open_matter)}"
        case ApprovalRequested():
            return f"asks for approval {event.number}: {event.sentence}"
        case ApprovalSettled():
            return f"approval {event.request.number} {event.verdict} by {event.by}{_because(event.reason)}"
        case Escalated():
            return f"escalates to a person as {event.number} ({event.cause}): {event.reason}"
        case DoubtSettled():
            what = "it happened" if event.happened else "it did not happen"
            return f"{event.by} settles call {event.call_id}: {what}{_because(event.note)}"
        case _:
            return _aside(event)


def _aside(
    event: TurnStarted | Routed | AttemptFailed | PreferenceSet | Hinted | MatterOpened | MatterClosed | BudgetSpent
    | Stopped | Ended | Recalled | Dropped,
) -> str:  # fmt: skip
    match event:
        case TurnStarted():
            return f"turn begins for {event.customer} (team {event.team[:TEAM_SHOWN]})"
        case Routed():
            return f"{event.agent} answers first{_by(event.rule)}{_scores(event.candidates)}"
        case AttemptFailed():
            then = "that was the last attempt" if event.final else f"next one in {event.wait_s:.1f} s"
            return f"attempt at {event.what} failed: {event.error}; {then}"
        case PreferenceSet():
            return f"remembers {event.key}: {event.value}"
        case Recalled():
            return _recalled(event)
        case Hinted():
            held = f" (held back: “{event.held}”)" if event.held else ""
            return f"is asked again, {event.code}: {event.message}{held}"
        case MatterOpened():
            return f"leaves open: {event.matter}"
        case MatterClosed():
            return f"settles: {event.matter}"
        case BudgetSpent():
            return f"budget spent: {event.what}, {event.used:g} of {event.limit:g}"
        case Stopped():
            return "presses stop"
        case Ended():
            return f"turn ends: {event.status}{_because(event.why)}"
        case Dropped():
            return f"a late commit was dropped, its worker had lost control: {event.text}"
        case _:
            assert_never(event)


def _decided(event: Decided) -> str:
    chosen = ", ".join(_call(call.name, call.arguments) for call in event.calls)
    text = "answers" if event.text else ""
    tokens = f"{event.input_tokens:,} → {event.output_tokens:,} tokens{' (estimated)' if event.estimated else ''}"
    facts = [f"{event.model}, {tokens}, {event.dur_ms} ms"]
    if event.dropped:
        facts.append(f"further handoffs dropped: {', '.join(_names(event.dropped))}")
    if event.evicted:
        facts.append(f"left out or shortened: {_evicted(event.evicted)}")
    if event.stopped:
        facts.append("stopped")
    choice = " and ".join(filter(None, (text, chosen and f"calls {chosen}"))) or "says nothing"
    return f"{choice}{_because(event.reason)}{_by(event.rule)} [{'; '.join(facts)}]{_scores(event.candidates)}"


def _recalled(event: Recalled) -> str:
    if event.error:
        return f"goes on without long-term memory: {event.error}"
    knows = [f"wish {key} {value}" for key, value in event.preferences.items()]
    found = [f"{memory.kind} “{memory.title or memory.text[:RECALLED_SHOWN]}”" for memory in event.memories]
    told = ", ".join([*knows, *found]) or "nothing"
    return f"recalls {told} [{len(event.candidates)} weighed, {event.dur_ms} ms]"


def _finished(event: CallFinished) -> str:
    outcome = event.outcome.replace("_", " ") + (f" ({event.code})" if event.code else "")
    told = "" if event.outcome == "ok" else f": {event.content}"
    return f"{event.title or event.tool} → {outcome}, {event.dur_ms} ms{told}"


def _call(tool: str, arguments: str) -> str:
    """The call as a programmer would write it; arguments that are no JSON object stay as the model wrote them."""
    try:
        found: object = orjson.loads(arguments)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        return f"{tool}({arguments})"
    named = cast("dict[str, object]", found)
    return f"{tool}({', '.join(f'{name}={orjson.dumps(value).decode()}' for name, value in named.items())})"


def _evicted(items: Sequence[Evicted]) -> str:
    shown = [f"{item.what} ({item.why}, {item.tokens:,} tokens)" for item in items[:EVICTED_SHOWN]]
    more = len(items) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _names(calls: Sequence[Call]) -> list[str]:
    return [call.name for call in calls]


def _scores(candidates: Sequence[Scored]) -> str:
    weighed = [f"{option.name} {option.score:.2f}" for option in candidates if option.score >= LEAST_SCORE]
    return f" {{{', '.join(weighed)}}}" if weighed else ""


def _by(rule: str) -> str:
    return f" by {rule}" if rule else ""


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""


def _matter(matter: str | None) -> str:
    return f" (still open: {matter})" if matter else ""
