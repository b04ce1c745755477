"""Drafts: text on its way is shown in pieces, replaced by what is committed; a stop commits what was shown."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise

from handoffs.events import Ended, Said
from handoffs.model import ModelResponse, TextDelta, Usage


class Slowly:
    """A model that writes word by word, each taking 30 ms of the swarm's clock."""

    name = "slowly"

    def __init__(self, clock, words, *, stop_after=None, stop=lambda: None):
        self.clock, self.words, self.stop_after, self.stop = clock, words, stop_after, stop

    async def stream(self, request):
        for count, word in enumerate(self.words, 1):
            await self.clock.sleep(0.03)
            yield TextDelta(text=word)
            if count == self.stop_after:
                self.stop()
                await asyncio.Event().wait()
        usage = Usage(input_tokens=1, output_tokens=len(self.words))
        yield ModelResponse(text="".join(self.words), calls=(), usage=usage, model=self.name, finish="stop")


class Screen:
    """Keeps every draft that was published, with the time."""

    def __init__(self, clock):
        self.clock, self.shown = clock, []

    async def draft(self, tenant, conversation, *, execution, number, fence, agent, text):
        self.shown.append((round(self.clock.monotonic(), 3), text))

    async def stops(self):
        await asyncio.Event().wait()
        yield "", ""


def watched(swarm, words, **options):
    screen = Screen(swarm.clock)
    model = Slowly(swarm.clock, words, **options)
    swarm.runtime = replace(swarm.runtime, model=model, signals=screen)
    return screen


async def test_pieces_are_at_least_50_ms_apart(swarm_of):
    swarm = swarm_of([])
    screen = watched(swarm, [f"word{n} " for n in range(12)])
    turn = await swarm.say("hello")
    times = [at for at, _ in screen.shown]
    assert len(times) >= 3
    assert all(later - earlier >= 0.05 for earlier, later in pairwise(times))
    assert turn.text.startswith(screen.shown[-1][1])


async def test_a_draft_that_is_held_back_is_withdrawn_by_what_is_said(swarm_of):
    swarm = swarm_of([])
    screen = watched(swarm, ["Your ", "refund ", "of ", "999.99 ", "is ", "done."])
    turn = await swarm.say("hello")
    assert screen.shown
    assert "999.99" not in turn.text


async def test_after_a_stop_what_was_shown_is_what_is_committed(swarm_of):
    swarm = swarm_of([])
    batches = []

    def press_stop():
        batches[0].stop.press()

    screen = watched(swarm, ["one ", "two ", "three ", "four "], stop_after=3, stop=press_stop)
    original = swarm.drive

    async def remember(batch):
        batches.append(batch)
        return await original(batch)

    swarm.drive = remember
    turn = await swarm.say("count")
    said = next(event for event in turn.events if isinstance(event, Said))
    assert said.stopped
    assert said.text == screen.shown[-1][1]
    assert [event.status for event in turn.events if isinstance(event, Ended)] == ["completed"]
