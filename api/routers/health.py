"""`GET /health`: whether a conversation can start here, for load balancers and scripts."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel
from sqlalchemy import text

from api.context import AppContext

logger = logging.getLogger(__name__)
router = APIRouter(tags=["health"])

DATABASE_SECONDS = 2.0
"""How long the database may take to answer before it counts as unreachable."""


class Health(BaseModel):
    """The answer of a server that can take one more conversation."""

    status: Literal["ok"] = "ok"


@router.get("/health")
async def health(context: AppContext) -> Health:
    """200 when a conversation can start; 503 with the reason when it cannot."""
    if not context.capacity():
        raise _unavailable("All conversations are taken. Try again in a moment.")
    try:
        async with asyncio.timeout(DATABASE_SECONDS), context.database.transaction(None) as session:
            await session.execute(text("select 1"))
    except Exception as error:  # whatever the driver raises, the answer is the same
        logger.warning("the health check cannot reach the database", exc_info=True)
        raise _unavailable("The database does not answer.") from error
    return Health()


def _unavailable(detail: str) -> HTTPException:
    return HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "5"})
