"""The HTTP side: health, signing in, the athlete's data, and the page itself."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api.context import Context
from api.metrics import Metrics
from api.middleware import BodyLimitMiddleware, LastResortMiddleware, RequestMiddleware
from api.openapi import install_openapi
from api.pages import page_route, page_script_hashes
from api.problems import install_problem_handlers
from api.routers import conversations, exercise, health, session, voice_commands, workout
from api.security import SecurityMiddleware, security_headers
from core.settings import Settings
from db.session import Database
from services.identity import Identity

GZIP_FROM_BYTES = 2048
GZIP_LEVEL = 4
ROUTERS = tuple(
    module.router for module in (health, session, exercise, workout, voice_commands, conversations)
)


def create_api(
    database: Database,
    settings: Settings,
    *,
    capacity: Callable[[], bool],
    sessions: Callable[[], int] = lambda: 0,
) -> FastAPI:
    """The application. `capacity` says whether one more conversation can start, `sessions` how many are open.

    Websocket routes may be added to it afterwards. Raises `NotConfigured` without a usable signing secret.
    """
    app = FastAPI(
        title="VoiceFit",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
    )
    metrics = Metrics(database, sessions)
    app.state.context = Context(database, Identity(database, settings), capacity, metrics, settings)
    # The last one added is the first to see a request.
    app.add_middleware(LastResortMiddleware)
    app.add_middleware(BodyLimitMiddleware)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM_BYTES, compresslevel=GZIP_LEVEL)
    app.add_middleware(SecurityMiddleware, headers=security_headers(page_script_hashes()))
    app.add_middleware(RequestMiddleware, metrics=metrics)
    install_problem_handlers(app)
    install_openapi(app)
    for router in ROUTERS:
        # Not `include_router`: it would try each router's routes twice for every request.
        app.router.routes.extend(router.routes)
    app.router.routes.append(page_route())
    return app
