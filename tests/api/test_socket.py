"""What only a real socket shows: headers without end, and messages in pieces."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest

from core.settings import Settings
from tests.api.live import Live, live_api


@pytest.fixture
def live(app_url: str, settings: Settings) -> Iterator[Live]:
    """The API on a socket."""
    with live_api(app_url, settings) as api:
        yield api


async def exchange(live: Live, *pieces: bytes) -> str:
    """What is answered to `pieces`, sent until the other side closes."""
    host, _, port = live.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    answered = asyncio.create_task(reader.read())
    for piece in pieces:
        if answered.done():
            break
        try:
            writer.write(piece)
            await writer.drain()
        except ConnectionError:
            break
        await asyncio.sleep(0)
    try:
        return (await asyncio.wait_for(answered, 20)).decode()
    except ConnectionError:
        return ""
    finally:
        writer.close()


START = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
CLOSE = b"Connection: close\r\n\r\n"


async def test_ordinary_headers_are_fine(live: Live) -> None:
    many = b"".join(b"X-%d: %s\r\n" % (i, b"v" * 500) for i in range(100))
    assert (await exchange(live, START, many, CLOSE)).startswith("HTTP/1.1 200")


@pytest.mark.parametrize(
    "pieces",
    [
        [START, *(b"X-%d: %s\r\n" % (i, b"v" * 500) for i in range(2000))],
        [START, b"X: ", *(b"v" * 1000 for _ in range(1000))],
        [b"GET /", *(b"v" * 1000 for _ in range(1000))],
    ],
    ids=["many", "one without end", "an address without end"],
)
async def test_headers_without_end_are_cut_off(live: Live, pieces: list[bytes]) -> None:
    answer = await exchange(live, *pieces)
    # A client that goes on sending may find the connection gone before it has read the answer.
    assert answer == "" or answer.startswith(("HTTP/1.1 431", "HTTP/1.1 400"))


async def test_a_large_body_is_no_large_header(live: Live) -> None:
    body = json.dumps({"name": "x", "padding": "y" * 900_000}).encode()
    head = (
        "POST /api/workouts HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: {live.headers['Authorization']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    ).encode()
    for pieces in (
        (head + CLOSE + body,),
        (head, CLOSE, *(body[i : i + 999] for i in range(0, len(body), 999))),
    ):
        answer = await exchange(live, *pieces)
        assert answer.startswith("HTTP/1.1 422")
        assert '"/padding"' in answer


async def test_a_chunked_body_is_counted_too(live: Live) -> None:
    head = (
        "POST /api/workouts HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: {live.headers['Authorization']}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()
    chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
    answer = await exchange(live, head, *(chunk for _ in range(1000)))
    assert answer == "" or answer.startswith("HTTP/1.1 413")
