"""Any interleaving of customers, workers, crashes and takeovers: Redis and its twin answer alike, without gaps."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from memory.session import keys
from memory.session.in_memory import InMemoryJournal
from memory.session.in_memory_log import InMemorySessionLog
from memory.session.in_memory_store import InMemoryStore
from memory.session.redis_client import connect
from memory.session.redis_journal import RedisJournal
from memory.session.redis_log import RedisSessionLog
from memory.session.types import Claimed, StoredRecord

WHERE = ("volta", "c1")
EXECUTIONS = st.sampled_from(["x000001", "x000002", "x000003"])
SMALL = st.integers(0, 3)
RECORDS = st.lists(
    st.tuples(st.sampled_from(["customer", "billing", "sales"]), st.binary(max_size=3), st.none() | st.just(b"said")),
    max_size=3,
)
STATUS = st.sampled_from([None, None, None, "running", "completed", "waiting_human"])


def timeless(answer):
    """The answer without the store's clock, and a drop record without the order of its fields."""
    if isinstance(answer, StoredRecord) and answer.number == 0:
        return answer._replace(at_ms=0, data=json.loads(answer.data))
    if isinstance(answer, Claimed):
        events, window = map(timeless, answer.events), map(timeless, answer.window)
        return answer._replace(events=list(events), window=list(window))
    return answer._replace(at_ms=0) if hasattr(answer, "at_ms") else answer


class Interleavings(RuleBasedStateMachine):
    """Every rule is done to both; the answers must agree."""

    def __init__(self, redis_url: str) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.redis = connect(redis_url)
        self.runner.run(self.redis.flushall())
        self.store = InMemoryStore(lambda: datetime.now(UTC))
        self.journals = RedisJournal(self.redis), InMemoryJournal(self.store)
        self.logs = RedisSessionLog(self.redis), InMemorySessionLog(self.store)
        self.fences: dict[str, int] = {}
        self.numbers: dict[str, int] = {}

    def teardown(self) -> None:
        self.runner.run(self.redis.aclose())
        self.runner.close()

    def both(self, operation):
        """Do it to Redis and to the twin."""
        real, twin = (timeless(self.runner.run(operation(journal))) for journal in self.journals)
        assert real == twin
        return real

    @rule(item=SMALL, customer=st.sampled_from(["anna", "anna", "ben"]))
    def submit(self, item: int, customer: str) -> None:
        item_id = f"m{item}-{self.store.of(*WHERE).seq // 2}"
        self.both(lambda j: j.submit(*WHERE, customer=customer, item_id=item_id, item=item_id.encode()))

    @rule(execution=EXECUTIONS, window_after=SMALL)
    def claim(self, execution: str, window_after: int) -> None:
        claimed = self.both(lambda j: j.claim(*WHERE, execution, lease_s=60, window_after=window_after))
        if claimed is not None:
            self.fences[execution] = claimed.fence
            self.numbers[execution] = len(claimed.events) + 1

    @rule(
        execution=EXECUTIONS, records=RECORDS, status=STATUS, take=SMALL, quiet=st.booleans(),
        late=st.sampled_from([0, 0, 0, 0, 1]), skip=st.sampled_from([0, 0, 0, 0, 1]), repeat=st.booleans(),
        epoch=st.none() | st.just(0), agent=st.none() | st.sampled_from(["billing", "sales"]),
    )  # fmt: skip
    def commit(self, execution, records, status, *, take, quiet, late, skip, repeat, epoch, agent) -> None:
        fence, number = self.fences.get(execution, 1) - late, self.numbers.get(execution, 1) + skip
        wanted = {
            "fence": fence, "epoch": epoch, "number": number, "commit_id": f"{execution}/{number}/{fence}",
            "records": records, "session": {"agent": agent}, "hashes": {"h": {"agent": agent}},
            "blobs": {data.hex(): data for _, data, _ in records}, "index": [], "take": take, "quiet": quiet,
            "status": status,
        }  # fmt: skip
        for _ in range(1 + repeat):
            answer = self.both(lambda j: j.commit(*WHERE, execution, **wanted))
        if answer.status in {"ok", "repeated"}:
            self.numbers[execution] = number + len(records)

    @rule(execution=EXECUTIONS, late=st.sampled_from([0, 0, 1]))
    def renew(self, execution: str, late: int) -> None:
        fence = self.fences.get(execution, 1) - late
        self.both(lambda j: j.renew(*WHERE, execution, fence=fence, lease_s=60))

    @rule(execution=EXECUTIONS, late=st.sampled_from([0, 0, 1]))
    def release(self, execution: str, late: int) -> None:
        self.both(lambda j: j.release(*WHERE, execution, fence=self.fences.get(execution, 1) - late))

    @rule(execution=EXECUTIONS)
    def owner_dies(self, execution: str) -> None:
        """Its lease runs out."""
        found = self.store.of(*WHERE).executions.get(execution)
        if found is not None:
            found.lease_until_ms = 1
            self.runner.run(self.redis.hset(keys.base(*WHERE) + f"exec:{execution}", "lease_until", 1))

    @rule()
    def take_over(self) -> None:
        self.store.of(*WHERE).epoch += 1
        self.runner.run(self.redis.hincrby(keys.head(*WHERE), "epoch", 1))

    @invariant()
    def they_hold_the_same_and_no_sequence_number_is_missing(self) -> None:
        real, twin = (self.runner.run(log.read(*WHERE)) for log in self.logs)
        assert [timeless(record) for record in real] == [timeless(record) for record in twin]
        assert [record.seq for record in real] == list(range(1, len(real) + 1))
        for question in ("head", "session"):
            real, twin = (self.runner.run(getattr(log, question)(*WHERE)) for log in self.logs)
            assert real == twin
        real, twin = (self.runner.run(log.window(*WHERE)) for log in self.logs)
        assert [timeless(entry) for entry in real] == [timeless(entry) for entry in twin]


def test_any_interleaving_leaves_redis_and_the_twin_alike(redis_url):
    run_state_machine_as_test(
        lambda: Interleavings(redis_url),
        settings=settings(
            max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
