"""The keeper: a process that runs PostgreSQL for as long as some process uses it.

It is started as a program by path, belongs to no session and outlives whoever started it. Users hold a shared
lock on one file; the system takes it from them however they end, so the keeper can tell when the last one has
gone. It restarts a server that was killed, and takes its server with it when it is killed itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import psutil

POLL_SECONDS = 0.2
GRACE_SECONDS = 1.0
"""How long the server stays up after its last user: commands in a row find it warm."""
CRASH_SECONDS = 5.0
"""A server that ran for less did not start properly: it is not started again."""
STOP_SECONDS = 30.0
SHARED_MEMORY_SECONDS = 15.0
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


@dataclass(frozen=True, slots=True)
class Orders:
    """What the keeper is told, as JSON, by the process that starts it."""

    command: list[str]
    environment: dict[str, str]
    account: dict[str, Any]
    data: str
    log: str
    users: str
    keep_until: str


class Keeper:
    """One server and what keeps it up."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders
        self.users = os.open(orders.users, os.O_RDWR | os.O_CREAT, 0o600)
        self.asked_to_stop = False
        self.last_used = time.monotonic()
        self.started = 0.0
        self.log_offset = 0

    def run(self) -> int:
        """Runs the server until nobody uses it, somebody stops the keeper, or the server cannot run."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        server = self._start()
        first_start = self.started
        while not (self.asked_to_stop or self._unused()):
            time.sleep(POLL_SECONDS)
            if server.poll() is not None:
                if not self._may_start_again(first_start):
                    return 1
                server = self._start()
        stop(psutil.Process(server.pid))
        return 0

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def _start(self) -> subprocess.Popen[bytes]:
        self.started = time.monotonic()
        with Path(self.orders.log).open("ab") as log:
            self.log_offset = log.tell()
            return subprocess.Popen(
                self.orders.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=self.orders.environment,
                # Safe: the keeper has no other threads.
                preexec_fn=die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
                start_new_session=True,
                **self.orders.account,
            )

    def _may_start_again(self, first_start: float) -> bool:
        if time.monotonic() - self.started > CRASH_SECONDS:
            return True
        with Path(self.orders.log).open("rb") as log:
            log.seek(self.log_offset)
            said = log.read()
        # After a kill the old server's children need a moment to notice; PostgreSQL will not start before.
        return b"shared memory block" in said and time.monotonic() - first_start < SHARED_MEMORY_SECONDS

    def _unused(self) -> bool:
        """Whether the server is to stop. If so the lock is kept: nobody joins a server that is going."""
        if self._home_is_gone():
            return True
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.last_used = time.monotonic()
            return False
        idle = time.monotonic() - self.last_used
        if idle > GRACE_SECONDS and time.time() > self._keep_until() and not self._has_clients():
            return True
        fcntl.flock(self.users, fcntl.LOCK_UN)
        return False

    def _home_is_gone(self) -> bool:
        try:
            return not os.path.samestat(Path(self.orders.users).stat(), os.fstat(self.users))
        except FileNotFoundError:
            return True

    def _keep_until(self) -> float:
        try:
            return float(Path(self.orders.keep_until).read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0.0

    def _has_clients(self) -> bool:
        """Whether somebody is connected, such as a psql: the titles of backends name their client."""
        with contextlib.suppress(psutil.Error):
            server = postmaster(Path(self.orders.data))
            return server is not None and any(
                "[local]" in " ".join(backend.cmdline()) for backend in server.children()
            )
        return False


def die_with_parent() -> None:
    """Has Linux stop this process (a fast shutdown) when its parent dies, even by SIGKILL."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def postmaster(data: Path) -> psutil.Process | None:
    """The server that runs on the data directory, by its own pid file."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        process = psutil.Process(pid)
        ours = Path(process.cwd()) == data.resolve()
    except (FileNotFoundError, ValueError, psutil.Error):
        return None
    return process if ours else None


def stop_orphan(data: Path) -> None:
    """Stops a server that a killed keeper left, and removes the pid file of one that is long gone."""
    orphan = postmaster(data)
    if orphan is not None:
        stop(orphan)
        return
    with contextlib.suppress(FileNotFoundError, ValueError):
        pid_file = data / "postmaster.pid"
        pid = int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
        # PostgreSQL looks after a dead server's file itself, unless another program has its number.
        if psutil.pid_exists(pid):
            pid_file.unlink()


def stop(server: psutil.Process) -> None:
    """Stops a server: politely to its clients' transactions if it can, at once if it must."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with contextlib.suppress(psutil.NoSuchProcess):
            server.send_signal(number)
            with contextlib.suppress(psutil.TimeoutExpired):
                server.wait(STOP_SECONDS)
                return


def main() -> int:
    """Leaves the process that started it, then keeps the server."""
    if os.fork():
        os._exit(0)
    os.setsid()
    return Keeper(Orders(**json.loads(sys.argv[1]))).run()


if __name__ == "__main__":
    sys.exit(main())
