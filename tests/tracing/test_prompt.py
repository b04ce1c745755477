"""A decision names its prompt by deltas; the prompt comes back byte for byte."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping

import pytest
from rich.console import Console

from handoffs.errors import UsageError
from handoffs.events import Decided
from handoffs.model import Part
from handoffs.prompt import Named, name_prompt
from handoffs.prompt import Prompt as Built
from handoffs.values import PromptRef
from tracing.join import Trace, join
from tracing.prompt import NamedPrompt, Prompt, decision_at, fill, name_of
from tracing.record import TraceRecord
from tracing.render_prompt import json_prompt, show_prompt

Decide = Callable[..., Decided]
Place = Callable[..., TraceRecord]


@pytest.fixture
def chained(placed: Place, make_decision: Decide) -> Trace:
    """Three decisions of two executions, each named by what changed since the one before."""
    refs = (
        ("x000001", 4, PromptRef(spans=("system", "facts", "hello"), tools="t1", max_output_tokens=500)),
        ("x000001", 6, PromptRef(base="x000001/4", spans=((0, 3), "call", "result"), tools="t1")),
        ("x000002", 3, PromptRef(base="x000001/6", spans=("short", (1, 5), "again"), tools="t2", carry="state")),
    )
    return join(
        placed(make_decision("billing", text="", prompt=ref), seq=seq, execution=execution, number=number)
        for seq, (execution, number, ref) in enumerate(refs, start=1)
    )


def test_a_chain_of_deltas_names_the_whole_prompt(chained: Trace) -> None:
    assert name_of(chained.records, chained.records[2]) == NamedPrompt(
        messages=("short", "facts", "hello", "call", "result", "again"), tools="t2", carry="state", max_output_tokens=0
    )


def test_the_prompt_is_filled_from_the_blobs(chained: Trace) -> None:
    named = name_of(chained.records, chained.records[0])
    blobs: Mapping[str, bytes] = {digest: f'"{digest}"'.encode() for digest in named.digests}
    prompt = fill(named, blobs)
    assert prompt.messages == (b'"system"', b'"facts"', b'"hello"')
    assert (prompt.tools, prompt.carry, prompt.max_output_tokens) == (b'"t1"', None, 500)


def test_parts_that_the_store_no_longer_holds_are_counted(chained: Trace) -> None:
    with pytest.raises(UsageError, match="2 of 4 parts of this prompt are gone"):
        fill(name_of(chained.records, chained.records[0]), {"system": b"", "t1": b""})


def test_a_missing_base_and_a_circle_are_said(chained: Trace, placed: Place, make_decision: Decide) -> None:
    with pytest.raises(UsageError, match="builds on decision 'x000001/4'"):
        name_of(chained.records[1:], chained.records[1])
    circle = placed(make_decision("billing", prompt=PromptRef(base="x000001/1")), seq=1)
    with pytest.raises(UsageError, match="in a circle"):
        name_of([circle], circle)


def test_a_decision_is_found_by_its_sequence_or_by_its_execution_and_number(records: tuple[TraceRecord, ...]) -> None:
    trace = join(records)
    assert decision_at(trace, "4") is decision_at(trace, "x000001/4") is trace.records[3]
    with pytest.raises(UsageError, match=r"event '2' is a record of kind 'customer_said'; the decisions are 4, 6, 9"):
        decision_at(trace, "2")
    with pytest.raises(UsageError, match="event '99' is not in this conversation"):
        decision_at(trace, "99")


def test_what_the_runtime_names_is_what_comes_back(placed: Place, make_decision: Decide) -> None:
    """The two sides of the convention: handoffs/prompt.py names, this room rebuilds."""
    texts = (["a", "b"], ["a", "b", "c"], ["z", "b", "c", "d"], ["d"])
    before: Named | None = None
    told: list[TraceRecord] = []
    blobs: dict[str, bytes] = {}
    for seq, words in enumerate(texts, start=1):
        parts = tuple(Part.of(f'"{word}"'.encode()) for word in words)
        prompt = Built(messages=parts, tools=(), tools_part=Part.of(b"[]"), evicted=(), tokens=0)
        ref, new = name_prompt(prompt, "carried", 100, before)
        told.append(placed(make_decision("billing", prompt=ref), seq=seq))
        before = Named(f"x000001/{seq}", tuple(part.digest for part in parts), seq)
        blobs |= new
    for record, words in zip(told, texts, strict=True):
        rebuilt = fill(name_of(told, record), blobs)
        assert rebuilt.messages == tuple(f'"{word}"'.encode() for word in words)
        assert (rebuilt.tools, rebuilt.carry) == (b"[]", b"carried")


def test_a_prompt_is_shown_message_by_message_and_as_it_was_sent() -> None:
    prompt = Prompt(
        messages=(
            b'{"role":"system","content":"Be kind.\\nBe short."}',
            b'{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",'
            b'"function":{"name":"list_orders","arguments":"{}"}}]}',
            b'{"role":"tool","tool_call_id":"c1","content":"{\\"orders\\":[]}"}',
        ),
        tools=b'[{"type":"function","function":{"name":"list_orders","description":"All","parameters":{}}}]',
        carry=b"state",
        max_output_tokens=500,
    )
    out = io.StringIO()
    show_prompt(prompt, Console(file=out))
    assert out.getvalue().splitlines() == [
        "── system", "Be kind.", "Be short.",
        "── assistant", "calls list_orders {} as c1",
        "── tool c1", '{"orders":[]}',
        "── tools", "list_orders",
        "── carried by the model", "state",
    ]  # fmt: skip
    assert prompt.messages[1] in json_prompt(prompt)
    assert json.loads(json_prompt(prompt))["max_output_tokens"] == 500
