"""Chainlit's data layer over the session store: the sidebar and reloads read the log that live pages read.

Nothing is written here but titles and thumbs. What was said is in the log already, so Chainlit's own requests to store
steps and elements are declined in silence.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chainlit.data.base import BaseDataLayer
from chainlit.types import Feedback, PageInfo, PaginatedResponse, Pagination, ThreadDict, ThreadFilter
from chainlit.user import PersistedUser, User

from baton.chat.intake import is_conversation_id, title_of
from baton.chat.ports import Installation, Thread
from baton.chat.steps import Transcript, steps_of
from baton.chat.thumbs import Thumb, put_thumb, remove_thumb, thumbs_of
from tracing.mask import masked

if TYPE_CHECKING:
    from chainlit.element import Element, ElementDict
    from chainlit.step import StepDict

_EPOCH = "1970-01-01T00:00:00.000Z"


class LogDataLayer(BaseDataLayer):
    """Conversations as Chainlit asks for them. *Raises*: Unavailable while the store is away, never a half answer."""

    def __init__(self, installation: Installation) -> None:
        self._baton = installation

    async def get_user(self, identifier: str) -> PersistedUser | None:
        """None: who a customer is stands in the signed token, and ``create_user`` reads it from there."""
        return None

    async def create_user(self, user: User) -> PersistedUser | None:
        """The user of a token; nothing is stored."""
        return PersistedUser(
            id=user.identifier,
            createdAt=_EPOCH,
            identifier=user.identifier,
            display_name=user.display_name,
            metadata=user.metadata,
        )

    async def list_threads(self, pagination: Pagination, filters: ThreadFilter) -> PaginatedResponse[ThreadDict]:
        """One page of the sidebar, newest first; a search looks at titles."""
        threads = await self._baton.threads.page(filters.userId or "", after=pagination.cursor, size=pagination.first)
        page = threads[: pagination.first]
        wanted = (filters.search or "").casefold()
        return PaginatedResponse(
            pageInfo=PageInfo(
                hasNextPage=len(threads) > len(page),
                startCursor=page[0].id if page else None,
                endCursor=page[-1].id if page else None,
            ),
            data=[_thread_dict(thread, []) for thread in page if wanted in thread.title.casefold()],
        )

    async def get_thread(self, thread_id: str) -> ThreadDict | None:
        """The conversation with all its steps, or None where nobody has used that id."""
        thread = await self._visible(thread_id)
        if thread is None:
            return None
        tenant = tenant_of(thread.owner)
        records = await self._baton.log.read(tenant, thread_id)
        thumbs = await thumbs_of(self._baton.log, tenant, thread_id)
        return _thread_dict(thread, steps_of(Transcript(tenant, thread_id, self._baton.team), records, thumbs))

    async def get_thread_author(self, thread_id: str) -> str:
        """Who owns the conversation; '' for an unknown one, which Chainlit answers with 404."""
        thread = await self._visible(thread_id)
        return thread.owner if thread else ""

    async def update_thread(
        self,
        thread_id: str,
        name: str | None = None,
        user_id: str | None = None,
        metadata: dict[str, object] | None = None,
        tags: list[str] | None = None,
    ) -> None:
        """Only the title can change; Chainlit has checked the owner."""
        if name and (title := title_of(name)) and await self._visible(thread_id):
            await self._baton.threads.rename(thread_id, title)

    async def delete_thread(self, thread_id: str) -> None:
        """Take the conversation off its owner's list; Chainlit has checked the owner."""
        await self._baton.threads.hide(thread_id)

    async def upsert_feedback(self, feedback: Feedback) -> str:
        """Keep a thumb; the route in ``baton/web_routes.py`` has checked whose conversation it is."""
        thread = await self._visible(feedback.threadId or "")
        if thread is None:
            raise ValueError("no such conversation")
        thumb = Thumb(run=feedback.forId, value=feedback.value, comment=feedback.comment and masked(feedback.comment))
        await put_thumb(self._baton.log, tenant_of(thread.owner), thread.id, thumb)
        return f"{thread.id}.{feedback.forId}"

    async def delete_feedback(self, feedback_id: str) -> bool:
        """Take a thumb back; the route in ``baton/web_routes.py`` has checked whose conversation it is."""
        thread_id, _, run = feedback_id.partition(".")
        thread = await self._visible(thread_id)
        if thread is not None:
            await remove_thumb(self._baton.log, tenant_of(thread.owner), thread_id, run)
        return thread is not None

    async def create_step(self, step_dict: StepDict) -> None:
        """Declined: steps follow from the log."""

    async def update_step(self, step_dict: StepDict) -> None:
        """Declined: steps follow from the log."""

    async def delete_step(self, step_id: str) -> None:
        """Declined: the log is append-only."""

    async def create_element(self, element: Element) -> None:
        """Declined: the chat has no uploads and no elements."""

    async def get_element(self, thread_id: str, element_id: str) -> ElementDict | None:
        """None: the chat has no elements."""
        return None

    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None:
        """Declined: the chat has no elements."""

    async def get_favorite_steps(self, user_id: str) -> list[StepDict]:
        """None are kept."""
        return []

    async def build_debug_url(self) -> str:
        """None: ``baton trace show`` is for that."""
        return ""

    async def close(self) -> None:
        """The store belongs to the installation, which closes it."""

    async def _visible(self, thread_id: str) -> Thread | None:
        thread = await self._baton.threads.get(thread_id) if is_conversation_id(thread_id) else None
        return thread if thread and not thread.hidden else None


def tenant_of(owner: str) -> str:
    """The tenant in a namespaced identifier like ``volta:anna@volta.example``."""
    return owner.partition(":")[0]


def _thread_dict(thread: Thread, steps: list[StepDict]) -> ThreadDict:
    return ThreadDict(
        id=thread.id,
        createdAt=datetime.fromtimestamp(thread.created_ms / 1000, UTC).isoformat(),
        name=thread.title,
        userId=thread.owner,
        userIdentifier=thread.owner,
        tags=[],
        metadata={},
        steps=steps,
        elements=[],
    )
