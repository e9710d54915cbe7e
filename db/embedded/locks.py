"""Locks between processes: `flock` on files, which the system releases however a process ends."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from core.errors import DatabaseUnavailable

POLL_SECONDS = 0.01


class FileLock:
    """A lock on an open file. It goes with the descriptor: a child that inherits that shares the lock."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __enter__(self) -> FileLock:
        return self

    def __exit__(self, *error: object) -> None:
        self.release()

    def release(self) -> None:
        """Gives up this process's part of the lock; doing so twice is harmless."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def try_lock(path: Path, *, shared: bool = False) -> FileLock | None:
    """The lock on `path` (created if missing), or None while somebody else has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return FileLock(descriptor)


def wait_lock(path: Path, deadline: float, *, shared: bool = False) -> FileLock:
    """The lock on `path`, waited for until `deadline` (`time.monotonic()` seconds).

    Raises:
        DatabaseUnavailable: somebody else kept it.
    """
    while True:
        lock = try_lock(path, shared=shared)
        if lock is not None:
            return lock
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(
                f"Another process has been starting or stopping the database for too long ({path} is "
                "locked). Try again in a minute; if it does not help, restart the machine."
            )
        time.sleep(POLL_SECONDS)
