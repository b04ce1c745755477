"""What a customer sees of a conversation's log, as Chainlit's steps. Pure: a live page and a reload read the same.

    user_message            what the customer said; keeps the id that the browser gave it
    └ run "on_message"      what was done about it; thumbs are given to this
      └ tool · notice · assistant_message

Every id follows from the log, so a step that is sent twice is one step on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from uuid import NAMESPACE_OID, uuid5

from baton.chat.intake import is_conversation_id
from baton.chat.notices import Notice, call_notice, notice_of
from baton.chat.thumbs import Thumb
from handoffs.agent import Team
from handoffs.events import AnyEvent, CallFinished, CustomerSaid, Ended, Said, decode
from handoffs.ports import Stored
from memory.session.types import Draft

if TYPE_CHECKING:  # Chainlit takes over a second to import, and only its type is wanted here
    from chainlit.step import StepDict

Kind = Literal["user_message", "assistant_message", "run", "tool", "undefined"]
NOTICE: Kind = "undefined"  # Chainlit's word for a step that is neither run nor tool nor model call
CUT = " …\n\n*(stopped)*"  # a paragraph of its own, whatever Markdown the customer's stop cut through
NOTHING_SHOWN = "Stopped, as you asked."  # the runtime's own words where nothing was there to cut
_KIND = b'"kind":"%s"'
_KIND_WITHIN = 48  # a record begins with its schema version and its kind
_DECIDED, _STARTED = _KIND % b"decided", _KIND % b"turn_started"
_UNSEEN = tuple(
    _KIND % kind
    for kind in b"attempt_failed budget_spent call_cleared call_intended handoff_out hinted".split()
    + b"matter_closed matter_opened preference_set routed".split()
)


class Transcript:
    """Folds a conversation's records, in their order, into the steps of its page."""

    def __init__(self, tenant: str, conversation: str, team: Team) -> None:
        self.seq = 0  # of the newest record taken
        self.running = False
        self._space = uuid5(NAMESPACE_OID, f"{tenant}/{conversation}")
        self._thread = conversation
        self._names = {agent.name: agent.display_name for agent in team.agents}
        self._run: StepDict | None = None
        self._execution = ""
        self._number = 0  # of the newest event in this execution
        self._decided: int | None = None  # the decision whose answer has not been said yet

    def take(self, record: Stored) -> list[StepDict]:
        """The steps that the record adds or changes, parents first."""
        self.seq = max(self.seq, record.seq)
        if record.number == 0:  # the store's own note that it refused a stale commit
            return []
        if record.execution != self._execution:
            self._execution, self._decided = record.execution, None
        self._number = record.number
        head = record.data[:_KIND_WITHIN]
        if _STARTED in head:
            self.running = True
            return self._close(record.at_ms)
        if _DECIDED in head:
            self._decided = record.number
            return []
        return [] if any(kind in head for kind in _UNSEEN) else self._event(decode(record.data), record)

    def waiting(self, message_id: str, text: str, at_ms: int) -> list[StepDict]:
        """A message not yet taken in, and the run that will answer it."""
        return [self._step(message_id, "user_message", "You", at_ms, output=text), self._new_run(message_id, at_ms)]

    def expects(self, draft: Draft) -> bool:
        """Whether the draft is of the answer that comes next; a late one of a committed answer is not."""
        return self.running and draft.execution == self._execution and draft.number > self._number

    def draft(self, draft: Draft, at_ms: int) -> list[StepDict]:
        """The answer being written, under the id that the committed one will have."""
        step = self._answer(self._answer_id(draft.execution, draft.number), draft.agent, draft.text or "", at_ms)
        step["streaming"] = True
        return self._inside(draft.execution, step, at_ms)

    def _event(self, event: AnyEvent, record: Stored) -> list[StepDict]:
        at_ms = record.at_ms
        if isinstance(event, CustomerSaid):
            closed = self._close(at_ms)
            message_id = event.message_id if is_conversation_id(event.message_id) else self._id(event.message_id)
            steps = self.waiting(message_id, event.text, at_ms)
            self._run = steps[-1]
            return closed + steps
        shown = self._shown(event, record)
        steps = self._inside(record.execution, shown, at_ms) if shown else []
        if isinstance(event, Ended):
            self.running = False
            steps += self._close(at_ms)
        return steps

    def _shown(self, event: AnyEvent, record: Stored) -> StepDict | None:
        if isinstance(event, Said):
            number, self._decided = record.number if self._decided is None else self._decided, None
            text = event.text.rstrip() + CUT if event.stopped and event.text != NOTHING_SHOWN else event.text
            return self._answer(self._answer_id(record.execution, number), event.agent, text, record.at_ms)
        notice = call_notice(event) if isinstance(event, CallFinished) else notice_of(event, self._names)
        if notice is None:
            return None
        kind: Kind = "tool" if isinstance(event, CallFinished) else NOTICE
        return self._line(self._id(f"{record.execution}/{record.number}"), kind, notice, record.at_ms)

    def _answer(self, step_id: str, agent: str, text: str, at_ms: int) -> StepDict:
        return self._step(step_id, "assistant_message", self._names.get(agent, agent or "Baton"), at_ms, output=text)

    def _line(self, step_id: str, kind: Kind, notice: Notice, at_ms: int) -> StepDict:
        step = self._step(step_id, kind, notice.text, at_ms, output=notice.details)
        step["metadata"] = {"icon": notice.icon}
        step["isError"] = notice.is_error
        return step

    def _inside(self, execution: str, step: StepDict, at_ms: int) -> list[StepDict]:
        """The step under the open run; a run of its own where no message opened one (a person's decision)."""
        opened: list[StepDict] = []
        if self._run is None:
            self._run = self._new_run(None, at_ms, name=execution)
            opened = [self._run]
        step["parentId"] = self._run.get("id")
        return [*opened, step]

    def _new_run(self, message_id: str | None, at_ms: int, *, name: str = "") -> StepDict:
        run = self._step(self._id(f"run/{message_id or name}"), "run", "on_message", at_ms)
        run["parentId"] = message_id
        run["end"] = None
        return run

    def _close(self, at_ms: int) -> list[StepDict]:
        if self._run is None:
            return []
        closed: StepDict = {**self._run, "end": _time(at_ms)}
        self._run = None
        return [closed]

    def _step(self, step_id: str, kind: Kind, name: str, at_ms: int, *, output: str = "") -> StepDict:
        at = _time(at_ms)
        return {
            "id": step_id,
            "threadId": self._thread,
            "parentId": None,
            "type": kind,
            "name": name,
            "input": "",
            "output": output,
            "createdAt": at,
            "start": at,
            "end": at,
            "streaming": False,
            "command": None,
            "isError": False,
            "showInput": False,
            "defaultOpen": False,
            "metadata": {},
        }

    def _answer_id(self, execution: str, number: int) -> str:
        return self._id(f"answer/{execution}/{number}")

    def _id(self, name: str) -> str:
        return str(uuid5(self._space, name))


def steps_of(transcript: Transcript, records: Iterable[Stored], thumbs: Mapping[str, Thumb]) -> list[StepDict]:
    """A whole conversation as one list, parents first, each step once in its latest form."""
    steps: dict[str, StepDict] = {}
    for record in records:
        for step in transcript.take(record):
            steps[step.get("id", "")] = step
    for run, thumb in thumbs.items():
        if run in steps:
            value = 1 if thumb.value else 0
            thumb_id = f"{steps[run].get('threadId')}.{run}"
            steps[run]["feedback"] = {"forId": run, "id": thumb_id, "value": value, "comment": thumb.comment}
    return list(steps.values())


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
