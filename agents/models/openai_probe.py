"""Finds out what an endpoint can do by asking it, and says so in plain sentences."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from agents.models import wire
from handoffs.errors import ModelError, ModelOverloaded, ModelRefused
from handoffs.model import ModelRequest, ModelResponse, TextDelta, ToolSpec

_TOOL = ToolSpec(
    name="report_weather",
    description="Report the weather of a city. Always call this tool.",
    parameters='{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}',
    effect="read",
)
_PROBE_S = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """What an endpoint can do; ``sentences`` say it to a person, each with what to do where something is missing."""

    reachable: bool
    knows_model: bool
    streams: bool
    reports_usage: bool
    calls_tools: bool
    sentences: tuple[str, ...]


class Probed(Protocol):
    """An endpoint that can be asked."""

    @property
    def name(self) -> str: ...

    def stream(self, request: ModelRequest) -> AsyncIterator[TextDelta | ModelResponse]: ...

    async def models(self) -> tuple[str, ...]: ...


async def probe(endpoint: Probed) -> Probe:
    """Ask for the models, for a sentence, and for a tool call. Never raises for what the endpoint does."""
    known, listing = await _listed(endpoint)
    pieces, spoken, trouble = await _asked(endpoint, tool=False)
    if spoken is None:
        return Probe(
            reachable=known is not None or isinstance(trouble, ModelRefused | ModelOverloaded),
            knows_model=known is True,
            streams=False,
            reports_usage=False,
            calls_tools=False,
            sentences=(*listing, f"{endpoint.name!r} does not answer: {trouble}"),
        )
    _, called, trouble = await _asked(endpoint, tool=True)
    calls_tools = called is not None and any(call.name == _TOOL.name for call in called.calls)
    return Probe(
        reachable=True,
        knows_model=known is not False,
        streams=pieces > 1,
        reports_usage=not spoken.usage.estimated,
        calls_tools=calls_tools,
        sentences=(
            *listing,
            f"{endpoint.name!r} answers.",
            "It streams." if pieces > 1 else "It answers in one piece: text will appear all at once.",
            "It reports usage." if not spoken.usage.estimated else "It reports no usage: tokens are estimated.",
            "It calls tools." if calls_tools else _no_tools(trouble),
        ),
    )


async def _listed(endpoint: Probed) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the model is listed (None where there is no list), and what to say of it."""
    try:
        names = await endpoint.models()
    except ModelError as error:
        return None, (f"It lists no models ({error}).",)
    if not names:
        return None, ()
    if endpoint.name in names:
        return True, (f"It lists {endpoint.name!r}.",)
    return False, (f"It does not list {endpoint.name!r}: set BATON_MODEL to one of {', '.join(names[:8])}.",)


async def _asked(endpoint: Probed, *, tool: bool) -> tuple[int, ModelResponse | None, ModelError | None]:
    question = "What is the weather in Rome? Call the tool." if tool else "Count from one to five in words."
    tools = (_TOOL,) if tool else ()
    request = wire.request_of(
        wire.user(question), tools=tools, max_output_tokens=256 if tool else 64, deadline_s=_PROBE_S
    )
    pieces = 0
    try:
        async for piece in endpoint.stream(request):
            if isinstance(piece, ModelResponse):
                return pieces, piece, None
            pieces += 1
    except ModelError as error:
        return pieces, None, error
    return pieces, None, None


def _no_tools(trouble: ModelError | None) -> str:
    why = f" ({trouble})" if trouble else ""
    return (
        f"It calls no tools{why}: agents cannot act with it. Take a model that can, or start its server with tools on."
    )
