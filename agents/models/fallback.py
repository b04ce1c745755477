"""The fallback chain: the first model that answers, each behind its own circuit."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import replace

from agents.models.breaker import Breaker
from handoffs.errors import ModelError, ModelOverloaded, ModelRefused, ModelTimeout, UsageError
from handoffs.model import Model, ModelRequest, ModelResponse, TextDelta

_REMEMBERED_REQUESTS = 1_000


class Fallback:
    """Tries the models in order; falls over to the next only while nothing of an answer has been shown.

    The runtime retries with back-off: so the first ``patience`` failures of a request at a model are raised for it
    to retry, the one after falls over. It falls over at once on an open circuit, a refusal, a Retry-After longer than
    the time left, or when half of the time is spent.
    *Units*: ``now`` answers seconds that never run backwards.
    """

    def __init__(
        self, models: Sequence[Model], breaker: Breaker, now: Callable[[], float], *, patience: int = 2
    ) -> None:
        if not models:
            raise UsageError("a fallback chain of no models answers nobody: name at least one")
        self._models = tuple(models)
        self._breaker = breaker
        self._now = now
        self._patience = patience
        self._failures: dict[tuple[str, int], int] = {}

    @property
    def name(self) -> str:
        """The names of the chain, first to last."""
        return " → ".join(model.name for model in self._models)

    async def stream(self, request: ModelRequest) -> AsyncIterator[TextDelta | ModelResponse]:
        """Yield what the first model that answers yields.

        *Raises*: ModelTimeout when a stream breaks off after text was shown; else what the last model tried raised.
        """
        until_s = self._now() + request.deadline_s
        trouble: ModelError = ModelOverloaded(f"the circuits of {self.name} are open: try again in half a minute")
        for model in self._models:
            left_s = until_s - self._now()
            if left_s <= 0 or not await self._breaker.admits(model.name):
                continue
            shown = False
            pieces = model.stream(replace(request, deadline_s=left_s))
            try:
                async for piece in pieces:
                    if isinstance(piece, ModelResponse):
                        await self._succeeded(model, request)
                    shown = True
                    yield piece
                return
            except ModelError as error:
                await self._failed(model, error)
                if shown:
                    raise ModelTimeout(f"{model.name!r} broke off in the middle of its answer: {error}") from error
                if self._worth_a_retry(model, request, error, until_s - self._now()):
                    raise
                trouble = error
            finally:
                # Closed here and now: a stopped turn must not leave an endpoint writing.
                if isinstance(pieces, AsyncGenerator):
                    await pieces.aclose()
        raise trouble

    async def _succeeded(self, model: Model, request: ModelRequest) -> None:
        await self._breaker.succeeded(model.name)
        self._failures.pop(_key(model, request), None)

    async def _failed(self, model: Model, error: ModelError) -> None:
        # One customer's unacceptable request says nothing about the endpoint.
        if not isinstance(error, ModelRefused):
            await self._breaker.failed(model.name)

    def _worth_a_retry(self, model: Model, request: ModelRequest, error: ModelError, left_s: float) -> bool:
        if model is self._models[-1] or isinstance(error, ModelRefused) or left_s < request.deadline_s / 2:
            return False
        if isinstance(error, ModelOverloaded) and (error.retry_after_s or 0.0) > left_s:
            return False
        key = _key(model, request)
        failures = self._failures.pop(key, 0) + 1
        if failures > self._patience:
            return False
        if len(self._failures) >= _REMEMBERED_REQUESTS:
            self._failures.clear()
        self._failures[key] = failures
        return True


def _key(model: Model, request: ModelRequest) -> tuple[str, int]:
    return model.name, hash((request.agent, tuple(part.digest for part in request.messages)))
