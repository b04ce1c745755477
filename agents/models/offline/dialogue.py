"""The flow of a turn: news, then the pending question, then new requests in order, then back to what is open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.models.offline import asking, wording
from agents.models.offline.answering import REMEDIES
from agents.models.offline.flows import FLOWS, deeds, generic, help, session, small
from agents.models.offline.hearing import EMPTY, LEAVE, Heard, Reads, hear
from agents.models.offline.matters import ACKNOWLEDGE, FOLLOW_UP, PLANTED
from agents.models.offline.replies import said as reply_of
from agents.models.offline.settling import WAITS, Settled, settle
from agents.models.offline.state import PAUSED_MOST, SAID_MOST_CHARS, Pending, Task
from agents.models.offline.talk import Ended, Talk
from handoffs.model import Candidate

ASKED_MOST = 2
ASIDE = ("person", "preference", "forget_wish", "recall_memory")  # what the dialogue was about stays its topic
KNOWN = "known"  # the shop's own knowledge answers it, and no telling words named anything else
_HELD = ("ungrounded_answer", "says_transfer", "empty")


async def respond(talk: Talk, reader: Reads) -> str:
    """What to say to this turn; the talk's state is then the state to keep.

    *Raises*: Calling for the next call that the turn needs.
    """
    news = deeds.news(talk)
    if any(code in _HELD for code in talk.scene.hints):
        return _kept(
            talk,
            [asking.person_offer(talk, "I can't say that for certain from what I can see")],
            asking.person_pending(),
        )
    if not talk.scene.texts:
        return _kept(
            talk,
            news or [talk.vary("Is there anything else I can do?", "What else can I do for you?")],
            talk.state.pending,
        )
    text = " ".join(talk.scene.texts)
    first = await reader.read(text)
    talk.candidates = tuple(Candidate(name=one.name, score=one.score) for one in first.tools)
    if first.language != "en" and reply_of(text).verdict == "none" and not _expects_value(talk, text):
        talk.rule = f"language:{first.language}"
        return _kept(talk, [*news, small.foreign(first.language)], asking.person_pending())
    settled = await _settled(talk, reader, text)
    return _work(talk, news, settled)


def _expects_value(talk: Talk, text: str) -> bool:
    """Whether an address is awaited and came: its words are of any language."""
    pending = talk.state.pending
    return pending is not None and pending.slot == "address" and any(char.isdigit() for char in text)


async def _settled(talk: Talk, reader: Reads, text: str) -> Settled:
    if talk.state.pending is not None:
        return await settle(talk, reader, text, talk.state.pending)
    if talk.state.dropped is not None and reply_of(text).verdict == "yes":
        return Settled(tasks=(talk.state.dropped.task,), rule="pending:taken_up")
    heard = await hear(talk, reader, text)
    rule = heard[0].rule if heard else ""
    if waiting := deeds.still_waiting(talk, text):
        return Settled(lead=waiting, rule="waiting")
    if talk.state.done and (again := deeds.already_done(talk, text, heard)):
        return Settled(lead=again, rule="done")
    person = [one.task for one in heard if one.task.matter == "person"]
    plain = " ".join(one.reading.corrected for one in heard)
    return Settled(tasks=tuple(person[:1]) or tuple(_acknowledged(talk, one, plain) for one in heard), rule=rule)


def _acknowledged(talk: Talk, one: Heard, text: str) -> Task:
    """A remark that asks for nothing ("ok, the neighbour has it") is acknowledged, not declined."""
    if reply_of(text).verdict == "no" and not one.sure:
        return one.task.model_copy(update={"matter": ACKNOWLEDGE})
    if talk.state.escalation and one.task.act == "statement" and small.is_quiet(text):
        return one.task.model_copy(update={"matter": ACKNOWLEDGE})
    if not one.sure and help.known(talk, one.task) is not None:
        return one.task.model_copy(update={"matter": KNOWN})
    if one.task.matter == "greeting" and talk.state.said and not small.greets(text):
        one = replace(one, task=one.task.model_copy(update={"matter": FOLLOW_UP if talk.state.matter else ACKNOWLEDGE}))
    if (
        not one.sure
        and one.task.matter not in ("thanks", "goodbye")
        and ((small.is_remark(text) and one.task.act != "command") or reply_of(text).verdict == "yes")
    ):
        return one.task.model_copy(update={"matter": ACKNOWLEDGE})
    nothing_asked = one.task.act == "statement" and not text.rstrip().endswith("?")
    if (
        one.task.matter == FOLLOW_UP
        and nothing_asked
        and small.is_quiet(text)
        and len(text.split()) > 3
        and not small.contradicts(text)
    ):
        return one.task.model_copy(update={"matter": ACKNOWLEDGE})
    return one.task


def _work(talk: Talk, news: Sequence[str], settled: Settled) -> str:
    """Do the tasks in order until one asks; what is left waits, and the open question comes back at the end."""
    talk.rule = settled.rule
    before = settled.keep
    talk.state = talk.state.having(pending=None)
    upset = any(task.matter in ("insult", "frustration", "complaint") for task in settled.tasks)
    pieces = [*news, settled.lead or ("" if upset else small.sorry(talk, " ".join(talk.scene.texts)))]
    talk.state = talk.state.having(dropped=talk.asked_before if settled.rule == "pending:no" else None)
    asked: Pending | None = None
    queue = sorted([*settled.tasks, *talk.state.queue], key=lambda task: task.matter != LEAVE)
    talk.open_matter = before.about if before else (small.title(queue[1]) if len(queue) > 1 else None)
    talk.state = talk.state.having(queue=())
    while queue and asked is None:
        task = queue.pop(0)
        text, asked = _run(talk, task)
        pieces.append(text)
    if asked is not None:
        return _asked(talk, pieces, asked, before, queue)
    if before is not None and settled.again:
        pieces, asked = _again(talk, pieces, before)
        return _kept(talk, pieces, asked)
    return _back(talk, pieces, before)


def _run(talk: Talk, task: Task) -> tuple[str, Pending | None]:
    """One task to its end: what it says, and the question it leaves."""
    talk.rule = talk.rule or f"matter:{task.matter}"
    try:
        text, asked = _flow(talk, task), None
    except Ended as ended:
        text, asked = ended.text, ended.pending
    if task.matter not in (*EMPTY, LEAVE, PLANTED, *ASIDE):
        talk.state = talk.state.having(matter=task.matter, puzzled=0)
    return text, asked


def _flow(talk: Talk, task: Task) -> str:
    if task.matter in ("insult", "frustration") and talk.state.matter:
        return small.upset(talk, task)
    if task.matter == FOLLOW_UP:
        return follow_up(talk, task)
    if task.matter == KNOWN:
        return help.known(talk, task) or session.decline(talk, task)
    if task.matter in (ACKNOWLEDGE, LEAVE):
        return small.acknowledged(talk, task)
    flow = FLOWS.get(task.matter)
    return flow(talk, task) if flow else generic.serve(talk, task)


def follow_up(talk: Talk, task: Task) -> str:
    """Go on with what the dialogue was about."""
    flow = small.going_on(talk, task)
    return flow(talk, task) if flow else session.decline(talk, task)


def _asked(talk: Talk, pieces: list[str], asked: Pending, before: Pending | None, queue: Sequence[Task]) -> str:
    """A new question stands; the old one is put aside, further requests are named and wait."""
    paused = talk.state.paused
    if before is not None and before.asking != "offer" and not _replaces(asked, before):
        paused = (before, *paused)[:PAUSED_MOST]
    if asked.asking == "offer" and before is not None:
        asked, pieces = _reminded(pieces, before)
        paused = talk.state.paused
    if queue:
        pieces = [*pieces, f"After that I'll see to {wording.joined([small.title(task) for task in queue])}."]
    talk.state = talk.state.having(paused=paused, queue=tuple(queue))
    return _kept(talk, pieces, asked)


def _replaces(asked: Pending, before: Pending) -> bool:
    return asked.task.matter == before.task.matter or (asked.task.matter in REMEDIES and before.task.matter in REMEDIES)


def _reminded(pieces: list[str], before: Pending) -> tuple[Pending, list[str]]:
    if before.asked >= ASKED_MOST:
        return before, pieces
    return before.model_copy(update={"asked": before.asked + 1}), [*pieces, small.reminder(before)]


def _again(talk: Talk, pieces: list[str], before: Pending) -> tuple[list[str], Pending | None]:
    """The reply said nothing to the question: it is put once more in full, then a person is offered."""
    if before.asked >= ASKED_MOST:
        lead = "I did not get an answer that I can act on, so nothing was done"
        return [*pieces, asking.person_offer(talk, lead)], asking.person_pending()
    question, asked = _run(talk, before.task) if before.asking == "confirm" else (small.reminder(before), before)
    anew = asked and asked.model_copy(update={"asked": before.asked + 1})
    return [*pieces, f"Sorry, I did not understand that. {question}"], anew


def _back(talk: Talk, pieces: list[str], before: Pending | None) -> str:
    """Nothing new was asked: return to the question that stood, or to one put aside earlier."""
    if before is not None and talk.rule == WAITS:
        return _kept(talk, pieces, before)
    if before is not None and before.asking != "offer":
        asked, pieces = _reminded(pieces, before)
        return _kept(talk, pieces, asked)
    if talk.state.paused and not talk.state.escalation:
        first, *rest = talk.state.paused
        talk.state = talk.state.having(paused=tuple(rest))
        asked, pieces = _reminded(pieces, first)
        return _kept(talk, pieces, asked)
    _settle_matters(talk)
    return _kept(talk, pieces, None)


def _settle_matters(talk: Talk) -> None:
    """Nothing is open any more: tell the session so."""
    for matter in talk.facts.open_matters:
        if "settle_open_matter" in talk.tools:
            talk.call("settle_open_matter", matter=matter)


def _counted(talk: Talk, pieces: Sequence[str], asked: Pending | None) -> tuple[Sequence[str], Pending | None]:
    """The same question put again is counted; a third time a person is offered instead."""
    before = talk.asked_before
    if (
        asked is None
        or before is None
        or asked.asked > 1
        or (asked.asking, asked.slot, asked.task.slots) != (before.asking, before.slot, before.task.slots)
    ):
        return pieces, asked
    if asked.task.matter != before.task.matter or asked.task.matter == "person":
        return pieces, asked
    if before.asked >= ASKED_MOST:
        lead = "I have asked that twice now and don't want to guess, so nothing was done"
        return [*pieces[:-1], asking.person_offer(talk, lead)], asking.person_pending()
    return pieces, asked.model_copy(update={"asked": before.asked + 1})


def _kept(talk: Talk, pieces: Sequence[str], asked: Pending | None) -> str:
    pieces, asked = _counted(talk, pieces, asked)
    text = "\n\n".join(dict.fromkeys(piece for piece in pieces if piece))
    if asked is None or asked.asking != "confirm":
        text = small.unrepeated(text, talk.state.said)
    talk.state = talk.state.having(pending=asked, said=re.sub(r"\s+", " ", text)[:SAID_MOST_CHARS])
    return text
