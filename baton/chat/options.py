"""The chat's options out of the installation's settings."""

from __future__ import annotations

from baton.chat.ports import ChatOptions
from baton.settings import Settings


def options_of(settings: Settings, model_notice: str) -> ChatOptions:
    """How the chat behaves under these settings; ``model_notice`` says which model answers."""
    return ChatOptions(
        model_notice=model_notice,
        message_limit_chars=settings.max_message_chars,
        messages_per_minute=settings.messages_per_minute,
        logins_per_minute=settings.logins_per_minute,
        session_s=settings.session_hours * 3600,
        allowed_origins=settings.allowed_origins,
        header_auth_key=settings.proxy_key.get_secret_value() if settings.header_auth and settings.proxy_key else None,
        auth_secret=settings.auth_secret.get_secret_value() if settings.auth_secret else None,
        data_folder=settings.data_folder,
    )
