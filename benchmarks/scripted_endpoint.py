"""An OpenAI-compatible chat endpoint that answers from a plain function: no model, real HTTP.

    async with ScriptedEndpoint(lambda body: Say(text="Hello")) as endpoint:
        OpenAIChat(endpoint.url, None, "scripted")

As a program it answers as the turn benchmark needs it: ``python -m benchmarks.scripted_endpoint --port 18900``.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

import orjson

from benchmarks.completions import Body, Say, chunks, events, whole
from benchmarks.invoice_turn import decide

_REMEMBERED_REQUESTS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Raw:
    """An answer as bytes, for what a well-behaved endpoint does not do.

    *Shape*: ``pieces`` go out as chunks, ``delay_s`` before each; ``breaks`` cuts the connection after the last,
    ``hangs`` leaves it open for ever. ``status`` 0 hangs up without an answer.
    """

    pieces: tuple[bytes, ...] = ()
    status: int = 200
    headers: Mapping[str, str] | None = None
    content_type: str = "text/event-stream"
    delay_s: float = 0.0
    breaks: bool = False
    hangs: bool = False


Decide = Callable[[Body], Say | Raw]


def fault(status: int, message: str, **headers: str) -> Raw:
    """An HTTP error in OpenAI's form; ``retry_after="2"`` becomes a header."""
    body = orjson.dumps({"error": {"message": message, "type": "error", "code": None}})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Raw(pieces=(body,), status=status, headers=named, content_type="application/json")


class ScriptedEndpoint:
    """Serves ``/chat/completions``, ``/models`` and ``/stats`` on a loopback port, answering as ``decide`` says.

    ``requests`` holds the latest bodies. *Units*: ``latency_s`` before each answer.
    """

    def __init__(
        self, decide: Decide, *, port: int = 0, models: Sequence[str] = ("scripted",), latency_s: float = 0.0
    ) -> None:
        self.requests: deque[Body] = deque(maxlen=_REMEMBERED_REQUESTS)
        self.accepted_connections = 0
        self._decide = decide
        self._port = port
        self._models = orjson.dumps({"object": "list", "data": [{"id": name, "object": "model"} for name in models]})
        self._latency_s = latency_s
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._answers = 0
        self._bytes_in = 0

    async def __aenter__(self) -> ScriptedEndpoint:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The base address for a client."""
        return f"http://127.0.0.1:{self._port}/v1"

    async def start(self) -> None:
        """Listen, on a free port if none was named."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port, limit=1 << 26)
        self._port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Cut every connection and stop listening."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def all_gone(self) -> None:
        """Wait until every client has hung up."""
        await asyncio.gather(*self._tasks)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted_connections += 1
        task = asyncio.create_task(self._converse(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1").split("\r\n")
                length = next((int(line[15:]) for line in head if line.lower().startswith("content-length:")), 0)
                body = await reader.readexactly(length)
                if not await self._answer(writer, head[0].split(" ")[1], body, reader):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, path: str, body: bytes, reader: asyncio.StreamReader) -> bool:
        """Whether the connection can serve another request."""
        if path.endswith("/models"):
            return await _send(writer, Raw(pieces=(self._models,), content_type="application/json"), reader)
        if path.endswith("/stats"):
            stats = orjson.dumps({"calls": self._answers, "bytes_in": self._bytes_in})
            return await _send(writer, Raw(pieces=(stats,), content_type="application/json"), reader)
        if not path.endswith("/chat/completions"):
            return await _send(writer, fault(404, f"no such path {path}"), reader)
        request: Body = orjson.loads(body)
        self.requests.append(request)
        self._answers += 1
        self._bytes_in += len(body)
        await asyncio.sleep(self._latency_s)
        said = self._decide(request)
        return await _send(writer, self._spelled(said, request) if isinstance(said, Say) else said, reader)

    def _spelled(self, said: Say, body: Body) -> Raw:
        """The answer in OpenAI's form, streamed if the request asked for it."""
        if not body.get("stream"):
            return Raw(pieces=(orjson.dumps(whole(said, body, self._answers)),), content_type="application/json")
        sent = events(*chunks(said, body, self._answers))
        return Raw(pieces=sent if said.delay_s else (b"".join(sent),), delay_s=said.delay_s)


async def _send(writer: asyncio.StreamWriter, raw: Raw, reader: asyncio.StreamReader) -> bool:
    """Whether the connection can serve another request."""
    if not raw.status:
        return False
    single = len(raw.pieces) == 1 and not (raw.breaks or raw.hangs)
    framing = f"content-length: {len(raw.pieces[0])}" if single else "transfer-encoding: chunked"
    named = "".join(f"{name}: {value}\r\n" for name, value in (raw.headers or {}).items())
    head = f"HTTP/1.1 {raw.status} Scripted\r\ncontent-type: {raw.content_type}\r\n{named}{framing}\r\n\r\n"
    writer.write(head.encode())
    for piece in raw.pieces:
        if raw.delay_s:
            await asyncio.sleep(raw.delay_s)
        writer.write(piece if single else b"%x\r\n%b\r\n" % (len(piece), piece))
        await writer.drain()
    if raw.hangs:
        await reader.read()  # until the client hangs up
    if raw.breaks or raw.hangs:
        return False
    if not single:
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


async def _serve(port: int, latency_ms: float) -> None:
    async with ScriptedEndpoint(decide, port=port, latency_s=latency_ms / 1_000) as endpoint:
        print(f"listening on {endpoint.url}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Serve the benchmark's turn until interrupted."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    options = parser.parse_args()
    try:
        asyncio.run(_serve(options.port, options.latency_ms))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
