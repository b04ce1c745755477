"""Errors of the runtime, named for who must act.

BatonError
├── StaleFence        the resumer: another worker owns this execution; drop everything and stop
├── Unavailable       the resumer: a store or endpoint is away; try again later, nothing is half-done
├── UsageError        the developer: a declaration or a call is wrong
├── NeedsPerson       the operator: only a person can settle this
└── ModelError        the loop: one attempt at a model failed
    ├── ModelTimeout      retried inside the time left
    ├── ModelOverloaded   retried after ``retry_after_s`` where the endpoint named one
    └── ModelRefused      not retried: bad key, bad request, unknown model
"""

from __future__ import annotations


class BatonError(Exception):
    """Root of every error that Baton raises on purpose."""


class StaleFence(BatonError):
    """Another worker owns the execution now; this one must stop without a trace."""


class Unavailable(BatonError):
    """A store or endpoint did not answer; nothing was written, the caller may try again."""


class UsageError(BatonError):
    """A declaration or call is wrong; the developer must mend it."""


class NeedsPerson(BatonError):
    """Only an operator can settle this."""


class ModelError(BatonError):
    """One attempt at a model failed."""


class ModelTimeout(ModelError):
    """The model did not answer inside its deadline, or the stream broke off."""


class ModelOverloaded(ModelError):
    """The endpoint answered 429 or 5xx; ``retry_after_s`` is what it asked for, if it did."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ModelRefused(ModelError):
    """The endpoint will never take this request: a bad key, an unknown model, a malformed body."""
