"""What every request may use, given to the application once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from api.metrics import Metrics
from core.settings import Settings
from db.session import Database
from search import Search
from services.badges import Follower
from services.cache import Cache
from services.coach import Coach
from services.identity import Accounts, Identity


@dataclass(frozen=True, slots=True)
class Context:
    """The parts behind the HTTP side. `capacity` says whether one more conversation can start; `follower` is
    told of what is written."""

    database: Database
    identity: Identity
    accounts: Accounts
    capacity: Callable[[], bool]
    metrics: Metrics
    settings: Settings
    cache: Cache
    follower: Follower
    search: Search
    coach: Coach


async def context_of(request: Request) -> Context:
    """The application's context."""  # not `def`: FastAPI would run that in a thread
    return cast(Context, request.app.state.context)


AppContext = Annotated[Context, Depends(context_of)]
