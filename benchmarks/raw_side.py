"""The floor that others stand on: the plain OpenAI client making the same three calls; nothing stored or traced."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import openai
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolUnionParam

from benchmarks.invoice_turn import ANSWER, INVOICE, QUESTION


def _tool(name: str, description: str, properties: dict[str, object]) -> ChatCompletionToolUnionParam:
    parameters: dict[str, object] = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


HANDOFF = _tool("transfer_to_billing", "Hand over to billing", {})
LOOK_UP = _tool("get_invoice", "Look up an invoice", {"invoice_id": {"type": "string"}})
INSTRUCTIONS: ChatCompletionMessageParam = {"role": "system", "content": "You help."}


class RawTalk:
    """A conversation whose history is sent in full with every call."""

    def __init__(self, client: openai.AsyncOpenAI, history: list[ChatCompletionMessageParam]) -> None:
        self._client = client
        self._history = history

    async def turn(self) -> None:
        """Three calls by the client's own methods."""
        self._history.append({"role": "user", "content": QUESTION})
        for tool in (HANDOFF, LOOK_UP, LOOK_UP):
            answer = await self._client.chat.completions.create(
                model="scripted", messages=[INSTRUCTIONS, *self._history], tools=[tool]
            )
            message = answer.choices[0].message
            call = message.tool_calls[0] if message.tool_calls else None
            if call is None or call.type != "function":
                self._history.append({"role": "assistant", "content": message.content})
                assert message.content == ANSWER
                continue
            self._history += _called(call.id, call.function.name, call.function.arguments)


class RawSide:
    """Plain conversations; what came before is made up, not asked for."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client

    async def talk(self, turns_before: int) -> RawTalk:
        """A conversation that has had so many turns."""
        return RawTalk(self._client, [message for at in range(turns_before) for message in _past(at)])


@asynccontextmanager
async def raw_side(url: str) -> AsyncGenerator[RawSide]:
    """The plain client at ``url``."""
    async with openai.AsyncOpenAI(base_url=url, api_key="none") as client:
        yield RawSide(client)


def _past(turn: int) -> list[ChatCompletionMessageParam]:
    return [
        {"role": "user", "content": QUESTION},
        *_called(f"call_{turn}_a", "transfer_to_billing", "{}"),
        *_called(f"call_{turn}_b", "get_invoice", '{"invoice_id": "INV-1001"}'),
        {"role": "assistant", "content": ANSWER},
    ]


def _called(call_id: str, name: str, arguments: str) -> list[ChatCompletionMessageParam]:
    return [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}],
        },
        {"role": "tool", "tool_call_id": call_id, "content": INVOICE},
    ]
