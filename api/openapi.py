"""The OpenAPI document (`/api/openapi.json`): what FastAPI knows, and what holds for every operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.auth import COOKIE, current_sign_in
from api.calls import REPLAYED
from api.operators import operator_call
from api.problems import ExerciseChoice, FieldError, Problem
from api.routing import api_routes

DESCRIPTION = """\
The HTTP side of VoiceFit: what is said to the voice agent can be read and written here, by the same rules.

Errors are problem details (RFC 9457). Lists come in pages: `next_cursor` of one is `cursor` of the next. POST
takes an `Idempotency-Key`. See docs/api.md.
"""

SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}
ALWAYS = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)
VERSION = "1"


def install_openapi(app: FastAPI) -> None:
    """Makes `app` describe itself completely."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def describe(app: FastAPI) -> dict[str, Any]:
    """The document of `app`."""
    routes = [route for route in api_routes(app.routes) if route.include_in_schema]
    spec = get_openapi(
        title=app.title, version=VERSION, description=DESCRIPTION, routes=routes, tags=app.openapi_tags
    )
    components = spec.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own shape of errors, not ours
        schemas.pop(name, None)
    for model in (FieldError, ExerciseChoice, Problem):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    components["securitySchemes"] = SECURITY_SCHEMES
    components.setdefault("responses", {})
    for route in routes:
        for method in route.methods or ():
            operation = spec["paths"][route.path_format][method.lower()]
            _complete(operation, route, method, components["responses"])
    return spec


def _complete(operation: dict[str, Any], route: APIRoute, method: str, responses: dict[str, Any]) -> None:
    """Adds what FastAPI does not know: problems, headers of answers, whether one has to sign in."""
    operation["summary"] = operation.get("description", "").partition("\n")[0].partition(": ")[0]
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _never_null(parameter["schema"])
    parameters = {p["name"].lower() for p in operation.get("parameters", ())}
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            answer["headers"] = answer.get("headers", {}) | _answer_headers(parameters)
    for status in _problem_statuses(route, method):
        name = f"Problem{status.value}"
        responses[name] = _problem_response(status)
        known = operation["responses"].get(str(status.value))
        if known is None or status is HTTPStatus.UNPROCESSABLE_ENTITY:
            operation["responses"][str(status.value)] = {"$ref": f"#/components/responses/{name}"}
    if "if-none-match" in parameters:
        operation["responses"]["304"] = {"description": "The client has it already."}
    operation["responses"] = dict(sorted(operation["responses"].items()))
    if _needs_sign_in(route.dependant):
        operation["security"] = [{name: []} for name in SECURITY_SCHEMES]


def _never_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out: it cannot be null, as nothing in an address can."""
    options: list[dict[str, Any]] = [o for o in schema.get("anyOf", ()) if o != {"type": "null"}]
    if len(options) != 1:
        return schema
    return {name: value for name, value in schema.items() if name != "anyOf"} | options[0]


def _answer_headers(parameters: set[str]) -> dict[str, Any]:
    given = {"X-Request-ID": "Names this request in the server's log."}
    if parameters & {"if-none-match", "if-match"}:
        given["ETag"] = "What this answer says, as one word."
    if "idempotency-key" in parameters:
        given[REPLAYED] = "`true` when this was answered before."
    return {name: _header(meaning) for name, meaning in given.items()}


def _header(meaning: str) -> dict[str, Any]:
    return {"description": meaning, "schema": {"type": "string"}}


def _problem_statuses(route: APIRoute, method: str) -> Iterator[HTTPStatus]:
    yield from ALWAYS
    parameters = {p.alias.lower() for p in _header_params(route.dependant)}
    if _needs_sign_in(route.dependant) or "auth" in route.tags:
        yield HTTPStatus.UNAUTHORIZED
    if method != "GET" or _depends_on(route.dependant, operator_call):
        yield HTTPStatus.FORBIDDEN
    if method != "GET":
        yield HTTPStatus.CONFLICT
        yield HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if route.body_field is not None:
        yield HTTPStatus.BAD_REQUEST
        yield HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    if "{" in route.path:
        yield HTTPStatus.NOT_FOUND
    if "if-match" in parameters:
        yield HTTPStatus.PRECONDITION_FAILED
    if route.body_field is not None or _takes_parameters(route.dependant):
        yield HTTPStatus.UNPROCESSABLE_ENTITY


def _dependants(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for one in dependant.dependencies:
        yield from _dependants(one)


def _header_params(dependant: Dependant) -> list[Any]:
    return [param for one in _dependants(dependant) for param in one.header_params]


def _takes_parameters(dependant: Dependant) -> bool:
    return any(one.path_params or one.query_params or one.header_params for one in _dependants(dependant))


def _needs_sign_in(dependant: Dependant) -> bool:
    return _depends_on(dependant, current_sign_in)


def _depends_on(dependant: Dependant, call: Callable[..., Any]) -> bool:
    return any(one.call is call for one in _dependants(dependant))


def _problem_response(status: HTTPStatus) -> dict[str, Any]:
    headers = {
        HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After", "Seconds to wait."),
        HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After", "Seconds to wait."),
        HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate", "How to sign in."),
        HTTPStatus.PRECONDITION_FAILED: ("ETag", "What it is now."),
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    described: dict[str, Any] = {
        "description": status.phrase,
        "content": {"application/problem+json": {"schema": schema}},
    }
    if status in headers:
        name, meaning = headers[status]
        described["headers"] = {name: _header(meaning)}
    return described
