"""Keeping the search index up to date, as a job."""

from __future__ import annotations

import logging
from datetime import timedelta

from core.errors import VoiceFitError
from search import open_search, refresh
from services.jobs.registry import Job, Registry
from services.jobs.run import Run

logger = logging.getLogger(__name__)

indexing = Registry()


class NotAllIndexed(VoiceFitError):
    """Some documents could not be written: the job is tried again, and goes on with these."""


class IndexSearch(Job):
    """Brings the search index to what the database says."""

    name = "index_search"
    priority = -2

    @property
    def key(self) -> str:
        return self.name


# The content changes when a server starts, which asks for this job itself; rows of one's own at any time.
indexing.every("11,41 * * * *", IndexSearch())


@indexing.handles(IndexSearch, attempts=8, pause=timedelta(seconds=20))
async def index_search(run: Run, _: IndexSearch) -> None:
    """In many small transactions, each of which can be done twice."""
    search = open_search(run.settings, run.database)
    try:
        report = await refresh(search)
    finally:
        await search.aclose()
    if report.failed:
        raise NotAllIndexed(f"{report.failed} documents could not be indexed: see the log.")
    if report.written or report.removed or report.sent:
        logger.info("search index: %s", report)
