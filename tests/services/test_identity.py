"""Tokens, the secret that signs them, and the athletes they name."""

from __future__ import annotations

import asyncio
import stat
import sys
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import jwt
import pytest
from sqlalchemy import delete, func, select

from core.errors import NotConfigured
from core.settings import Settings
from db.models import User, UserProfile
from db.session import Database
from services.identity import Accounts, Identity, InvalidEmail, NotSignedIn, UnknownAthlete, signing_secret

SECRET = "a secret for tests, long enough to sign"
HOUR = timedelta(hours=1)


@pytest.fixture
def identity(database: Database, tmp_path: Path) -> Identity:
    return Identity(database, Settings(home=tmp_path, secret=SECRET))


def claims(**changed: object) -> dict[str, object]:
    now = datetime.now(UTC)
    valid = {
        "sub": str(uuid4()),
        "role": "authenticated",
        "aud": "authenticated",
        "iss": "voicefit",
        "iat": now,
        "exp": now + HOUR,
    }
    return {name: value for name, value in (valid | changed).items() if value is not None}


async def test_a_token_speaks_for_its_athlete(identity: Identity) -> None:
    athlete_id = await identity.local_athlete()
    assert await identity.verify(identity.issue_token(athlete_id, HOUR)) == athlete_id


def test_a_token_carries_what_row_level_security_reads(identity: Identity) -> None:
    athlete_id = uuid4()
    token = identity.issue_token(athlete_id, HOUR)
    decoded = jwt.decode(token, SECRET, algorithms=["HS256"], audience="authenticated")
    assert (decoded["sub"], decoded["role"]) == (str(athlete_id), "authenticated")
    assert decoded["exp"] - decoded["iat"] == HOUR.total_seconds()


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "é" * 9,
        jwt.encode(claims(), "another secret that is long enough too", "HS256"),
        jwt.encode(claims(), SECRET * 2, "HS512"),
        jwt.encode(claims(aud="service_role"), SECRET, "HS256"),
        jwt.encode(claims(role="service_role"), SECRET, "HS256"),
        jwt.encode(claims(session_id="not a uuid"), SECRET, "HS256"),
        jwt.encode(claims(), SECRET, "HS256"),  # an athlete who does not exist
        jwt.encode(claims(iss="elsewhere"), SECRET, "HS256"),
        jwt.encode(claims(exp=datetime.now(UTC) - HOUR), SECRET, "HS256"),
        jwt.encode(claims(exp=None), SECRET, "HS256"),
        jwt.encode(claims(sub="not a uuid"), SECRET, "HS256"),
        jwt.encode(claims(sub=None), SECRET, "HS256"),
    ],
)
async def test_other_tokens_speak_for_nobody(identity: Identity, token: str) -> None:
    with pytest.raises(NotSignedIn):
        await identity.verify(token)


async def test_an_unsigned_token_speaks_for_nobody(identity: Identity) -> None:
    _, payload, _ = identity.issue_token(uuid4(), HOUR).split(".")
    header = urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    with pytest.raises(NotSignedIn):
        await identity.verify(f"{header}.{payload}.")


def test_the_secret_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "new" / "home", secret=None)
    secret = signing_secret(settings)
    assert len(secret) >= 32
    assert signing_secret(settings) == secret
    if sys.platform != "win32":
        assert stat.S_IMODE((settings.home / "secret").stat().st_mode) == 0o600
    assert [path.name for path in settings.home.iterdir()] == ["secret"]


def test_many_starters_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(signing_secret, [Settings(home=tmp_path, secret=None)] * 64))
    assert len(found) == 1


def test_a_short_secret_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="openssl rand"):
        signing_secret(Settings(home=tmp_path, secret="short"))
    (tmp_path / "secret").write_text("cut off")
    with pytest.raises(NotConfigured, match="shorter than 32 bytes"):
        signing_secret(Settings(home=tmp_path, secret=None))


def test_a_home_that_cannot_hold_the_secret_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotConfigured, match="VOICEFIT_SECRET"):
        signing_secret(Settings(home=tmp_path / "file", secret=None))


async def test_an_email_is_one_athlete_whatever_its_case(identity: Identity) -> None:
    athlete_id = await identity.athlete_by_email("Ana@Example.com")
    assert await identity.athlete_by_email(" ana@example.COM ") == athlete_id
    assert await identity.athlete_by_email("ben@example.com") != athlete_id
    assert await identity.email_of(athlete_id) == "Ana@Example.com"


async def test_a_new_athlete_has_a_profile(identity: Identity, database: Database) -> None:
    athlete_id = await identity.local_athlete()
    async with database.transaction(None) as session:
        profile = await session.get(UserProfile, athlete_id)
    assert profile is not None
    assert profile.preferred_unit == "lbs"


async def test_calls_at_once_make_one_athlete(identity: Identity, database: Database) -> None:
    made = await asyncio.gather(*(identity.athlete_by_email("ana@example.com") for _ in range(8)))
    assert len(set(made)) == 1
    async with database.transaction(None) as session:
        assert await session.scalar(select(func.count()).select_from(User)) == 1


async def test_unknown_emails_are_not_made_when_that_is_not_wanted(identity: Identity) -> None:
    with pytest.raises(UnknownAthlete):
        await identity.athlete_by_email("nobody@example.com", create=False)


@pytest.mark.parametrize(
    "email", ["", "ana", "@example.com", "ana@", "a b@example.com", "a@b@c", "a@" + "b" * 300]
)
async def test_what_is_no_email_is_refused(identity: Identity, email: str) -> None:
    with pytest.raises(InvalidEmail):
        await identity.athlete_by_email(email)


async def test_an_open_connection_learns_that_its_session_was_ended(
    identity: Identity, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.identity.identity.LOOK_AGAIN_SECONDS", 0.01)
    athlete_id = await identity.local_athlete()
    accounts = Accounts(database, identity)
    token = await identity.start_session(athlete_id, None, HOUR)
    expired = await identity.start_session(athlete_id, None, -HOUR)
    without = identity.issue_token(athlete_id, HOUR)
    watched = [asyncio.create_task(identity.until_revoked(each)) for each in (token, expired, without)]
    _, pending = await asyncio.wait(watched, timeout=0.2)
    assert len(pending) == 3
    await accounts.sign_out(await identity.authenticate(token))
    await asyncio.wait_for(watched[0], 5)
    async with database.transaction(None) as session:
        await session.execute(delete(User))
    await asyncio.wait_for(asyncio.gather(*watched), 5)


async def test_an_account_that_is_gone_is_not_signed_in(identity: Identity) -> None:
    with pytest.raises(NotSignedIn):
        await identity.email_of(uuid4())
