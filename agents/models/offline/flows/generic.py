"""Any tool that has no flow of its own: arguments by their schema, a question for what is missing, a plain result."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import cast

from agents.models.offline import asking
from agents.models.offline.flows import help as help_pages
from agents.models.offline.flows import session
from agents.models.offline.scene import Json
from agents.models.offline.slots import amounts_cents, quantity, words
from agents.models.offline.state import Task, Value
from agents.models.offline.talk import Ended, Talk, Trouble
from handoffs.tool import Tool

PREFIX_TOOL, PREFIX_AGENT = "tool:", "agent:"


def serve(talk: Talk, task: Task) -> str:
    """Serve a matter by the best fitting tool of whoever has one."""
    tool = _tool(talk, task)
    if tool is None:
        return _greet(talk, task)
    if tool.name == "search_help":
        return help_pages.page(talk, task)
    talk.stay_with(tool.name)
    arguments = {**_arguments(tool, task), **_given(tool, task)}
    task = task.model_copy(update={"slots": {**arguments, "tool": tool.name}})
    for name in _required(tool):
        if name not in arguments:
            raise asking.ask(
                task, f"For that I need one thing more: {_asked(tool, name)}.", about=_plain(name), slot=name
            )
    if tool.has_effect:
        facts = ", ".join(f"{_plain(name)} {value}" for name, value in arguments.items())
        asking.confirm(
            task,
            f"I would do this for you: {_title(tool, arguments)}{f' ({facts})' if facts else ''}. Shall I go ahead?",
            _title(tool, arguments),
        )
    content = talk.call(tool.name, **arguments)
    error = content.get("error")
    if isinstance(error, dict):
        raise Ended(str(cast(Json, error).get("message", "That did not work.")))
    if any(kind in content for kind in ("pending", "refused", "in_doubt")):
        kind = next(kind for kind in ("pending", "refused", "in_doubt") if kind in content)
        said = cast(Json, content[kind])
        raise talk.ended(
            Trouble(
                kind=kind,
                code=str(said.get("code", "")),
                message=str(said.get("message", "")),
                number=str(said.get("approval", "")),
            )
        )
    return f"{'Done. ' if tool.has_effect else ''}{_rendered(content)}"


def _tool(talk: Talk, task: Task) -> Tool | None:
    tools = {tool.name: tool for agent in talk.team.agents for tool in agent.tools}
    wanted = str(task.slots.get("tool") or task.matter.removeprefix(PREFIX_TOOL))
    if wanted in tools:
        return tools[wanted]
    if task.matter.startswith(PREFIX_AGENT):
        return None
    return next((tools[one.name] for one in talk.candidates if one.name in tools), None)


def _greet(talk: Talk, task: Task) -> str:
    """An agent without a fitting tool: it takes over and says what it is for."""
    agent = next((a for a in talk.team.agents if task.matter == f"{PREFIX_AGENT}{a.name}"), None)
    if agent is None:
        return session.decline(talk, task)
    if agent.tools:
        talk.stay_with(agent.tools[0].name)
    return f"{agent.purpose.rstrip('.')}: that is what I'm here for. What exactly do you need?"


def _schema(tool: Tool) -> Mapping[str, Json]:
    return cast(Mapping[str, Json], tool.schema().get("properties", {}))


def _required(tool: Tool) -> list[str]:
    return [str(name) for name in cast(list[object], tool.schema().get("required", []))]


def _arguments(tool: Tool, task: Task) -> dict[str, Value]:
    found = {name: _value(name, schema, task) for name, schema in _schema(tool).items()}
    return {name: value for name, value in found.items() if value is not None}


def _given(tool: Tool, task: Task) -> dict[str, Value]:
    """The slots that were answered, as the schema wants them; what does not fit is asked for again."""
    schemas = _schema(tool)
    told = {name: value for name, value in task.slots.items() if name in schemas}
    read = {
        name: value if "enum" not in schemas[name] else _value(name, schemas[name], Task(matter="", text=str(value)))
        for name, value in told.items()
    }
    return {name: value for name, value in read.items() if value is not None}


def _value(name: str, schema: Json, task: Task) -> Value | None:
    """The argument's value in the customer's words, by its type."""
    said = task.text
    if choices := cast("list[str] | None", schema.get("enum")):
        return next(
            (choice for choice in choices if set(words(choice.replace("_", " "))) & set(words(said))),
            _by_matter(choices, task),
        )
    if pattern := schema.get("pattern"):
        match = re.search(str(pattern).strip("^$"), said.upper() if str(pattern).isupper() else said, re.I)
        return match[0].upper() if match else None
    match schema.get("type"):
        case "integer":
            amounts = amounts_cents(said) if name.endswith("_cents") else []
            return amounts[0] if amounts else quantity(said, bare=True)
        case "boolean":
            return not re.search(r"\b(?:no|not|off|stop|n't)\b", said, re.I)
        case "string":
            most = int(str(schema.get("maxLength", 500)))
            return said[:most] if len(said) >= int(str(schema.get("minLength", 1))) and _free(name) else None
        case _:
            return None


def _by_matter(choices: list[str], task: Task) -> str | None:
    return next((choice for choice in choices if choice in task.matter), None)


def _free(name: str) -> bool:
    """Whether the customer's own words are wanted."""
    return bool(re.search(r"query|question|text|details|subject|message|topic|description|reason|note|wish", name))


def _plain(name: str) -> str:
    return name.removesuffix("_cents").replace("_", " ")


def _asked(tool: Tool, name: str) -> str:
    described = str(_schema(tool)[name].get("description", ""))
    return f"{_plain(name)}{f' ({described})' if described else ''}"


def _title(tool: Tool, arguments: Mapping[str, Value]) -> str:
    try:
        said = tool.title.format(**arguments)
    except (KeyError, IndexError):
        said = tool.title.split("{")[0].strip()
    return said[:1].lower() + said[1:]


def _rendered(content: Json) -> str:
    """A result as people read it: its fields in order."""
    lines = [
        f"- {wording}"
        for name, value in content.items()
        if value is not None and (wording := f"{_plain(name)}: {_shown(name, value)}")
    ]
    if len(lines) == 1:
        return lines[0][2:3].upper() + lines[0][3:] + "."
    return "Here is what I found:\n\n" + "\n".join(lines)


def _shown(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_cents") and isinstance(value, int):
        return f"{value / 100:,.2f}"
    if isinstance(value, list):
        return "; ".join(_shown("", item) for item in cast(list[object], value)) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{_plain(str(k))} {_shown(str(k), v)}" for k, v in cast(Json, value).items() if v is not None)
    return str(value) if isinstance(value, str | int | float) else json.dumps(value)
