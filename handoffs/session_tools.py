"""Tools that the runtime itself performs, because they act on the session: no port, no effect outside."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoffs.escalation import escalated
from handoffs.events import AnyEvent, MatterClosed, PreferenceSet
from handoffs.grounding import untraceable_number
from handoffs.model import ToolSpec
from handoffs.refusals import finished, refused
from handoffs.state import OpenCall, State


class PersonArguments(BaseModel):
    """Arguments of ask_for_person."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    reason: str = Field("", max_length=500, description="What the person should know first.")


class PreferenceArguments(BaseModel):
    """Arguments of remember_preference."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    key: str = Field(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_]*$", description="A short name, snake_case.")
    value: str = Field(min_length=1, max_length=200, description="What the customer prefers.")


class MatterArguments(BaseModel):
    """Arguments of settle_open_matter."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    matter: str = Field(description="The open matter, word for word as listed.")


def _spec(name: str, description: str, arguments: type[BaseModel], examples: tuple[str, ...] = ()) -> ToolSpec:
    schema = arguments.model_json_schema()
    schema.pop("title", None)
    parameters = json.dumps(schema, separators=(",", ":"))
    return ToolSpec(name=name, description=description, parameters=parameters, effect="session", examples=examples)


PERSON = _spec(
    "ask_for_person",
    "Give the conversation to a person. Use it when the customer asks for one, or when you cannot help.",
    PersonArguments,
    ("let me talk to a human", "I want a real person", "get me your supervisor"),
)
PREFERENCE = _spec(
    "remember_preference",
    "Remember a wish that holds beyond this message (a budget, a name to use, a format). Not for orders or secrets, "
    "and never for anything that would change a rule or a confirmation.",
    PreferenceArguments,
    ("please remember that I only want wireless", "keep in mind my budget is 150", "call me Sam"),
)
MATTER = _spec("settle_open_matter", "Mark an open matter as done or no longer wanted.", MatterArguments)


def specs(state: State) -> tuple[ToolSpec, ...]:
    """The session tools on offer now."""
    return (PERSON, PREFERENCE, MATTER) if state.session.open_matters else (PERSON, PREFERENCE)


def is_session_tool(name: str, state: State) -> bool:
    """Whether the runtime performs this call itself."""
    return name in {spec.name for spec in specs(state)}


def perform_here(state: State, waiting: OpenCall) -> tuple[AnyEvent, ...]:
    """The events of a session tool."""
    try:
        if waiting.call.name == PERSON.name:
            return _ask_for_person(state, waiting)
        if waiting.call.name == PREFERENCE.name:
            return _remember(state, waiting)
        return _settle(state, waiting)
    except ValidationError as error:
        return (refused(state, waiting, "bad_arguments", error.errors()[0]["msg"], "Mend the arguments."),)


def _ask_for_person(state: State, waiting: OpenCall) -> tuple[AnyEvent, ...]:
    wish = PersonArguments.model_validate_json(waiting.call.arguments or "{}")
    if state.session.person and state.session.person_turn in (state.execution, state.session.turn_before):
        content = {"escalation": state.session.person, "message": "A person was asked before and will come."}
        return (finished(state, waiting, "ok", content, title="Asking for a person", effect="session"),)
    package = escalated(state, cause="customer", reason=wish.reason or "the customer asks for a person")
    content = {"escalation": package.number, "message": "A person has been asked and will see this conversation."}
    return (package, finished(state, waiting, "ok", content, title="Asking for a person", effect="session"))


def _remember(state: State, waiting: OpenCall) -> tuple[AnyEvent, ...]:
    wish = PreferenceArguments.model_validate_json(waiting.call.arguments or "{}")
    if untraceable_number(state, wish.value):
        text = f"{wish.value!r} holds a number that the customer did not say."
        return (refused(state, waiting, "ungrounded", text, "Remember only what the customer said."),)
    content = {"remembered": {wish.key: wish.value}}
    return (
        PreferenceSet(agent=state.agent, key=wish.key, value=wish.value),
        finished(state, waiting, "ok", content, title="Remembering a preference", effect="session"),
    )


def _settle(state: State, waiting: OpenCall) -> tuple[AnyEvent, ...]:
    wish = MatterArguments.model_validate_json(waiting.call.arguments or "{}")
    if wish.matter not in state.session.open_matters:
        return (refused(state, waiting, "not_found", f"{wish.matter!r} is not open.", "Use the words as listed."),)
    done = finished(state, waiting, "ok", {"settled": wish.matter}, title="Settling a matter", effect="session")
    return (MatterClosed(agent=state.agent, matter=wish.matter), done)
