"""The door for commands while Baton runs: long-term memory's desk on a unix socket that only this user can open.

The embedded store belongs to one process; a command that meets a running application asks it here.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import ValidationError

from baton.data_folder import StartRefused
from baton.desk.answers import ANSWERS, AnyAnswer, Refused
from baton.desk.orders import ORDERS, AnyOrder
from baton.desk.ports import MemoryDesk
from baton.private_socket import CONTROL_ADDRESS, make_private, short_socket_path
from handoffs.errors import BatonError, Unavailable
from memory.errors import StoreError, StoreUnavailable

UNFORESEEN = "Something unforeseen went wrong in the running Baton: what was done until then stays, its log says more."
log = logging.getLogger(__name__)
NDJSON = "application/x-ndjson"
POLL_S = 0.01
GRACE_S = 5


def control_app(desk: MemoryDesk, data_folder: Path) -> FastAPI:
    """The desk over HTTP: one order in, its answers as lines out. ``GET /`` says whose desk it is."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/")
    async def whose() -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
        return {"data_folder": str(data_folder.absolute())}

    @app.post("/orders")
    async def order(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        try:
            wanted = ORDERS.validate_json(await request.body())
        except ValidationError:
            said = "the running Baton is of another version than this command: use the command of that one"
            return JSONResponse({"sentence": said}, status_code=400)
        return StreamingResponse(_lines(desk, wanted), media_type=NDJSON)

    return app


@asynccontextmanager
async def control_socket(desk: MemoryDesk, data_folder: Path) -> AsyncGenerator[Path]:
    """Answer commands on the data folder's socket while this is entered.

    *Raises*: StartRefused when the socket cannot be opened, or its folder belongs to somebody else.
    """
    socket = _free_path(data_folder)
    config = uvicorn.Config(
        control_app(desk, data_folder),
        uds=str(socket),
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Quiet(config)
    serving = asyncio.create_task(server.serve(), name="control socket")
    try:
        while not server.started:
            if serving.done():
                raise _cannot_open(socket, serving.exception())
            await asyncio.sleep(POLL_S)
        socket.chmod(0o600)  # nobody else came near it: its folder is this user's alone
        address = data_folder / CONTROL_ADDRESS
        address.write_text(str(socket))
        yield socket
    finally:
        (data_folder / CONTROL_ADDRESS).unlink(missing_ok=True)
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
        with suppress(OSError):
            os.unlink(socket)


def _free_path(data_folder: Path) -> Path:
    """Where the socket will be; what a killed application left there is gone."""
    socket = short_socket_path(data_folder.absolute() / "control")
    make_private(socket.parent)
    try:
        socket.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_open(socket, error) from error
    return socket


def _cannot_open(socket: Path, error: BaseException | None) -> StartRefused:
    return StartRefused(
        f"The socket for commands cannot be opened at {str(socket)!r} ({error}): make room for it there, or set TMPDIR "
        "to another folder."
    )


class _Quiet(uvicorn.Server):
    """A second server in the process: signals are the first one's."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def _lines(desk: MemoryDesk, order: AnyOrder) -> AsyncIterator[bytes]:
    answer: AnyAnswer
    try:
        async for answer in desk.ask(order):
            yield ANSWERS.dump_json(answer) + b"\n"
    except (BatonError, StoreError) as error:
        away = isinstance(error, (Unavailable, StoreUnavailable))
        yield ANSWERS.dump_json(Refused(sentence=str(error), away=away)) + b"\n"
    except Exception:
        log.exception("a command's order failed: %s", order.kind)
        yield ANSWERS.dump_json(Refused(sentence=UNFORESEEN, away=False)) + b"\n"
