"""The HTTP side: health, signing in, what the page reads, and the page itself."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from api.auth import athlete_of
from api.context import Context
from api.pages import page_route, page_script_hashes
from api.problems import install_problem_handlers
from api.ratelimit import RateLimitMiddleware
from api.routers import health, session, workouts
from api.security import SecurityMiddleware, security_headers
from core.settings import Settings
from db.session import Database
from services.identity import Identity
from services.ratelimit import RateLimiter


def create_api(
    database: Database,
    settings: Settings,
    *,
    capacity: Callable[[], bool],
    limiter: RateLimiter | None = None,
) -> FastAPI:
    """The application. `capacity` says whether one more conversation can start; without a `limiter` requests
    are not limited.

    Websocket routes may be added to it afterwards. Raises `NotConfigured` without a usable signing secret.
    """
    app = FastAPI(title="VoiceFit", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.context = Context(database, Identity(database, settings), capacity)
    if limiter is not None:  # before the next, which stands around it
        app.add_middleware(RateLimitMiddleware, limiter=limiter, who_asks=athlete_of)
    app.add_middleware(SecurityMiddleware, headers=security_headers(page_script_hashes()))
    install_problem_handlers(app)
    for router in (health.router, session.router, workouts.router):
        app.include_router(router)
    app.router.routes.append(page_route())
    return app
