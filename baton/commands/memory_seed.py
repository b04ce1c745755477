"""`baton memory seed`: files become memories, with a bar while it runs and a report of what was wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from baton.commands.memory_asking import Tenant
from baton.desk.answers import Progressed, Seeded
from baton.desk.naming import shop_named
from baton.desk.opening import open_desk
from baton.desk.orders import File, Seed
from baton.settings import Settings, load_settings
from handoffs.errors import BatonError, UsageError
from memory.errors import StoreError, StoreUnavailable
from memory.seed.gather import Gathered, gather
from memory.seed.report import Rejected, SeedReport, write_report
from tracing.sentences import plain

REJECTED_SHOWN = 10
TOLD_EVERY = 10  # lines without a terminal: one each so many percent

Watch = Callable[[Progressed], None]


def seed(
    paths: Annotated[list[Path], typer.Argument(help="Files (.md, .csv, .jsonl), or folders of them.")],
    *,
    tenant: Tenant = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what these files or folders held before and hold no longer.")
    ] = False,
    emptied: Annotated[
        bool, typer.Option("--emptied", help="With --prune: a folder that holds nothing any more is meant to.")
    ] = False,
    under: Annotated[
        str, typer.Option(help="Take a file as part of this folder: --under help for help/refunds.md.")
    ] = "",
    report: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where to write rejected lines (.jsonl or .csv).")
    ] = None,
) -> None:
    """Load articles and facts into long-term memory; also while Baton runs. Seeding again changes only what changed.

    Exit code: 0 everything was taken, 1 some lines were rejected, 2 nothing could be done.
    """
    settings = load_settings()
    shop, gathered = shop_named(settings, tenant), gather(paths, under=under)
    order = _order(shop, gathered, prune=prune, emptied=emptied, dry_run=dry_run)
    job = _Job()
    try:
        done = asyncio.run(job.run(settings, order))
        told, code = _sentence(shop, done), done.exit_code
    except (BatonError, StoreError) as error:
        done = SeedReport(rejected=(*gathered.rejected, _broke(error)), dry_run=dry_run)
        told, code = _sentence(shop, done), done.exit_code
        if job.stored:
            told, code = f"{shop}: broken off after {job.stored:,} were stored.", 1
    typer.echo(told)
    _tell_rejected(settings, done.rejected, report)
    raise typer.Exit(code)


def _order(shop: str, gathered: Gathered, *, prune: bool, emptied: bool, dry_run: bool) -> Seed:
    return Seed.model_construct(
        tenant=shop,
        files=tuple(File.model_construct(name=one.name, content=one.data) for one in gathered.documents),
        folders=gathered.folders,
        rejected=gathered.rejected,
        prune=prune,
        emptied=emptied,
        dry_run=dry_run,
    )


def _broke(error: Exception) -> Rejected:
    """The store or the embedding model is not as it must be, or went away; the sentence says which and what to do."""
    reason, _, advice = str(error).rstrip(".").partition(": ")
    again = "mend that and run the same command again, it goes on where it was"
    return Rejected(file="everything", line=0, reason=reason, advice=advice or again)


class _Job:
    """A seeding as it goes on; ``stored`` is how much is stored by now."""

    stored = 0

    async def run(self, settings: Settings, order: Seed) -> SeedReport:
        with _watching() as watch:
            async with open_desk(settings) as desk:
                async for answer in desk.ask(order):
                    if isinstance(answer, Progressed):
                        self.stored = answer.done
                        watch(answer)
                    elif isinstance(answer, Seeded):
                        return answer.report
        raise StoreUnavailable("the seeding ended without a report")


@contextmanager
def _watching() -> Generator[Watch]:
    """A bar on a terminal, a line now and then elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    columns = (TextColumn("storing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("storing", total=None)
        yield lambda progress: bar.update(task, completed=progress.done, total=progress.total)


class _Lines:
    def __init__(self) -> None:
        self._told_percent = 0

    def __call__(self, progress: Progressed) -> None:
        percent = 100 * progress.done // progress.total if progress.total else 0
        if percent >= self._told_percent + TOLD_EVERY:
            self._told_percent = percent
            typer.echo(f"{progress.done:,} of {progress.total:,} stored", err=True)


def _sentence(shop: str, done: SeedReport) -> str:
    counts = {
        "added": done.added,
        "replaced": done.replaced,
        "unchanged": done.unchanged,
        "removed": done.removed,
        "rejected": len(done.rejected),
    }
    told = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    return f"{shop}{' would have' if done.dry_run else ''}: {told}."


def _tell_rejected(settings: Settings, rejected: tuple[Rejected, ...], report: Path | None) -> None:
    """The first on the screen, all in the file; an older report of ours does not outlive its mistakes."""
    default = settings.data_folder / "reports" / "seed.jsonl"
    if report is None and not rejected:
        default.unlink(missing_ok=True)
        return
    path = report or default
    for one in rejected[:REJECTED_SHOWN]:
        typer.echo(plain(str(one)), err=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_report(path, rejected)
    except OSError as error:
        where = f"The report cannot be written to {str(path)!r} ({error.strerror})"
        raise UsageError(f"{where}: name another file with --report, and seed again.") from error
    if rejected:
        more = f"and {len(rejected) - REJECTED_SHOWN:,} more; " if len(rejected) > REJECTED_SHOWN else ""
        typer.echo(f"{more}all of them are in {path}", err=True)
