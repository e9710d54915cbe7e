"""The HTTP side: health, signing in, what the page reads, and the page itself."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from api.context import Context
from api.pages import page_route, page_script_hashes
from api.problems import install_problem_handlers
from api.routers import auth, health, onboarding, session, user, workouts
from api.security import SecurityMiddleware, security_headers
from core.settings import Settings
from db.session import Database
from services.identity import Accounts, Identity


def create_api(
    database: Database,
    settings: Settings,
    *,
    capacity: Callable[[], bool],
    identity: Identity | None = None,
) -> FastAPI:
    """The application. `capacity` says whether one more conversation can start.

    `identity` is that of the other doors of this process: what is revoked here is then known there at once.
    Websocket routes may be added to it afterwards. Raises `NotConfigured` without a usable signing secret.
    """
    app = FastAPI(title="VoiceFit", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    identity = identity or Identity(database, settings)
    app.state.context = Context(database, identity, Accounts(database, identity), capacity)
    app.add_middleware(SecurityMiddleware, headers=security_headers(page_script_hashes()))
    install_problem_handlers(app)
    for router in (
        health.router,
        auth.router,
        user.router,
        onboarding.router,
        session.router,
        workouts.router,
    ):
        app.include_router(router)
    app.router.routes.append(page_route())
    return app
