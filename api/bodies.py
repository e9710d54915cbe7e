"""JSON bodies, read strictly: what is not JSON, or cannot be stored, never reaches a router."""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine, Iterator
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic_core import from_json

from api.problems import INVALID, FieldError, RequestRefused, pointer

MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that JSON carries safely between programs (RFC 8259, section 6)."""


class JsonRequest(Request):
    """A request whose JSON is strict: UTF-8, no NaN, no NUL and no lone surrogates."""

    async def json(self) -> Any:
        """The body. Raises `RequestRefused`."""
        try:
            value = from_json(await self.body(), allow_inf_nan=False)
        except ValueError as error:
            raise RequestRefused(HTTPStatus.BAD_REQUEST, f"The body is not JSON: {error}.") from None
        errors = [FieldError(in_="body", pointer=pointer(p), detail=why) for p, why in unusable(value)]
        if errors:
            raise RequestRefused(HTTPStatus.UNPROCESSABLE_ENTITY, INVALID, errors)
        return value


def unusable(value: Any, path: tuple[object, ...] = ()) -> Iterator[tuple[tuple[object, ...], str]]:
    """The paths of values that JSON can write and a database cannot keep, and why."""
    if isinstance(value, str):
        if "\0" in value:
            yield path, "Text cannot have the character NUL in it."
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield path, "The number is too large."
    elif isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            yield path, "The number is too large."
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from unusable(one, (*path, index))
    elif isinstance(value, dict):
        for key, one in value.items():
            if "\0" in key:
                yield path, "A name cannot have the character NUL in it."
            yield from unusable(one, (*path, key))


class JsonRoute(APIRoute):
    """A route that takes its body as strict JSON and nothing else (415)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given strict requests."""
        handle = super().get_route_handler()
        if self.body_field is None or isinstance(self.body_field.field_info, Form):
            return handle

        async def handle_json(request: Request) -> Response:
            await _check_is_json(request)
            return await handle(JsonRequest(request.scope, request.receive))

        return handle_json


async def _check_is_json(request: Request) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    main, _, sub = media_type.partition("/")
    if main == "application" and (sub == "json" or sub.endswith("+json")):
        return
    length = request.headers.get("content-length")
    if media_type or length not in {None, "0"} or "transfer-encoding" in request.headers:
        raise RequestRefused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "Send the body as JSON, with `Content-Type: application/json`.",
            headers={"Accept-Post": "application/json"},
        )
