"""A device's way to the LiveKit server, which can be cut off."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit

from eval.storm.raw import reset


class Wire:
    """Passes on a device's signalling until it is cut."""

    def __init__(self) -> None:
        self._ends: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def lay(self, url: str) -> str:
        """An address that leads to `url`."""
        where = urlsplit(url)
        target = (where.hostname, where.port)

        async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                there, back = await asyncio.open_connection(*target)
            except OSError:
                writer.close()
                return
            self._ends += [writer, back]
            for one, other in ((reader, back), (there, writer)):
                task = asyncio.create_task(_pass_on(one, other))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

        self._server = await asyncio.start_server(connect, "127.0.0.1", 0)
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Nothing goes through it any more, without a word to either end."""
        if self._server is not None:
            self._server.close()
        for end in self._ends:
            reset(end.transport)
        for task in self._tasks:
            task.cancel()


async def _pass_on(one: asyncio.StreamReader, other: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await one.read(65_536):
            other.write(data)
            await other.drain()
    other.close()
