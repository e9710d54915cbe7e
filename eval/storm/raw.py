"""HTTP by hand, so that a request can be cut off anywhere."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

LINGER_NONE = struct.pack("ii", 1, 0)
"""`SO_LINGER` on, for no time: closing sends a reset."""
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A response with its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body; of an event stream the last event."""
        text = self.body.decode()
        if self.headers.get("content-type", "").startswith("text/event-stream"):
            text = [line[5:] for line in text.splitlines() if line.startswith("data:") and line[5:].strip()][
                -1
            ]
        return json.loads(text)


def reset(transport: asyncio.WriteTransport) -> None:
    """Ends a connection as a phone that loses its network does at best: a reset, nothing more is sent."""
    with contextlib.suppress(OSError):
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
    transport.abort()


class Request:
    """A request that has been sent, on a connection of its own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def answer(self) -> Answer:
        """The response. Raises `OSError` when the connection ends before it is complete."""
        try:
            async with asyncio.timeout(PATIENCE):
                head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                status, *lines = head.strip().split("\r\n")
                pairs = (line.partition(":") for line in lines)
                headers = {name.lower(): value.strip() for name, _, value in pairs}
                if headers.get("transfer-encoding") == "chunked":
                    body = await self._chunks()
                else:
                    body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        except asyncio.IncompleteReadError as error:
            raise ConnectionError("the connection ended before the answer") from error
        return Answer(int(status.split()[1]), headers, body)

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            body += (await self._reader.readexactly(size + 2))[:-2]
        return body

    def cut(self) -> None:
        """Cuts it off."""
        reset(self._writer.transport)


@asynccontextmanager
async def sent(
    address: str, method: str, path: str, headers: Mapping[str, str], body: Any = None
) -> AsyncIterator[Request]:
    """Sends a request. Raises `OSError` when nobody listens."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        data = b"" if body is None else json.dumps(body).encode()
        said = {
            "Host": address,
            "Content-Length": str(len(data)),
            "Content-Type": "application/json",
            "Connection": "close",
            **headers,
        }
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + data)
        await writer.drain()
        yield Request(reader, writer)
    finally:
        writer.close()
