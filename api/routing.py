"""How routers are made and put into the application."""

from __future__ import annotations

from fastapi import APIRouter

from api.bodies import JsonRoute


def api_router(prefix: str, tag: str) -> APIRouter:
    """A router for the addresses that begin with `/api` and `prefix`. `tag` groups them in the document."""
    return APIRouter(
        prefix=f"/api{prefix}",
        tags=[tag],
        route_class=JsonRoute,
        generate_unique_id_function=lambda route: route.name,
    )
