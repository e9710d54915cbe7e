"""The athlete who is signed in: account, role and profile."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import CurrentAthlete
from api.context import AppContext
from core.fields import Input
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

router = APIRouter(prefix="/api/user", tags=["user"])


class UserIn(Input):
    """What to change of an account. Null takes the name away."""

    name: Name | None = None


class RoleIn(Input):
    """Athlete, or coach as well."""

    role: SelfServiceRole


@router.get("")
async def get_user(athlete_id: CurrentAthlete, context: AppContext) -> UserView:
    """Who is signed in."""
    async with context.database.transaction(athlete_id) as db:
        return await read_user(db, athlete_id)


@router.patch("")
async def patch_user(body: UserIn, athlete_id: CurrentAthlete, context: AppContext) -> UserView:
    """Changes what is given."""
    async with context.database.transaction(athlete_id) as db:
        if "name" in body.model_fields_set:
            return await rename(db, athlete_id, body.name)
        return await read_user(db, athlete_id)


@router.post("/role")
async def set_role(body: RoleIn, athlete_id: CurrentAthlete, context: AppContext) -> UserView:
    """Becomes a coach, or an athlete only. A coach sees nothing of an athlete who has not agreed to it."""
    async with context.database.transaction(None) as db:
        return await change_role(db, athlete_id, body.role)


@router.get("/profile")
async def get_profile(athlete_id: CurrentAthlete, context: AppContext) -> ProfileView:
    """What VoiceFit knows of the athlete."""
    async with context.database.transaction(athlete_id) as db:
        return await read_profile(db, athlete_id)


@router.patch("/profile")
async def patch_profile(body: ProfileChange, athlete_id: CurrentAthlete, context: AppContext) -> ProfileView:
    """Changes the fields that are given; null clears a field that may be empty."""
    async with context.database.transaction(athlete_id) as db:
        return await change_profile(db, athlete_id, body)
