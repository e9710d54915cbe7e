"""Sessions that take their time to close."""

from __future__ import annotations

import asyncio

import pytest

from agent.doors.closing import close_within


class Slow:
    """A session that has something left to do."""

    def __init__(self, error: Exception | None = None) -> None:
        self.may_close = asyncio.Event()
        self.closed = asyncio.Event()
        self._error = error

    async def aclose(self) -> None:
        await self.may_close.wait()
        self.closed.set()
        if self._error is not None:
            raise self._error


async def test_a_session_that_takes_longer_is_closed_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    session = Slow(RuntimeError("no"))
    await close_within(session, 0.01, "sess_1")
    assert not session.closed.is_set()
    assert "sess_1 did not close" in caplog.text
    session.may_close.set()
    await session.closed.wait()
    await asyncio.sleep(0)
    assert "closing sess_1 failed" in caplog.text


async def test_what_goes_wrong_in_time_is_told() -> None:
    session = Slow(RuntimeError("no"))
    session.may_close.set()
    with pytest.raises(RuntimeError, match="no"):
        await close_within(session, 10, "sess_1")
