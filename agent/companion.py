"""Beside a run that is on: says its splits, the next interval, the goal and that it pauses by itself at the
right time, and tells the door how far it has come.

The run is in the database: points may come by this connection, over HTTP, or to another server. What has
happened before the conversation began is not said again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from agent.events import RunProgressed, SessionEvent, ToolFinished, TurnUnderstood
from core.errors import DatabaseUnavailable, VoiceFitError
from db.models import DistanceUnit
from db.session import Database
from services.running.cues import Cues, Reached
from services.running.following import OnTheWay, cues_from_here, look
from services.running.live import NoRun, live_run
from services.running.plans import planned
from services.running.receiving import add_points
from services.running.store import distance_unit
from services.running.track import TrackPoint
from tools.run_phrases import cue_words
from tools.running import on_the_way

logger = logging.getLogger(__name__)

LOOK_SECONDS = 3.0
"""How often a run is looked at when nobody says that there are new points."""
PAUSED_SECONDS = 15.0
POLITE_SECONDS = 0.5
"""How soon it is looked again while the athlete speaks, or is being answered: what is said waits, and is then
said as things are by then."""
SOONEST_SECONDS = 0.2
TURN_SECONDS = 1.0
"""How long a turn that changed a run is left alone: its answer comes first."""
RUN_TOOLS = frozenset({"start_run", "pause_run", "resume_run", "finish_run", "undo_last"})
"""Calls after which a run may be on, or over."""
UNAVAILABLE = (SQLAlchemyError, OSError, DatabaseUnavailable)


class Companion:
    """Accompanies the runs of one conversation. `say` speaks; `emit` tells the door."""

    def __init__(
        self,
        database: Database,
        athlete_id: UUID,
        say: Callable[[str], object],
        emit: Callable[[SessionEvent], None],
        is_on: Callable[[], bool],
        may_speak: Callable[[], bool],
    ) -> None:
        """`is_on` says whether a run was on when last looked at; `may_speak` whether nobody else does."""
        self._database = database
        self._athlete_id = athlete_id
        self._say = say
        self._emit = emit
        self._is_on = is_on
        self._may_speak = may_speak
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._run_id: UUID | None = None
        self._cues: Cues | None = None
        self._unit: DistanceUnit | None = None

    def begin(self) -> None:
        """A run may be on, or has new points: accompanies it until it is over."""
        self._news.set()
        if not self._busy:
            self._start(after=0.0)

    def _started(self, run: dict[str, Any]) -> None:
        """This conversation began the run: all of it is news."""
        self._run_id, self._unit = UUID(run["id"]), None
        self._cues = Cues(planned(run.get("plan")), Reached(0.0, 0.0))

    def _start(self, after: float) -> None:
        self._task = asyncio.create_task(self._accompany(after), name="run companion")

    def on_event(self, event: SessionEvent) -> None:
        """Follows the conversation: a run may be on now, or over."""
        changed = isinstance(event, ToolFinished) and event.tool in RUN_TOOLS and not event.failed
        if isinstance(event, ToolFinished) and event.tool == "start_run" and "run" in event.output:
            self._started(event.output["run"])
        elsewhere = isinstance(event, TurnUnderstood) and self._is_on()
        if (changed or elsewhere) and not self._busy:
            self._start(after=TURN_SECONDS)

    @property
    def _busy(self) -> bool:
        return self._task is not None and not self._task.done()

    async def take_points(self, points: Sequence[TrackPoint]) -> tuple[UUID, int]:
        """Keeps points of the run that is on, once. Returns the run and how many were new.

        Raises `NoRun`, and what `add_points` raises.
        """
        async with self._database.transaction(self._athlete_id) as db:
            run = await live_run(db, self._athlete_id)
            if run is None:
                raise NoRun
            received = await add_points(db, self._athlete_id, run.id, points)
            taken = received.run.id, received.new
        self.begin()
        return taken

    async def aclose(self) -> None:
        """Leaves the run alone; it goes on."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _accompany(self, after: float) -> None:
        wait: float | None = after
        await self._news_or(after)
        while wait is not None:
            self._news.clear()
            try:
                wait = await self._look()
            except UNAVAILABLE:
                logger.exception("a run could not be looked at")
                wait = LOOK_SECONDS
            except VoiceFitError as error:
                logger.warning("a run cannot be accompanied: %s", error)
                wait = PAUSED_SECONDS
            if wait is not None:
                await self._news_or(wait)

    async def _news_or(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return

    async def _look(self) -> float | None:
        """Says what there is to say; returns the seconds until the next look, None when no run is on."""
        now = datetime.now(UTC)
        async with self._database.transaction(self._athlete_id, durable=False) as db:
            found = await look(db, self._athlete_id, now)
            if found is None:
                self._run_id, self._cues, self._unit = None, None, None
                return None
            unit = self._unit or await distance_unit(db, self._athlete_id)
            self._unit = unit
            if self._run_id != found.run.id or self._cues is None:
                self._run_id, self._cues = found.run.id, await cues_from_here(db, found, unit)
        return self._tell(found, unit, self._cues)

    def _tell(self, found: OnTheWay, unit: DistanceUnit, cues: Cues) -> float:
        reached = found.reached(unit)
        may_speak = self._may_speak()
        if may_speak:
            for cue in cues.at(reached):
                self._say(cue_words(cue, unit))
        view = on_the_way(found, unit)
        self._emit(RunProgressed("", view.model_dump(mode="json", exclude_none=True)))
        if not may_speak:
            return POLITE_SECONDS
        if found.run.status == "paused":
            return PAUSED_SECONDS
        due = cues.seconds_to_next(reached.seconds)
        return LOOK_SECONDS if due is None else min(LOOK_SECONDS, max(SOONEST_SECONDS, due))
