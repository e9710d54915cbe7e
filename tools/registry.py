"""All tools by name, and the one way to call them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict, VoiceFitError
from services import ledger
from services.images import Images
from services.running.live import NoRun
from services.workouts import ImpossibleSet, NothingToChange, Snapshot, snapshot
from tools import (
    calculators,
    coach,
    exercises,
    lookups,
    naming,
    profile,
    progress,
    run_changes,
    run_lookups,
    running,
    strength,
    timers,
)
from tools.base import Question, Read, Tool, ToolContext, ToolResult, Write
from tools.views import OfferView

GROUPS = (
    strength,
    timers,
    calculators,
    lookups,
    exercises,
    running,
    run_changes,
    run_lookups,
    naming,
    coach,
    progress,
    profile,
)
START = OfferView(tool="start_run")
TOOLS: dict[str, Tool[Any]] = {tool.name: tool for group in GROUPS for tool in group.TOOLS}


@dataclass(frozen=True, slots=True)
class Within:
    """A transaction that is `alone` (`Database.transaction`), and what it has seen unless that changed."""

    db: AsyncSession
    now: Snapshot | None = None


class UnknownTool(VoiceFitError):
    """No tool has this name."""


def tool_schemas() -> list[dict[str, Any]]:
    """Every tool as a JSON schema, in the order of the contract."""
    return [tool.schema() for tool in TOOLS.values()]


async def run_tool(
    context: ToolContext, name: str, arguments: dict[str, Any], within: Within | None = None
) -> ToolResult:
    """Calls a tool: its effect is committed when this returns, once for its key however often it is called.

    `within` a transaction of the caller's it is committed with that. A question comes back as a result with
    `question` set, and the call has changed nothing. Raises `UnknownTool`, and whatever the database raises
    when it cannot be reached.
    """
    tool = TOOLS.get(name)
    if tool is None:
        raise UnknownTool(f"There is no tool {name!r}. The tools are: {', '.join(TOOLS)}.")
    try:
        parsed = tool.arguments.model_validate(arguments)
    except ValidationError as error:
        return _question(name, _complaint(error))
    try:
        if tool.ask is not None:
            return await tool.ask(context, parsed)
        async with _scope(context, within) as db:

            async def now() -> Snapshot:
                return (within and within.now) or await snapshot(db, context.athlete_id)

            if tool.read is not None:
                return await tool.read(Read(db, context, await now()), parsed)

            async def effect(call_id: UUID, images: Images) -> dict[str, Any]:
                write = Write(db, context, await now(), images, call_id)
                assert tool.run is not None
                return (await tool.run(write, parsed)).model_dump(mode="json")

            stored = await ledger.once(
                db, context.athlete_id, context.key, name, arguments=arguments, effect=effect
            )
    except Question as question:
        return _question(name, str(question), question.offer)
    except NoRun as question:
        return _question(name, str(question), START)
    except (ImpossibleSet, Conflict) as question:
        return _question(name, str(question))
    except NothingToChange:
        return _question(name, "There is no set yet in this workout. What did you do?")
    return ToolResult.model_validate(stored)


@asynccontextmanager
async def _scope(context: ToolContext, within: Within | None) -> AsyncIterator[AsyncSession]:
    """What is undone when the call asks instead: a transaction, or the caller's since here."""
    if within is None:
        async with context.database.transaction(context.athlete_id) as db:
            yield db
    else:
        async with within.db.begin_nested():
            yield within.db


def _question(tool: str, text: str, offer: OfferView | None = None) -> ToolResult:
    return ToolResult(tool=tool, ok=False, say=text, question=text, offer=offer)


def _complaint(error: ValidationError) -> str:
    first = error.errors()[0]
    where = " ".join(str(part) for part in first["loc"]).replace("_", " ") or "that"
    return f"I can't use {where} {first.get('input')!r}. What should it be?"
