"""The audit of an installation: where it stands, and the key that hides customers in it."""

from __future__ import annotations

import hmac

from baton.auth import auth_secret
from baton.data_folder import prepared
from baton.settings import Settings
from tracing.archive.audit import Audit


async def open_audit(settings: Settings) -> Audit:
    """The audit, opened. *Raises*: Unavailable, UsageError; StartRefused when the data folder cannot be written."""
    own = settings.auth_secret.get_secret_value() if settings.auth_secret else None
    secret = own or auth_secret(prepared(settings.data_folder))
    return await Audit.open(settings.records_url, hmac.digest(secret.encode(), b"baton audit", "sha256"))
