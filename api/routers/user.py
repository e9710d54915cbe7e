"""The athlete who is signed in: account, role and profile."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request, Response
from pydantic import Field

from api.auth import end_session
from api.calls import AthleteCall, ChangeCall, Etags
from api.context import AppContext
from api.models import Nothing
from api.routing import api_router
from core.fields import Input
from services.identity import MAX_EMAIL_LENGTH
from services.profile import (
    Name,
    ProfileChange,
    ProfileView,
    SelfServiceRole,
    UserView,
    change_profile,
    change_role,
    read_profile,
    read_user,
    rename,
)
from services.transfer import delete_person

router = api_router("/user", "user")


class UserIn(Input):
    """What to change of an account. Null takes the name away."""

    name: Name | None = None


class RoleIn(Input):
    """Athlete, or coach as well."""

    role: SelfServiceRole


class DeletionIn(Input):
    """Confirms a deletion: the email of the account."""

    email: Annotated[str, Field(max_length=MAX_EMAIL_LENGTH, examples=["ana@example.com"])]


@router.get("")
async def get_user(call: AthleteCall, etags: Etags) -> UserView:
    """Who is signed in."""
    async with call.transaction() as db:
        return etags.of(await read_user(db, call.athlete_id))


@router.patch("")
async def change_user(body: UserIn, call: ChangeCall) -> UserView:
    """Changes what is given."""
    async with call.transaction() as db:
        user = await read_user(db, call.athlete_id)
        call.check_is(user)
        if "name" in body.model_fields_set:
            user = await rename(db, call.athlete_id, body.name)
        return user


@router.delete("")
async def delete_user(
    body: DeletionIn, call: AthleteCall, context: AppContext, request: Request, response: Response
) -> Nothing:
    """Deletes the account and everything of the athlete, at once and for good."""
    ended = await delete_person(call.database, call.athlete_id, body.email)
    context.identity.forget(call.athlete_id, *ended)
    await end_session(request, response, context)
    return Nothing()


@router.post("/role")
async def set_role(body: RoleIn, call: AthleteCall, context: AppContext) -> UserView:
    """Becomes a coach, or an athlete only. A coach sees nothing of an athlete who has not agreed to it."""
    async with context.database.transaction(None) as db:
        return await change_role(db, call.athlete_id, body.role)


@router.get("/profile")
async def get_profile(call: AthleteCall, etags: Etags) -> ProfileView:
    """What VoiceFit knows of the athlete."""
    async with call.transaction() as db:
        return etags.of(await read_profile(db, call.athlete_id))


@router.patch("/profile")
async def patch_profile(body: ProfileChange, call: ChangeCall) -> ProfileView:
    """Changes the fields that are given; null clears a field that may be empty."""
    async with call.transaction() as db:
        call.check_is(await read_profile(db, call.athlete_id, to_change=True))
        return await change_profile(db, call.athlete_id, body)
