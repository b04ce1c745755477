"""Delivery without a server: what a page is sent when things happen at awkward moments."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from baton.chat.delivery import Delivery
from handoffs.events import CustomerSaid, Ended, Limits, Said, TurnStarted, encode
from memory.session.in_memory import InMemoryJournal
from memory.session.in_memory_feed import InMemoryFeed
from memory.session.in_memory_log import InMemorySessionLog
from memory.session.in_memory_store import InMemoryStore

PLACE = ("volta", "0b6f6f3e-7c5e-4a53-9d52-1f3d3f3f0009")
MESSAGE = "0b6f6f3e-7c5e-4a53-9d52-1f3d3f3f0001"


class Stage:
    """A conversation in memory, and what its pages were sent."""

    def __init__(self, team):
        store = InMemoryStore(lambda: datetime.now(UTC))
        self.journal, self.feed = InMemoryJournal(store), InMemoryFeed(store)
        self.log = InMemorySessionLog(store)
        self.sent = []
        self.news = asyncio.Event()
        self.delivery = Delivery(self.log, self.feed, team, self.speak)
        self.number, self.execution, self.fence = 1, "", 0

    async def speak(self, event, payload, room):
        self.sent.append((event, payload, room))
        self.news.set()

    async def open(self, socket="s1"):
        async def join(room):
            self.sent.append(("join", room, socket))

        return await self.delivery.open(socket, *PLACE, join)

    async def begin(self):
        said = encode(CustomerSaid(message_id=MESSAGE, text="hello"))
        submitted = await self.journal.submit(*PLACE, customer="anna", item_id=MESSAGE, item=said)
        self.execution = submitted.execution
        claim = await self.journal.claim(*PLACE, self.execution, lease_s=60, window_after=0)
        self.fence = claim.fence
        await self.commit(TurnStarted(team="t", limits=Limits(), customer="anna"))
        await self.commit(CustomerSaid(message_id=MESSAGE, text="hello"), take=1)

    async def commit(self, event, take=0, status=None):
        answer = await self.journal.commit(
            *PLACE,
            self.execution,
            fence=self.fence,
            epoch=None,
            number=self.number,
            commit_id=str(self.number),
            records=[(event.log, encode(event), None)],
            session={},
            hashes={},
            blobs={},
            index=[],
            take=take,
            quiet=False,
            status=status,
        )
        assert answer.status == "ok"
        self.number += 1

    async def draft(self, text):
        await self.feed.draft(
            *PLACE, execution=self.execution, number=self.number, fence=self.fence, agent="billing", text=text
        )

    async def hears(self, event, **fields):
        """The first such event to any page."""
        while True:
            for name, payload, _ in self.sent:
                if name == event and all(payload.get(key) == value for key, value in fields.items()):
                    return payload
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), 5)


@pytest.fixture
async def stage(team):
    stage = Stage(team)
    yield stage
    await stage.delivery.stop()


async def test_a_withdrawn_draft_leaves_the_page(stage):
    await stage.begin()
    await stage.open()
    await stage.draft("I could")
    shown = await stage.hears("stream_start")
    await stage.draft(None)
    await stage.hears("delete_message", id=shown["id"])
    await stage.commit(Said(agent="billing", text="I may not say that."))
    said = await stage.hears("new_message", output="I may not say that.")
    assert said["id"] == shown["id"], "an answer in the same place"


async def test_a_draft_that_led_to_nothing_goes_with_the_end_of_the_turn(stage):
    await stage.begin()
    await stage.open()
    await stage.draft("Let me")
    shown = await stage.hears("stream_start")
    await stage.commit(Ended(status="completed"), status="completed")
    await stage.hears("delete_message", id=shown["id"])
    await stage.hears("task_end")


async def test_a_message_waits_in_sight_until_it_is_taken_in(stage):
    await stage.open()
    stage.delivery.expect("s1", *PLACE, MESSAGE, "hello")
    await stage.delivery.submitted(*PLACE, MESSAGE)
    assert (await stage.hears("new_message", type="user_message"))["output"] == "hello"
    assert await stage.open("s2"), "a page that opens now shows it too"
    resumed = await stage.hears("resume_thread")
    assert [step["type"] for step in resumed["steps"]] == ["user_message", "run"]
    await stage.begin()
    await stage.commit(Ended(status="completed"), status="completed")
    await stage.hears("task_end")


async def test_a_message_that_was_not_taken_is_not_shown_to_others(stage):
    await stage.open()
    stage.delivery.expect("s1", *PLACE, MESSAGE, "hello")
    await stage.delivery.forget(*PLACE, MESSAGE)
    await stage.delivery.submitted(*PLACE, MESSAGE)
    assert not await stage.open("s2")
    assert {event for event, _, _ in stage.sent} == {"join"}


async def test_a_message_that_waits_is_there_after_a_reload_and_forgotten_once_taken_in(stage):
    await stage.open("s1")
    stage.delivery.expect("s1", *PLACE, MESSAGE, "hello")
    await stage.delivery.submitted(*PLACE, MESSAGE)
    await stage.delivery.close("s1", *PLACE)
    assert await stage.open("s2")
    resumed = await stage.hears("resume_thread")
    assert resumed["steps"][0]["output"] == "hello"
    await stage.delivery.close("s2", *PLACE)
    (follower,) = [task for task in asyncio.all_tasks() if task.get_name().startswith("follow")]
    await stage.begin()
    await asyncio.wait_for(follower, 5)


async def test_a_page_that_leaves_while_it_opens_leaves_no_follower(stage):
    opening = asyncio.create_task(stage.open())
    await asyncio.sleep(0)
    await stage.delivery.close("s1", *PLACE)
    await opening
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("follow")] == []


async def test_the_last_page_to_leave_ends_the_following(stage):
    await stage.open("s1")
    await stage.open("s2")
    await stage.delivery.close("s1", *PLACE)
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("follow")]
    await stage.delivery.close("s2", *PLACE)
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("follow")] == []
