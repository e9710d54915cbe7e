"""The end of a session that takes its time."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

logger = logging.getLogger(__name__)

_closing: set[asyncio.Task[None]] = set()


class Closable(Protocol):
    """A session."""

    async def aclose(self) -> None:
        """Finishes what was begun and closes."""


async def close_within(session: Closable, seconds: float, name: str) -> None:
    """Closes a session. One that takes longer goes on closing after this has returned: cut off in the middle
    it would leave its tasks behind."""
    closing = asyncio.create_task(session.aclose(), name=f"closing {name}")
    _closing.add(closing)
    closing.add_done_callback(_closing.discard)
    done, _ = await asyncio.wait({closing}, timeout=seconds)
    if done:
        closing.result()
    else:
        logger.error("session %s did not close in %.0f s", name, seconds)
        closing.add_done_callback(_tell)


def _tell(closed: asyncio.Task[None]) -> None:
    if not closed.cancelled() and (error := closed.exception()) is not None:
        logger.error("%s failed", closed.get_name(), exc_info=error)
