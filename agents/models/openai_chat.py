"""Any endpoint that speaks OpenAI's chat completions: OpenAI itself, vLLM, llama.cpp, Ollama, and the many like them.

The body is sent ready-made by the client's plain ``post``: its per-message conversion and its typed chunks cost more
CPU than everything else in a turn (see ``benchmarks/turn_overhead.py``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx2
import openai
import orjson

from agents.models.openai_probe import Probe, probe
from agents.models.openai_wire import Answer, LimitField, body_of, is_list, is_object
from handoffs.errors import ModelError, ModelOverloaded, ModelRefused, ModelTimeout, UsageError
from handoffs.model import ModelRequest, ModelResponse, TextDelta

OPENAI_URL = "https://api.openai.com/v1"
_CONNECT_S = 10.0
_DRAIN_S = 0.1
_ACCOUNT_SPENT = ("insufficient_quota", "billing_hard_limit_reached")


class OpenAIChat:
    """A model behind an OpenAI-compatible endpoint.

    No retries here: one call is one attempt. Closing the stream closes the connection, so that the endpoint stops.
    *Units*: ``timeout_s`` bounds one attempt from its start to its last byte, within the request's own deadline.
    *Raises*: UsageError when ``base_url`` is no http(s) address.
    """

    def __init__(self, base_url: str | None, api_key: str | None, model: str, *, timeout_s: float = 60.0) -> None:
        self._url = base_url or OPENAI_URL
        if urlsplit(self._url).scheme not in ("http", "https"):
            raise UsageError(f"{self._url!r} is no address of a model: write it like http://127.0.0.1:8080/v1")
        self._model = model
        self._model_json = orjson.dumps(model)
        self._timeout_s = timeout_s
        self._secret = api_key or ""
        # OpenAI's newer models know only the one field, many other servers only the other.
        official = (urlsplit(self._url).hostname or "").endswith(("openai.com", "openai.azure.com"))
        self.limit_field: LimitField = "max_completion_tokens" if official else "max_tokens"
        self._client = openai.AsyncOpenAI(
            base_url=self._url, api_key=api_key or "none", organization="", project="", max_retries=0
        )

    def __repr__(self) -> str:
        return f"OpenAIChat({self._model!r} at {self._url})"

    @property
    def name(self) -> str:
        """The model's name, as the endpoint knows it."""
        return self._model

    async def stream(self, request: ModelRequest) -> AsyncIterator[TextDelta | ModelResponse]:
        """Yield text as it comes, then the response.

        *Raises*: ModelTimeout, ModelOverloaded, ModelRefused.
        """
        allowed_s = min(request.deadline_s, self._timeout_s)
        until_s = asyncio.get_running_loop().time() + allowed_s
        body = body_of(request, model=self._model_json, limit_field=self.limit_field)
        response: httpx2.Response | None = None
        answer = Answer()
        try:
            async with asyncio.timeout_at(until_s):
                response = await self._post(body, allowed_s)
            pieces = response.aiter_bytes()
            while not answer.finished:
                # The limit stands around each read alone: around a yield it would strike in the caller's code.
                async with asyncio.timeout_at(until_s):
                    piece = await anext(pieces, None)
                if text := answer.feed(piece) if piece is not None else answer.end():
                    yield TextDelta(text=text)
                if piece is None:
                    break
            await _drain(pieces)
            yield answer.response(self._model, body_bytes=len(body))
        except (TimeoutError, openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError) as error:
            raise self._mapped(error, allowed_s) from None
        finally:
            if response is not None:
                await response.aclose()

    async def probe(self) -> Probe:
        """What ``baton doctor`` tells of this endpoint, found by asking it."""
        return await probe(self)

    async def models(self) -> tuple[str, ...]:
        """The names of the models that the endpoint lists.

        *Raises*: ModelTimeout, ModelOverloaded, ModelRefused.
        """
        try:
            async with asyncio.timeout(_CONNECT_S):
                response = await self._client.get("/models", cast_to=httpx2.Response)
            listed: object = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            raise ModelRefused(f"{self._url}/models answers no JSON: check OPENAI_BASE_URL (most end in /v1)") from None
        except (TimeoutError, openai.OpenAIError) as error:
            raise self._mapped(error, _CONNECT_S) from None
        entries = listed.get("data") if is_object(listed) else None
        return tuple(str(entry.get("id")) for entry in entries if is_object(entry)) if is_list(entries) else ()

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._client.close()

    async def _post(self, body: bytes, allowed_s: float) -> httpx2.Response:
        response = await self._client.post(
            "/chat/completions",
            cast_to=httpx2.Response,
            content=body,
            options={
                "headers": {"Content-Type": "application/json"},
                "timeout": httpx2.Timeout(allowed_s, connect=min(allowed_s, _CONNECT_S)),
            },
            stream=True,
            stream_cls=openai.AsyncStream[object],
        )
        assert isinstance(response, httpx2.Response)  # as ``cast_to`` asks for
        return response

    def _mapped(self, error: Exception, allowed_s: float) -> ModelError:
        if isinstance(error, TimeoutError | openai.APITimeoutError | httpx2.TimeoutException):
            return ModelTimeout(f"{self._model!r} at {self._url} did not answer within {allowed_s:.3g} s")
        if isinstance(error, openai.APIStatusError):
            return self._of_status(error)
        if isinstance(error, openai.APIConnectionError):
            return ModelTimeout(
                f"no connection to {self._url} ({error.__cause__}): is the server up, the address right?"
            )
        return ModelTimeout(f"the connection to {self._url} broke off: {self._hidden(str(error))}")

    def _of_status(self, error: openai.APIStatusError) -> ModelError:
        status, said = error.status_code, self._hidden(error.message)[:300]
        if status in (408, 504):
            return ModelTimeout(f"{self._url} gave up waiting for {self._model!r} ({status})")
        if error.code in _ACCOUNT_SPENT:
            return ModelRefused(f"the account behind OPENAI_API_KEY is spent ({status}): {said}")
        if status in (409, 429) or status >= 500:
            wait_s = _retry_after_s(error.response.headers)
            return ModelOverloaded(f"{self._url} is overloaded ({status}): {said}", retry_after_s=wait_s)
        match status:
            case 401:
                advice = "the key was not accepted: check OPENAI_API_KEY"
            case 403:
                advice = f"the key may not use {self._model!r}: check OPENAI_API_KEY and BATON_MODEL"
            case 404:
                advice = (
                    f"no such model or path: check BATON_MODEL ({self._model!r}) and that OPENAI_BASE_URL ends right"
                )
            case 413:
                advice = f"the prompt is too long for {self._model!r}: set a smaller window"
            case _:
                advice = f"{self._model!r} does not take this request: check BATON_MODEL and the size of its window"
        return ModelRefused(f"{self._url} refused ({status}), {advice}. It said: {said}")

    def _hidden(self, text: str) -> str:
        return text.replace(self._secret, "…") if self._secret else text


async def _drain(pieces: AsyncIterator[bytes]) -> None:
    """Read to the end of the body, so that the connection serves the next call; but not for long."""
    try:
        async with asyncio.timeout(_DRAIN_S):
            async for _ in pieces:
                pass
    except (TimeoutError, httpx2.HTTPError):
        pass  # the answer is whole; only the connection is lost


def _retry_after_s(headers: httpx2.Headers) -> float | None:
    """The wait that the endpoint asked for; a date is read against the answer's own date, so no clock is needed."""
    asked = headers.get("retry-after", "").strip()
    if asked.replace(".", "", 1).isdigit():
        return float(asked)
    try:
        wait = parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return max(0.0, wait.total_seconds())
