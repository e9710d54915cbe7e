"""`voicefit jobs`: the queue and its dead letters; `voicefit worker jobs`: a process that does jobs."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from core.logs import log_to_stderr
from core.settings import settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from db.session import Database

CONCURRENCY = 8
MAX_LISTED = 1000

jobs_app = typer.Typer(no_args_is_help=True)
worker_app = typer.Typer(no_args_is_help=True)

Result = TypeVar("Result")
Ids = Annotated[list[int] | None, typer.Argument(help="Numbers of dead letters, as `list` shows them.")]
All = Annotated[bool, typer.Option("--all", help="All dead letters.")]


@jobs_app.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(min=1, max=MAX_LISTED, help="Dead letters to show.")] = 50,
) -> None:
    """Show what is in the queue, and the dead letters: jobs that failed too often."""
    asyncio.run(_with_database(lambda database: _list(database, limit)))


@jobs_app.command()
def retry(ids: Ids = None, every: All = False) -> None:
    """Put dead letters back into the queue."""
    from services.jobs.letters import retry as retry_letters

    revived, superfluous = asyncio.run(
        _with_database(lambda database: retry_letters(database, _chosen(ids, every)))
    )
    print(f"{len(revived)} in the queue again.")
    if superfluous:
        print(f"Not needed, the same job waits already: {_numbers(superfluous)}. `purge` deletes them.")
    _say_unknown(ids, [*revived, *superfluous])


@jobs_app.command()
def purge(
    ids: Ids = None,
    every: All = False,
    days: Annotated[int, typer.Option(min=0, help="Only those given up at least so many days ago.")] = 0,
) -> None:
    """Delete dead letters for good."""
    from services.jobs.letters import purge as purge_letters

    chosen = _chosen(ids, every)
    gone = asyncio.run(_with_database(lambda database: purge_letters(database, chosen, timedelta(days=days))))
    print(f"{len(gone)} deleted.")
    _say_unknown(ids, gone)


@worker_app.command("jobs")
def work(
    concurrency: Annotated[int, typer.Option(min=1, max=100, help="Jobs at a time.")] = CONCURRENCY,
) -> None:
    """Do background jobs until stopped. Any number of workers may run, beside servers or instead of them."""
    log_to_stderr(settings().log_format, settings().log_level.upper())
    asyncio.run(_with_database(lambda database: _work(database, concurrency)))


async def _with_database(use: Callable[[Database], Awaitable[Result]]) -> Result:
    from db.session import open_database

    database = await open_database(settings())
    try:
        return await use(database)
    finally:
        await database.aclose()


async def _list(database: Database, limit: int) -> None:
    from services.jobs.letters import counts, dead_letters

    words = {"queued": "waiting", "picked": "being done", "failed": "dead letters"}
    async with database.transaction(None) as db:
        found = await counts(db)
        letters = await dead_letters(db, limit)
    if not found:
        print("The queue is empty.")
    for one in found:
        print(f"{one.name:24} {one.count:6} {words.get(one.status, one.status)}")
    for letter in letters:
        print(f"\n{letter.id}  {letter.name} {letter.payload}")
        print(f"    given up {letter.given_up_at:%Y-%m-%d %H:%M} UTC after {letter.attempts} attempts")
        print(f"    {letter.error}")


async def _work(database: Database, concurrency: int) -> None:
    from core.measures import Measures, scraped
    from services.jobs import working
    from services.jobs.watching import watch

    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    measures = Measures()
    with scraped(measures, settings()):
        async with working(database, settings(), concurrency=concurrency, measures=measures):
            for one in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(one, told.set)
            print(f"Doing jobs, {concurrency} at a time.", flush=True)
            watching = asyncio.create_task(watch(database, measures))
            await told.wait()
            watching.cancel()


def _chosen(ids: list[int] | None, every: bool) -> list[int] | None:
    if bool(ids) == every:
        raise typer.BadParameter("Give numbers of dead letters, or --all.")
    return ids or None


def _say_unknown(ids: list[int] | None, found: list[int]) -> None:
    if unknown := sorted(set(ids or ()) - set(found)):
        print(f"No such dead letters: {_numbers(unknown)}.")


def _numbers(ids: list[int]) -> str:
    return ", ".join(map(str, ids))
