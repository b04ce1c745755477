"""What the system proposes for the whole shop is told to nobody until an operator has said yes, once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import pytest

from memory.longterm.item import CustomerScope, Memory, Note, TenantScope
from memory.longterm.kinds import Kind
from memory.longterm.library import Library
from memory.longterm.review import NotProposed
from memory.longterm.supersession import Written

Day = Callable[[float], datetime]
Learn = Callable[..., Awaitable[Written]]
Notes = Callable[..., Note]
Stored = Callable[[], Awaitable[dict[str, Memory]]]
Sweep = Callable[[float], Awaitable[Mapping[Kind, int]]]
Told = Callable[..., Awaitable[list[str]]]
CABLE = "Problem: the hub is not found. What helped: another cable."
Propose = Callable[..., Awaitable[str]]


@pytest.fixture
def propose(learn: Learn, note: Notes) -> Propose:
    """A proposal that a turn left; answers its id."""

    async def proposed(text: str = CABLE, *, on: float = 0, **named: object) -> str:
        written = await learn(note(text, on=on, kind="resolution", **named), on=on)
        return (*written.added, *written.confirmed, *written.unchanged)[0]

    return proposed


Decide = Callable[..., Awaitable[Memory]]
Waiting = Callable[[], Awaitable[list[str]]]


@pytest.fixture
def accept(library: Library, volta: TenantScope, day: Day) -> Decide:
    """Olga's yes, on that day."""
    return lambda wanted, *, on: library.review.accept(volta, wanted, by="olga", now=day(on))


@pytest.fixture
def reject(library: Library, volta: TenantScope, day: Day) -> Decide:
    """Olga's no, on that day."""
    return lambda wanted, *, on: library.review.reject(volta, wanted, by="olga", now=day(on))


@pytest.fixture
def waiting(library: Library, volta: TenantScope) -> Waiting:
    """The ids of what nobody has decided about."""

    async def found() -> list[str]:
        return [one.id for one in (await library.review.proposals(volta)).memories]

    return found


async def test_a_proposal_waits_and_is_told_to_nobody(propose: Propose, waiting: Waiting, told: Told):
    wanted = await propose()

    assert await waiting() == [wanted]
    assert await told("the hub is not found", on=0) == []


async def test_an_accepted_one_is_told_to_every_customer_of_the_shop(
    library: Library, propose: Propose, accept: Decide, waiting: Waiting, day: Day
):
    accepted = await accept(await propose(), on=1)
    ben = await library.recall(CustomerScope(tenant="volta", customer="ben"), "the hub is not found", now=day(1))
    gina = await library.recall(CustomerScope(tenant="lumen", customer="gina"), "the hub is not found", now=day(1))

    assert (accepted.status, accepted.reviewed_by) == ("active", "olga")
    assert [one.memory for one in ben.kept] == [accepted]
    assert not gina.candidates
    assert await waiting() == []


async def test_a_rejected_one_is_never_told_nor_proposed_again(
    propose: Propose, reject: Decide, waiting: Waiting, told: Told
):
    await reject(await propose(), on=1)
    await propose(on=2)

    assert await waiting() == []
    assert await told("the hub is not found", on=2) == []


async def test_a_rejected_one_is_erased_after_30_days(propose: Propose, reject: Decide, stored: Stored, sweep: Sweep):
    await reject(await propose(), on=1)

    assert await sweep(30.9) == {}
    ((kept),) = (await stored()).values()
    assert (kept.status, kept.reviewed_by) == ("retired", "olga")
    assert await sweep(31.1) == {"resolution": 1}


async def test_a_rejected_one_does_not_live_longer_for_being_proposed_again(
    propose: Propose, reject: Decide, sweep: Sweep
):
    await reject(await propose(), on=1)
    await propose(on=20)

    assert await sweep(31.1) == {"resolution": 1}


async def test_a_proposal_that_a_better_one_superseded_cannot_be_accepted(
    propose: Propose, accept: Decide, waiting: Waiting
):
    first = await propose(key="hub", value="cable")
    better = await propose("What helped: another port.", on=1, key="hub", value="port")

    assert await waiting() == [better]
    with pytest.raises(NotProposed, match="a newer proposal"):
        await accept(first, on=2)


async def test_a_decision_is_made_once(propose: Propose, accept: Decide, reject: Decide, stored: Stored):
    wanted = await propose()
    await accept(wanted, on=1)

    for decide in (accept, reject):
        with pytest.raises(NotProposed, match="decided by olga"):
            await decide(wanted, on=2)
    (kept,) = (await stored()).values()
    assert (kept.status, kept.reviewed_by) == ("active", "olga")


async def test_only_proposals_are_decided_about(accept: Decide, reject: Decide, learn: Learn, csv_or: Notes):
    (wish,) = (await learn(csv_or("CSV"), on=0)).added

    with pytest.raises(NotProposed, match="is active"):
        await reject(wish, on=1)
    with pytest.raises(NotProposed, match="no proposal"):
        await accept("nothing", on=1)


async def test_another_shops_operator_finds_nothing_to_decide(library: Library, propose: Propose, day: Day):
    lumen = TenantScope(tenant="lumen")
    wanted = await propose()

    assert not (await library.review.proposals(lumen)).memories
    with pytest.raises(NotProposed):
        await library.review.accept(lumen, wanted, by="otto", now=day(1))


async def test_the_accepted_one_stays_in_force_until_the_better_one_is_accepted(
    propose: Propose, accept: Decide, told: Told, stored: Stored
):
    first = await propose(key="hub", value="cable", place="first")
    await accept(first, on=1)
    better = await propose("Problem: the hub is not found. What helped: another port.", on=2, key="hub", value="port")
    assert await told("the hub is not found", on=2) == [CABLE]

    await accept(better, on=3)
    assert (await stored())["first"].superseded_by == better
    assert await told("the hub is not found", on=3) == ["Problem: the hub is not found. What helped: another port."]


async def test_the_same_problem_solved_again_is_no_second_proposal(propose: Propose, waiting: Waiting):
    first = await propose(source="conversation/c1")
    again = await propose(source="conversation/c2", on=3)

    assert again == first
    assert await waiting() == [first]
