"""Asking long-term memory before the model is asked. It may be away or slow: the turn goes on without, and says so."""

from __future__ import annotations

import asyncio
import logging

from handoffs.errors import Unavailable
from handoffs.events import Recalled
from handoffs.ports import Recall
from handoffs.runtime import Runtime
from handoffs.state import State
from handoffs.tool import Scope

RECALL_WITHIN_S = 1.5
log = logging.getLogger(__name__)


async def recall(text: str, state: State, runtime: Runtime, scope: Scope) -> Recalled:
    """What is remembered, as an event; an empty one with the reason when memory cannot say."""
    started = runtime.clock.monotonic()
    port = runtime.recall
    answer = Recalled(agent=state.agent, query=text, error="long-term memory is switched off")
    if port is not None:
        answer = await _asked(port, text, state, runtime, scope)
    return answer.model_copy(update={"dur_ms": round((runtime.clock.monotonic() - started) * 1000)})


async def _asked(port: Recall, text: str, state: State, runtime: Runtime, scope: Scope) -> Recalled:
    conversation = state.conversation.partition("/")[2]
    try:
        async with asyncio.timeout(RECALL_WITHIN_S):
            found = await port.recall(scope, conversation, text, now=runtime.clock.now())
    except TimeoutError:
        return Recalled(agent=state.agent, query=text, error=f"no answer within {RECALL_WITHIN_S} s")
    except Unavailable as error:
        return Recalled(agent=state.agent, query=text, error=str(error)[:300])
    except Exception as fault:  # whatever breaks in there must not cost the customer an answer
        log.exception("recall broke")
        return Recalled(agent=state.agent, query=text, error=f"recall broke: {type(fault).__name__}")
    return Recalled(
        agent=state.agent,
        query=text,
        memories=tuple(found.memories),
        preferences=dict(found.preferences),
        heard=dict(found.heard),
        candidates=tuple(found.candidates),
        stages_ms=dict(found.stages_ms),
        error=found.error,
    )
