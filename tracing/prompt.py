"""The exact prompt of a decision, rebuilt from the deltas by which decisions name theirs (see handoffs/prompt.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handoffs.errors import UsageError
from handoffs.events import Decided
from handoffs.values import PromptRef
from tracing.join import Trace
from tracing.record import TraceRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedPrompt:
    """A prompt as digests of the conversation's blobs: messages in order, the tool list, the model's own carry."""

    messages: tuple[str, ...]
    tools: str | None
    carry: str | None
    max_output_tokens: int

    @property
    def digests(self) -> tuple[str, ...]:
        """Every blob that the prompt needs, once."""
        return tuple(dict.fromkeys([*self.messages, *filter(None, (self.tools, self.carry))]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """What the model saw, byte for byte: each part is JSON as it went over the wire."""

    messages: tuple[bytes, ...]
    tools: bytes | None
    carry: bytes | None
    max_output_tokens: int


def decision_at(trace: Trace, event: str) -> TraceRecord:
    """The decision that a command names by a sequence number, or ``execution/number``.

    *Raises*: UsageError when there is none, naming the nearest.
    """
    found = [record for record in trace.records if event.lstrip("#") in (str(record.seq), record.decision)]
    if any(isinstance(record.event, Decided) for record in found):
        return next(record for record in found if isinstance(record.event, Decided))
    decisions = [str(record.seq) for record in trace.records if isinstance(record.event, Decided)]
    what = f"is a record of kind {found[0].event.kind!r}" if found else "is not in this conversation"
    raise UsageError(f"event {event!r} {what}; the decisions are {', '.join(decisions[-20:]) or 'none'}")


def name_of(records: Sequence[TraceRecord], decision: TraceRecord) -> NamedPrompt:
    """The digests of a decision's prompt, through its chain of bases.

    *Raises*: UsageError when the record is no decision, or a base is missing from the records.
    """
    refs = {record.decision: record.event.prompt for record in records if isinstance(record.event, Decided)}
    chain = [_ref(refs, decision.decision)]
    while (base := chain[-1].base) is not None:
        chain.append(_ref(refs, base))
        if len(chain) > len(refs):
            raise UsageError(f"the prompt of {decision.decision!r} is named in a circle: its records are damaged")
    messages: tuple[str, ...] = ()
    for ref in reversed(chain):
        messages = _spread(ref, messages)
    own = chain[0]
    return NamedPrompt(messages=messages, tools=own.tools, carry=own.carry, max_output_tokens=own.max_output_tokens)


def fill(named: NamedPrompt, blobs: Mapping[str, bytes]) -> Prompt:
    """The prompt's bytes. *Raises*: UsageError naming how many of its parts the store no longer holds."""
    if missing := [digest for digest in named.digests if digest not in blobs]:
        raise UsageError(
            f"{len(missing)} of {len(named.digests)} parts of this prompt are gone from the store "
            f"(the first is {missing[0]}): they live as long as the conversation does, see BATON_RETENTION_DAYS"
        )
    return Prompt(
        messages=tuple(blobs[digest] for digest in named.messages),
        tools=blobs[named.tools] if named.tools else None,
        carry=blobs[named.carry] if named.carry else None,
        max_output_tokens=named.max_output_tokens,
    )


def _ref(refs: Mapping[str, PromptRef], decision: str) -> PromptRef:
    if decision not in refs:
        raise UsageError(f"the prompt builds on decision {decision!r}, which is missing from the trace")
    return refs[decision]


def _spread(ref: PromptRef, base: tuple[str, ...]) -> tuple[str, ...]:
    digests: list[str] = []
    for span in ref.spans:
        digests += [span] if isinstance(span, str) else base[span[0] : span[1]]
    return tuple(digests)
