"""The HTTP side: health, signing in, the athlete's data, and the page itself."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api.auth import athlete_of
from api.context import Context
from api.metrics import Metrics
from api.middleware import BodyLimitMiddleware, LastResortMiddleware, RequestMiddleware
from api.openapi import install_openapi
from api.pages import page_route, page_script_hashes
from api.problems import install_problem_handlers
from api.ratelimit import RateLimitMiddleware
from api.routers import (
    admin,
    auth,
    badges,
    coach,
    conversations,
    evaluations,
    exercise,
    exercise_cues,
    exercise_names,
    export,
    health,
    imports,
    knowledge,
    onboarding,
    pr_history,
    rooms,
    run_life,
    running_prs,
    runs,
    search,
    session,
    shoes,
    streaks,
    substitutions,
    suggestions,
    user,
    voice_commands,
    workout,
)
from api.routing import RouterRoute
from api.security import SecurityMiddleware, security_headers
from core.measures import Measures
from core.settings import Settings
from core.tracing import Tracing
from db.session import Database
from search import Search, open_search
from services.badges import Follower
from services.cache import Cache, open_cache
from services.coach import Coach, ExtractiveCoach
from services.exercises.matcher import packaged_matcher
from services.exercises.search import packaged_search
from services.identity import Accounts, Identity
from services.knowledge.keeping import kept_in
from services.ratelimit import RateLimiter

GZIP_FROM_BYTES = 2048
GZIP_LEVEL = 4
ROUTERS = tuple(
    module.router
    for module in (
        health,
        session,
        auth,
        user,
        onboarding,
        workout,
        pr_history,
        runs,
        run_life,
        shoes,
        running_prs,
        exercise,
        exercise_cues,
        substitutions,
        suggestions,
        search,
        exercise_names,
        knowledge,
        coach,
        badges,
        streaks,
        voice_commands,
        rooms,
        conversations,
        imports,
        export,
        admin,
        evaluations,
    )
)


def create_api(
    database: Database,
    settings: Settings,
    *,
    capacity: Callable[[], bool],
    sessions: Callable[[], int] = lambda: 0,
    identity: Identity | None = None,
    limiter: RateLimiter | None = None,
    cache: Cache | None = None,
    search_in: Search | None = None,
    answering: Coach | None = None,
    measures: Measures | None = None,
    tracing: Tracing | None = None,
) -> FastAPI:
    """The application. `capacity` says whether one more conversation can start, `sessions` how many are open.
    Without a `limiter` requests are not limited; without a `cache` answers are kept in the database;
    without `search_in` knowledge is looked up as the settings say; without `answering` questions are answered
    from the knowledge base alone. `/metrics` shows the `measures` too; requests are traced by `tracing`.

    `identity` is that of the other doors of this process: what is revoked here is then known there at once.
    Websocket routes may be added to it afterwards. Raises `NotConfigured` without a usable signing secret.
    """
    app = FastAPI(
        title="VoiceFit",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
    )
    packaged_matcher()  # made before somebody waits for them
    packaged_search()
    cache = cache or open_cache(database, None)
    knowledge_search = search_in or open_search(settings, database, kept_in(cache))
    metrics = Metrics(database, sessions, measures or Measures())
    identity = identity or Identity(database, settings)
    accounts = Accounts(database, identity)
    app.state.context = Context(
        database,
        identity,
        accounts,
        capacity,
        metrics,
        settings,
        cache,
        Follower(database),
        knowledge_search,
        answering or ExtractiveCoach(database, knowledge_search),
    )
    # The last one added is the first to see a request.
    app.add_middleware(LastResortMiddleware)
    app.add_middleware(BodyLimitMiddleware)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM_BYTES, compresslevel=GZIP_LEVEL)
    if limiter is not None:  # before the next, which stands around it
        app.add_middleware(RateLimitMiddleware, limiter=limiter, who_asks=athlete_of)
    app.add_middleware(
        SecurityMiddleware,
        headers=security_headers(page_script_hashes(), settings.livekit_public_url or settings.livekit_url),
    )
    app.add_middleware(RequestMiddleware, metrics=metrics, tracing=tracing)
    install_problem_handlers(app)
    install_openapi(app)
    for router in ROUTERS:
        app.router.routes.append(RouterRoute(router))
    app.router.routes.append(page_route())
    return app
