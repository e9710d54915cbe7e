"""The statements that write records: each does in one journey what would be several rows' work."""

from __future__ import annotations

from sqlalchemy import UUID, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP

_SAID = "value, weight, weight_unit, reps, estimated_1rm, achieved_at"
_HISTORY = f"exercise_id, workout_set_id, pr_type, {_SAID}, previous_pr_id, improvement_percent"
_STANDING = f"exercise_id, workout_set_id, pr_history_id, pr_type, {_SAID}"


def _change(table: str, columns: str) -> str:
    """What an insert does with a row that is there: writes what differs, and nothing when nothing does."""
    names = columns.split(", ")
    new = ", ".join(f"{name} = excluded.{name}" for name in names)
    if table == "personal_records":
        new += ", updated_at = now()"
    was = ", ".join(f"{table}.{name}" for name in names)
    will = ", ".join(f"excluded.{name}" for name in names)
    return f"on conflict (id) do update set {new} where ({was}) is distinct from ({will})"


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
        {_change("pr_history", _HISTORY)}
    ), standing as (
        insert into personal_records (id, user_id, {_STANDING})
        select best_id, :user_id, {_STANDING} from given where best_id is not null
        {_change("personal_records", _STANDING)}
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

DROP_STANDING = text(
    "delete from personal_records "
    "where user_id = :user_id and exercise_id = :exercise_id and id <> all(:kept)"
).bindparams(bindparam("kept", type_=ARRAY(UUID())))

SETTLE = text(
    """
    with gone as (
        delete from pr_history
        where user_id = :user_id and exercise_id = :exercise_id and achieved_at >= :since
          and id <> all(:kept)
    )
    update workout_sets set is_pr = (id = any(:marked)), updated_at = now()
    where user_id = :user_id and exercise_id = :exercise_id and completed_at >= :since
      and is_pr <> (id = any(:marked))
    """
).bindparams(
    bindparam("kept", type_=ARRAY(UUID())),
    bindparam("marked", type_=ARRAY(UUID())),
    bindparam("since", type_=TIMESTAMP(timezone=True)),
)
"""Drops what is no record any more since a time, and marks the sets that are. After `WRITE`: by then nothing
that stays names what goes."""
