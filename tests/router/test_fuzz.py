"""Whatever is said, the router answers without an error, and random words never write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.router.lexicon import LEXICON
from agent.router.router import Router
from agent.router.understanding import Call, Pending, PerformedSet, WorkoutState
from services.exercises.catalogue import packaged_catalogue
from services.limits import check_set

ROUTER = Router(packaged_catalogue())
ON_BENCH = WorkoutState(
    workout_open=True,
    exercise="barbell-bench-press",
    last_set=PerformedSet("barbell-bench-press", reps=8, weight=225),
)
STATES = st.sampled_from([WorkoutState(), WorkoutState(unit="kg", workout_open=True), ON_BENCH])
PENDINGS = st.sampled_from(
    [None]
    + [
        Pending((Call("log_set", {"reps": 5}),), m, "?")
        for m in ("exercise", "reps", "weight", "set", "confirm", "")
    ]
    + [Pending((Call("start_rest_timer"),), "seconds", "How long?")]
)


@st.composite
def phrases(draw: st.DrawFn) -> str:
    """A phrase of the lexicon: from word to word, to a place where one ends."""
    state, words = LEXICON.start, list[str]()
    while not state.ends or (state.arcs and draw(st.booleans())):
        words.append(draw(st.sampled_from(sorted(state.arcs))))
        state = state.arcs[words[-1]]
    return " ".join(words)


GYM_WORDS = st.one_of(
    phrases(),
    st.sampled_from(["bench", "squat", "press", "plank", "two", "225", "fifties", "2:25", "ten"]),
)
OTHER_WORDS = st.sampled_from(
    [
        "apple",
        "river",
        "window",
        "quietly",
        "orange",
        "table",
        "cloud",
        "garden",
        "paper",
        "purple",
        "story",
        "silver",
        "market",
        "ladder",
        "kettle",
    ]
)
KINDS = {"calls", "ask", "chat", "ignore", "hand_over"}


@given(text=st.text(max_size=200), state=STATES, pending=PENDINGS)
def test_any_text_is_answered(text: str, state: WorkoutState, pending: Pending | None) -> None:
    assert ROUTER.understand(text, state, pending).kind in KINDS


@given(words=st.lists(GYM_WORDS, max_size=12), state=STATES, pending=PENDINGS)
def test_gym_words_in_any_order_are_answered_consistently(
    words: list[str], state: WorkoutState, pending: Pending | None
) -> None:
    got = ROUTER.understand(" ".join(words), state, pending)
    assert (got.kind == "calls") == bool(got.calls)
    assert (got.kind == "ask") == bool(got.reply and got.kind == "ask")
    assert 0 <= got.confidence <= 1
    for call in got.calls:
        if call.tool == "log_set":
            values = {k: v for k, v in call.args.items() if k not in ("exercise", "set_type", "unit")}
            assert check_set(**values, unit=call.args.get("unit", state.unit), machine=True) is None


@given(words=st.lists(OTHER_WORDS, min_size=1, max_size=12), state=STATES)
def test_words_of_another_world_never_write(words: list[str], state: WorkoutState) -> None:
    assert ROUTER.understand(" ".join(words), state).kind != "calls"


@given(
    before=st.lists(OTHER_WORDS, min_size=1, max_size=3),
    after=st.lists(OTHER_WORDS, min_size=2, max_size=3),
    said=st.sampled_from(["225 for 8", "same again", "scratch that", "rest two minutes", "make that ten"]),
)
def test_a_command_inside_other_talk_is_no_command(before: list[str], after: list[str], said: str) -> None:
    assert ROUTER.understand(" ".join([*before, said, *after]), ON_BENCH).kind != "calls"


@pytest.mark.parametrize("said", ["225 for 8 " * 400, "eight " * 2000, "a" * 5000, "no " * 55, "1 " * 60])
def test_long_talk_is_no_command(said: str) -> None:
    assert ROUTER.understand(said, ON_BENCH).kind != "calls"
