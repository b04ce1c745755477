"""The offline model: no network, no key, no clock, and the same request always gives the same answer.

It is not a language model. It reads the request like one: what was said, what tools answered, what it carried along. A
turn is replayed from its start at every call (see ``talk``), so that what it says rests on what the request shows.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import orjson

from agents.models.offline.dialogue import respond
from agents.models.offline.hearing import Reads
from agents.models.offline.scene import scene_of
from agents.models.offline.state import Carry
from agents.models.offline.talk import Calling, Talk
from handoffs.agent import Team
from handoffs.model import ModelRequest, ModelResponse, TextDelta, ToolCall, Usage

WORDS_PER_DELTA = 3
CHARS_PER_TOKEN = 4
_PIECE = re.compile(rf"(?:\S+\s*){{1,{WORDS_PER_DELTA}}}")


class OfflineModel:
    """Chooses tools by what was said, asks for what is missing, confirms what has effects, answers from results."""

    name = "offline"

    def __init__(self, reader: Reads, team: Team) -> None:
        self._reader = reader
        self._team = team

    async def stream(self, request: ModelRequest) -> AsyncIterator[TextDelta | ModelResponse]:
        """The answer in pieces of a few words, then the response; a call has no text beside it."""
        carry = Carry.read(request.carry)
        talk = Talk(scene_of(request), carry, self._team, request.tools)
        try:
            text = await respond(talk, self._reader)
        except Calling as calling:
            yield self._calls(request, carry, talk, calling)
            return
        for piece in _PIECE.findall(text):
            yield TextDelta(text=piece)
        yield self._response(request, talk, text=text, calls=(), carry=Carry(state=talk.state))

    def _calls(self, request: ModelRequest, carry: Carry, talk: Talk, calling: Calling) -> ModelResponse:
        """A call; what was learnt so far is carried over a handoff, since the target does not see it as results."""
        moves = calling.tool.startswith("transfer_to_")
        steps = talk.steps if moves else carry.steps if talk.scene.mid_turn else ()
        kept = Carry(state=carry.state, steps=steps, visited=talk.visited)
        call = ToolCall(
            id=f"c{len(talk.steps) + 1}-{calling.tool}"[:40],
            name=calling.tool,
            arguments=orjson.dumps(calling.arguments).decode(),
        )
        return self._response(request, talk, text="", calls=(call,), carry=kept)

    def _response(
        self, request: ModelRequest, talk: Talk, *, text: str, calls: tuple[ToolCall, ...], carry: Carry
    ) -> ModelResponse:
        read = sum(len(part.raw) for part in request.messages)
        written = len(text) + sum(len(call.arguments) for call in calls)
        return ModelResponse(
            text=text,
            calls=calls,
            usage=Usage(
                input_tokens=read // CHARS_PER_TOKEN, output_tokens=written // CHARS_PER_TOKEN + 1, estimated=True
            ),
            model=self.name,
            finish="tool_calls" if calls else "stop",
            carry=carry.written(),
            candidates=talk.candidates,
            rule=talk.rule or (f"tool:{calls[0].name}" if calls else ""),
        )
