"""Uploads on their way into long-term memory: first tried, looked at by a person, then loaded, each once."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from console.ports import File, Knowledge
from handoffs.errors import Unavailable
from memory.errors import StoreError
from memory.longterm.embed import WeightsMissing
from memory.seed.report import Progress, SeedReport

KEPT: Final = timedelta(minutes=30)
WAITING_BYTES_MOST: Final = 100_000_000
FAILED: Final = "Something went wrong on our side, and the server's log says what. Nothing is lost: upload again."
log = logging.getLogger(__name__)
Stage = Literal["checking", "checked", "loading", "loaded", "failed"]


@dataclass(kw_only=True)
class Upload:
    """Some files of one person for one tenant. ``report`` is of the trial, and then of the loading."""

    id: str
    tenant: str
    who: str
    at: datetime
    prune: bool
    files: tuple[File, ...]
    names: tuple[str, ...]
    stage: Stage = "checking"
    progress: Progress | None = None
    report: SeedReport | None = None
    failure: str = ""

    @property
    def is_busy(self) -> bool:
        """Whether to look again soon."""
        return self.stage in ("checking", "loading")

    @property
    def bytes_held(self) -> int:
        """How much memory its files take; none once they are loaded."""
        return sum(len(file.content) for file in self.files)


class Uploads:
    """The uploads of this process, in memory alone: what a file says of a customer must not rest anywhere else.

    They go after half an hour, and the oldest when there are too many.
    """

    def __init__(self, knowledge: Knowledge, now: Callable[[], datetime]) -> None:
        self._knowledge, self._now = knowledge, now
        self._uploads: dict[str, Upload] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def take(self, tenant: str, who: str, files: tuple[File, ...], *, prune: bool) -> Upload:
        """Keep the files and try them: nothing is written."""
        self._forget_old()
        names = tuple(file.name for file in files)
        upload = Upload(
            id=secrets.token_urlsafe(12),
            tenant=tenant,
            who=who,
            at=self._now(),
            prune=prune,
            files=files,
            names=names,
        )
        self._uploads[upload.id] = upload
        self._start(upload, dry_run=True)
        return upload

    def find(self, upload: str, tenant: str, who: str) -> Upload | None:
        """One's own upload."""
        self._forget_old()
        found = self._uploads.get(upload)
        return found if found and (found.tenant, found.who) == (tenant, who) else None

    async def load(self, upload: Upload, note: Callable[[], Awaitable[None]]) -> None:
        """Note it, then begin to load what was tried; nothing where that has begun, as a second click finds it.

        *Raises*: what ``note`` raises; then nothing was loaded, and it may be tried again.
        """
        if upload.stage != "checked":
            return
        upload.stage = "loading"
        try:
            await note()
        except BaseException:
            upload.stage = "checked"
            raise
        self._start(upload, dry_run=False)

    async def settle(self, upload: Upload, within_s: float = 1.0) -> None:
        """Give a small upload the time to be ready at once."""
        if task := self._tasks.get(upload.id):
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(task), within_s)

    async def close(self) -> None:
        """End what runs; what was loaded by then stays, and loading again does the rest."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, upload: Upload, *, dry_run: bool) -> None:
        task = asyncio.create_task(self._run(upload, dry_run=dry_run), name=f"upload {upload.id}")
        self._tasks[upload.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(upload.id, None))

    async def _run(self, upload: Upload, *, dry_run: bool) -> None:
        def watch(progress: Progress) -> None:
            upload.progress = progress

        try:
            upload.report = await self._knowledge.seed(
                upload.tenant, upload.files, prune=upload.prune, dry_run=dry_run, progress=watch
            )
            upload.stage = "checked" if dry_run else "loaded"
        except (StoreError, Unavailable, WeightsMissing) as error:
            upload.stage, upload.failure = "failed", str(error)
        except Exception:
            log.exception("an upload failed")
            upload.stage, upload.failure = "failed", FAILED
        if upload.stage != "checked":
            upload.files = ()

    def _forget_old(self) -> None:
        held = sum(upload.bytes_held for upload in self._uploads.values())
        for upload in [each for each in self._uploads.values() if not each.is_busy]:  # the oldest first
            if self._now() - upload.at > KEPT or held > WAITING_BYTES_MOST:
                held -= upload.bytes_held
                del self._uploads[upload.id]
