"""What the chat needs of the installation, in its own words; the wiring satisfies it by shape."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from baton.auth import Directory
from handoffs.agent import Team
from handoffs.ports import Stored, SubmitStatus
from memory.session.types import Draft, Head


@dataclass(frozen=True, kw_only=True)
class ChatOptions:
    """How the chat behaves. *Units*: characters, per minute, seconds.

    ``model_notice`` says under the chat which model answers. ``allowed_origins`` are further origins whose pages may
    call this server; the own origin always may. ``header_auth_key`` switches a company's own sign-on on. Without an
    ``auth_secret`` one is made in the data folder.
    """

    model_notice: str
    data_folder: Path
    message_limit_chars: int = 4_000
    messages_per_minute: int = 20
    logins_per_minute: int = 10
    session_s: int = 12 * 3600
    allowed_origins: tuple[str, ...] = ()
    header_auth_key: str | None = None
    auth_secret: str | None = None


class ConversationLog(Protocol):
    """Reads what was committed, joined over all logs of a conversation."""

    async def read(self, tenant: str, conversation: str, *, after_seq: int = 0) -> Sequence[Stored]: ...

    async def head(self, tenant: str, conversation: str) -> Head:
        """Whose it is and what runs; all empty for a conversation that never was."""
        ...

    async def hash(self, tenant: str, conversation: str, name: str) -> Mapping[str, str]: ...

    async def put(self, tenant: str, conversation: str, name: str, fields: Mapping[str, str | None]) -> bool:
        """Change fields of a hash in the conversation's slot; None deletes. False: no such conversation."""
        ...


class Feed(Protocol):
    """Follows one conversation: what is newer than ``after_seq``, then whatever comes, and the draft of the moment."""

    def follow(self, tenant: str, conversation: str, *, after_seq: int = 0) -> AsyncIterator[Stored | Draft]: ...


class Limits(Protocol):
    """Counts what someone did under a name within a window."""

    async def allow(self, name: str, who: str, *, limit: int, window_s: float) -> bool: ...


class DenyList(Protocol):
    """What is refused until a time: tokens logged out before they expired, names with too many wrong passwords."""

    async def revoke(self, token_id: str, until: datetime) -> None: ...

    async def revoked(self, token_id: str) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A conversation as the sidebar lists it. ``owner`` is the identifier of who may open it."""

    id: str
    owner: str
    title: str
    created_ms: int
    hidden: bool = False


class Threads(Protocol):
    """The sidebar: who owns which conversation and what it is called. *Units*: ``now_ms`` since 1970."""

    async def open(self, thread: Thread, *, now_ms: int) -> bool:
        """Bind a conversation to its owner at first use and move it to the top; False where another owns it."""
        ...

    async def get(self, thread_id: str) -> Thread | None: ...

    async def page(self, owner: str, *, after: str | None, size: int) -> Sequence[Thread]:
        """Newest first, from behind ``after``; one more than ``size`` where there are more."""
        ...

    async def rename(self, thread_id: str, title: str) -> None: ...

    async def hide(self, thread_id: str) -> None:
        """Take a conversation off its owner's list; its log stays as long as it must be kept."""
        ...


class Stores(Protocol):
    """Where the chat reads and what it counts."""

    @property
    def log(self) -> ConversationLog: ...
    @property
    def feed(self) -> Feed: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def deny(self) -> DenyList: ...
    @property
    def threads(self) -> Threads: ...


class Installation(Stores, Protocol):
    """The running Baton behind the chat: what ``baton/wiring.py`` builds.

    *Raises*: Unavailable or StoreUnavailable from any call while the store is away; nothing was done then.
    """

    @property
    def team(self) -> Team: ...
    @property
    def people(self) -> Directory: ...
    @property
    def chat(self) -> ChatOptions: ...
    @property
    def ready(self) -> bool: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def submit_message(
        self, tenant: str, customer: str, conversation: str, *, message_id: str, text: str, customer_name: str
    ) -> SubmitStatus:
        """A customer's message becomes a turn, or joins the one that runs."""
        ...

    async def stop_turn(self, tenant: str, conversation: str) -> None:
        """The customer pressed stop."""
        ...
