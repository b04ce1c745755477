"""Our versions of Chainlit's routes that check too little, and the words under the chat."""

from __future__ import annotations

from typing import Annotated, cast

from chainlit import server as chainlit_server
from chainlit.auth import get_configuration, get_current_user
from chainlit.config import config
from chainlit.types import DeleteFeedbackRequest, UpdateFeedbackRequest
from chainlit.user import PersistedUser, User
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.security import OAuth2PasswordRequestForm

from baton.chat.data_layer import LogDataLayer, tenant_of
from baton.chat.ports import Installation
from baton.chat.steps import Transcript, steps_of
from baton.login_pace import LoginPace

WRONG = "Please check e-mail address and password."
Someone = Annotated[User | PersistedUser | None, Depends(get_current_user)]
LoginForm = Annotated[OAuth2PasswordRequestForm, Depends()]


def routes(installation: Installation) -> APIRouter:
    """All of them, for the application to include before the chat."""
    router, pace = APIRouter(), LoginPace(installation, installation.chat.logins_per_minute)
    router.include_router(_thumbs(installation))

    @router.post("/login")
    async def log_in(request: Request, response: Response, form: LoginForm) -> Response:
        """Chainlit's login, slowed down per address, and per name once its passwords were wrong too often."""
        if refusal := await pace.refusal(request.client.host if request.client else "", form.username):
            raise HTTPException(429, refusal)
        try:
            return await chainlit_server.login(request, response, form)
        except HTTPException as refused:
            await pace.count_wrong(form.username)
            raise HTTPException(refused.status_code, WRONG) from refused

    @router.post("/set-session-cookie")
    async def session_cookie() -> dict[str, str]:
        """Not needed: the front end asks for it at every start, and any process can serve any page."""
        return {"message": "not needed"}

    @router.get("/auth/config")
    async def auth_config() -> dict[str, object]:
        """How one logs in; light or dark as the machine prefers, which Chainlit's settings cannot say."""
        return {**get_configuration(), "default_theme": "system"}

    @router.get("/project/translations")
    async def translations() -> dict[str, object]:
        """The page's words; what stands under the chat names the model that answers."""
        words = cast("dict[str, dict[str, object]]", config.load_translation("en-US"))
        return {"translation": {**words, "chat": {**words["chat"], "watermark": installation.chat.model_notice}}}

    return router


def _thumbs(installation: Installation) -> APIRouter:
    router = APIRouter()
    store = LogDataLayer(installation)

    @router.put("/feedback")
    async def thumb(update: UpdateFeedbackRequest, someone: Someone) -> dict[str, object]:
        """A thumb on an answer in one's own conversation."""
        conversation = update.feedback.threadId or ""
        await _check_owner(store, conversation, someone)
        if not await _has_run(installation, conversation, someone, update.feedback.forId):
            raise HTTPException(404, "There is no such answer.")
        if len(update.feedback.comment or "") > installation.chat.message_limit_chars:
            raise HTTPException(413, "That comment is too long.")
        return {"success": True, "feedbackId": await store.upsert_feedback(update.feedback)}

    @router.delete("/feedback")
    async def no_thumb(payload: DeleteFeedbackRequest, someone: Someone) -> dict[str, bool]:
        """A thumb taken back, in one's own conversation."""
        await _check_owner(store, payload.feedbackId.partition(".")[0], someone)
        return {"success": await store.delete_feedback(payload.feedbackId)}

    return router


async def _check_owner(store: LogDataLayer, conversation: str, someone: User | PersistedUser | None) -> None:
    """One's own conversation, or the same 404 that an unknown one gets."""
    author = await store.get_thread_author(conversation)
    if someone is None or not author or author != someone.identifier:
        raise HTTPException(404, "There is no such conversation.")


async def _has_run(
    installation: Installation, conversation: str, someone: User | PersistedUser | None, run: str
) -> bool:
    tenant = tenant_of(someone.identifier) if someone else ""
    records = await installation.log.read(tenant, conversation)
    steps = steps_of(Transcript(tenant, conversation, installation.team), records, {})
    return any(step.get("id") == run and step.get("type") == "run" for step in steps)
