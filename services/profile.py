"""An athlete's account and profile, as they see and change them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Invalid, VoiceFitError
from core.fields import Input, by_rule, not_given, one_line
from core.units import WeightUnit
from db.models import DistanceUnit, ExperienceLevel, Role, Sex, User, UserProfile
from services.identity import NotSignedIn
from services.images import Images

SelfServiceRole = Literal["athlete", "coach"]
"""Roles that athletes give themselves. A coach is an athlete who coaches others as well, once they agree."""

Goal = Literal["strength", "muscle", "fat_loss", "endurance", "crossfit", "sport", "mobility", "health"]

Equipment = Literal[
    "barbell", "dumbbell", "kettlebell", "plate", "ez_bar", "trap_bar", "band", "cable", "machine",
    "smith_machine", "cardio_machine", "sled", "box", "rings", "suspension", "medicine_ball", "stone",
    "ab_wheel", "jump_rope",
]  # fmt: skip
"""What exercises of the catalogue need, beyond the body."""

MIN_BIRTH_YEAR = 1900


class InvalidTimezone(Invalid):
    """No time zone has this name."""


class InvalidBirthYear(Invalid):
    """Nobody alive was born in this year."""


class RoleNotYours(VoiceFitError):
    """An administrator's role is not changed over the API."""


@lru_cache(maxsize=1)
def timezones() -> frozenset[str]:
    """The names of the IANA time zone database."""
    return frozenset(available_timezones() - {"Factory", "localtime"})


def checked_timezone(name: str) -> str:
    """`name` itself. Raises `InvalidTimezone`."""
    if name not in timezones():
        raise InvalidTimezone("There is no such time zone. Give an IANA name such as Europe/Berlin.")
    return name


def checked_birth_year(year: int) -> int:
    """`year` itself. Raises `InvalidBirthYear`."""
    this_year = datetime.now(UTC).year
    if not MIN_BIRTH_YEAR <= year <= this_year:
        raise InvalidBirthYear(f"A birth year is from {MIN_BIRTH_YEAR} to {this_year}.")
    return year


each_once = AfterValidator(lambda values: list(dict.fromkeys(values)))

Name = Annotated[str, Field(max_length=100), by_rule(one_line)]
Timezone = Annotated[str, by_rule(checked_timezone)]
BirthYear = Annotated[int, by_rule(checked_birth_year)]
Height = Annotated[float, Field(ge=30, le=300, description="cm")]
BodyWeight = Annotated[float, Field(ge=1, le=700, description="kg")]
Goals = Annotated[list[Goal], each_once]
EquipmentList = Annotated[list[Equipment], each_once]
TrainingDays = Annotated[
    list[Annotated[int, Field(ge=1, le=7)]], each_once, Field(description="ISO weekdays, 1 is Monday")
]
WeeklyGoal = Annotated[int, Field(ge=1, le=14, description="workouts a week")]


class UserView(BaseModel):
    """Who an athlete is."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    name: str | None
    role: Role
    created_at: datetime


class ProfileView(BaseModel):
    """What VoiceFit knows of an athlete. `timezone` is an IANA name, `weight_kg` body weight."""

    model_config = ConfigDict(from_attributes=True)

    name: str | None
    preferred_unit: WeightUnit
    distance_unit: DistanceUnit
    auto_pause: bool
    timezone: str
    birth_year: int | None
    sex: Sex | None
    height_cm: float | None
    weight_kg: float | None
    experience_level: ExperienceLevel | None
    goals: list[str]
    equipment: list[str]
    training_days: list[int]
    weekly_goal: int | None
    share_corrections: bool
    updated_at: datetime


class ProfileChange(Input):
    """What to change of a profile: the fields that are given, and no other. Null clears those that may be."""

    name: Name | None = None
    preferred_unit: WeightUnit = Field(default_factory=not_given)
    distance_unit: DistanceUnit = Field(default_factory=not_given)
    auto_pause: bool = Field(default_factory=not_given, description="Runs pause by themselves.")
    timezone: Timezone = Field(default_factory=not_given)
    birth_year: BirthYear | None = None
    sex: Sex | None = None
    height_cm: Height | None = None
    weight_kg: BodyWeight | None = None
    experience_level: ExperienceLevel | None = None
    goals: Goals = Field(default_factory=not_given)
    equipment: EquipmentList = Field(default_factory=not_given)
    training_days: TrainingDays = Field(default_factory=not_given)
    weekly_goal: WeeklyGoal | None = None
    share_corrections: bool = Field(default_factory=not_given)


async def read_user(db: AsyncSession, user_id: UUID) -> UserView:
    """The account of an athlete. Raises `NotSignedIn` when it is gone."""
    return UserView.model_validate(await _user(db, user_id))


async def rename(db: AsyncSession, user_id: UUID, name: str | None) -> UserView:
    """Gives an athlete another name, or none. Raises `NotSignedIn` when the account is gone."""
    row = await _user(db, user_id)
    row.name = name
    await db.flush()
    return UserView.model_validate(row)


async def change_role(db: AsyncSession, user_id: UUID, role: SelfServiceRole) -> UserView:
    """Makes an athlete a coach or a coach an athlete, in a transaction of the server's.

    Raises `RoleNotYours` for an administrator, whose role is changed in the database and nowhere else.
    """
    await db.execute(
        update(User)
        .where(User.id == user_id, User.role != "admin", User.role != role)
        .values(role=role, updated_at=func.now())
    )
    user = await read_user(db, user_id)
    if user.role != role:
        raise RoleNotYours("You are an administrator. That is changed by whoever runs the server.")
    return user


async def read_profile(db: AsyncSession, user_id: UUID, *, to_change: bool = False) -> ProfileView:
    """The profile of an athlete, made if there is none. Raises `NotSignedIn` when the account is gone.

    `to_change` keeps it from others until the transaction ends.
    """
    user = await _user(db, user_id)
    mine = select(UserProfile).where(UserProfile.user_id == user_id)
    mine = mine.execution_options(populate_existing=True)  # it may have been written beside the session
    if to_change:
        mine = mine.with_for_update()
    row = await db.scalar(mine)
    if row is None:
        await db.execute(insert(UserProfile).values(user_id=user_id).on_conflict_do_nothing())
        row = (await db.scalars(mine)).one()
    return ProfileView.model_validate({**_values(row), "name": user.name})


async def change_profile(
    db: AsyncSession, user_id: UUID, change: ProfileChange, images: Images | None = None
) -> ProfileView:
    """Changes the fields that are set in `change`. Raises `NotSignedIn` when the account is gone."""
    given = change.model_dump(exclude_unset=True)
    if images is not None:
        await _keep(db, user_id, given, images)
    if "name" in given:
        await rename(db, user_id, given.pop("name"))
    if given:
        await db.execute(
            insert(UserProfile)
            .values(user_id=user_id, **given)
            .on_conflict_do_update(
                index_elements=[UserProfile.user_id], set_={**given, "updated_at": func.now()}
            )
        )
    return await read_profile(db, user_id)


async def _keep(db: AsyncSession, user_id: UUID, given: Mapping[str, object], images: Images) -> None:
    """Notes what the fields of `given` hold now."""
    await read_profile(db, user_id, to_change=True)
    if "name" in given:
        images.before(await _user(db, user_id), "name")
    if fields := [name for name in given if name != "name"]:
        images.before(await db.get_one(UserProfile, user_id), *fields)


async def _user(db: AsyncSession, user_id: UUID) -> User:
    row = await db.get(User, user_id)
    if row is None:
        raise NotSignedIn("This account no longer exists. Sign in again.")
    return row


def _values(row: UserProfile) -> dict[str, object]:
    return {name: getattr(row, name) for name in ProfileView.model_fields if name != "name"}
