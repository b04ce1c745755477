"""Any endpoint that speaks OpenAI's chat completions: OpenAI itself, vLLM, llama.cpp, Ollama, and the many like them.

The body is sent ready-made through the ``openai`` client's transport. The client's own methods are not used: converting
each message and typing each chunk cost more CPU than everything else in a turn, and even its plain ``post`` adds two
thirds to what the transport takes (measured by ``benchmarks/turn_overhead.py``).
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
from agents.models.openai_wire import Answer, LimitField, body_of, error_said, is_list, is_object
from handoffs.errors import ModelError, ModelOverloaded, ModelRefused, ModelTimeout, UsageError
from handoffs.model import ModelRequest, ModelResponse, TextDelta

OPENAI_URL = "https://api.openai.com/v1"
_CONNECT_S = 10.0
_DRAIN_S = 0.1
_ACCOUNT_SPENT = ("insufficient_quota", "billing_hard_limit_reached")


class OpenAIChat:
    """A model behind an OpenAI-compatible endpoint.

    No retries here: one call is one attempt; only a connection that died unanswered is replaced, once. Closing the
    stream closes the connection, so that the endpoint stops.
    *Units*: ``timeout_s`` bounds one attempt from its start to its last byte, within the request's own deadline.
    *Raises*: UsageError when ``base_url`` is no http(s) address.
    """

    def __init__(self, base_url: str | None, api_key: str | None, model: str, *, timeout_s: float = 60.0) -> None:
        address = urlsplit(base_url or OPENAI_URL)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise UsageError(f"{base_url!r} is no address of a model: write it like http://127.0.0.1:8080/v1")
        # OpenAI's newer models know only the one field, many other servers only the other.
        official = address.hostname.endswith(("openai.com", "openai.azure.com"))
        self.limit_field: LimitField = "max_completion_tokens" if official else "max_tokens"
        self._base = httpx2.URL(base_url or OPENAI_URL)
        self._chat_url = self._url("/chat/completions")
        self._model = model
        self._model_json = orjson.dumps(model)
        self._timeout_s = timeout_s
        self._secret = api_key or ""
        self._headers = {"Content-Type": "application/json"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._http = openai.DefaultAsyncHttpxClient()

    def __repr__(self) -> str:
        return f"OpenAIChat({self._model!r} at {self._base})"

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
                response = await self._send("POST", self._chat_url, allowed_s, body)
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
        except (TimeoutError, httpx2.HTTPError, httpx2.StreamError) as error:
            raise self._mapped(error, allowed_s) from None
        finally:
            if response is not None:
                await response.aclose()
        yield answer.response(self._model, body_bytes=len(body))

    async def probe(self) -> Probe:
        """What ``baton doctor`` tells of this endpoint, found by asking it."""
        return await probe(self)

    async def models(self) -> tuple[str, ...]:
        """The names of the models that the endpoint lists.

        *Raises*: ModelTimeout, ModelOverloaded, ModelRefused.
        """
        try:
            async with asyncio.timeout(_CONNECT_S):
                response = await self._send("GET", self._url("/models"), _CONNECT_S)
                listed: object = orjson.loads(await response.aread())
        except orjson.JSONDecodeError:
            raise ModelRefused(f"{self._base} lists no models: check OPENAI_BASE_URL (most end in /v1)") from None
        except (TimeoutError, httpx2.HTTPError) as error:
            raise self._mapped(error, _CONNECT_S) from None
        entries = listed.get("data") if is_object(listed) else None
        return tuple(str(entry.get("id")) for entry in entries if is_object(entry)) if is_list(entries) else ()

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._http.aclose()

    async def _send(self, method: str, url: httpx2.URL, allowed_s: float, body: bytes | None = None) -> httpx2.Response:
        """The response, its body not yet read. *Raises*: what its status says; httpx2's errors."""
        timeout = httpx2.Timeout(allowed_s, connect=min(allowed_s, _CONNECT_S))
        request = self._http.build_request(method, url, content=body, headers=self._headers, timeout=timeout)
        try:
            response = await self._http.send(request, stream=True)
        except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError):
            # Hung up without a word: a kept connection that the server was closing (llama.cpp does after a few calls).
            response = await self._http.send(request, stream=True)
        if response.is_success:
            return response
        try:
            content = await response.aread()
        finally:
            await response.aclose()
        raise self._of_status(response, content)

    def _url(self, path: str) -> httpx2.URL:
        return self._base.copy_with(path=self._base.path.rstrip("/") + path)  # keeps a query, as Azure has one

    def _mapped(self, error: Exception, allowed_s: float) -> ModelError:
        if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
            why = str(error) or "no answer"
            return ModelTimeout(f"no connection to {self._base} ({why}): is the server up, is the address right?")
        if isinstance(error, TimeoutError | httpx2.TimeoutException):
            return ModelTimeout(f"{self._model!r} at {self._base} did not answer within {allowed_s:.3g} s")
        return ModelTimeout(f"the connection to {self._base} broke off: {self._hidden(str(error))}")

    def _of_status(self, response: httpx2.Response, content: bytes) -> ModelError:
        status = response.status_code
        said, code = error_said(content)
        said = self._hidden(said)[:300]
        if status in (408, 504):
            return ModelTimeout(f"{self._base} gave up waiting for {self._model!r} ({status})")
        if code in _ACCOUNT_SPENT:
            return ModelRefused(f"the account behind OPENAI_API_KEY is spent ({status}): {said}")
        if status in (409, 429) or status >= 500:
            wait_s = _retry_after_s(response.headers)
            return ModelOverloaded(f"{self._base} is overloaded ({status}): {said}", retry_after_s=wait_s)
        match status:
            case 401:
                advice = "the key was not accepted: check OPENAI_API_KEY"
            case 403:
                advice = f"the key may not use {self._model!r}: check OPENAI_API_KEY and BATON_MODEL"
            case 404:
                advice = f"no such model or path: check BATON_MODEL ({self._model!r}) and how OPENAI_BASE_URL ends"
            case 413:
                advice = f"the prompt is too long for {self._model!r}: set a smaller window"
            case _:
                advice = f"{self._model!r} does not take this request: check BATON_MODEL and the size of its window"
        return ModelRefused(f"{self._base} refused ({status}), {advice}. It said: {said}")

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
