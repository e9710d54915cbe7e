"""The embedded server: one for all who start it, gone when nobody uses it, and nothing committed is lost."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.pool import NullPool

from core.settings import Settings
from db.embedded import EmbeddedServer, layout
from db.embedded.locks import try_lock
from db.session import open_database
from db.url import create_engine
from tests.db.fixtures import new_home, remove_home

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow

MAKE_2000_USERS = text("insert into users (email) select generate_series(1, 2000) || '@example.com'")
COUNT_USERS = text("select count(*) from users")

USE_UNTIL_STDIN_ENDS = """
import sys
from pathlib import Path
from db.embedded import EmbeddedServer
server = EmbeddedServer.start(Path(sys.argv[1]))
print(server.url, flush=True)
sys.stdin.read()
"""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child of its parent's death")


@pytest.fixture(scope="module")
def made_home(embedded_server: EmbeddedServer) -> Iterator[Path]:
    """A home whose data directory has been made and whose server has stopped."""
    home = new_home(Path(make_url(embedded_server.url).query["host"]).parents[2])  # type: ignore[arg-type]
    EmbeddedServer.start(home).release()
    wait_until(lambda: stopped(home))
    yield home
    remove_home(home)


@pytest.fixture
def home(made_home: Path) -> Iterator[Path]:
    """A copy of the made home."""
    copy = new_home(made_home.parent)
    subprocess.run(["cp", "-a", made_home / "postgres", copy], check=True)
    yield copy
    remove_home(copy)


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def stopped(home: Path) -> bool:
    """Whether the keeper has ended; it ends after its server."""
    lock = try_lock(home / "postgres" / "keeper.lock")
    if lock is not None:
        lock.release()
    return lock is not None


def server_process(home: Path) -> psutil.Process:
    pid_file = home / "postgres" / "data" / "postmaster.pid"
    return psutil.Process(int(pid_file.read_text().splitlines()[0]))


def keeper_process(home: Path) -> psutil.Process:
    keeper = server_process(home).parent()
    assert keeper is not None
    return keeper


@contextmanager
def users(home: Path, number: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that start and use the server until their standard input ends, all started at once."""
    command = [sys.executable, "-c", USE_UNTIL_STDIN_ENDS, str(home)]
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(number)
        ]


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def ask(url: str, statement: str) -> object:
    engine = create_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        result = await connection.execute(text(statement))
        answer = result.scalar() if result.returns_rows else None
    await engine.dispose()
    return answer


def asked(url: str, statement: str) -> object:
    return asyncio.run(ask(url, statement))


def test_the_role_is_no_superuser_and_the_order_is_the_same_everywhere(home: Path) -> None:
    server = EmbeddedServer.start(home)
    assert asked(server.url, "select rolsuper from pg_roles where rolname = current_user") is False
    locale = "select datlocale from pg_database where datname = current_database()"
    assert asked(server.url, locale) == "C.UTF-8"
    server.release()


def test_only_those_who_know_the_password_get_in(home: Path) -> None:
    server = EmbeddedServer.start(home)
    assert asked(server.url, "show listen_addresses") == ""
    for name in ("password", "app_password"):
        assert stat.S_IMODE((home / "postgres" / name).stat().st_mode) == 0o600
    wrong = make_url(server.url).set(password="guess").render_as_string(hide_password=False)
    with pytest.raises(Exception, match="password authentication failed"):
        asked(wrong, "select 1")
    server.release()


def test_a_second_use_joins_the_server_and_keeps_it_up(home: Path) -> None:
    first = EmbeddedServer.start(home)
    second = EmbeddedServer.start(home)
    process = server_process(home)
    assert first.url == second.url
    first.release()
    time.sleep(2.0)
    assert process.is_running()
    second.release()
    wait_until(lambda: stopped(home))
    assert not process.is_running()


def test_processes_that_start_at_once_get_one_server(made_home: Path) -> None:
    home = new_home(made_home.parent)  # nothing is made yet: they race for that too
    with users(home, 3) as started:
        urls = {first_line(user) for user in started}
        assert len(urls) == 1
        assert asked(urls.pop(), "select 1") == 1
        commands = [process.info["cmdline"] or [""] for process in psutil.process_iter(["cmdline"])]
        servers = [c for c in commands if c[0].endswith("/bin/postgres") and str(home) in " ".join(c)]
        assert len(servers) == 1
    remove_home(home)


def test_the_server_stops_when_its_last_user_is_killed(home: Path) -> None:
    with users(home, 1) as started:
        first_line(started[0])
        process = server_process(home)
        started[0].kill()
    wait_until(lambda: stopped(home), seconds=10)
    assert not process.is_running()


async def test_a_killed_server_is_started_again_with_all_that_was_committed(home: Path) -> None:
    database = await open_database(Settings(home=home))
    killed = server_process(home)
    async with database.transaction(None) as session:
        await session.execute(MAKE_2000_USERS)
    everybody = [killed, *killed.children(recursive=True)]
    killed.kill()
    # Its backends notice a moment later, and until then answer as if nothing had happened.
    await asyncio.to_thread(wait_until, lambda: not any(one.is_running() for one in everybody))
    async with database.transaction(None) as session:
        assert await session.scalar(COUNT_USERS) == 2000
    assert server_process(home) != killed
    await database.aclose()


@needs_linux
async def test_a_killed_keeper_takes_its_server_along_and_its_users_start_another(home: Path) -> None:
    database = await open_database(Settings(home=home))
    process = server_process(home)
    async with database.transaction(None) as session:
        await session.execute(MAKE_2000_USERS)
    keeper_process(home).kill()
    await asyncio.to_thread(wait_until, lambda: not process.is_running())
    async with database.transaction(None) as session:
        assert await session.scalar(COUNT_USERS) == 2000
    await database.aclose()


def test_a_server_without_a_keeper_is_replaced(home: Path) -> None:
    server = EmbeddedServer.start(home)
    orphan = server_process(home)
    keeper = keeper_process(home)
    orphan.suspend()  # so that it does not notice, as where no system tells it
    keeper.kill()
    wait_until(lambda: stopped(home))
    server.release()
    orphan.resume()
    again = EmbeddedServer.start(home)
    assert server_process(home) != orphan
    assert asked(again.url, "select 1") == 1
    again.release()


def test_rows_outlive_a_restart(home: Path) -> None:
    server = EmbeddedServer.start(home)
    asked(server.url, "create table kept as select 1 as number")
    server.release()
    wait_until(lambda: stopped(home))
    again = EmbeddedServer.start(home)
    assert asked(again.url, "select number from kept") == 1
    again.release()


def test_the_number_of_a_dead_server_may_be_anothers_by_now(home: Path) -> None:
    data = home / "postgres" / "data"
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n0\n5432\n\n\n\nready   \n")
    server = EmbeddedServer.start(home)
    assert asked(server.url, "select 1") == 1
    server.release()


def test_it_stays_up_when_asked_to_and_while_somebody_is_connected(home: Path) -> None:
    server = EmbeddedServer.start(home)
    process = server_process(home)
    server.keep_up(3.0)
    kept_until = time.time() + 3.0

    async def stay_connected() -> None:
        engine = create_engine(server.url, poolclass=NullPool)
        async with engine.connect() as connection:
            server.release()
            await asyncio.sleep(kept_until + 2.0 - time.time())
            assert process.is_running()
            assert await connection.scalar(text("select 1")) == 1
        await engine.dispose()

    asyncio.run(stay_connected())
    wait_until(lambda: stopped(home))
    assert not process.is_running()


def test_a_removed_home_stops_its_server(home: Path) -> None:
    server = EmbeddedServer.start(home)
    process = server_process(home)
    (home / "postgres" / "users.lock").unlink()
    wait_until(lambda: not process.is_running())
    server.release()


def test_a_home_with_a_long_name_has_its_socket_elsewhere(made_home: Path) -> None:
    parent = new_home(made_home.parent)
    home = parent / ("long" * 25)
    home.mkdir()
    subprocess.run(["cp", "-a", made_home / "postgres", home], check=True)
    server = EmbeddedServer.start(home)
    assert asked(server.url, "select 1") == 1
    sockets = Path(str(make_url(server.url).query["host"]))
    assert parent not in sockets.parents
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    server.release()
    remove_home(home)
    parent.rmdir()
    sockets.rmdir()


@needs_root
def test_a_home_and_programs_below_a_private_folder(made_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = new_home(made_home.parent)
    private = new_home(made_home.parent)
    private.chmod(0o700)
    (private / "site").symlink_to(layout._site_packages())
    monkeypatch.setattr(layout, "SHARED_STATE", shared)
    monkeypatch.setattr(layout, "_site_packages", lambda: private / "site")
    server = EmbeddedServer.start(private / "home")
    asked(server.url, "create table kept as select 1 as number")
    assert Path(str(make_url(server.url).query["host"])).is_relative_to(shared)
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    server.release()
    wait_until(lambda: stopped(private / "home"))
    again = EmbeddedServer.start(private / "home")
    assert asked(again.url, "select number from kept") == 1
    again.release()
    remove_home(private / "home")
    (private / "site").unlink()
    private.rmdir()
    remove_home(shared)
