"""Who speaks when: what scenarios can ask for, how it sounds, and how it is counted and shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from eval.gym import SAMPLE_RATE, Sound, overlap, trimmed
from eval.outcome import OverReply, TurnOutcome
from eval.page import figures, page
from eval.report import to_json
from eval.scenario import Scenario, Turn
from eval.tables import render
from eval.voices import VOICES, Noise, Studio, another
from tests.eval.builders import FakePlayer, as_expected, expect, scenario, turn
from tests.eval.test_run import play

ROOM = np.zeros(SAMPLE_RATE // 2)
TONE: Sound = 5_000 * np.sin(2 * np.pi * 220 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
SET = expect("log_set", reps=6, weight=230)


@pytest.mark.parametrize(
    "wrong",
    [
        {"say": "230 for 6", "calls": [SET], "voicefit": {"by": "other"}},
        {"say": "which one", "calls": [], "ask": True, "voicefit": {"by": "other"}},
        {"say": "230 for 6", "calls": [SET], "voicefit": {"pauses": [{"after_words": 3, "ms": 400}]}},
        {
            "say": "230 for 6",
            "calls": [SET],
            "voicefit": {"pauses": [{"after_words": 2, "ms": 400}, {"after_words": 1, "ms": 400}]},
        },
        {
            "say": "230 for 6",
            "calls": [SET],
            "audio": "a.wav",
            "voicefit": {"pauses": [{"after_words": 1, "ms": 400}]},
        },
        {"say": "230 for 6", "calls": [SET], "voicefit": {"overlap": []}},
    ],
)
def test_what_cannot_be_said_like_that_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Turn.model_validate(wrong)


def test_the_first_turn_has_no_reply_to_be_said_over() -> None:
    over = turn(SET, voicefit={"over_reply_ms": 300})
    with pytest.raises(ValidationError, match="there is none yet"):
        scenario(over)
    assert scenario(turn(SET), over).turns[1].aloud.over_reply_ms == 300


@pytest.mark.parametrize("db", [-20.0, -6.0, 3.0])
def test_others_talk_as_loud_and_as_late_as_asked(db: float) -> None:
    speech = np.concatenate([ROOM, TONE, ROOM])
    talk = TONE[::-1][: SAMPLE_RATE // 2]
    both = overlap(speech, talk, 0.8, db)
    alone = both[ROOM.size + SAMPLE_RATE : ROOM.size + round(1.3 * SAMPLE_RATE)]
    quiet = both[ROOM.size : ROOM.size + round(0.8 * SAMPLE_RATE)]
    level = 10 * np.log10(np.mean(trimmed(alone) ** 2) / np.mean(quiet**2))
    assert level == pytest.approx(db, abs=0.3)
    whole = ROOM.size + round(1.3 * SAMPLE_RATE) + ROOM.size
    assert both.size == pytest.approx(whole, abs=50), "the room is heard afterwards"


def silences(path: Path) -> list[float]:
    """Seconds of each silence of 0.2 s or more inside the recording, but for those at its ends."""
    from eval.gym import read_sound

    loud = np.flatnonzero(np.abs(read_sound(path)) > 300)
    gaps = np.diff(loud) / SAMPLE_RATE
    return [float(gap) for gap in gaps if gap > 0.2]


@pytest.mark.slow
@pytest.mark.alone
def test_a_pause_is_where_and_as_long_as_it_was_asked_for(tmp_path: Path) -> None:
    pauses = [{"after_words": 2, "ms": 500, "filler": "um"}, {"after_words": 4, "ms": 900}]
    said = turn(SET, say="two thirty for six at nine", voicefit={"pauses": pauses})
    talked = turn(say="my sister is visiting", voicefit={"by": "other", "db": -20})
    spoken: list[Scenario] = Studio(tmp_path).aloud([scenario(said, talked)], 1, [Noise()])
    first, second = (one.audio for one in spoken[0].turns)
    assert first is not None
    assert second is not None
    assert silences(first) == [pytest.approx(0.5, abs=0.1), pytest.approx(0.9, abs=0.1)]


def test_another_is_heard_to_be_another() -> None:
    assert all(another(voice).pitch not in (1.0, voice.pitch) for voice in VOICES)


OVER, OTHERS = {"over_reply_ms": 500}, {"by": "other", "over_reply_ms": 500}
STORY = [
    scenario(
        turn(say="how do I bench"),
        turn(SET, say="230 for 6", voicefit=OVER),
        turn(say="nice"),
        turn(say="did you see the game", voicefit=OTHERS),
        turn(SET, say="230 for 6", voicefit={"pauses": [{"after_words": 1, "ms": 400}]}),
        turn(SET, say="230 for 6", voicefit=OVER),
    )
]
CAME = {
    1: {"over_reply": OverReply(True, silenced=True, latency_ms=320.0, kept_true=False)},
    3: {"over_reply": OverReply(True, silenced=True, latency_ms=400.0), "turn_taking": "answered"},
    4: {"turn_taking": "cut_off"},
    5: {"over_reply": OverReply(during=False)},
}


def test_who_spoke_when_is_counted_and_shown() -> None:
    places = {id(one): place for place, one in enumerate(STORY[0].turns)}

    def behave(wanted: Turn) -> TurnOutcome:
        done = as_expected(wanted)
        more: dict[str, Any] = {"turn_taking": "right"} | CAME.get(places[id(wanted)], {})
        return TurnOutcome(calls=done.calls, reply=done.reply, transcript=wanted.say, **more)

    run = play(FakePlayer(behave), STORY)
    report = to_json(run)
    assert report["talking"] == {
        "interruptions": {
            "turns": 1,
            "silenced": 1,
            "exact": 1,
            "history_checked": 1,
            "history_true": 0,
            "too_late": 1,
        },
        "talk_over_replies": {"turns": 1, "broke_off": 1},
        "not_for_the_agent": {"turns": 1, "answered": 1},
        "pauses": {"turns": 1, "cut_off": 1},
    }
    assert report["timings"]["interruption_ms"] == {"p50": 320.0, "p95": 320.0}
    assert [(one["turn"], one["faults"]) for one in report["turn_taking_faults"]] == [
        (2, ["the history does not keep what was heard"]),
        (4, ["answered", "broke off a reply"]),
        (5, ["cut off"]),
    ]
    assert figures(report)["interruptions that silenced"] == "1 of 1"
    assert "broke off a reply" in page(report)
    assert render(run) is not None


def test_in_text_nothing_is_said_of_it() -> None:
    report = to_json(play(FakePlayer(), STORY))
    assert report["talking"] is None
    assert report["turn_taking_faults"] == []
