"""Starting the embedded server, or joining one that is up."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import URL

from db.embedded import keeper
from db.embedded.account import Account, server_account
from db.embedded.cluster import (
    APP_ROLE,
    DATABASE,
    ROLE,
    ensure_cluster,
    ensure_password,
    environment,
    failure,
)
from db.embedded.layout import Layout, arrange
from db.embedded.locks import POLL_SECONDS, FileLock, try_lock, wait_lock
from db.url import DRIVER

START_SECONDS = 60.0
MAX_LOG_BYTES = 1_000_000
STATUS_LINE = 7
"""The line of `postmaster.pid` that says `ready` (miscadmin.h: LOCK_FILE_LINE_PM_STATUS, counted from 0)."""

SERVER_SETTINGS = {
    # Reached through the socket alone, which only the server's account and root can open.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # What athletes say does not belong in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    # Compiling costs more than any of our queries takes.
    "jit": "off",
    # A query whose client was killed ends.
    "client_connection_check_interval": "5s",
}


class EmbeddedServer:
    """A use of the embedded server under a home folder. The server stays up while anybody has one.

    `url` and `app_url` are addresses for SQLAlchemy with asyncpg: of the database's owner, who migrates it,
    and of the role that VoiceFit logs in as, which owns nothing and is made by the first migration. A use
    ends with `release`, or with the process.
    """

    def __init__(self, layout: Layout, account: Account, lock: FileLock) -> None:
        self._layout = layout
        self._account = account
        self._lock = lock
        self.url = self._address(ROLE, layout.password)
        self.app_url = self._address(APP_ROLE, layout.app_password)

    def _address(self, role: str, password: Path) -> str:
        return URL.create(
            DRIVER,
            username=role,
            password=password.read_text(encoding="ascii").strip(),
            database=DATABASE,
            query={"host": str(self._layout.sockets)},
        ).render_as_string(hide_password=False)

    @classmethod
    def start(cls, home: Path) -> EmbeddedServer:
        """Starts the server of `home`, making its data on the first start, or joins it if it is up.

        Blocks: 0.1-0.3 s for a server that has run before, a few seconds the first time. Of several processes
        that start at once, one starts the server and all use it.

        Raises:
            DatabaseUnavailable: it cannot be started; the message says why and what to do.
            NotConfigured: PostgreSQL's programs are not installed.
        """
        folder = home.absolute() / "postgres"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            account = server_account()
            layout = arrange(folder, account)
            deadline = time.monotonic() + START_SECONDS
            with wait_lock(layout.starting, deadline):
                lock = wait_lock(layout.users, deadline, shared=True)
                try:
                    _ensure_running(layout, account, deadline)
                    ensure_password(layout.app_password)
                except BaseException:
                    lock.release()
                    raise
        except OSError as error:
            raise failure("start", str(error), folder / "server.log") from error
        return cls(layout, account, lock)

    def ensure_running(self) -> None:
        """Waits for the server if it is being started again, and starts it if its keeper was killed.

        Raises:
            DatabaseUnavailable: as for `start`.
        """
        deadline = time.monotonic() + START_SECONDS
        with wait_lock(self._layout.starting, deadline):
            _ensure_running(self._layout, self._account, deadline)

    def keep_up(self, seconds: float) -> None:
        """Keeps the server up for at least `seconds` from now, also when nobody uses it."""
        until = time.time() + seconds
        with contextlib.suppress(FileNotFoundError, ValueError):
            until = max(until, float(self._layout.keep_until.read_text(encoding="ascii")))
        unfinished = self._layout.keep_until.with_suffix(f".{os.getpid()}")
        unfinished.write_text(f"{until:.3f}", encoding="ascii")
        unfinished.replace(self._layout.keep_until)

    def release(self) -> None:
        """Ends this use. The server stops about a second after the last one ended."""
        self._lock.release()


def _ensure_running(layout: Layout, account: Account, deadline: float) -> None:
    while True:
        keeper_lock = try_lock(layout.keeper)
        if keeper_lock is not None:
            with keeper_lock:
                keeper.stop_orphan(layout.data)
                ensure_cluster(layout, account)
                offset = _cut_log(layout)
                _launch_keeper(layout, account, keeper_lock)
            if not _becomes_ready(layout, deadline):
                raise failure("start", _log_from(layout, offset), layout.log)
            return
        # A keeper that is just going counts as gone once its lock is free: then start anew.
        if _becomes_ready(layout, deadline):
            return


def _launch_keeper(layout: Layout, account: Account, lock: FileLock) -> None:
    """Starts the keeper, which shares `lock` by inheriting its descriptor: there is no moment without it."""
    settings = SERVER_SETTINGS | {"unix_socket_directories": f'"{layout.sockets}"'}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    orders = keeper.Orders(
        command=[str(layout.programs / "bin" / "postgres"), "-D", str(layout.data), *options],
        environment=environment(),
        account=account.popen_options,
        data=str(layout.data),
        log=str(layout.log),
        users=str(layout.users),
        keep_until=str(layout.keep_until),
    )
    with layout.log.open("ab") as log:
        subprocess.run(
            [sys.executable, "-I", keeper.__file__, json.dumps(asdict(orders))],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            pass_fds=[lock.descriptor],
            start_new_session=True,
            check=True,
        )


def _becomes_ready(layout: Layout, deadline: float) -> bool:
    """Waits until the server takes connections; False if its keeper ends first."""
    while not _is_ready(layout):
        keeper_lock = try_lock(layout.keeper)
        if keeper_lock is not None:
            keeper_lock.release()
            return False
        if time.monotonic() > deadline:
            raise failure("start", f"it was not ready after {START_SECONDS:g} s", layout.log)
        time.sleep(POLL_SECONDS)
    return True


def _is_ready(layout: Layout) -> bool:
    try:
        lines = (layout.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        # A file left by a killed server says `ready` too, but then nobody listens.
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(layout.sockets / ".s.PGSQL.5432"))
    except OSError:
        return False
    return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"


def _cut_log(layout: Layout) -> int:
    """Puts a long log aside and returns where the new start's part begins."""
    if not layout.log.exists():
        return 0
    if layout.log.stat().st_size > MAX_LOG_BYTES:
        layout.log.replace(layout.log.with_suffix(".old.log"))
        return 0
    return layout.log.stat().st_size


def _log_from(layout: Layout, offset: int) -> str:
    with layout.log.open("rb") as log:
        log.seek(offset)
        return log.read().decode(errors="replace")
