"""How long the queue is, for whoever decides how many workers there are."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.errors import VoiceFitError
from core.measures import Measures
from db.session import Database

logger = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
LENGTHS = text(
    """
    select count(*) filter (where status = 'queued' and execute_after <= now()),
           count(*) filter (where status = 'failed')
    from internal.jobs
    """
)


async def watch(database: Database, measures: Measures, every: float = EVERY_SECONDS) -> None:
    """Looks every so many seconds, until it is cancelled. A database that is away is waited for."""
    while True:
        try:
            async with database.transaction(None) as db:
                due, given_up = (await db.execute(LENGTHS)).one()
        except (OSError, SQLAlchemyError, VoiceFitError) as error:
            logger.warning("the length of the queue is not known: %s", error)
        else:
            measures.queue(due, given_up)
        await asyncio.sleep(every)
