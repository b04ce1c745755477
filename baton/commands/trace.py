"""`baton trace`: what happened in a conversation, and why."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from baton.commands.conversations import conversations
from baton.reading import read_trace, session_log
from baton.settings import Settings, load_settings
from tracing.export import export_files, trace_of
from tracing.files import filed
from tracing.join import Trace
from tracing.prompt import Prompt, decision_at, fill, name_of
from tracing.render import json_of, show
from tracing.render_prompt import json_prompt, show_prompt
from tracing.render_stream import json_pieces, lines_of

HELD_MOST = 20_000  # records; a longer trace is shown line by line

Conversation = Annotated[
    str, typer.Argument(help="TENANT/ID as `baton conversations` lists it, the beginning of an ID, or 'last'.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a tree.")]
Full = Annotated[bool, typer.Option("--full", help="Do not cut long texts.")]


def register(app: typer.Typer) -> None:
    """Offer the commands."""
    trace = typer.Typer(no_args_is_help=True)
    trace.callback()(_trace)
    trace.command("list")(conversations)
    trace.command("show")(show_trace)
    trace.command("prompt")(prompt)
    trace.command("export")(export)
    trace.command("join")(join)
    app.add_typer(trace, name="trace", help="See what happened in a conversation, and why.")


def show_trace(conversation: Conversation, as_json: AsJson = False, full: Full = False) -> None:
    """Print the one trace of all logs of a conversation."""
    _print(asyncio.run(_read(load_settings(), conversation)), as_json=as_json, full=full)


def prompt(
    conversation: Conversation,
    event: Annotated[str, typer.Argument(help="The decision's number after '#' in the trace, or EXECUTION/NUMBER.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the request byte for byte, as JSON.")] = False,
) -> None:
    """Print the exact prompt that the model saw when it decided."""
    found = asyncio.run(_prompt(load_settings(), conversation, event))
    if as_json:
        typer.echo(json_prompt(found), nl=False)
    else:
        show_prompt(found, Console())


def export(
    conversation: Conversation,
    to: Annotated[Path, typer.Option("--to", help="The folder; it is made if missing.", file_okay=False)],
) -> None:
    """Write each log of a conversation into a file of its own, to be mailed or kept."""
    for path in export_files(asyncio.run(_read(load_settings(), conversation)), to):
        typer.echo(path)


def join(
    files: Annotated[list[Path], typer.Argument(help="Logs as `baton trace export` writes them, in any order.")],
    as_json: AsJson = False,
    full: Full = False,
) -> None:
    """Rebuild the trace from exported logs, naming what is missing or doubled."""
    for one in filed(files):
        if len(one) <= HELD_MOST:
            _print(trace_of(one), as_json=as_json, full=full)
            continue
        told = json_pieces(one) if as_json else (line.encode() for line in lines_of(one, full=full))
        typer.get_binary_stream("stdout").writelines(told)


def _print(trace: Trace, *, as_json: bool, full: bool) -> None:
    if as_json:
        typer.echo(json_of(trace), nl=False)
    else:
        show(trace, Console(), full=full)


async def _read(settings: Settings, conversation: str) -> Trace:
    async with session_log(settings) as log:
        return await read_trace(log, settings, conversation)


async def _prompt(settings: Settings, conversation: str, event: str) -> Prompt:
    async with session_log(settings) as log:
        trace = await read_trace(log, settings, conversation)
        named = name_of(trace.records, decision_at(trace, event))
        return fill(named, await log.blobs(trace.tenant, trace.conversation, named.digests))


def _trace() -> None:
    """See what happened in a conversation, and why."""
