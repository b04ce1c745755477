"""The only place where adapters are built: settings in, a running Baton out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date
from typing import NamedTuple

from agents.learning.turn import Learner
from agents.shop.people import TENANTS
from agents.shop.store import Shop
from agents.team import TEAM
from agents.tools.toolbox import Toolbox
from baton.auth import Directory, demo_directory
from baton.chat.options import options_of
from baton.chat.redis_threads import RedisThreads
from baton.crash import reach_from_environment
from baton.forgetting import Forgetting
from baton.longterm import LongTerm
from baton.memory_wiring import MemoryWiring
from baton.records import open_audit
from baton.settings import Settings
from baton.stores import SessionJournal, SessionLeases, SessionSignals, in_our_words
from handoffs import grounding, prompt
from handoffs.agent import Team
from handoffs.clock import SystemClock
from handoffs.errors import Unavailable, UsageError
from handoffs.events import AnyEvent, CustomerSaid, encode
from handoffs.model import Model
from handoffs.ports import Entry, SubmitStatus
from handoffs.runtime import Runtime
from handoffs.side_writes import TO_LEARN
from handoffs.worker import Worker
from memory.coordination.redis_breaker import RedisBreaker
from memory.coordination.redis_jobs import RedisJobs
from memory.coordination.redis_leases import RedisLeases
from memory.coordination.redis_limits import RedisLimits, RedisRevocations
from memory.errors import StoreMismatch
from memory.longterm.embed import Embedder
from memory.session.redis_client import connect
from memory.session.redis_erasing import RedisErasing
from memory.session.redis_feed import RedisFeed
from memory.session.redis_journal import RedisJournal
from memory.session.redis_log import RedisSessionLog
from memory.working.pack import BlockPacker
from memory.working.tokens import Estimate, TokenCounter
from memory.working.vocabulary import Vocabulary
from tracing.archive.audit import Audit
from tracing.mask import masked

INPUT_CAP_TOKENS = 16_000
DRAIN_S = 10.0
log = logging.getLogger(__name__)


Remembering = Callable[[Shop], LongTerm]


async def at_once() -> None:
    """Nothing to load."""


class Brain(NamedTuple):
    """A model and an entry route; ``load`` warms them behind the open port, ``close`` lets go of what they hold."""

    model: Model
    entry: Entry
    load: Callable[[], Awaitable[None]] = at_once
    close: Callable[[], Awaitable[None]] = at_once
    embedder: Embedder | None = None  # for others to share
    learner: Learner | None = None


class Installation:
    """A whole Baton: stores, agents, models and the worker that runs executions."""

    def __init__(
        self,
        settings: Settings,
        redis_url: str,
        shop: Shop,
        brain: Brain,
        *,
        audit: Audit,
        longterm: LongTerm | None = None,
        team: Team = TEAM,
    ) -> None:
        self.settings, self.team, self.shop, self.audit, self.longterm = settings, team, shop, audit, longterm
        redis = self.redis = connect(redis_url)
        self.journal = SessionJournal(RedisJournal(redis, retention_s=settings.retention_days * 86_400))
        self.log, self.feed = RedisSessionLog(redis), RedisFeed(redis)
        self.limits, self.deny = RedisLimits(redis), RedisRevocations(redis)
        self.threads = RedisThreads(redis)
        self.people = demo_directory(settings.demo_password) if settings.demo else Directory((), "")
        self.brain = brain
        self.chat = options_of(settings, model_notice(settings))
        self.packer = BlockPacker(
            window_tokens=settings.window_tokens, cap_tokens=INPUT_CAP_TOKENS, counter=counter_of(settings)
        )
        self.memory = self._memory(longterm) if longterm is not None else None
        self.worker = Worker(self._runtime(), SessionLeases(RedisLeases(redis)), most=settings.turns_at_once)
        self._tasks: list[asyncio.Task[None]] = []
        self._loaded = False

    def _memory(self, longterm: LongTerm) -> MemoryWiring:
        return MemoryWiring(
            longterm,
            jobs=RedisJobs(self.redis, TO_LEARN),
            breaker=RedisBreaker(self.redis),
            log=self.log,
            learner=self.brain.learner,
            clock=SystemClock(),
            tenants=tuple(dict.fromkeys([*TENANTS, *self.settings.tenant_limits])),
            centre=self.settings.help_centre,
        )

    def _runtime(self) -> Runtime:
        memory, settings = self.memory, self.settings
        return Runtime(
            journal=self.journal,
            signals=SessionSignals(self.feed),
            tools=Toolbox(self.team, self.shop, knowledge=memory and memory.knowledge, notes=memory and memory.notes),
            entry=self.brain.entry,
            model=self.brain.model,
            packer=self.packer,
            clock=SystemClock(),
            team=self.team,
            limits=settings.limits,
            recall=memory and memory.recall,
            reach=reach_from_environment(),
            max_output_tokens=settings.max_output_tokens,
        )

    @property
    def forgetting(self) -> Forgetting:
        """How a customer is forgotten everywhere."""
        return Forgetting(
            erasing=RedisErasing(self.redis),
            sidebar=self.threads,
            library=self.longterm.library if self.longterm is not None else None,
            shop=self.shop,
            audit=self.audit,
            data_folder=self.settings.data_folder,
            caches=(self.worker.forget_texts, self.packer.forget_texts, prompt.forget_texts, grounding.forget_texts),
        )

    @property
    def ready(self) -> bool:
        """Whether the models have loaded; until then messages wait."""
        return self._loaded

    async def start(self) -> None:
        """Serve executions, and load the models behind the open port."""
        self._tasks = [
            asyncio.create_task(self.worker.serve(), name="worker"),
            asyncio.create_task(self._load(), name="models"),
        ]
        if self.memory is not None:
            self._tasks += [asyncio.create_task(self.memory.live(), name="long-term memory")]

    async def stop(self) -> None:
        """Let running turns finish, give the rest back, close everything."""
        await self.worker.drain(DRAIN_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.close()

    async def close(self) -> None:
        """Close the stores; nothing runs any more."""
        if self.longterm is not None:
            await self.longterm.aclose()
        await self.brain.close()
        await self.feed.aclose()
        await self.shop.close()
        await self.audit.close()
        await self.redis.aclose()

    async def submit_message(  # noqa: PLR0917  as the chat's port has it
        self, tenant: str, customer: str, conversation: str, message_id: str, text: str, customer_name: str
    ) -> SubmitStatus:
        """A customer's message becomes a turn, or joins the one that runs. *Raises*: Unavailable."""
        said = CustomerSaid(message_id=message_id, text=masked(text), customer_name=customer_name)
        return await self._submit(tenant, conversation, customer, message_id, said)

    async def stop_turn(self, tenant: str, conversation: str) -> None:
        """The customer pressed stop. *Raises*: Unavailable."""
        with in_our_words():
            await self.feed.stop(tenant, conversation)

    async def _load(self) -> None:
        try:
            await self.brain.load()
            self._loaded = True
        except Exception:
            log.exception("the models did not load; `baton doctor` says what is missing")

    async def _submit(
        self, tenant: str, conversation: str, customer: str, item_id: str, item: AnyEvent
    ) -> SubmitStatus:
        submitted = await self.journal.submit(
            tenant, conversation, customer=customer, item_id=item_id, item=encode(item)
        )
        if submitted.execution and self._tasks:
            self.worker.kick(tenant, conversation, submitted.execution)
        return submitted.status


async def open_installation(
    settings: Settings,
    redis_url: str,
    brain: Brain,
    *,
    today: date,
    team: Team = TEAM,
    remembering: Remembering | None = None,
) -> Installation:
    """Connect to everything; fill the demo shop at the first start. ``remembering`` opens long-term memory; without it
    nothing is remembered across conversations. *Raises*: Unavailable, UsageError."""
    shop = await _shop(settings)
    if settings.demo and await shop.reset_on() is None:
        await shop.reset(today)
    audit = await open_audit(settings)
    longterm = remembering(shop) if remembering is not None else None
    return Installation(settings, redis_url, shop, brain, audit=audit, longterm=longterm, team=team)


async def _shop(settings: Settings) -> Shop:
    try:
        return await Shop.open(settings.shop_url)
    except Unavailable as error:
        advice = "start it, mend the address, or unset the variable to use a file in the data folder"
        where = "BATON_DATABASE_URL" if settings.database_url else str(settings.data_folder)
        raise Unavailable(f"No database answers at {where} ({error.__cause__ or error}): {advice}.") from error


def counter_of(settings: Settings) -> TokenCounter:
    """How tokens are counted: by the model's own vocabulary where its file is named, else by estimate.

    *Raises*: UsageError when that file is missing or no tokenizer.
    """
    if settings.tokenizer is None:
        return Estimate()
    try:
        return Vocabulary(settings.tokenizer)
    except StoreMismatch as error:
        raise UsageError(f"BATON_TOKENIZER: {error}.") from error


def model_notice(settings: Settings) -> str:
    """Which model answers, in a sentence for the chat's footer."""
    if settings.has_endpoint:
        return (
            f"Answers are written by the language model {settings.model}, or by rule while it is away. "
            "It can be wrong; amounts come from the shop."
        )
    return "Offline model: not a language model. It matches what you write and answers from the shop's own data."
