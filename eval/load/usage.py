"""What a process and its children take of the machine."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds so far and resident memory in MB, at a moment of `time.monotonic`."""

    at: float
    cpu_seconds: float
    megabytes: float

    def cores_since(self, earlier: Usage) -> float:
        """How much of a core was used on average since then: 1 is one core all the time."""
        return (self.cpu_seconds - earlier.cpu_seconds) / (self.at - earlier.at)


def usage_of(root: psutil.Process) -> Usage:
    """A process and its children together; a database that one of them started is not theirs."""
    cpu, resident = 0.0, 0
    database = _is_database(root)
    for process in (root, *root.children(recursive=True)):
        try:
            if _is_database(process) != database:
                continue
            times = process.cpu_times()
            cpu += times.user + times.system
            if process == root:  # children that have ended
                cpu += times.children_user + times.children_system
            resident += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return Usage(time.monotonic(), cpu, resident / MEGABYTE)


def _is_database(process: psutil.Process) -> bool:
    return process.name().startswith("postgres")


def other_cores(cores: Collection[int] | None) -> set[int]:
    """The machine's cores but these; none for all of them or None."""
    return set(range(os.cpu_count() or 1)) - set(cores) if cores else set()


@contextmanager
def on_cores(cores: Collection[int]) -> Iterator[None]:
    """Processes that are started within run on these cores alone (where the system can do that)."""
    if not hasattr(os, "sched_setaffinity") or not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
