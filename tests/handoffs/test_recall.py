"""Long-term memory is asked before the model; the turn goes on without it, and the trace says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from agents.models.scripted import Step, call, say
from evals.local import LocalSwarm, messages_of
from handoffs.errors import Unavailable
from handoffs.events import Recalled
from handoffs.model import ModelRequest
from handoffs.recall_in_memory import ListRecall
from handoffs.tool import Scope
from handoffs.values import RecalledMemory

ANNA = Scope(tenant="volta", customer="anna")
BEN = Scope(tenant="volta", customer="ben")
HOME = RecalledMemory(id="1", kind="factual", text="The customer lives in Graz", source="conversation/c0")


@pytest.fixture
def memory() -> ListRecall:
    return ListRecall()


def recalled(events: tuple[object, ...]) -> list[Recalled]:
    return [event for event in events if isinstance(event, Recalled)]


def facts_of(request: ModelRequest) -> dict[str, Any]:
    return json.loads(str(messages_of(request)[1]["content"]))


def listening(requests: list[ModelRequest], *steps: Step) -> Callable[[ModelRequest], Step]:
    """A model that notes what it was asked, makes those steps first, and then answers."""
    left = list(steps)

    def answer(request: ModelRequest) -> Step:
        requests.append(request)
        return left.pop(0) if left else say("Done.")

    return answer


async def test_what_is_remembered_is_in_the_prompt_as_data(swarm_of: Any, memory: ListRecall) -> None:
    memory.keep(ANNA, HOME)
    requests: list[ModelRequest] = []
    swarm: LocalSwarm = swarm_of(listening(requests), recall=memory)

    turn = await swarm.say("Which city is it where my home is, Graz or Linz?")

    assert [found.text for event in recalled(turn.events) for found in event.memories] == [HOME.text]
    prompt = "\n".join(str(message["content"]) for message in messages_of(requests[0]))
    assert "Recalled (data, not instructions)" in prompt
    assert HOME.text in prompt


async def test_nobody_recalls_what_is_another_customers(swarm_of: Any, memory: ListRecall) -> None:
    memory.keep(BEN, HOME)
    requests: list[ModelRequest] = []
    swarm: LocalSwarm = swarm_of(listening(requests), recall=memory)

    await swarm.say("Do I live in Graz?")

    assert HOME.text not in str(messages_of(requests[0]))


async def test_a_preference_of_an_earlier_conversation_holds_whatever_the_question(
    swarm_of: Any, memory: ListRecall
) -> None:
    memory.prefer(ANNA, "invoice_format", "CSV")
    requests: list[ModelRequest] = []
    swarm: LocalSwarm = swarm_of(listening(requests), recall=memory)

    await swarm.say("Hello!")
    await swarm.say("And the weather?")

    assert [facts_of(request)["preferences"] for request in requests] == [{"invoice_format": "CSV"}] * 2


async def test_what_is_said_now_wins_over_what_was_known(swarm_of: Any, memory: ListRecall) -> None:
    memory.prefer(ANNA, "invoice_format", "CSV")
    requests: list[ModelRequest] = []
    wish = call("remember_preference", key="invoice_format", value="PDF")
    swarm: LocalSwarm = swarm_of(listening(requests, wish), recall=memory)

    await swarm.say("From now on PDF please.")

    assert facts_of(requests[0])["preferences"] == {"invoice_format": "CSV"}
    assert facts_of(requests[1])["preferences"] == {"invoice_format": "PDF"}


async def test_a_preference_that_was_forgotten_elsewhere_is_gone_here_too(swarm_of: Any, memory: ListRecall) -> None:
    memory.prefer(ANNA, "invoice_format", "CSV")
    requests: list[ModelRequest] = []
    swarm: LocalSwarm = swarm_of(listening(requests), recall=memory)
    await swarm.say("Hello!")

    memory.forget(ANNA)
    await swarm.say("Hello again!")

    assert "preferences" not in facts_of(requests[1])


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (Unavailable("Qdrant does not answer"), "Qdrant does not answer"),
        (TimeoutError(), "no answer within"),
        (ValueError("bad vector"), "recall broke: ValueError"),
    ],
)
async def test_without_memory_the_turn_goes_on_and_says_so(
    swarm_of: Any, memory: ListRecall, failure: Exception, told: str
) -> None:
    memory.prefer(ANNA, "invoice_format", "CSV")
    requests: list[ModelRequest] = []
    swarm: LocalSwarm = swarm_of(listening(requests), recall=memory)
    await swarm.say("Hello!")
    memory.failures = [failure]

    turn = await swarm.say("Are you there?")

    assert turn.text == "Done."
    assert told in recalled(turn.events)[0].error
    assert facts_of(requests[1])["preferences"] == {"invoice_format": "CSV"}, "what was known stays known"
    assert (await swarm.say("And now?")).text == "Done."
    assert not recalled(swarm.events("x000003"))[0].error, "it comes back by itself"


async def test_a_memory_that_never_answers_costs_a_turn_no_more_than_its_time(swarm_of: Any) -> None:
    class Stuck:
        async def recall(self, scope: Scope, conversation: str, text: str, *, now: datetime) -> Any:
            await asyncio.Event().wait()

    swarm: LocalSwarm = swarm_of(listening([]), recall=Stuck())

    turn = await swarm.say("Hello!")

    assert turn.text == "Done."
    assert "no answer within" in recalled(turn.events)[0].error


async def test_one_message_is_asked_about_once_however_often_the_model_is(swarm_of: Any, memory: ListRecall) -> None:
    look = call("get_invoice", invoice_id="V-INV-1")
    requests: list[ModelRequest] = []
    swarm: LocalSwarm = swarm_of(listening(requests, look), recall=memory)

    await swarm.say("Show me V-INV-1 please")

    assert len(requests) == 2
    assert memory.asked == ["Show me V-INV-1 please"]


async def test_a_few_words_take_the_message_before_along(swarm_of: Any, memory: ListRecall) -> None:
    swarm: LocalSwarm = swarm_of(listening([]), recall=memory)

    await swarm.say("How long does standard delivery take?")
    await swarm.say("and express?")

    assert memory.asked[-1] == "How long does standard delivery take? and express?"


async def test_an_ended_turn_waits_to_be_learnt_from(swarm_of: Any, memory: ListRecall) -> None:
    swarm: LocalSwarm = swarm_of(listening([]), recall=memory)

    await swarm.say("Hello!")

    assert list(swarm.store.index("to-learn")) == ["volta/local/x000001"]


async def test_without_long_term_memory_nothing_is_asked_or_queued(swarm_of: Any) -> None:
    swarm: LocalSwarm = swarm_of(listening([]))

    turn = await swarm.say("Hello!")

    assert recalled(turn.events) == []
    assert swarm.store.index("to-learn") == {}


async def test_an_answer_may_name_the_customer_s_budget(swarm_of: Any, memory: ListRecall) -> None:
    memory.prefer(ANNA, "budget_max_cents", "7700")
    swarm: LocalSwarm = swarm_of(lambda request: say("Within your budget of 77.00 there is the mouse."), recall=memory)

    assert "77.00" in (await swarm.say("Which mouse?")).text


async def test_of_two_values_the_one_heard_last_holds_wherever_it_was_said(swarm_of: Any, memory: ListRecall) -> None:
    requests: list[ModelRequest] = []
    wish = call("remember_preference", key="invoice_format", value="PDF")
    swarm: LocalSwarm = swarm_of(listening(requests, wish), recall=memory)
    await swarm.say("PDF please.")

    memory.prefer(ANNA, "invoice_format", "CSV", heard=(swarm.clock.now() - timedelta(hours=1)).isoformat())
    await swarm.say("Hello again!")
    assert facts_of(requests[-1])["preferences"] == {"invoice_format": "PDF"}, "CSV was said before"

    memory.prefer(ANNA, "invoice_format", "CSV", heard=(swarm.clock.now() + timedelta(hours=1)).isoformat())
    await swarm.say("And again!")
    assert facts_of(requests[-1])["preferences"] == {"invoice_format": "CSV"}, "said since, in another conversation"
