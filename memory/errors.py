"""Errors of the stores, named for who must act.

StoreError
├── StoreUnavailable   the resumer: the store did not answer; try again later
├── StoreMismatch      the operator: what is stored does not fit this program; the message says what to do
└── InvalidName        whoever sent it: an id or name that cannot stand in a key (also a ValueError)
"""

from __future__ import annotations


class StoreError(Exception):
    """Root of every error that memory raises on purpose."""


class StoreUnavailable(StoreError):
    """The store did not answer, or refused; the caller may try the same again."""


class StoreMismatch(StoreError):
    """The store holds something that this program cannot read or write; the message says what to do."""


class InvalidName(StoreError, ValueError):
    """An id or name that must not become part of a key; the message says what is allowed."""
