"""What was said in one conversation is known in the next; without memory the chat goes on, and it comes back."""

from __future__ import annotations

import json
from typing import Any

from evals.local import messages_of
from handoffs.events import Recalled, Said
from handoffs.model import ModelRequest
from memory.longterm.item import CustomerScope


def facts(request: ModelRequest) -> dict[str, Any]:
    return json.loads(str(messages_of(request)[1]["content"]))


def recalled(events: list[Any]) -> list[Recalled]:
    return [event for event in events if isinstance(event, Recalled)]


async def test_a_preference_is_known_in_a_new_conversation_and_to_nobody_else(remembering, until):
    baton = await remembering()
    await baton.say("Remember csv for my invoices", "c1")
    await until(baton.has_learnt)

    await baton.say("Hello again", "c2")
    await baton.say("Hello", "c3", customer="ben")

    assert facts(baton.requests[-2])["preferences"] == {"invoice_format": "CSV"}
    assert "preferences" not in facts(baton.requests[-1])


async def test_the_memory_says_where_it_comes_from(remembering, until):
    baton = await remembering()
    await baton.say("Remember csv for my invoices", "c1")
    await until(baton.has_learnt)

    scope = CustomerScope(tenant="volta", customer="anna")
    (memory,) = (await baton.longterm.library.pages(scope)).memories
    assert (memory.conversation, memory.source, memory.customer) == ("c1", "conversation/c1", "anna")


async def test_while_memory_is_away_the_chat_goes_on_and_nothing_is_lost(remembering, until):
    baton = await remembering()
    baton.shelf.is_shut = True

    events = await baton.say("Remember csv for my invoices", "c1")

    assert [event.text for event in events if isinstance(event, Said)] == ["Noted."]
    assert "Qdrant does not answer" in recalled(events)[0].error
    baton.shelf.is_shut = False
    await until(baton.has_learnt, within_s=30)
    assert not recalled(await baton.say("Hello", "c2"))[0].error
    assert facts(baton.requests[-1])["preferences"] == {"invoice_format": "CSV"}


async def test_a_turn_that_cannot_be_learnt_from_does_not_keep_others_waiting(remembering, until):
    baton = await remembering()
    baton.learner.failures = [ValueError("odd turn")]
    await baton.say("Hello", "c1")
    await baton.say("Remember csv for my invoices", "c2")

    scope = CustomerScope(tenant="volta", customer="anna")

    async def knows() -> bool:
        return bool((await baton.longterm.library.pages(scope)).memories)

    await until(knows)
    (memory,) = (await baton.longterm.library.pages(scope)).memories
    assert memory.conversation == "c2"
