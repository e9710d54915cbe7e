"""A newcomer in a real browser: one press, four sentences into the microphone, then typing."""

from __future__ import annotations

import os
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Page, async_playwright, expect

from eval.speaker import SAMPLE_RATE, Speaker
from tests.browser import chromium
from tests.e2e.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(900)]

SENTENCES = (
    "Bench press, two twenty five for eight.",
    "No, make that ten reps.",
    "Same again.",
    "Scratch that.",
)
PAUSE_SECONDS = 6.0
PATIENCE = 60_000
PICTURE = os.environ.get("VOICEFIT_SCREENSHOT")
"""Where to put a picture of the page, for the README."""


async def recording(speaker: Speaker, path: Path, sentences: Sequence[str] = SENTENCES) -> Path:
    """The sentences as a recording for the fake microphone, each with time for the answer."""
    parts = [np.zeros(2 * SAMPLE_RATE, np.int16)]
    for sentence in sentences:
        spoken = await speaker.say(sentence)
        parts += [spoken.samples, np.zeros(int(PAUSE_SECONDS * SAMPLE_RATE), np.int16)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.concatenate(parts).tobytes())
    return path


async def type_in(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def test_four_sentences_into_the_microphone_and_one_typed(
    server: Server, speaker: Speaker, tmp_path: Path
) -> None:
    microphone = await recording(speaker, tmp_path / "speech.wav")
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
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"http://localhost:{server.address.rpartition(':')[2]}/")
        await page.get_by_role("button", name="Talk", exact=True).click()

        said = page.locator(".line.user")
        await expect(said.nth(0)).to_contain_text("225 for 8", timeout=PATIENCE)
        await expect(page.locator(".card .figures").first).to_have_text("225 lbs × 8", timeout=PATIENCE)
        await expect(page.locator(".line.assistant").first).to_contain_text("225 for 8", timeout=PATIENCE)
        await expect(said).to_have_count(4, timeout=PATIENCE)
        await expect(page.locator(".line.assistant").last).to_contain_text(
            "Removed 225 for 10", timeout=PATIENCE
        )
        await page.get_by_role("button", name="Stop", exact=False).first.click()

        await type_in(page, "squat 315 for 5")
        await expect(page.locator(".line.assistant").last).to_contain_text("315 for 5", timeout=PATIENCE)
        await expect(page.locator("#workout .exercise")).to_have_count(2)
        if PICTURE:
            await page.wait_for_timeout(3000)
            await page.screenshot(path=PICTURE)
        assert errors == []
        await browser.close()
