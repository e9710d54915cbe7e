"""The OpenAPI document: complete, and good enough to generate a typed client from."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.api.conftest import Athlete

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"
CLIENT = Path(__file__).parent / "client" / "client.ts"
TSCONFIG = {
    "compilerOptions": {
        "strict": True,
        "noEmit": True,
        "target": "es2022",
        "module": "nodenext",
        "lib": ["es2022", "dom", "dom.iterable"],
        "types": [],
        "exactOptionalPropertyTypes": False,
        "noUncheckedIndexedAccess": True,
    },
    "files": ["client.ts"],
}


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    """The document."""
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


async def test_it_is_served(client: httpx.AsyncClient, document: dict[str, Any]) -> None:
    response = await client.get("/api/openapi.json")
    assert response.json() == json.loads(json.dumps(document))
    assert response.json()["openapi"].startswith("3.1")
    for page in ("/docs", "/redoc"):
        assert (await client.get(page)).status_code == 404


def test_every_operation_has_a_name_a_tag_and_a_sentence(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names)) > 20
    for _, _, operation in operations(document):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"])
        assert operation["tags"]
        assert operation["summary"]
        assert operation["summary"] == operation["summary"].strip()


def test_every_reference_leads_somewhere_and_nothing_is_left_over(document: dict[str, Any]) -> None:
    named = set(references(document))
    for reference in named:
        part: Any = document
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
        assert part
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert schemas <= named


def test_every_error_is_a_problem(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) < 400 or (path in {"/health", "/ready"} and status == "503"):
                continue
            assert answer["$ref"] == f"#/components/responses/Problem{status}", (path, method, status)
    for answer in document["components"]["responses"].values():
        assert answer["content"] == {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }


def test_the_conventions_are_kept_everywhere(document: dict[str, Any]) -> None:
    """A router that forgets one is told here. Those of the account do what doing twice does not change, and
    so does an import, and points that are known by their time; a room's token is a fresh one every time."""
    of_the_account = {"auth", "session", "user", "onboarding"}
    known_otherwise = {"/api/runs/import", "/api/runs/{run_id}/points"}
    for path, method, operation in operations(document):
        headers = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "header"}
        query = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
        where = f"{method} {path}"
        others = of_the_account | {"imports", "rooms"}
        once = not others & set(operation["tags"]) and path not in known_otherwise
        if method == "post" and once:
            assert "Idempotency-Key" in headers, where
        if method == "patch" or (method == "delete" and not of_the_account & set(operation["tags"])):
            assert "If-Match" in headers, where
        if "cursor" in query:
            assert {"limit", "sort"} <= query, where
            name = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
            schema = document["components"]["schemas"][name.rpartition("/")[2]]
            assert set(schema["required"]) == {"items", "next_cursor"}, where
        if "requestBody" in operation:
            for name in references(operation["requestBody"]):
                schema = document["components"]["schemas"][name.rpartition("/")[2]]
                assert schema["additionalProperties"] is False, where


def test_those_who_are_not_signed_in_are_told_where_they_must_be(document: dict[str, Any]) -> None:
    opened = {path for path, _, operation in operations(document) if "security" not in operation}
    assert opened == {
        *("/live", "/health", "/ready", "/api/session/local", "/api/session/end"),
        *("/api/auth/register", "/api/auth/login", "/api/auth/refresh", "/api/auth/logout"),
    }


async def test_where_one_must_be_signed_in_one_must(
    document: dict[str, Any], client: httpx.AsyncClient
) -> None:
    for path, method, operation in operations(document):
        if "security" in operation:
            address = re.sub(r"\{\w+\}", "6f2a6c1e-6a0b-5b0e-9a53-6d3c1f0e7a11", path)
            response = await client.request(method, address, json={} if "requestBody" in operation else None)
            assert response.status_code == 401, (method, path, response.text)


async def test_examples_work(document: dict[str, Any], ana: Athlete) -> None:
    workout = await ana.workout()
    for example in document["components"]["schemas"]["NewSet"]["examples"]:
        response = await ana.post(f"{workout}/sets", example)
        assert response.status_code == 201, response.text


@pytest.mark.slow
def test_a_typed_client_can_be_generated(document: dict[str, Any], tmp_path: Path) -> None:
    node = shutil.which("node")
    generator = MODULES / "openapi-typescript" / "bin" / "cli.js"
    compiler = MODULES / "typescript" / "bin" / "tsc"
    if node is None or not (generator.exists() and compiler.exists()):
        pytest.skip("openapi-typescript is not installed: run `npm ci`")
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "tsconfig.json").write_text(json.dumps(TSCONFIG))
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    shutil.copy(CLIENT, tmp_path)
    # What has a default may be left out of a request, which is not the generator's own default.
    generate = [generator, "openapi.json", "-o", "schema.ts", "--default-non-nullable", "false"]
    for command in (generate, [compiler, "--project", "tsconfig.json"]):
        done = subprocess.run(
            [node, *command], cwd=tmp_path, check=False, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
