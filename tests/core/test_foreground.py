"""Whether somebody is being attended to."""

from __future__ import annotations

import asyncio

from core.foreground import Foreground


async def test_it_is_quiet_when_nobody_is_attended_to() -> None:
    foreground = Foreground()
    async with asyncio.timeout(5):
        await foreground.quiet(60)
        with foreground.held(), foreground.held():
            pass
        await foreground.quiet(60)


async def test_waiting_ends_with_the_last_one() -> None:
    foreground = Foreground()
    foreground.hold()
    foreground.hold()
    waiting = asyncio.create_task(foreground.quiet(60))
    await asyncio.sleep(0)
    foreground.release()
    await asyncio.sleep(0.01)
    assert not waiting.done()
    foreground.release()
    await asyncio.wait_for(waiting, 5)


async def test_nobody_waits_for_ever() -> None:
    foreground = Foreground()
    with foreground.held():
        await asyncio.wait_for(foreground.quiet(0.01), 5)


async def test_an_error_lets_go() -> None:
    foreground = Foreground()
    try:
        with foreground.held():
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    await asyncio.wait_for(foreground.quiet(60), 5)
