"""What an open microphone hears on a gym floor, made from a seed: talk, counting and songs that are not for
the agent, over music and iron, and now and then a command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from random import Random
from typing import Literal

import numpy as np

from eval.gym import SAMPLE_RATE, Sound, music, plates, treadmill
from eval.loading import load_scenarios, packaged_scenarios
from eval.sound.pauses import trimmed
from eval.voices import BYSTANDERS, VOICES, Studio, Voice

Kind = Literal["command", "talk", "counting", "song", "gym"]

COMMANDS = (
    ("bench press two twenty five for eight", "log_set"),
    ("two hundred for six", "log_set"),
    ("same again", "repeat_set"),
    ("set a timer for ninety seconds", "start_rest_timer"),
    ("scratch that", "undo_last"),
    ("squat three fifteen for five", "log_set"),
)
TALK = (
    "Are you still using this bench or can I jump in?",
    "Yeah, I have got two more sets and then it is all yours.",
    "How much do you have on there, is that three plates?",
    "My brother did two seventy five for ten last year, I could not believe it.",
    "You should keep your elbows in a bit more on the way down.",
    "He said he would be here at six but he is always late.",
    "Could you give me a spot on the next one?",
    "Come on, one more, you got this, push.",
    "I think I ate too much before coming here today.",
    "What are you doing after this, do you want to get some food?",
    "She told me to add five pounds every week until it stops working.",
    "They really need to fix the air conditioning in here.",
)
SONGS = (
    "Run with me tonight, we are never coming down.",
    "Oh baby, baby, hold me till the morning light.",
    "One, two, three, four, everybody on the floor.",
    "Heavy is the heart that never learned to fly.",
)
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
GAP_SECONDS = (1.6, 3.0)
AFTER_A_COMMAND_SECONDS = 4.0
COMMAND_SHARE = 0.2
BACKGROUND_DB = -24.0
FAR_DB = (-3.0, -14.0)
"""How loud others are, next to the athlete."""
SINGER = Voice("singer", pace=1.4, pitch=1.1, variety=0.9)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of sound, and what is said in it; `tool`: the call that must come of a command."""

    kind: Kind
    text: str
    sound: Sound
    tool: str | None = None


def pieces(studio: Studio, seconds: float, seed: int) -> Iterator[Piece]:
    """What is heard for about so long."""
    chance, noise = Random(seed), np.random.default_rng(seed)
    overheard = [s.turns[0].say for s in load_scenarios([packaged_scenarios()]) if s.id.startswith("nfa-")]
    talk = cycle(
        chance.sample([*TALK, *BYSTANDERS, *overheard], len(TALK) + len(BYSTANDERS) + len(overheard))
    )
    commands = cycle(chance.sample(COMMANDS, len(COMMANDS)))
    songs = cycle(chance.sample(SONGS, len(SONGS)))
    passed = 0.0
    while passed < seconds:
        kind: Kind = "command"
        if chance.random() >= COMMAND_SHARE:
            kind = chance.choice(("talk", "talk", "counting", "song", "gym"))
        tool = None
        match kind:
            case "command":
                text, tool = next(commands)
                said = trimmed(studio.say(text, chance.choice(VOICES[:5])))
            case "talk":
                text = next(talk)
                said = trimmed(studio.say(text, chance.choice(VOICES[:5]))) * _gain(chance.uniform(*FAR_DB))
            case "counting":
                text, said = _counting(studio, chance)
            case "song":
                text = next(songs)
                said = trimmed(studio.say(text, SINGER)) * _gain(chance.uniform(*FAR_DB))
                said = said + _at(music(said.size, noise), said, 6.0)
            case "gym":
                text, said = "", _at(plates(3 * SAMPLE_RATE, noise), None, chance.uniform(*FAR_DB))
        gap = AFTER_A_COMMAND_SECONDS if tool else chance.uniform(*GAP_SECONDS)
        sound = np.concatenate((said, np.zeros(round(gap * SAMPLE_RATE))))
        background = music(sound.size, noise) / 2 + treadmill(sound.size, noise) / 2
        passed += sound.size / SAMPLE_RATE
        yield Piece(kind, text, sound + _at(background, None, BACKGROUND_DB), tool)


def _counting(studio: Studio, chance: Random) -> tuple[str, Sound]:
    """A set that is counted aloud."""
    voice, reps = chance.choice(VOICES[:5]), chance.randint(5, 12)
    rest = chance.uniform(0.5, 1.5)
    parts: list[Sound] = []
    for number in NUMBERS[:reps]:
        parts += [trimmed(studio.say(number, voice)), np.zeros(round(rest * SAMPLE_RATE))]
    return " ".join(NUMBERS[:reps]), np.concatenate(parts)


LOUDNESS = 3000.0
"""The root mean square of an athlete's speech."""


def _at(sound: Sound, speech: Sound | None, below_db: float) -> Sound:
    """`sound` as loud as speech, or so many dB away from it: below that of `speech` when it is given."""
    wanted = LOUDNESS * _gain(below_db) if speech is None else _rms(speech) * _gain(-below_db)
    return sound * (wanted / max(_rms(sound), 1e-9))


def _rms(sound: Sound) -> float:
    return float(np.sqrt(np.mean(sound**2))) if sound.size else 0.0


def _gain(db: float) -> float:
    return float(10 ** (db / 20))
