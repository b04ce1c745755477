"""One turn at work: what flows use to learn, act, ask and hand over. A turn is replayed from its start at each call.

A flow is straight code. ``learn`` and ``act`` answer from what this turn has already called; the first call that has
not been made yet stops the flow (``Calling``), goes out, and with its result the same flow runs again and gets further.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError

from agents.models.offline.scene import Facts, Json, Scene
from agents.models.offline.state import (
    DONE_MOST,
    SHOWN_MOST,
    Carry,
    Deed,
    DialogueState,
    Pending,
    Step,
    Thing,
    Value,
)
from handoffs.agent import Team
from handoffs.model import Candidate, ToolSpec

M = TypeVar("M", bound=BaseModel)
Argument = Value | list[str] | None


class Calling(Exception):
    """The turn needs this call before it can go on."""

    def __init__(self, tool: str, arguments: dict[str, Argument]) -> None:
        super().__init__(tool)
        self.tool = tool
        self.arguments = arguments


class Ended(Exception):
    """A flow is at its end: what it says, and the question it leaves open."""

    def __init__(self, text: str, pending: Pending | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.pending = pending


class Trouble(BaseModel):
    """A call that did not give what it should: an error, a refusal, a wait for a person, or doubt."""

    kind: str
    code: str = ""
    message: str = ""
    suggested_action: str = ""
    number: str = ""


class Talk:
    """What flows work with. ``state`` is this turn's draft; it is kept only when the turn ends."""

    def __init__(self, scene: Scene, carry: Carry, team: Team, tools: Sequence[ToolSpec]) -> None:
        self.scene = scene
        self.state: DialogueState = carry.state
        self.team = team
        self.tools = {tool.name: tool for tool in tools}
        known = (
            {step.id: step for step in (*carry.steps, *scene.steps)}
            if scene.mid_turn
            else {s.id: s for s in scene.steps}
        )
        self.steps: tuple[Step, ...] = tuple(known.values())
        self.visited = tuple(dict.fromkeys((*(carry.visited if scene.mid_turn else ()), scene.agent)))
        self.rule = ""
        self.candidates: tuple[Candidate, ...] = ()
        self.open_matter: str | None = None
        self.asked_before = carry.state.pending

    @property
    def facts(self) -> Facts:
        return self.scene.facts

    @property
    def today(self) -> date:
        return date.fromisoformat(self.facts.today)

    def learn(self, answer: type[M], tool: str, **arguments: Argument) -> M | Trouble:
        """What the tool answers; control moves to an agent that has it, if need be."""
        content = self.call(tool, **arguments)
        return _trouble(content) or _validated(answer, content)

    def must(self, answer: type[M], tool: str, **arguments: Argument) -> M:
        """Like ``learn``; any trouble ends the flow with a plain sentence."""
        found = self.learn(answer, tool, **arguments)
        if isinstance(found, Trouble):
            raise self.ended(found)
        return found

    def call(self, tool: str, **arguments: Argument) -> Json:
        """The raw answer of a tool."""
        given = {name: value for name, value in arguments.items() if value is not None}
        for step in self.steps:
            if step.tool == tool and json.loads(step.arguments or "{}") == given:
                return _object(step.answer)
        self._take_control(tool)
        raise Calling(tool, dict[str, Argument](given))

    def stay_with(self, tool: str) -> None:
        """See that an agent that has this tool answers, unless one already had control in this turn."""
        owners = [agent.name for agent in self.team.agents if agent.tool(tool)]
        if owners and not set(owners) & set(self.visited):
            self._take_control(tool)

    def _take_control(self, tool: str) -> None:
        if tool in self.tools:
            return
        owners = [agent for agent in self.team.agents if agent.tool(tool)]
        for owner in owners:
            transfer = f"transfer_to_{owner.name}"
            refused = any(step.tool == transfer and "refused" in _object(step.answer) for step in self.steps)
            if transfer in self.tools and not refused:
                raise Calling(transfer, self._handoff_words(tool))
        raise Ended(
            "I can't reach the colleague's tools for that just now. "
            "Ask me for a person if you would like one to look at it."
        )

    def _handoff_words(self, tool: str) -> dict[str, Argument]:
        spec = next(found for agent in self.team.agents if (found := agent.tool(tool)))
        said = " ".join(self.scene.texts)[:300]
        reason = spec.title.split("{")[0].strip().rstrip(":") or spec.description.splitlines()[0]
        summary = f'The customer said: "{said}".'
        return {
            "reason": reason[:1].lower() + reason[1:],
            "summary": summary,
            **({"open_matter": self.open_matter} if self.open_matter else {}),
        }

    def act(self, answer: type[M], tool: str, said: str, **arguments: Argument) -> M:
        """Do it, and remember that it was done; a wait for a person or a refusal ends the flow with that news.

        *Shape*: ``said`` completes "I have …" when the same is asked again.
        """
        content = self.call(tool, **arguments)
        trouble = _trouble(content)
        slots = {name: value for name, value in arguments.items() if isinstance(value, str | int)}
        if trouble is not None and trouble.kind != "pending":
            raise self.ended(trouble)
        deed = Deed(tool=tool, slots=slots, said=said, waiting=trouble is not None)
        self.state = self.state.having(done=(*self.state.done, deed)[-DONE_MOST:])
        if trouble is not None:
            raise Ended(_waiting(trouble))
        return _validated(answer, content)

    def show(self, *things: Thing) -> None:
        """Remember what was shown, in its order; a single thing is what "it" means next."""
        listed = {old.id for old in self.state.shown[: self.state.together]}
        if len(things) != 1 or things[0].id not in listed:
            rest = tuple(old for old in self.state.shown if old.id not in {thing.id for thing in things})
            self.state = self.state.having(shown=(*things, *rest)[:SHOWN_MOST], together=len(things))
        if len(things) == 1:
            self.state = self.state.having(focus=things[0])

    def ended(self, trouble: Trouble) -> Ended:
        """The end of a flow that met trouble, in plain words."""
        if trouble.kind == "pending":
            return Ended(_waiting(trouble))
        if trouble.kind == "in_doubt":
            said = "I can't tell whether that went through, so I won't try it again."
            return Ended(f"{said} {trouble.message} A colleague will check it.")
        if trouble.kind == "error":
            return Ended(trouble.message or "That did not work.")
        if trouble.code in ("superseded", "cancelled"):
            return Ended("I stopped there: nothing more was done.")
        if trouble.code == "already_done":
            return Ended("That is already done, so I left it as it is.")
        return Ended("That did not work just now. Ask me for a person if you would like one to look at it.")

    def vary(self, *wordings: str) -> str:
        """The first wording that was not used in the last answer."""
        return next((wording for wording in wordings if wording not in self.state.said), wordings[-1])


def team_has(talk: Talk, tool: str) -> bool:
    """Whether any agent of the team has this tool."""
    return any(agent.tool(tool) for agent in talk.team.agents)


def _object(text: str) -> Json:
    try:
        parsed: object = json.loads(text)
    except json.JSONDecodeError:
        return {"error": {"code": "unreadable", "message": "The answer could not be read."}}
    return cast(Json, parsed) if isinstance(parsed, dict) else {"value": parsed}


def _trouble(content: Json) -> Trouble | None:
    for kind in ("error", "refused", "pending", "in_doubt"):
        found = content.get(kind)
        if isinstance(found, dict):
            said = {str(k): str(v) for k, v in cast(Json, found).items() if v is not None}
            return Trouble(
                kind=kind,
                code=said.get("code", ""),
                message=said.get("message", said.get("sentence", "")),
                suggested_action=said.get("suggested_action", ""),
                number=said.get("approval", ""),
            )
    return None


def _validated(answer: type[M], content: Json) -> M:
    try:
        return answer.model_validate(content)
    except ValidationError:
        raise Ended("I got an answer that I could not read. Please try once more, or ask for a person.") from None


def _waiting(trouble: Trouble) -> str:
    return (
        f"This needs a colleague's approval, so I have passed it on: your request is **{trouble.number}**, and "
        "nothing happens "
        "before a person has looked at it. You will see the decision here; meanwhile I can help with anything else."
    )
