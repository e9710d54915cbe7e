"""How routers are made, and how they are found among many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from api.bodies import JsonRoute


def api_router(prefix: str, tag: str) -> APIRouter:
    """A router for the addresses that begin with `/api` and `prefix`. `tag` groups them in the document."""
    return APIRouter(
        prefix=f"/api{prefix}",
        tags=[tag],
        route_class=JsonRoute,
        generate_unique_id_function=lambda route: route.name,
    )


class RouterRoute(BaseRoute):
    """A router in the application's list of routes, passed over at once when its prefix does not fit.

    `include_router` would try each route of each router, twice, for every request.
    """

    def __init__(self, router: APIRouter) -> None:
        self._prefix = router.prefix
        self.routes = [route for route in router.routes if isinstance(route, APIRoute)]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As the first of its routes that matches; else as the first that would, by another method."""
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            return Match.NONE, {}
        partial: tuple[Match, Scope] = Match.NONE, {}
        for route in self.routes:
            match, child = route.matches(scope)
            if match is Match.FULL:
                return match, child
            if match is Match.PARTIAL and partial[0] is Match.NONE:
                partial = match, child
        return partial

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands the request to the route that matched."""
        await scope["route"].handle(scope, receive, send)


def api_routes(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """The routes of the API among `routes`, those within routers too."""
    for route in routes:
        if isinstance(route, RouterRoute):
            yield from route.routes
        elif isinstance(route, APIRoute):
            yield route
