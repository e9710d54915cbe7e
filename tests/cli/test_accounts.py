"""`voicefit token` and `voicefit password`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner

from cli.main import app
from core.errors import VoiceFitError
from core.settings import settings
from db.session import Database
from services.identity import (
    Accounts,
    Identity,
    InvalidPassword,
    NotSignedIn,
    SignInElsewhere,
    UnknownAthlete,
)

T = TypeVar("T")
ANA, PASSWORD = "ana@example.com", "four words you remember"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> Iterator[None]:
    """Settings that name a database and a home of the test's own."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("VOICEFIT_HOME", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


def voicefit(*arguments: str, said: str = "") -> str:
    """Runs the command; what it prints. Raises what it raises."""
    result = CliRunner().invoke(app, arguments, input=said)
    if result.exception is not None:
        raise result.exception
    return result.stdout


def with_identity(work: Callable[[Identity, Accounts], Awaitable[T]]) -> T:
    """Does something with the accounts of the same database."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Database]:
        database = Database(settings().database_url or "")
        try:
            yield database
        finally:
            await database.aclose()

    async def run() -> T:
        async with opened() as database:
            identity = Identity(database, settings())
            return await work(identity, Accounts(database, identity))

    return asyncio.run(run())


def test_a_token_is_a_session_that_can_be_ended() -> None:
    token = voicefit("token", ANA, "--days", "2").strip()

    async def check(identity: Identity, accounts: Accounts) -> None:
        signed_in = await identity.authenticate(token)
        assert signed_in.email == ANA
        (session,) = await accounts.sessions(signed_in.athlete_id)
        assert (session.id, session.client) == (signed_in.session_id, "voicefit token")
        assert (session.expires_at - session.created_at).total_seconds() == pytest.approx(2 * 86400, abs=60)
        await accounts.sign_out(signed_in)
        with pytest.raises(NotSignedIn):
            await identity.authenticate(token)

    with_identity(check)


def test_a_password_is_set_and_everybody_else_signed_out() -> None:
    token = voicefit("token", ANA).strip()
    assert f"{ANA} has a new password" in voicefit("password", ANA, said=f"{PASSWORD}\n{PASSWORD}\n")

    async def check(identity: Identity, accounts: Accounts) -> None:
        assert await accounts.sign_in(ANA, PASSWORD, None)
        with pytest.raises(NotSignedIn):
            await identity.authenticate(token)

    with_identity(check)


@pytest.mark.parametrize(
    ("email", "password", "error"),
    [("nobody@example.com", PASSWORD, UnknownAthlete), (ANA, "short", InvalidPassword)],
)
def test_a_password_that_cannot_be_set_changes_nothing(
    email: str, password: str, error: type[VoiceFitError]
) -> None:
    token = voicefit("token", ANA).strip()
    with pytest.raises(error):
        voicefit("password", email, said=f"{password}\n{password}\n")
    with_identity(lambda identity, _: identity.authenticate(token))


def test_with_supabase_accounts_are_made_there(monkeypatch: pytest.MonkeyPatch) -> None:
    voicefit("token", ANA)
    monkeypatch.setenv("SUPABASE_URL", "https://project.supabase.co")
    settings.cache_clear()
    assert voicefit("token", ANA)
    with pytest.raises(UnknownAthlete):
        voicefit("token", "ben@example.com")
    with pytest.raises(SignInElsewhere, match=r"https://project\.supabase\.co/auth/v1"):
        voicefit("password", ANA, said=f"{PASSWORD}\n{PASSWORD}\n")


def test_somebody_becomes_an_operator() -> None:
    voicefit("token", ANA)
    assert f"{ANA} is admin now." in voicefit("user", "role", ANA, "admin")
    with pytest.raises(UnknownAthlete):
        voicefit("user", "role", "nobody@example.com", "admin")
    with pytest.raises(VoiceFitError, match="There is no role king"):
        voicefit("user", "role", ANA, "king")


def test_an_operator_is_let_read_what_was_said() -> None:
    voicefit("token", ANA)
    assert f"{ANA} may read until" in voicefit("user", "transcripts", ANA, "--reason", "a complaint")
    assert "may not read" in voicefit("user", "transcripts", ANA, "--days", "0")
    for arguments in (["--days", "7"], ["--reason", "x", "--days", "365"]):
        with pytest.raises(VoiceFitError):
            voicefit("user", "transcripts", ANA, *arguments)
