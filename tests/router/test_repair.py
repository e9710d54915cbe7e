"""What recognisers mishear is mended; what they hear right stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.router.router import Router
from agent.router.understanding import WorkoutState
from agent.speech.repair import SoundIndex, doubt, repair, sound_key

SCENARIOS = Path(__file__).parents[2] / "eval" / "scenarios"


@pytest.mark.parametrize(
    ("heard", "mended"),
    [
        ("225 for ate", "225 for 8"),
        ("185 for tin", "185 for 10"),
        ("a hundred key lows for five", "a hundred kilos for five"),
        ("225 for five our pee eight", "225 for five rpe eight"),
        ("to twenty five for five", "two twenty five for five"),
        ("8 reps at £1.85", "8 reps at 185"),
        ("4054 single", "405 for a single"),
        ("225 for A that 8", "225 for 8 at 8"),
        ("Frannon 432", "fran in 432"),
        ("start a temple run", "start a tempo run"),
        ("30s for 12 too in reserve", "30s for 12 two in reserve"),
        ("same a gain", "same again"),
        ("scotch that", "scratch that"),
        ("make that to reps", "make that two reps"),
        ("Rack pulls 4.95 for 4", "Rack pulls 495 for 4"),
        ("72. And a half for 9.", "72 and a half for 9."),
        ("275 for 5.0 reps in reserve", "275 for 5, 0 reps in reserve"),
        ("245s on each side for 6", "2 45s on each side for 6"),
        ("dips plus 453 sets of 8", "dips plus 45 3 sets of 8"),
        ("500 meter row in 142.", "500 meter row in 1:42."),
        ("first two sets 70 for 10, last 280 for 8", "first two sets 70 for 10, last 2 sets at 80 for 8"),
        ("2 plates in a quarter for 5", "2 plates and a quarter for 5"),
        ("1 plate and a 5 aside for 6", "1 plate and a 5 a side for 6"),
        ("5 Rets, 275.", "5 reps, 275."),
        ("only got for it 235", "only got 4 at 235"),
        ("got for a 185", "got 4 at 185"),
        ("face pulse 40 for 15", "face pulls 40 for 15"),
        ("Flat pull down 120 for 12", "lat pull down 120 for 12"),
        ("Light press 360 for 8", "leg press 360 for 8"),
        ("hang claim 60 kilos for 3", "hang clean 60 kilos for 3"),
        ("seated rolls 55 kilos for 10", "seated rows 55 kilos for 10"),
        ("4 turples at 100", "4 triples at 100"),
        ("war, up 60 for 10", "warm up 60 for 10"),
        ("2% was dips for 10 and rows for 12", "superset was dips for 10 and rows for 12"),
        ("could you be down for 60 for 8", "could you put me down for 60 for 8"),
        ("Cut, you put me down for 60 kilos for 8", "could you put me down for 60 kilos for 8"),
        ("barble row 70 for 8", "barbell row 70 for 8"),
        ("100 for 8. Call at RPE 8.", "100 for 8. call it rpe 8."),
        ("rows 70 for 12 or 3.", "rows 70 for 12, rir 3."),
        ("10 reps at 40 with 1 reps", "10 reps at 40 with 1 rir"),
        ("100 for 8. 10, 110 for 6", "100 for 8 then 110 for 6"),
        ("100 for 5. Press 90 seconds", "100 for 5, rest 90 seconds"),
    ],
)
def test_mended(heard: str, mended: str) -> None:
    assert repair(heard) == mended


@pytest.mark.parametrize(
    "heard",
    [
        "I ate two eggs",
        "we went to the gym",
        "that was for my friend",
        "I want to bench",
        "are you free for a set",
        "move it aside please",
        "it took me 30 seconds",
        "I live 3 miles away, in 142 Elm Street",
        "plank 30 seconds for 3",
        "barbell roll outs for 12",
        "light press 45 for 10",
        "put me down for 60 for 8",
        "it was 9 or 10 reps",
        "225 for 9 or 8",
        "can you put that down for me",
        "bench press 2 sets",
        "I was up at 6",
    ],
)
def test_left_alone(heard: str) -> None:
    assert repair(heard) == heard


def test_clean_transcripts_stay_as_they_are() -> None:
    lines = (SCENARIOS / "logging.jsonl").read_text(encoding="utf-8").splitlines()
    says = [turn["say"] for line in lines for turn in json.loads(line)["turns"]]
    assert [s for s in says if repair(s) != s] == []


@pytest.mark.parametrize(
    ("heard", "exercise", "quantities"),
    [
        ("1 deadlift 405 for 2.", "conventional-deadlift", {"weight": 405, "reps": 2}),
        ("I'm 225 for up 10.", None, {"weight": 225, "reps": 10}),
        ("I'm 225 for a 10.", None, {"weight": 225, "reps": 10}),
        ("5. 15 for 1.", None, {"weight": 515, "reps": 1}),
        ("Far with 10s for 12.", None, {"weight": 65, "reps": 12}),
        ("Blood 315 for 5 please.", None, {"weight": 315, "reps": 5}),
        ("Fence 185 for 3.", "barbell-bench-press", {"weight": 185, "reps": 3}),
        ("Axe squat 180 for 9.", "hack-squat", {"weight": 180, "reps": 9}),
        ("Tower claim 70 kilos for 2.", "power-clean", {"weight": 70, "reps": 2}),
        ("1 up 95 for 8.", None, {"weight": 95, "reps": 8}),
        ("Ope 45 kilos for 8.", "overhead-press", {"weight": 45, "reps": 8}),
        ("Threstors 40 for 10.", "thruster", {"weight": 40, "reps": 10}),
        ("12 tries to push down at 50.", "triceps-pushdown", {"weight": 50, "reps": 12}),
        ("Hands then walk 30 feet.", "handstand-walk", {"distance_meters": 9.144}),
        ("T-Bar, rows 90 for 12.", "t-bar-row", {"weight": 90, "reps": 12}),
    ],
)
def test_second_hearing(
    router: Router, heard: str, exercise: str | None, quantities: dict[str, float]
) -> None:
    got = router.understand(heard, WorkoutState(workout_open=True, exercise="barbell-bench-press"))
    assert got.kind == "calls", got
    [call] = got.calls
    if exercise is not None:
        assert call.args["exercise"] == router.matcher.catalogue.by_slug[exercise].name
    assert {name: call.args[name] for name in quantities} == pytest.approx(quantities)


@pytest.mark.parametrize(
    "heard",
    [
        "99 bottles of beer on the wall",
        "my coach deadlifts six hundred for a triple",
        "quimbly presses forty kilos for ten",
        "smith machine 135 for 10",
        "It calms on 100 kilos for 5 today.",
        "Head press 140 for 8.",
        "225 for 5 paused",
        "3 by 10 with parties.",
        "I'm 225 for 8, or was it 9?",
        "no way, 315 for 5",
        "did you see 225 for 8",
        "blood sugar 95 for the day",
        "there is a fence",
    ],
)
def test_talk_and_strange_names_stay_unwritten(router: Router, heard: str) -> None:
    state = WorkoutState(workout_open=True, exercise="barbell-bench-press")
    assert router.understand(heard, state).kind != "calls"


def test_a_name_found_by_its_sound_is_recorded_as_such(router: Router) -> None:
    got = router.understand("Threstors 40 for 10.", WorkoutState(workout_open=True))
    assert [(m.match_type, m.words) for m in got.matches] == [("fuzzy", "threstors")]
    assert got.confidence < 1


def test_what_makes_sense_is_not_doubted() -> None:
    assert doubt("225 for 8") == "225 for 8"


def test_sounds() -> None:
    assert sound_key("thrusters") == sound_key("threstors")
    assert sound_key("dips") != sound_key("squats")
    index = SoundIndex({"hip thrust": "a", "hip thrusts": "a", "leg press": "b"})
    found = index.nearest(["hip", "trusts"], floor=0.8)
    assert found is not None
    assert found.name == "hip thrusts"
    assert index.nearest(["garden", "hose"], floor=0.8) is None
