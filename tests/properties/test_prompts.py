"""Whatever was said and called, and however small the window: nothing dangles, and what must be there is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from handoffs.agent import Agent, Team
from handoffs.prompt import Prompt, build
from handoffs.session import Session
from handoffs.state import State, initial
from handoffs.tool import ToolContext, tool
from handoffs.values import RecalledMemory
from handoffs.window import Line
from memory.working.pack import BlockPacker

SMALLEST_TOKENS = 1_200  # instructions, tools and facts of this team take about half of it


class Nothing(BaseModel):
    pass


@tool(effect="read", title="Looking")
async def look(ctx: ToolContext[None]) -> Nothing:
    """Look something up."""
    return Nothing()


@tool(effect="write", title="Acting")
async def act(ctx: ToolContext[None]) -> Nothing:
    """Change something."""
    return Nothing()


def _agent(name: str, other: str) -> Agent:
    return Agent(
        name=name,
        display_name=name,
        purpose=name,
        instructions=f"You are {name}.",
        short_instructions=f"Still {name}.",
        tools=(look, act),
        hands_to=(other,),
    )


TEAM = Team(agents=(_agent("billing", "support"), _agent("support", "billing")), default="billing")
agents = st.sampled_from(["billing", "support"])
spoken = st.sampled_from(["yes", "where is V-10034?", "the carrier lost my parcel", "Grüße, 谢谢 🙏"]) | st.text(
    max_size=80
)
texts = spoken | st.integers(1, 400).map(lambda n: "a long story " * n)
results = st.integers(0, 40).map(
    lambda n: {"orders": [{"order_id": f"V-{k}", "total_cents": k, "note": "x" * 50} for k in range(n)]}
) | texts.map(lambda text: {"body": text})


@st.composite
def turns(draw: st.DrawFn, execution: str, finished: bool) -> list[Line]:
    """What one turn adds to the window: words, responses with one to three calls, a handoff, an answer."""
    agent = draw(agents)
    lines = [Line("customer", execution, text=draw(texts))]
    for group in range(draw(st.integers(0, 2))):
        for place in range(draw(st.integers(1, 3))):
            call_id, name = f"{execution}.{group}.{place}", draw(st.sampled_from(["look", "act"]))
            result = json.dumps(draw(results), ensure_ascii=False)
            lines.append(Line("call", execution, agent, result, group, call_id, name, "{}", "ok"))
    if draw(st.booleans()):
        agent = draw(agents)
        notes = {"from": "entry", "reason": "theirs", "summary": draw(texts), "open_matter": None, "results": []}
        lines.append(Line("handoff", execution, agent, json.dumps(notes, ensure_ascii=False)))
    if draw(st.booleans()):
        lines.append(Line("approval", execution, agent, json.dumps({"approval": {"reason": draw(texts)}})))
    return [*lines, Line("answer", execution, agent, draw(texts))] if finished else lines


@st.composite
def states(draw: st.DrawFn) -> State:
    """A conversation of up to 14 turns, the last of which runs."""
    many = draw(st.integers(0, 13))
    earlier = [draw(turns(f"e{n}", True)) for n in range(many)]
    window = tuple(line._replace(seq=3 * n + 1) for n, line in enumerate(line for turn in earlier for line in turn))
    session = Session.of({"preferences": '{"invoice_format":"CSV"}', "open_matters": '["where V-10034 is"]'})
    recalled = tuple(
        RecalledMemory(id=str(n), kind="knowledge", text=text)
        for n, text in enumerate(draw(st.lists(texts, max_size=6)))
    )
    start = initial("volta/c", "now", session, window)
    return replace(start, agent=draw(agents), window=(*window, *draw(turns("now", finished=False))), recalled=recalled)


caps = st.integers(SMALLEST_TOKENS, 12_000)


def built(state: State, cap_tokens: int) -> Prompt:
    return build(state, TEAM, BlockPacker(window_tokens=0, cap_tokens=cap_tokens), "2026-11-23")


def shown(prompt: Prompt) -> list[dict[str, Any]]:
    return [json.loads(part.raw) for part in prompt.messages]


@settings(max_examples=60, deadline=None)
@given(state=states(), cap=caps)
def test_every_call_is_followed_by_its_results_and_no_result_stands_alone(state, cap):
    messages = iter(shown(built(state, cap)))
    for message in messages:
        assert message["role"] != "tool", "a result without its call"
        for call in message.get("tool_calls", ()):
            result = next(messages)
            assert (result["role"], result["tool_call_id"]) == ("tool", call["id"])
            json.loads(result["content"])


@settings(max_examples=60, deadline=None)
@given(state=states(), cap=caps)
def test_the_budget_is_kept_or_the_prompt_says_that_it_cannot_be(state, cap):
    packer = BlockPacker(window_tokens=0, cap_tokens=cap)
    prompt = build(state, TEAM, packer, "2026-11-23")
    real = sum(packer.count(part.raw) for part in (*prompt.messages, prompt.tools_part))
    assert real <= cap or any(out.what == "prompt" for out in prompt.evicted)
    assert prompt == built(state, cap), "the same conversation gives the same prompt"


@settings(max_examples=60, deadline=None)
@given(state=states(), cap=caps)
def test_what_is_reserved_is_there(state, cap):
    messages = shown(built(state, cap))
    assert messages[0]["content"] in (f"You are {state.agent}.", f"Still {state.agent}.")
    assert json.loads(messages[1]["content"])["preferences"] == {"invoice_format": "CSV"}
    newest = [m["content"] for m in messages if m["role"] == "user"][-1]
    said = state.last_customer_text
    assert newest == said or (newest[:20] == said[:20] and "characters left out" in newest)


@settings(max_examples=60, deadline=None)
@given(state=states(), cap=caps)
def test_the_order_of_the_conversation_stays(state, cap):
    window = iter([*_named(state), None])
    for name in _order(shown(built(state, cap))):
        assert any(name == line for line in window), "in the order in which it was said"


def _named(state: State) -> Iterator[str]:
    """What can be told apart in a prompt: the calls by their ids."""
    return (line.call_id for line in state.window if line.kind == "call" and line.agent == state.agent)


def _order(messages: list[dict[str, Any]]) -> Iterator[str]:
    return (call["id"] for message in messages for call in message.get("tool_calls", ()))
