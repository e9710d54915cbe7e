"""The statements that write records: each does in one journey what would be several rows' work."""

from __future__ import annotations

from sqlalchemy import UUID, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP

_SAID = "value, weight, weight_unit, reps, estimated_1rm, achieved_at"
_HISTORY = f"exercise_id, workout_set_id, pr_type, {_SAID}, previous_pr_id, improvement_percent"
_STANDING = f"exercise_id, workout_set_id, pr_history_id, pr_type, {_SAID}"


_NEW = ", ".join(f"{name} = excluded.{name}" for name in _STANDING.split(", "))
_WAS = ", ".join(f"personal_records.{name}" for name in _STANDING.split(", "))
_WILL = ", ".join(f"excluded.{name}" for name in _STANDING.split(", "))

WRITE = text(
    f"""
    with given as (
        select *, id as pr_history_id from jsonb_to_recordset(:records) as one (
            id uuid, best_id uuid, is_new boolean, exercise_id uuid, workout_set_id uuid, pr_type text,
            value real, weight real, weight_unit text, reps integer, estimated_1rm real,
            previous_pr_id uuid, improvement_percent real, achieved_at timestamptz
        )
    ), history as (
        insert into pr_history (id, user_id, {_HISTORY})
        select id, :user_id, {_HISTORY} from given where is_new
    ), standing as (
        insert into personal_records (id, user_id, {_STANDING})
        select best_id, :user_id, {_STANDING} from given where best_id is not null
        on conflict (id) do update set {_NEW}, updated_at = now()
        where ({_WAS}) is distinct from ({_WILL})
    ), marked as (
        update workout_sets set is_pr = true, updated_at = now()
        where not is_pr
          and id in (select workout_set_id from given where is_new and previous_pr_id is not null)
    )
    select distinct news.pr_type
    from workout_sets as done
    join pr_history as news on news.workout_set_id = done.id and news.exercise_id = :exercise_id
    join pr_history as beaten on beaten.id = news.previous_pr_id
    join workout_sets as before on before.id = beaten.workout_set_id and before.workout_id <> :workout_id
    where done.workout_id = :workout_id
    """
).bindparams(
    bindparam("records", type_=JSONB),
    bindparam("user_id", type_=UUID()),
    bindparam("exercise_id", type_=UUID()),
    bindparam("workout_id", type_=UUID()),
)
"""Writes records and the standing ones among them, and marks their sets.

Returns the types that had been news in the workout before: they had beaten an earlier workout's record.
"""

_OF_EXERCISE = "where user_id = :user_id and exercise_id = :exercise_id"

DROP = text(f"delete from pr_history {_OF_EXERCISE} and id <> all(:kept)").bindparams(
    bindparam("kept", type_=ARRAY(UUID()))
)
"""Drops an exercise's records but those kept, which must be the oldest: a record names the one before it."""

DROP_STANDING = text(f"delete from personal_records {_OF_EXERCISE} and id <> all(:kept)").bindparams(
    bindparam("kept", type_=ARRAY(UUID()))
)
"""Drops the standing records of an exercise but those kept."""

MARK = text(
    f"""
    update workout_sets set is_pr = (id = any(:marked)), updated_at = now()
    {_OF_EXERCISE} and completed_at >= :since and is_pr <> (id = any(:marked))
    """
).bindparams(bindparam("marked", type_=ARRAY(UUID())), bindparam("since", type_=TIMESTAMP(timezone=True)))
"""Marks the sets since a time that are records, and no others."""
