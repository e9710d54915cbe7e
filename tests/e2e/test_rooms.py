"""Speech to row through a LiveKit room: its own client, a worker in a process of its own, a real voice."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
from livekit import rtc
from playwright.async_api import async_playwright, expect

from eval.speaker import SAMPLE_RATE, Speaker
from services import conversations
from services.rooms import Rooms
from tests.browser import chromium
from tests.db.fixtures import new_home, remove_home
from tests.doors.rooms.device import Device
from tests.e2e.house import House, house, ready
from tests.e2e.test_browser import PATIENCE, recording, type_in

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(900)]

BENCH = "barbell-bench-press"
FRAME = SAMPLE_RATE // 50
SDK = "livekit-client.js"
RESOURCES = "() => performance.getEntriesByType('resource').map(({ name }) => name.split('/').at(-1))"


@pytest.fixture(scope="module")
def home_with_rooms() -> Iterator[House]:
    home = new_home()
    with house(home) as running:
        yield running
    remove_home(home)


class Talker(Device):
    """A device with a voice: its microphone is silent unless it speaks."""

    def __init__(self) -> None:
        super().__init__()
        self._sentence = b""
        self._said = asyncio.Event()

    async def open_microphone(self) -> rtc.LocalTrackPublication:
        publication = await super().open_microphone()
        self._spawn(self._stream())
        await asyncio.sleep(0.6)
        return publication

    async def say(self, speaker: Speaker, text: str) -> None:
        """Speaks a sentence to its end."""
        spoken = await speaker.say(text)
        self._said.clear()
        self._sentence = spoken.samples.tobytes()
        await self._said.wait()

    async def _stream(self) -> None:
        while True:
            piece = self._sentence[: 2 * FRAME]
            self._sentence = self._sentence[2 * FRAME :]
            if not self._sentence:
                self._said.set()
            samples = piece.ljust(2 * FRAME, b"\0")
            await self.source.capture_frame(rtc.AudioFrame(samples, SAMPLE_RATE, 1, FRAME))


@asynccontextmanager
async def talker(running: House, athlete: UUID, conversation: UUID, name: str) -> AsyncIterator[Talker]:
    device = Talker()
    await device.enter(Rooms(running.settings).admit(athlete, conversation, name))
    try:
        yield device
    finally:
        await device.leave()


async def newcomer(running: House, email: str) -> tuple[UUID, UUID]:
    """A new athlete and a conversation of theirs."""
    athlete, _ = await running.server.athlete(email)
    async with running.server.database() as database, database.transaction(athlete) as db:
        return athlete, await conversations.open_conversation(db, athlete, None)


async def test_a_spoken_set_and_somebody_elses_voice(home_with_rooms: House, speaker: Speaker) -> None:
    running = home_with_rooms
    athlete, conversation = await newcomer(running, "speaker@example.org")
    stranger, _ = await newcomer(running, "stranger@example.org")
    async with (
        talker(running, athlete, conversation, "phone") as phone,
        talker(running, stranger, conversation, "elsewhere") as other,
    ):
        await phone.agent_came()
        await phone.open_microphone()
        await other.open_microphone()
        await other.say(speaker, "Squat, three fifteen for five.")
        await phone.say(speaker, "Bench press, two twenty five for eight.")
        finished = (await phone.until(lambda: phone.named("call.finished") or None))[0]
        assert finished["output"]["sets"][0]["reps"] == 8
        await phone.until(lambda: phone.told.loud > 20 or None)
        reply = (await phone.until(lambda: phone.named("reply") or None))[0]
        assert reply["text"].startswith("225 for 8")
        assert any("225 for 8" in words for _, words in phone.told.transcripts)
        assert other.told.events == []
    assert await running.server.sets(athlete) == [(BENCH, 225, 8)]
    assert await running.server.sets(stranger) == []


async def test_the_page_in_a_room(home_with_rooms: House, speaker: Speaker, tmp_path: Path) -> None:
    """The browser's own SDK: a sentence into the microphone, one typed, and the page loaded once more."""
    port = home_with_rooms.server.address.rpartition(":")[2]
    sentence = "Bench press, two twenty five for eight."
    microphone = await recording(speaker, tmp_path / "speech.wav", [sentence])
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(),
            args=[
                "--no-sandbox",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-audio-capture={microphone}%noloop",
            ],
        )
        page = await browser.new_page(viewport={"width": 1100, "height": 760})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(f"http://localhost:{port}/")
        await page.evaluate("() => localStorage.setItem('use-room', 'true')")
        await page.reload()
        assert SDK not in await page.evaluate(RESOURCES)  # loaded when it is needed
        await page.get_by_role("button", name="Talk", exact=True).click()

        await expect(page.locator(".card .figures").first).to_have_text("225 lbs × 8", timeout=PATIENCE)
        await expect(page.locator(".line.user").first).to_contain_text("225 for 8")
        await expect(page.locator(".line.assistant").first).to_contain_text("225 for 8", timeout=PATIENCE)
        await page.get_by_role("button", name="Stop", exact=False).first.click()

        await type_in(page, "squat 315 for 5")
        await expect(page.locator(".line.assistant").last).to_contain_text("315 for 5", timeout=PATIENCE)
        await expect(page.locator("#workout .exercise")).to_have_count(2)
        await expect(page.locator(".phase")).to_have_text("Ready", timeout=PATIENCE)

        await page.reload()
        await expect(page.locator(".line.assistant").last).to_contain_text("315 for 5", timeout=PATIENCE)
        assert problems == []
        await browser.close()


async def test_push_to_talk_and_a_worker_that_dies(home_with_rooms: House, speaker: Speaker) -> None:
    """The set before is there after the worker was killed, and the conversation goes on with another."""
    running = home_with_rooms
    athlete, conversation = await newcomer(running, "unlucky@example.org")
    rooms = Rooms(running.settings)
    async with talker(running, athlete, conversation, "phone") as phone:
        first = await phone.agent_came()
        await phone.open_microphone()
        await phone.call("talk", action="start")
        await phone.say(speaker, "Bench press.")
        await asyncio.sleep(1.0)  # longer than what ends a turn when nothing is held
        await phone.say(speaker, "Two twenty five for eight.")
        await phone.call("talk", action="stop")
        finished = (await phone.until(lambda: phone.named("call.finished") or None))[0]
        assert finished["output"]["sets"][0]["weight"] == 225
        await phone.until(lambda: phone.named("reply") or None)

        second_worker = running.start_worker()
        running.worker.kill()
        await phone.until(lambda: first not in phone.agents or None)
        await asyncio.to_thread(ready, second_worker)
        assert await rooms.send_agent_if_missing(phone.room.name)
        await phone.agent_came(besides=first.identity)
        assert phone.named("hello")[-1]["history"][0]["text"] == phone.named("turn")[0]["text"]
        assert (await phone.call("say", text="same again"))["reply"].startswith("225 for 8")
        running.worker = second_worker
    assert await running.server.sets(athlete) == [(BENCH, 225, 8), (BENCH, 225, 8)]


async def test_a_worker_that_is_stopped_finishes_its_sentence(
    home_with_rooms: House, speaker: Speaker
) -> None:
    running = home_with_rooms
    athlete, conversation = await newcomer(running, "late@example.org")
    async with talker(running, athlete, conversation, "phone") as phone:
        await phone.agent_came()
        await phone.call("say", text="bench 135 for 10 then 185 for 8 then 205 for 6 then 225 for 5")
        await phone.until(lambda: phone.told.loud > 5 or None)
        running.worker.send_signal(signal.SIGTERM)
        reply = (await phone.until(lambda: phone.named("reply") or None))[0]
        assert not reply["interrupted"]
        assert reply["text"].rstrip(".").endswith("225 for 5")
        await phone.until(lambda: phone.agents == [] or None)
        assert await asyncio.to_thread(running.worker.wait, 30) == 0
    assert len(await running.server.sets(athlete)) == 4
