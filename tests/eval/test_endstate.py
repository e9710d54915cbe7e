"""End states: rows that say the same are the same, whatever their ids and times."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eval.endstate import TABLES, EndState, _normal, _places, differences


def state(*sets: dict[str, Any]) -> EndState:
    """A state with these rows of `workout_sets`, given as the database has them."""
    rows = {"workout_sets": [{"created_at": f"2026-01-07T17:00:{n:02}", **one} for n, one in enumerate(sets)]}
    places = _places(rows)
    return EndState(
        {"workout_sets": [_normal(TABLES["workout_sets"], row, places) for row in rows["workout_sets"]]}
    )


SETS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.uuids().map(str),
            "reps": st.integers(1, 30),
            "weight": st.integers(1, 400),
            "notes": st.text(),
        }
    ),
    max_size=4,
    unique_by=lambda one: one["id"],
)


@given(SETS, st.data())
def test_ids_times_order_and_free_text_make_no_difference(
    sets: list[dict[str, Any]], data: st.DataObject
) -> None:
    others = [
        {**one, "id": f"other {n}", "notes": "other"}
        for n, one in enumerate(data.draw(st.permutations(sets)))
    ]
    assert differences(state(*sets), state(*others)) == ()


@given(SETS.filter(bool), st.data())
def test_a_row_too_many_too_few_or_another_is_seen(sets: list[dict[str, Any]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(sets) - 1))
    changed = [{**one, "reps": one["reps"] + 1} if n == place else one for n, one in enumerate(sets)]
    fewer = sets[:place] + sets[place + 1 :]
    assert len(differences(state(*sets), state(*changed))) == 1
    assert "a row is missing" in differences(state(*sets), state(*fewer))[0]
    assert "a row too many" in differences(state(*fewer), state(*sets))[0]


def test_a_duration_may_differ_by_what_playing_takes() -> None:
    held = {"id": "1", "duration_seconds": 60}
    assert differences(state(held), state({**held, "duration_seconds": 66})) == ()
    assert differences(state(held), state({**held, "duration_seconds": 90})) == (
        "workout_sets: duration_seconds is 90, not 60",
    )
