"""A message that arrives as a turn ends, at every moment of it: neither lost nor answered twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from agents.models.scripted import Scripted, Step, call, say
from handoffs.events import CustomerSaid, Said
from handoffs.model import ModelRequest, ModelResponse, TextDelta

MOMENTS = range(0, 40, 4)
HESITATES = 20


def looks_and_answers(request: ModelRequest) -> Step:
    messages = [json.loads(part.raw) for part in request.messages]
    if not any(message["role"] == "tool" for message in messages):
        return call("list_payments")
    return say("You wrote: " + [message["content"] for message in messages if message["role"] == "user"][-1])


class Hesitant(Scripted):
    """A model that lets others go first, again and again, before it ends an answer."""

    async def stream(self, request: ModelRequest) -> AsyncIterator[TextDelta | ModelResponse]:
        async for piece in super().stream(request):
            for _ in range(HESITATES):
                await asyncio.sleep(0)
            yield piece


async def interrupted(anna, conversation: str, at_seq: int, moments: int) -> str:
    """Write a second time so many moments after that record was committed; what became of the message."""
    await anna.say(conversation, "m1", "first")
    async for news in anna.installation.feed.follow("volta", conversation):
        if getattr(news, "seq", 0) >= at_seq:
            break
    for _ in range(moments):
        await asyncio.sleep(0)
    return await anna.say(conversation, "m2", "second")


async def test_it_is_neither_lost_nor_answered_twice(running, until):
    anna = await running(Hesitant(looks_and_answers))
    became = set()
    for moments in MOMENTS:
        places = {f"c{moments}-{at_seq}": at_seq for at_seq in range(2, 9)}
        became |= set(await asyncio.gather(*(interrupted(anna, *place, moments) for place in places.items())))
        for conversation in places:
            await until(lambda where=conversation: anna.is_quiet(where))
            events = await anna.events(conversation)
            heard = [event.text for event in events if isinstance(event, CustomerSaid)]
            answers = [event.text for event in events if isinstance(event, Said)]
            assert heard == ["first", "second"]
            assert answers in (["You wrote: second"], ["You wrote: first", "You wrote: second"]), conversation
    assert became == {"joined", "started"}
