"""A browser with a fake microphone, and the stand-in server it talks to."""

from __future__ import annotations

import socket
import threading
import time
import wave
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import pi, sin
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser import chromium
from tests.web.standin import StandIn

MICROPHONE_RATE = 48_000
SILENCE_SECONDS = 1.0
SPEECH_SECONDS = 0.8
ROUND_SECONDS = 4.0

OpenPage = Callable[..., Page]


def write_microphone(path: Path, rounds: int) -> None:
    """A recording for the fake microphone: each round a second of silence, then a 300 Hz tone."""
    samples = array("h")
    for _ in range(rounds):
        samples.extend([0] * int(SILENCE_SECONDS * MICROPHONE_RATE))
        speech = range(int(SPEECH_SECONDS * MICROPHONE_RATE))
        samples.extend(int(12_000 * sin(2 * pi * 300 * n / MICROPHONE_RATE)) for n in speech)
        rest = ROUND_SECONDS - SILENCE_SECONDS - SPEECH_SECONDS
        samples.extend([0] * int(rest * MICROPHONE_RATE))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(MICROPHONE_RATE)
        file.writeframes(samples.tobytes())


@contextmanager
def serving(stand_in: StandIn) -> Iterator[int]:
    """Serves the stand-in on a free port, which it yields."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(stand_in.app(), log_level="warning", ws="websockets-sansio"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            deadline = time.monotonic() + 10
            while not server.started and time.monotonic() < deadline:
                time.sleep(0.01)
            assert server.started
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(10)


# For this package alone: while Playwright's loop runs, asynchronous tests elsewhere cannot start theirs.
@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The system's Chromium."""
    executable = chromium()
    recording = tmp_path_factory.mktemp("microphone") / "speech.wav"
    write_microphone(recording, rounds=2)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=[
                "--no-sandbox",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-audio-capture={recording}%noloop",
                "--autoplay-policy=user-gesture-required",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def stand_in() -> StandIn:
    """The server's state, to be set before a page is opened."""
    return StandIn()


@pytest.fixture
def port(stand_in: StandIn) -> Iterator[int]:
    """Where the stand-in listens."""
    with serving(stand_in) as port:
        yield port


@pytest.fixture
def open_page(browser: Browser, port: int) -> Iterator[OpenPage]:
    """Opens the page. The test fails if the page reports an error that was not `expected`."""
    contexts = []
    errors: list[str] = []
    # The browser's own lines about the network (a 401 before signing in) are no errors of the page.
    tolerated = ["Failed to load resource", "WebSocket connection"]

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    def open_one(
        *, microphone: bool = True, before: str | None = None, expected: str = "", **options: Any
    ) -> Page:
        if expected:
            tolerated.append(expected)
        permissions = ["microphone"] if microphone else []
        context = browser.new_context(**({"permissions": permissions} | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", on_console)
        page.on("pageerror", lambda error: errors.append(str(error)))
        if before:
            page.add_init_script(before)
        page.goto(f"http://localhost:{port}/")
        page.wait_for_selector(".talk-button")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not [error for error in errors if not any(words in error for words in tolerated)]
