"""Whatever an athlete has comes back the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.models import (
    Conversation,
    Exercise,
    Message,
    VoiceCommand,
    Workout,
    WorkoutSet,
)
from db.session import Database
from tests.db.fixtures import new_athlete
from tests.services.transfer.exports import (
    LEFT_OUT,
    as_anothers,
    bring_back,
    exported,
    restorable,
    tables_of,
)

TEXTS = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(codec="ascii", min_codepoint=32), max_size=5), inner, max_size=3
        )
    ),
    max_leaves=6,
)
SETS = st.fixed_dictionaries(
    {
        "set_number": st.integers(1, 9),
        "reps": st.none() | st.integers(0, 1000),
        "weight": st.none() | st.floats(0, 1e6),
        "weight_unit": st.sampled_from(["lbs", "kg"]),
        "rpe": st.none() | st.floats(1, 10, width=32),
        "duration_seconds": st.none() | st.floats(0, 1e9),
        "notes": TEXTS,
        "is_pr": st.booleans(),
        "completed_at": MOMENTS,
    }
)
WORKOUTS = st.lists(
    st.tuples(
        st.fixed_dictionaries(
            {
                "name": TEXTS,
                "status": st.sampled_from(["completed", "cancelled"]),
                "started_at": MOMENTS,
                "duration": st.none() | st.integers(0, 2**31 - 1),
            }
        ),
        st.lists(SETS, max_size=4),
    ),
    max_size=4,
)
TALK = st.lists(
    st.tuples(
        TEXTS,
        st.lists(
            st.tuples(
                TEXTS,
                st.none()
                | st.dictionaries(
                    st.text(st.characters(codec="ascii", min_codepoint=32), max_size=5), JSON, max_size=2
                ),
            ),
            max_size=3,
        ),
    ),
    max_size=3,
)


async def live(database: Database, athlete: UUID, workouts: Any, talk: Any) -> None:
    """Fills an account."""
    async with database.transaction(athlete) as session:
        exercises = list(await session.scalars(select(Exercise.id).order_by(Exercise.slug).limit(3)))
        for i, (workout, sets) in enumerate(workouts):
            row = Workout(user_id=athlete, current_exercise_id=exercises[i % 3], **workout)
            session.add(row)
            await session.flush()
            for one in sets:
                session.add(
                    WorkoutSet(user_id=athlete, workout_id=row.id, exercise_id=exercises[i % 3], **one)
                )
                await session.flush()
        for title, messages in talk:
            thread = Conversation(user_id=athlete, title=title)
            session.add(thread)
            await session.flush()
            for said, metadata in messages:
                session.add(
                    Message(
                        user_id=athlete,
                        conversation_id=thread.id,
                        role="user",
                        content=said or "",
                        metadata_=metadata,
                    )
                )
                session.add(
                    VoiceCommand(
                        user_id=athlete,
                        conversation_id=thread.id,
                        raw_transcript=said or "",
                        parsed_output=metadata,
                    )
                )
                await session.flush()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(workouts=WORKOUTS, talk=TALK)
async def test_what_goes_out_comes_in_the_same(database: Database, workouts: Any, talk: Any) -> None:
    athlete, other = await new_athlete(database, timezone="UTC"), await new_athlete(database)
    await live(database, athlete, workouts, talk)
    export, before = await exported(database, athlete), await tables_of(database, athlete)
    await bring_back(database, other, export)
    after = await tables_of(database, other)
    assert restorable(after) == as_anothers(before, athlete, other, without=LEFT_OUT)
    # And what came in goes out to a third the same.
    third = await new_athlete(database, timezone="UTC")
    await bring_back(database, third, await exported(database, other))
    assert restorable(await tables_of(database, third)) == as_anothers(after, other, third, without=LEFT_OUT)
    assert (await bring_back(database, other, export)).written == {}
