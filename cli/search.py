"""`voicefit search`: the search index, and how good it is."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from core.errors import NotConfigured
from core.settings import settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from eval.retrieval import Found
    from search import Hit, Report, Search

EXIT_FAILED = 1
EXIT_BELOW_MINIMUM = 1

Result = TypeVar("Result")

search_app = typer.Typer(no_args_is_help=True)


class IndexChoice(StrEnum):
    """The search indexes."""

    EXERCISES = "exercises"
    EXERCISE_CUES = "exercise_cues"
    KNOWLEDGE_BASE = "knowledge_base"


class Questions(StrEnum):
    """The packaged questions."""

    KNOWLEDGE = "knowledge"
    EXERCISES = "exercises"
    CUES = "cues"


@search_app.command()
def reindex(
    quick: Annotated[
        bool, typer.Option("--quick", help="Only what changed, as servers do it by themselves.")
    ] = False,
) -> None:
    """Write every document anew, and take out what is gone. Searching goes on meanwhile.

    Exits 1 when something could not be written.
    """
    report = asyncio.run(_with_search(lambda search: _reindex(search, everything=not quick)))
    sent = f", {report.sent} sent to Upstash Search" if settings().upstash_search_rest_url else ""
    typer.echo(f"{report.written} written, {report.removed} removed{sent}.")
    if report.failed:
        typer.echo(f"{report.failed} could not be written: see above. Run this again.", err=True)
        raise typer.Exit(EXIT_FAILED)


@search_app.command()
def query(
    text: Annotated[str, typer.Argument(help="What to look for, in an athlete's words.")],
    index: Annotated[IndexChoice, typer.Option(help="Where to look.")] = IndexChoice.KNOWLEDGE_BASE,
    limit: Annotated[int, typer.Option(min=1, max=40, help="How many to show.")] = 5,
) -> None:
    """Print the best documents with their score, their closeness and their share of the words."""
    hits = asyncio.run(_with_search(lambda search: search.find(index.value, text, limit=limit)))
    if not hits:
        typer.echo("Nothing found. If nothing ever is: voicefit search reindex")
    for hit in hits:
        typer.echo(f"{hit.score:.3f}  {_share(hit.closeness)}  {hit.coverage:.2f}  {_named(hit)}")


@search_app.command("eval")
def evaluate(
    questions: Annotated[Questions, typer.Option(help="Which.")] = Questions.KNOWLEDGE,
    tag: Annotated[str | None, typer.Option(help="Only questions with this tag.")] = None,
    missed: Annotated[bool, typer.Option("--missed", help="Also print what was not found first.")] = False,
    min_recall: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Exit 1 when recall@5 is lower.")
    ] = None,
) -> None:
    """Ask the packaged questions, and count how often an answer is found, and where."""
    found = asyncio.run(_with_search(lambda search: _evaluate(search, questions, tag, missed)))
    typer.echo(f"{'':10}{'hit@1':>8}{'hit@5':>8}{'recall@5':>10}{'MRR':>8}{'nDCG@10':>9}")
    for way, one in found.items():
        typer.echo(
            f"{way:10}{one.hit(1):8.3f}{one.hit(5):8.3f}{one.recall(5):10.3f}{one.mrr:8.3f}{one.ndcg:9.3f}"
        )
    *_, best = found.values()
    typer.echo(f"{len(best.places)} questions")
    if min_recall is not None and best.recall(5) < min_recall:
        raise typer.Exit(EXIT_BELOW_MINIMUM)


@search_app.command()
def embed() -> None:
    """Compute the vectors that come with VoiceFit, after its content changed (for its developers)."""
    count = asyncio.run(_with_search(_embed))
    typer.echo(f"{count} vectors written.")


async def _with_search(use: Callable[[Search], Awaitable[Result]]) -> Result:
    # Imported here: no other command should wait for it.
    from db.session import open_database
    from search import open_search

    chosen = settings()
    database = await open_database(chosen)
    try:
        search = open_search(chosen, database)
        try:
            return await use(search)
        finally:
            await search.aclose()
    finally:
        await database.aclose()


async def _reindex(search: Search, *, everything: bool) -> Report:
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress

    from db.models import SearchIndexName
    from search import refresh

    console = Console(stderr=True)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        tasks = {name.value: progress.add_task(name.value, total=None) for name in IndexChoice}

        def told(index: SearchIndexName, done: int, total: int) -> None:
            progress.update(tasks[index], completed=done, total=total)

        return await refresh(search, everything=everything, progress=told)


async def _evaluate(search: Search, chosen: Questions, tag: str | None, missed: bool) -> dict[str, Found]:
    from eval.retrieval import load_questions, measure, ways
    from search import refresh

    await refresh(search)
    questions = [one for one in load_questions(chosen.value) if tag is None or tag in one.tags]
    if not questions:
        raise NotConfigured(f"No question has the tag {tag!r}.")
    found = {way: await measure(find, questions) for way, find in ways(search).items()}
    if missed:
        *_, best = found.values()
        for asked, places in zip(questions, best.places, strict=True):
            if not places or places[0] > 1:
                typer.echo(f"{places[0] if places else '-':>2}  {asked.ask}  ({', '.join(asked.answers)})")
    return found


async def _embed(search: Search) -> int:
    from search.embedding import packaged_embedder, save_ready_made
    from search.sources import SOURCES

    embedder = packaged_embedder()
    if embedder is None:
        raise NotConfigured("The model's package is not installed: make setup")
    texts: list[str] = []
    for source in SOURCES.values():
        async with search.database.transaction(None) as db:
            texts.extend(document.embedded for document in await source.all(db))
    save_ready_made(texts, embedder.compute(texts))
    return len(texts)


def _share(value: float | None) -> str:
    return "  - " if value is None else f"{value:4.2f}"


def _named(hit: Hit) -> str:
    told = hit.metadata
    name = told.get("chunk_id") or told.get("slug") or hit.id
    return f"{name}: {hit.title if told.get('cue_type') is None else hit.text}"
