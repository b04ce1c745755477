"""What an installation can be told from the environment. Read once, at the start, and passed in from there."""

from __future__ import annotations

import json
import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from handoffs.errors import BatonError
from handoffs.values import Limits

PREFIX = "BATON_"
FOREIGN = ("BATON_TEST_",)  # read by the tests alone
DEFAULT_MODEL = "gpt-4.1-mini"
PLAIN = {
    "bool_parsing": "it must be true or false",
    "extra_forbidden": "there is no such limit",
    "float_parsing": "it must be a number",
    "greater_than": "it must be more than {gt}",
    "greater_than_equal": "it must be at least {ge}",
    "int_parsing": "it must be a whole number",
    "less_than_equal": "it must be at most {le}",
    "literal_error": "it must be {expected}",
}


class SettingsError(BatonError):
    """The environment says something that Baton does not understand; one sentence for each such thing."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def _address(*schemes: str) -> AfterValidator:
    def checked(url: str | None) -> str | None:
        if url is not None and urlsplit(url).scheme not in schemes:
            shown = " or ".join(f"{scheme.partition('+')[0]}://" for scheme in schemes)
            raise ValueError(f"it must begin with {shown}")
        return url

    return AfterValidator(checked)


def _database(url: str | None) -> str | None:
    """Everyday spellings of a database's address name the asynchronous driver that Baton ships."""
    for spelling, driver in (("postgres", "postgresql+asyncpg"), ("postgresql", "postgresql+asyncpg"),
                             ("sqlite", "sqlite+aiosqlite")):  # fmt: skip
        if url is not None and url.startswith(f"{spelling}://"):
            return driver + url.removeprefix(spelling)
    return url


def _words(value: object) -> object:
    return (
        tuple(filter(None, (word.strip().rstrip("/") for word in value.split(","))))
        if isinstance(value, str)
        else value
    )


def _object(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError('it must be JSON like {"volta": {"tool_calls": 10}}') from None


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Http = Annotated[str | None, _address("http", "https")]
Count = Annotated[int, Field(ge=1)]


class Settings(BaseSettings):
    """The environment's wishes, checked; every field is ``BATON_<FIELD>`` unless it says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, populate_by_name=True, env_ignore_empty=True
    )

    # where things live
    data_folder: Path = Path(".baton")
    redis_url: Annotated[str | None, _address("redis", "rediss", "unix")] = Field(default=None, repr=False)
    database_url: Annotated[
        str | None, BeforeValidator(_database), _address("sqlite+aiosqlite", "postgresql+asyncpg")
    ] = Field(default=None, repr=False)
    qdrant_url: Http = None
    qdrant_api_key: SecretStr | None = None
    qdrant_collection: str = Field(default="baton", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    retention_days: Count = 30

    # the web
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: Http = None
    allowed_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = ()
    session_hours: Count = 12
    demo: bool = True
    demo_password: str = "swarm"
    auth_secret: SecretStr | None = None
    header_auth: bool = False
    proxy_key: SecretStr | None = None
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = "warning"

    # who answers
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: Http = Field(default=None, validation_alias="OPENAI_BASE_URL")
    model: str = DEFAULT_MODEL
    window_tokens: int = Field(default=32_000, ge=2_000)
    max_output_tokens: int = Field(default=2_000, ge=64)
    model_timeout_s: float = Field(default=60.0, gt=0)
    fallback_model: str | None = None
    fallback_base_url: Http = None
    fallback_api_key: SecretStr | None = None

    # what is remembered across conversations
    help_centre: bool = True  # whether the articles that ship with Baton are known at the first start
    embedding_model: str | None = None  # a folder with weights; the bundled MiniLM where it is unset
    rerank_model: str | None = None  # a folder with a cross-encoder's weights
    tokenizer: Path | None = None  # the language model's tokenizer.json, to count tokens exactly

    # how much
    max_message_chars: Count = 4_000
    messages_per_minute: Count = 20
    logins_per_minute: Count = 10
    turns_at_once: Count = 256  # of this process; fewer, and the embedder has less to do together
    tenant_limits: Annotated[dict[str, Limits], NoDecode, BeforeValidator(_object)] = {}

    @property
    def has_endpoint(self) -> bool:
        """Whether a language model is configured; without one the offline model answers."""
        return self.openai_api_key is not None or self.openai_base_url is not None

    @property
    def shop_url(self) -> str:
        """The shop's database: the one named, or a file in the data folder."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data_folder / 'shop.sqlite').absolute()}"

    @property
    def records_url(self) -> str:
        """The audit's and the archive's database: the shop's, or a file of its own in the data folder."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data_folder / 'records.sqlite').absolute()}"

    @property
    def address(self) -> str:
        """Where a browser finds the chat."""
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::", "::1") else self.host
        return self.public_url or f"http://{host}:{self.port}"

    def limits(self, tenant: str) -> Limits:
        """The budgets of one execution for this tenant."""
        return self.tenant_limits.get(tenant, Limits())


def load_settings() -> Settings:
    """The settings of this process's environment.

    *Raises*: SettingsError with every unknown variable and every bad value at once.
    """
    unknown = tuple(_unknown(name) for name in sorted(os.environ) if _is_unknown(name))
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError(unknown + tuple(_bad(detail) for detail in error.errors())) from None
    if settings.header_auth and settings.proxy_key is None:
        unknown += ("BATON_HEADER_AUTH is on: set BATON_PROXY_KEY too, the secret that your proxy sends.",)
    if settings.fallback_base_url and not settings.fallback_model:
        unknown += ("BATON_FALLBACK_BASE_URL is set: name the model there with BATON_FALLBACK_MODEL.",)
    if unknown:
        raise SettingsError(unknown)
    return settings


def variables() -> dict[str, str]:
    """Environment variable -> field, for all there are."""
    return {
        str(field.validation_alias or f"{PREFIX}{name.upper()}"): name for name, field in Settings.model_fields.items()
    }


def _is_unknown(name: str) -> bool:
    return name.startswith(PREFIX) and name not in variables() and not name.startswith(FOREIGN)


def _unknown(name: str) -> str:
    close = get_close_matches(name, variables(), n=1, cutoff=0.75)
    advice = f"did you mean {close[0]}?" if close else "remove it; `baton doctor --variables` lists all there are."
    return f"{name} is no setting of Baton: {advice}"


def _bad(detail: ErrorDetails) -> str:
    """One sentence; a value is shown unless it may hold a secret."""
    where, *inner = (str(part) for part in detail["loc"])
    name = where if where in variables() else f"{PREFIX}{where.upper()}"
    secret = any(word in name for word in ("KEY", "SECRET", "URL", "PASSWORD"))
    shown = "" if secret or inner else f"={detail['input']!r}"
    inside = f" in {'.'.join(inner)}" if inner else ""
    plain = PLAIN.get(detail["type"], "").format_map(detail.get("ctx", {}))
    return f"{name}{shown}{inside}: {plain or detail['msg'].removeprefix('Value error, ')}."
