"""What can wait lets the first sound of a reply go first, and is not put off for ever."""

from __future__ import annotations

import asyncio

import pytest

from agent import first_sound
from agent.first_sound import FirstSound


async def test_what_can_wait_goes_on_with_the_next_sound() -> None:
    voice = FirstSound()
    voice.speaks = lambda: True
    voice.sounds()  # of the reply before
    waiting = asyncio.create_task(voice.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    voice.sounds()
    await waiting


async def test_without_a_voice_nothing_waits() -> None:
    waiting = asyncio.create_task(FirstSound().wait())
    await asyncio.sleep(0)
    assert waiting.done()


async def test_a_voice_that_never_begins_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_sound, "WAIT_SECONDS", 0.01)
    voice = FirstSound()
    voice.speaks = lambda: True
    await voice.wait()


async def test_in_a_hurry_nothing_waits() -> None:
    voice = FirstSound()
    voice.speaks = lambda: True
    waiting = asyncio.create_task(voice.wait())
    await asyncio.sleep(0)
    with voice.hurried():
        await waiting
        await voice.wait()
    again = asyncio.create_task(voice.wait())
    await asyncio.sleep(0)
    assert not again.done()
    again.cancel()
