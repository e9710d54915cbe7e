"""What jobs there are: a name, what it is told, and the function that does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from services.jobs.run import Run


class Job(BaseModel):
    """Something to be done later, as data. A subclass has a `name` that never changes: jobs outlive releases.

    Of those with the same `key` one waits or runs at a time; more are not taken in. A higher `priority` is
    done first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]
    priority: ClassVar[int] = 0

    @property
    def key(self) -> str | None:
        """What makes two of them the same; None when each counts."""
        return None


AnyJob = TypeVar("AnyJob", bound=Job)
Work = Callable[["Run", AnyJob], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Handler(Generic[AnyJob]):
    """How a kind of job is done. After `attempts` failures it is a dead letter.

    Between two attempts passes `pause`, doubled each time, an hour at most.
    """

    job: type[AnyJob]
    work: Work[AnyJob]
    attempts: int
    pause: timedelta


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job that is due again and again: `cron` has five fields, in UTC."""

    cron: str
    job: Job


@dataclass(slots=True)
class Registry:
    """Kinds of jobs with their handlers, and what is due by the clock."""

    handlers: dict[str, Handler[Any]] = field(default_factory=dict)
    schedules: list[Schedule] = field(default_factory=list)

    def handles(
        self, job: type[AnyJob], *, attempts: int = 5, pause: timedelta = timedelta(seconds=10)
    ) -> Callable[[Work[AnyJob]], Work[AnyJob]]:
        """Has the decorated function do jobs of this kind."""

        def register(work: Work[AnyJob]) -> Work[AnyJob]:
            self._add(Handler(job, work, attempts, pause))
            return work

        return register

    def every(self, cron: str, job: Job) -> None:
        """Has `job` done by the clock. Of one that is still waiting there is no second."""
        self.schedules.append(Schedule(cron, job))

    def include(self, others: Iterable[Registry]) -> Registry:
        """Takes in what others have. Returns itself."""
        for other in others:
            for handler in other.handlers.values():
                self._add(handler)
            self.schedules.extend(other.schedules)
        return self

    def _add(self, handler: Handler[Any]) -> None:
        name = handler.job.name
        if name in self.handlers:
            raise ValueError(f"two kinds of job are called {name!r}")
        self.handlers[name] = handler
