"""A command's way to the desk of a running application."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
from pydantic import TypeAdapter

from baton.desk.answers import ANSWERS, AnyAnswer, Refused
from baton.desk.orders import ORDERS, AnyOrder
from baton.private_socket import CONTROL_ADDRESS
from handoffs.errors import Unavailable, UsageError

CONNECT_S = 5.0
_HOST = "http://baton"  # a socket needs none, but HTTP does
_SAID = TypeAdapter(dict[str, str])


class RemoteDesk:
    """The desk of the application that listens on this socket."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    async def ask(self, order: AnyOrder) -> AsyncGenerator[AnyAnswer]:
        """Send the order and tell what comes back. *Raises*: UsageError, Unavailable."""
        try:
            async with (
                _client(self._socket, read_s=None) as client,  # seeding may take its time
                client.stream("POST", "/orders", content=ORDERS.dump_json(order)) as response,
            ):
                if not response.is_success:
                    raise UsageError(_SAID.validate_json(await response.aread())["sentence"] + ".")
                async for line in _lines(response):
                    answer = ANSWERS.validate_json(line)
                    if isinstance(answer, Refused):
                        raise (Unavailable if answer.away else UsageError)(answer.sentence)
                    yield answer
        except httpx.HTTPError as error:
            raise Unavailable(
                f"The running Baton broke off ({type(error).__name__}): what was done until then stays; "
                "run the same command again."
            ) from error


async def running_desk(data_folder: Path) -> RemoteDesk | None:
    """The desk of the application that runs on this very folder, if one does and answers."""
    with suppress(OSError, httpx.HTTPError, ValueError, KeyError):
        socket = Path((data_folder / CONTROL_ADDRESS).read_text())
        async with _client(socket, read_s=CONNECT_S) as client:
            said = _SAID.validate_json((await client.get("/")).content)
        if os.path.samefile(said["data_folder"], data_folder):  # in a copied folder, the address is another's
            return RemoteDesk(socket)
    return None


def _client(socket: Path, *, read_s: float | None) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.AsyncHTTPTransport(uds=str(socket)),
        base_url=_HOST,
        timeout=httpx.Timeout(CONNECT_S, read=read_s, write=None),
    )


async def _lines(response: httpx.Response) -> AsyncIterator[bytes]:
    """What stands between line ends; httpx itself also cuts at signs that a text may hold (U+2028)."""
    rest = b""
    async for piece in response.aiter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line
