"""Which system account runs the server. PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import DatabaseUnavailable

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """The account of the server. `other` says that it is not the one that this process runs as."""

    uid: int
    gid: int
    other: bool

    @property
    def popen_options(self) -> dict[str, Any]:
        """What makes `subprocess` start a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.other else {}

    def owns(self, path: Path) -> None:
        """Hands `path` to the account."""
        if self.other:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether the account may go into the folder `path` and all those above it."""
        return not self.other or all(self._may_enter(folder) for folder in (path, *path.parents))

    def _may_enter(self, folder: Path) -> bool:
        about = folder.stat()
        if about.st_uid == self.uid:
            return bool(about.st_mode & stat.S_IXUSR)
        if about.st_gid == self.gid:
            return bool(about.st_mode & stat.S_IXGRP)
        return bool(about.st_mode & stat.S_IXOTH)


def server_account() -> Account:
    """This process's own account; when that is root, `postgres` or else `nobody`.

    Raises:
        DatabaseUnavailable: the process runs as root and the system has neither account.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), other=False)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, other=True)
    raise DatabaseUnavailable(
        "PostgreSQL does not run as root, and this system has no account 'postgres' or 'nobody' for "
        "it. Start VoiceFit as an ordinary user, or set DATABASE_URL."
    )
