"""What is embedded, what is external, what answers, what is missing and how to mend it. Looks; changes nothing.

(But for the data folder, which is made if missing: only that proves that it can be written.)
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, Protocol

from agents.models.openai_probe import Probe
from agents.shop.people import TENANTS
from agents.shop.store import Shop
from baton.data_folder import DataFolderLock, StartRefused, prepared
from baton.desk.answers import Counted
from baton.desk.opening import open_desk
from baton.desk.orders import Count
from baton.embedded_redis import borrowed_redis
from baton.redis_check import redis_version
from baton.redis_program import find_program
from baton.settings import Settings
from baton.wiring import counter_of
from handoffs.errors import BatonError
from memory.errors import StoreError
from memory.longterm.embed import BUNDLED, WeightsMissing, weights_path

PACKAGES = ("chainlit", "torch", "sentence-transformers")


class Endpoint(Protocol):
    """A language model's endpoint that can be asked what it can do."""

    @property
    def name(self) -> str: ...

    async def probe(self) -> Probe: ...


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at. ``broken`` means that Baton cannot do its work; ``mend`` says what to do."""

    what: str
    state: Literal["ok", "note", "broken"]
    says: str
    mend: str = ""


async def examine(settings: Settings, endpoint: Endpoint | None) -> AsyncIterator[Finding]:
    """One finding after the other, as they are found."""
    folder = _data_folder(settings)
    yield folder
    if folder.state != "broken":
        yield await _redis(settings)
        yield await _shop(settings)
    async for finding in _model(settings, endpoint):
        yield finding
    yield _embedding()
    yield _packages()
    if folder.state != "broken":
        yield await _memory(settings)
    yield _tokens(settings)
    yield _people(settings)


def _data_folder(settings: Settings) -> Finding:
    what = "data folder"
    try:
        place = prepared(settings.data_folder)
        lock = DataFolderLock(settings.data_folder)
        free = lock.acquire()
        lock.release()
    except StartRefused as error:
        return Finding(what=what, state="broken", says=str(error))
    return Finding(what=what, state="ok", says=f"{place} can be written{'' if free else '; Baton runs on it now'}.")


async def _redis(settings: Settings) -> Finding:
    what = "Redis"
    try:
        if settings.redis_url is not None:
            return Finding(
                what=what, state="ok", says=f"external, version {await redis_version(settings.redis_url)}, answers."
            )
        program = find_program()
        async with borrowed_redis(settings.data_folder) as url:
            running = await redis_version(url)
    except BatonError as error:
        return Finding(what=what, state="broken", says=str(error))
    return Finding(what=what, state="ok", says=f"embedded, version {running}, answers (program: {program.path}).")


async def _shop(settings: Settings) -> Finding:
    what = "shop"
    kind = "external database" if settings.database_url else "embedded, SQLite in the data folder"
    file = settings.data_folder / "shop.sqlite"
    if not settings.database_url and not file.exists():
        return Finding(what=what, state="note", says=f"{kind}; filled with the demo data at the first start.")
    try:
        shop = await Shop.open(settings.shop_url)
        try:
            filled = await shop.reset_on()
        finally:
            await shop.close()
    except BatonError as error:
        return Finding(what=what, state="broken", says=f"{kind}: {error}", mend="Check BATON_DATABASE_URL.")
    if filled is None:
        return Finding(what=what, state="note", says=f"{kind}, answers, empty.", mend="`baton shop reset` fills it.")
    return Finding(what=what, state="ok", says=f"{kind}, answers; demo data of {filled}.")


async def _model(settings: Settings, endpoint: Endpoint | None) -> AsyncIterator[Finding]:
    what = "model"
    if endpoint is None:
        yield Finding(
            what=what,
            state="note",
            says="The offline model answers. It is not a language model: it matches words and fills templates.",
            mend="Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own, to have a language model answer.",
        )
        return
    probe = await endpoint.probe()
    able = probe.reachable and probe.knows_model and probe.calls_tools
    where = settings.openai_base_url or "OpenAI"
    yield Finding(
        what=what,
        state="ok" if able else "broken",
        says=f"{endpoint.name} at {where} is asked first. {' '.join(probe.sentences)}",
        mend="" if able else "Until that is mended the offline model answers, which is not a language model.",
    )
    if settings.fallback_model:
        place = settings.fallback_base_url or where
        yield Finding(
            what="fallback", state="note", says=f"{settings.fallback_model} at {place}, then the offline model."
        )


def _embedding() -> Finding:
    try:
        place = Path(weights_path(BUNDLED))
    except WeightsMissing as error:
        return Finding(what="embedding", state="broken", says=str(error), mend="`make run` installs it.")
    return Finding(what="embedding", state="ok", says=f"embedded, {BUNDLED}, weights in {place}.")


def _packages() -> Finding:
    there: list[str] = []
    missing: list[str] = []
    for name in PACKAGES:
        try:
            there.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        says = f"missing: {', '.join(missing)}."
        return Finding(what="packages", state="broken", says=says, mend="`make run` installs them.")
    return Finding(what="packages", state="ok", says=f"{', '.join(there)}.")


async def _memory(settings: Settings) -> Finding:
    what = "memory"
    kind = "external Qdrant" if settings.qdrant_url else "embedded Qdrant"
    try:
        async with open_desk(settings, wait_s=0.0) as desk:
            answers = [answer async for answer in desk.ask(Count(tenant=next(iter(TENANTS))))]
    except (BatonError, StoreError) as error:
        mend = "Baton goes on without long-term memory until it is back."
        return Finding(what=what, state="broken", says=f"{kind}: {error}", mend=mend)
    engine = next(answer.stats.engine for answer in answers if isinstance(answer, Counted))
    return Finding(what=what, state="ok", says=f"{kind}, answers: {engine}")


def _tokens(settings: Settings) -> Finding:
    try:
        return Finding(what="tokens", state="ok", says=f"{counter_of(settings).name}.")
    except BatonError as error:
        return Finding(what="tokens", state="broken", says=str(error))


def _people(settings: Settings) -> Finding:
    ways = [way for way, on in (("demo logins", settings.demo), ("header sign-on", settings.header_auth)) if on]
    if not ways:
        mend = "Set BATON_DEMO=true, or BATON_HEADER_AUTH=true with BATON_PROXY_KEY."
        return Finding(what="logins", state="broken", says="Nobody can log in.", mend=mend)
    return Finding(what="logins", state="ok", says=f"by {' and '.join(ways)}.")
