"""For load balancers, scripts and Prometheus: `/live`, `/health`, `/ready` and `/metrics`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api.context import AppContext, Context
from api.models import Output
from api.security import is_from_this_machine
from db.migrate import is_migrated

logger = logging.getLogger(__name__)
router = APIRouter(tags=["health"], generate_unique_id_function=lambda route: route.name)

DATABASE_SECONDS = 2.0
"""How long the database may take to answer before it counts as unreachable."""


class Health(Output):
    """The answer of a server that is well."""

    status: Literal["ok"] = "ok"


@router.get("/health")
async def health(context: AppContext) -> Health:
    """200 when a conversation can start; 503 with the reason when it cannot."""
    if not context.capacity():
        raise _unavailable("All conversations are taken. Try again in a moment.")
    async with _database(context) as session:
        await session.execute(text("select 1"))
    return Health()


@router.get("/live")
async def live() -> Health:
    """200 from a server that answers at all, whatever its database does: without it, restart the server."""
    return Health()


@router.get("/ready")
async def ready(context: AppContext) -> Health:
    """200 when requests can be served: the database answers and has the schema of this version."""
    async with _database(context) as session:
        migrated = await is_migrated(session)
    if not migrated:
        raise _unavailable("The database's schema is not that of this version. Run `voicefit db upgrade`.")
    return Health()


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request, context: AppContext) -> Response:
    """The metrics, for this machine alone unless `VOICEFIT_METRICS_OPEN` says otherwise."""
    if not (context.settings.metrics_open or is_from_this_machine(request)):
        raise HTTPException(
            HTTPStatus.FORBIDDEN,
            "Metrics are for the server's own machine. Set VOICEFIT_METRICS_OPEN=true to open them.",
        )
    return Response(context.metrics.text(), media_type=CONTENT_TYPE_LATEST)


@asynccontextmanager
async def _database(context: Context) -> AsyncIterator[AsyncSession]:
    try:
        async with asyncio.timeout(DATABASE_SECONDS), context.database.transaction(None) as session:
            yield session
    except Exception as error:  # whatever the driver raises, the answer is the same
        logger.warning("the health check cannot reach the database", exc_info=True)
        raise _unavailable("The database does not answer.") from error


def _unavailable(detail: str) -> HTTPException:
    return HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "5"})
