"""The language model's endpoint that the settings name: for the brain, and for the doctor, who needs no brain."""

from __future__ import annotations

from agents.models.openai_chat import OpenAIChat
from baton.settings import Settings


def endpoint_of(settings: Settings) -> OpenAIChat | None:
    """The endpoint that is asked first; None where the offline model answers alone."""
    if not settings.has_endpoint:
        return None
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    return OpenAIChat(settings.openai_base_url, key, settings.model, timeout_s=settings.model_timeout_s)
