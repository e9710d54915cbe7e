"""Accounts that Supabase keeps, over the wire."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import text

from api.app import create_api
from core.errors import NotConfigured
from core.settings import Settings
from db.session import Database
from services.identity import Identity, NotSignedIn
from services.identity.supabase import FRESH_SECONDS, RETRY_SECONDS, KeySet
from tests.api.conftest import SECRET, client_from
from tests.api.supabase import HOUR, KEYS_PATH, SupabaseProject, supabase_project

SHARED = "a secret that the project shares with us, and nobody else"
ANA = UUID("6d2b5c1e-0000-4000-8000-00000000000a")


@pytest.fixture
def project() -> Iterator[SupabaseProject]:
    """The project that keeps the accounts."""
    with supabase_project() as project:
        yield project


@pytest.fixture
def settings(tmp_path: Path, project: SupabaseProject) -> Settings:
    """Settings that name the project by its keys and by its shared secret."""
    return Settings(
        home=tmp_path, secret=SECRET, supabase_url=project.address + "/", supabase_jwt_secret=SHARED
    )


@pytest.fixture
async def client(database: Database, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client on the server's own machine."""
    async with client_from(create_api(database, settings, capacity=lambda: True)) as client:
        yield client


async def me(client: httpx.AsyncClient, token: str) -> httpx.Response:
    """Who a token speaks for."""
    return await client.get("/api/me", headers={"Authorization": f"Bearer {token}"})


async def people(database: Database) -> list[tuple[UUID, str, str, str]]:
    """Every athlete: id, email, role, and a value of their profile."""
    async with database.transaction(None) as session:
        rows = await session.execute(
            text(
                "select id, email::text, role, preferred_unit from users "
                "join user_profiles on user_id = id order by email"
            )
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]


@pytest.mark.parametrize("kind", ["ES256", "RS256", "HS256"])
async def test_an_athlete_is_made_when_they_are_first_seen(
    client: httpx.AsyncClient, project: SupabaseProject, database: Database, kind: str
) -> None:
    if kind == "HS256":
        token = project.legacy_token(SHARED, ANA)
    else:
        project.add_key(kind)
        token = project.token(ANA)
    for _ in range(2):
        answer = await me(client, token)
        assert (answer.status_code, answer.json()) == (200, {"id": str(ANA), "email": "ana@example.com"})
    assert await people(database) == [(ANA, "ana@example.com", "athlete", "lbs")]
    assert project.fetches == (kind != "HS256")


async def test_first_sights_at_once_make_one_athlete(
    client: httpx.AsyncClient, project: SupabaseProject, database: Database, settings: Settings
) -> None:
    async with client_from(create_api(database, settings, capacity=lambda: True)) as second:
        tokens = [project.token(ANA) for _ in range(10)]
        answers = await asyncio.gather(*(me(one, token) for token in tokens for one in (client, second)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await people(database)) == 1
    assert project.fetches == 2  # one a server, however many wait for it


async def test_an_email_that_another_athlete_has_is_not_shared(
    client: httpx.AsyncClient, project: SupabaseProject, database: Database
) -> None:
    assert (await me(client, project.token(ANA))).status_code == 200
    answer = await me(client, project.token(uuid4(), "ANA@example.com"))
    assert answer.status_code == 409
    assert "Another account of this server has the email 'ANA@example.com'" in answer.json()["detail"]
    assert [person[0] for person in await people(database)] == [ANA]


async def test_two_who_claim_one_email_at_once_are_not_mixed_up(
    client: httpx.AsyncClient, project: SupabaseProject, database: Database
) -> None:
    tokens = [project.token(uuid4()) for _ in range(5)]
    answers = await asyncio.gather(*(me(client, token) for token in tokens))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 4
    won = next(answer.json()["id"] for answer in answers if answer.status_code == 200)
    assert [str(person[0]) for person in await people(database)] == [won]


async def test_a_changed_email_is_followed_unless_another_has_it(
    client: httpx.AsyncClient, project: SupabaseProject
) -> None:
    await me(client, project.token(ANA))
    assert (await me(client, project.token(ANA, "new@example.com"))).json()["email"] == "new@example.com"
    await me(client, project.token(uuid4(), "ben@example.com"))
    assert (await me(client, project.token(ANA, "ben@example.com"))).json()["email"] == "new@example.com"


async def test_an_account_without_an_email_is_told_what_to_do(
    client: httpx.AsyncClient, project: SupabaseProject, database: Database
) -> None:
    answer = await me(client, project.token(ANA, None))
    assert answer.status_code == 403
    assert "Add one where you signed up" in answer.json()["detail"]
    assert await people(database) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.supabase.co/auth/v1"},
        {"iss": None},
        {"aud": "anon"},
        {"role": "anon"},
        {"role": "service_role"},
        {"sub": None},
        {"sub": "not a uuid"},
        {"exp": datetime.now(UTC) - HOUR},
        {"exp": None},
        {"iat": datetime.now(UTC) + timedelta(days=1)},
        {"email": 7},
    ],
)
async def test_tokens_that_say_something_else_speak_for_nobody(
    client: httpx.AsyncClient, project: SupabaseProject, database: Database, changed: dict[str, object]
) -> None:
    assert (await me(client, project.token(ANA, **changed))).status_code == 401
    assert await people(database) == []


def forged(project: SupabaseProject) -> dict[str, str]:
    """Tokens that the project never signed."""
    (key,) = project.keys.values()
    header, payload, signature = project.token(ANA).split(".")

    def changed(**more: object) -> str:
        known = json.loads(base64.urlsafe_b64decode(header + "=="))
        return base64.urlsafe_b64encode(json.dumps(known | more).encode()).decode().rstrip("=")

    with supabase_project() as stranger:
        strangers = stranger.token(ANA, iss=f"{project.address}/auth/v1")
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{changed(alg='HS256')}.{payload}"
    mac = base64.urlsafe_b64encode(hmac.digest(public, signed.encode(), "sha256")).decode().rstrip("=")
    return {
        "a stranger's key": strangers,
        "a stranger's key under our id": strangers.replace(strangers.split(".")[0], header),
        "another shared secret": project.legacy_token(SHARED * 2, ANA),
        "the public key as shared secret": f"{signed}.{mac}",
        "another algorithm than the key's": f"{changed(alg='RS256')}.{payload}.{signature}",
        "no signature": f"{changed(alg='none')}.{payload}.",
        "an algorithm that is none": f"{changed(alg=['ES256'])}.{payload}.{signature}",
        "a key id that is none": f"{changed(kid={'a': 1})}.{payload}.{signature}",
        "no key id": f"{changed(kid=None)}.{payload}.{signature}",
        "cut off": f"{header}.{payload}.{signature[:-6]}",
        "nothing": "..",
    }


async def test_forged_tokens_speak_for_nobody(
    client: httpx.AsyncClient, project: SupabaseProject, database: Database
) -> None:
    for name, token in forged(project).items():
        answer = await me(client, token)
        assert answer.status_code == 401, name
    assert await people(database) == []


async def test_a_shared_secret_opens_nothing_where_none_is_set(
    database: Database, project: SupabaseProject, tmp_path: Path
) -> None:
    only_keys = Settings(home=tmp_path, secret=SECRET, supabase_url=project.address)
    identity = Identity(database, only_keys)
    for secret in (SHARED, SECRET, ""):
        with pytest.raises(NotSignedIn):
            await identity.verify(jwt.encode(project.claims(ANA, "ana@example.com"), secret or "x" * 32))
    assert await identity.verify(project.token(ANA)) == ANA


async def test_keys_are_changed_without_a_restart(
    project: SupabaseProject,
) -> None:
    old = project.token(ANA)
    seconds = 0.0
    keys = KeySet(project.address + KEYS_PATH, clock=lambda: seconds)
    first = jwt.get_unverified_header(old)["kid"]
    assert await keys.key(first) is not None
    second = project.add_key("RS256")
    assert await keys.key(second) is None  # asked a moment ago
    seconds += RETRY_SECONDS + 1
    assert await keys.key(second) is not None
    assert project.fetches == 2
    for made_up in range(20):
        assert await keys.key(str(made_up)) is None
    assert project.fetches == 2
    del project.keys[first]
    seconds += FRESH_SECONDS + 1
    assert await keys.key(first) is None
    assert project.fetches == 3


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b'{"keys": []}', b'{"keys": [{"kty": "EC"}]}'])
async def test_keys_that_cannot_be_fetched_are_waited_for(project: SupabaseProject, broken: bytes) -> None:
    seconds = 0.0
    keys = KeySet(project.address + KEYS_PATH, clock=lambda: seconds)
    known = next(iter(project.keys))
    assert await keys.key(known) is not None
    project.broken = broken
    seconds += FRESH_SECONDS + 1
    assert await keys.key(known) is not None  # what was good goes on being good
    assert project.fetches == 2


async def test_a_project_that_does_not_answer_is_no_fault_of_the_token(
    client: httpx.AsyncClient, project: SupabaseProject
) -> None:
    project.broken = b"out of order"
    answers = await asyncio.gather(*(me(client, project.token(ANA)) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [503] * 5
    assert "Supabase does not answer" in answers[0].json()["detail"]
    assert project.fetches == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("register", {"email": "ana@example.com", "password": "four words you remember"}),
        ("login", {"email": "ana@example.com", "password": "four words you remember"}),
        ("refresh", {"refresh_token": "some token"}),
        ("password", {"new_password": "four words you remember"}),
    ],
)
async def test_the_built_in_ways_say_where_to_sign_in(
    client: httpx.AsyncClient, project: SupabaseProject, path: str, body: dict[str, str]
) -> None:
    headers = {"Authorization": f"Bearer {project.token(ANA)}"}
    answer = await client.post(f"/api/auth/{path}", json=body, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["sign_in_at"] == f"{project.address}/auth/v1"
    assert project.address in answer.json()["detail"]


async def test_the_page_gets_a_cookie_for_a_token_that_lasts_no_longer(
    client: httpx.AsyncClient, project: SupabaseProject
) -> None:
    token = project.token(ANA, exp=datetime.now(UTC) + timedelta(minutes=10))
    answer = await client.post("/api/session", headers={"Authorization": f"Bearer {token}"})
    assert answer.json() == {"id": str(ANA), "email": "ana@example.com"}
    (cookie,) = client.cookies.jar
    assert 590 <= (cookie.expires or 0) - datetime.now(UTC).timestamp() <= 601
    assert (await client.get("/api/me")).json()["id"] == str(ANA)
    (listed,) = (await client.get("/api/auth/sessions")).json()["items"]
    assert listed["current"]
    assert (await client.post("/api/auth/logout")).status_code == 204
    assert (await client.get("/api/me")).status_code == 401


async def test_this_machines_own_ways_in_stay(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    assert (await client.post("/api/session/local")).json()["email"] == "athlete@localhost"
    identity = Identity(database, settings)
    token = await identity.start_session(await identity.local_athlete(), "voicefit token", HOUR)
    assert (await me(client, token)).json()["email"] == "athlete@localhost"


def test_a_shared_secret_needs_its_project(database: Database, tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="SUPABASE_URL is not"):
        Identity(database, Settings(home=tmp_path, secret=SECRET, supabase_jwt_secret=SHARED))
