"""`baton run`: everything, in one process. The port opens first; stores, chat and models follow behind it."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket

import typer
import uvloop

from baton.data_folder import DataFolderLock, StartRefused
from baton.settings import Settings, load_settings

WAITING_CONNECTIONS = 1024


def register(app: typer.Typer) -> None:
    """Offer the command."""
    app.command("run")(run)


def run() -> None:
    """Start the chat and all that it needs; Ctrl-C stops it."""
    settings = load_settings()
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with (
        DataFolderLock(settings.data_folder),
        listening(settings) as port,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        from baton.serving import serve  # noqa: PLC0415  the port opens first: this import takes seconds

        runner.run(serve(settings, port))


def listening(settings: Settings) -> socket.socket:
    """The open port: who comes from now on waits instead of being turned away.

    *Raises*: StartRefused when another program has it, or the host is not ours.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    port = socket.socket(family, socket.SOCK_STREAM)
    port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        port.bind((settings.host, settings.port))
        port.listen(WAITING_CONNECTIONS)
    except OSError as error:
        port.close()
        raise StartRefused(_why_not(settings, error)) from error
    return port


def _why_not(settings: Settings, error: OSError) -> str:
    where = f"Port {settings.port} on {settings.host}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is taken by another program: stop that one, or choose another port with BATON_PORT."
    if error.errno == errno.EACCES:
        return f"{where} is not for ordinary users: choose one above 1023 with BATON_PORT."
    return f"{where} cannot be opened ({error.strerror or error}): check BATON_HOST."
