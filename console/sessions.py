"""Who sits before a console page: a signed cookie of its own, and the token that a page's forms carry."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

COOKIE: Final = "baton_operator"
LOGIN_FORM_S: Final = 3600  # how long a login page may lie open


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One login. ``login`` is '' while the person is still at the login page, whose form needs a token too."""

    id: str
    login: str
    until: datetime

    @property
    def deny_id(self) -> str:
        """Its name on the deny list, which gives nothing away."""
        return "operator-" + hashlib.sha256(self.id.encode()).hexdigest()[:32]


class Sessions:
    """Makes and reads sessions; nothing is kept, the signature proves them."""

    def __init__(self, secret: bytes, *, session_s: int, now: Callable[[], datetime]) -> None:
        self._key = hmac.digest(secret, b"baton operators' sessions", "sha256")
        self._session_s, self._now = session_s, now

    def begin(self, login: str = "") -> Session:
        """A new session, always under a new id, so that one planted before the login is worth nothing after it."""
        lives_s = self._session_s if login else LOGIN_FORM_S
        return Session(id=secrets.token_urlsafe(24), login=login, until=self._now() + timedelta(seconds=lives_s))

    def seal(self, session: Session) -> str:
        """The cookie's value: readable, not secret, signed."""
        body = json.dumps([session.id, session.login, int(session.until.timestamp())]).encode()
        packed = base64.urlsafe_b64encode(body).decode()
        return f"{packed}.{self._signature('session', packed)}"

    def read(self, cookie: str) -> Session | None:
        """The session, or None where the cookie is forged or has run out."""
        packed, _, signature = cookie.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature("session", packed).encode()):
            return None
        session_id, login, until_s = json.loads(base64.urlsafe_b64decode(packed))
        until = datetime.fromtimestamp(until_s, UTC)
        return Session(id=session_id, login=login, until=until) if self._now() < until else None

    def form_token(self, session: Session) -> str:
        """What every form of this session's pages carries, and another site's page cannot know."""
        return self._signature("form", session.id)

    def is_own_form(self, session: Session, token: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(token.encode(), self.form_token(session).encode())

    def _signature(self, use: str, text: str) -> str:
        return hmac.new(self._key, f"{use}\x1f{text}".encode(), hashlib.sha256).hexdigest()
