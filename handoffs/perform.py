"""One function per action that needs the outside: the model, the tools, the approval rule, the entry route, memory.

Each answers with events; nothing is recorded or shown here.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import NamedTuple, assert_never

from handoffs.asking import Asked, ask
from handoffs.calling import act, read_together, screen
from handoffs.decide import Act, Ask, Read, Recall, Route, Screen
from handoffs.events import AnyEvent, Routed, Scored
from handoffs.prompt import Named
from handoffs.recalling import recall
from handoffs.runtime import Runtime
from handoffs.state import State

log = logging.getLogger(__name__)
Effectful = Route | Recall | Ask | Screen | Read | Act


class Performed(NamedTuple):
    """What an action brought: events, blobs they name, and how the next prompt may be named."""

    events: tuple[AnyEvent, ...]
    blobs: Mapping[str, bytes] = {}
    named: Named | None = None


async def perform(action: Effectful, state: State, runtime: Runtime, asked: Asked) -> Performed:
    """Carry the action out, inside the time that the execution has left."""
    match action:
        case Ask():
            events, blobs, named = await ask(state, runtime, asked, action.wait_s)
            return Performed(events, blobs, named)
        case Read():
            return Performed(await read_together(action.waiting, state, runtime, asked.scope))
        case Act():
            return Performed(await act(action.waiting, state, runtime, asked.scope))
        case Screen():
            return Performed(await screen(action.waiting, state, runtime, asked.scope))
        case Route():
            return Performed((await _route(action, runtime),))
        case Recall():
            return Performed((await recall(action.text, state, runtime, asked.scope),))
        case _:
            assert_never(action)


async def _route(action: Route, runtime: Runtime) -> Routed:
    try:
        route = await runtime.entry.route(action.text)
    except Exception:  # whoever answers by default can still hand over
        log.exception("the entry route failed")
        return Routed(agent=runtime.team.default, rule="route failed")
    candidates = tuple(Scored(name=c.name, score=round(c.score, 4)) for c in route.candidates)
    return Routed(agent=route.agent, candidates=candidates, rule=route.rule)
