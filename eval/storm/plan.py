"""What is going to be said and what is going to go wrong: all of it follows from the seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Literal

from eval.loading import load_scenarios, packaged_scenarios

Kind = Literal["realtime", "http", "mcp", "room"]
WEB: Sequence[Kind] = ("realtime", "http", "mcp")
ROOMS: Sequence[Kind] = ("room",)

Mischief = Literal[
    "none",
    "cancel",
    "truncate",
    "talk_over",
    "drop_at_once",
    "drop_soon",
    "drop_at_sign",
    "twice",
    "twin",
    "malformed",
    "slow",
    "leave",
    "hang_up",
    "forget_item",
]
"""What happens to a turn when it is sent for the first time:

- `cancel`, `truncate`, `talk_over`: its reply is stopped, or spoken over;
- `drop_at_once`, `drop_soon`, `drop_at_sign`, `hang_up`: the connection ends right after sending, some
  moments later, at the first sign of an answer; politely in the last case. Then it is sent again;
- `leave`: the same, and it is not sent again;
- `twice`, `twin`: it is sent twice, on one connection and on two;
- `malformed`, `slow`, `forget_item`: an event that makes no sense comes before it, nobody reads for a while,
  an earlier item is deleted. In a room: a call that makes no sense comes before it, a text that never ends,
  and the device enters once more while it is there.
"""

EXERCISES = {
    "bench press": "barbell-bench-press",
    "squat": "barbell-back-squat",
    "deadlift": "conventional-deadlift",
    "overhead press": "overhead-press",
    "barbell row": "barbell-row",
    "front squat": "barbell-front-squat",
    "leg press": "leg-press",
    "lat pulldown": "lat-pulldown",
}
WEIGHTS = [95 + 2.5 * step for step in range(77)]
REPS = range(3, 13)
WAYS = (
    "{name} {weight} for {reps}",
    "{name}, {reps} reps at {weight}",
    "{reps} reps of {name} at {weight}",
    "I did {reps} reps of {name} with {weight} pounds",
    "{name} {weight} by {reps}",
)
SEVERAL = "{sets} sets of {name} at {weight} for {reps}"
CHANGES = ("same again", "scratch that", "make that {reps} reps", "no, {weight}", "undo that")
CALLED = ("start my workout", "the first one")
"""In a room these have buttons, as `undo that` has."""
READS = (
    "how many sets have I done",
    "what is my {name} record",
    "what did I do last time on {name}",
    "thanks",
    "what weight should I use next",
)
RUDE: Sequence[tuple[Mischief, float]] = (
    ("none", 40),
    ("cancel", 8),
    ("truncate", 4),
    ("talk_over", 1),
    ("drop_at_once", 6),
    ("drop_soon", 9),
    ("drop_at_sign", 6),
    ("twice", 6),
    ("twin", 6),
    ("malformed", 4),
    ("slow", 1),
    ("leave", 3),
    ("hang_up", 4),
    ("forget_item", 2),
)
SPOKEN_SHARE = 0.06
MAX_DELAY = 0.12


@dataclass(frozen=True, slots=True)
class Lift:
    """A set that no other turn of its athlete logs."""

    slug: str
    weight: float
    reps: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A turn and its fate. `lifts` are the sets that it has to log; None: whatever it comes to, once.

    `delay` is when things go wrong, in seconds; `spoken` asks for a spoken reply.
    """

    item_id: str
    text: str
    lifts: tuple[Lift, ...] | None
    mischief: Mischief
    delay: float
    spoken: bool


@dataclass(frozen=True, slots=True)
class Device:
    """A device of an athlete and the turns that it sends, one after the other."""

    name: str
    kind: Kind
    own_conversation: bool
    turns: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Athlete:
    """An athlete and their devices, which are used at once."""

    name: str
    devices: tuple[Device, ...]


def planned(
    turns: int, seed: int, athletes: int = 8, *, spoken: bool = True, kinds: Sequence[Kind] = WEB
) -> list[Athlete]:
    """`turns` turns shared by the athletes' devices, which are of `kinds`, one at least of the first. Without
    `spoken` no reply is asked for as speech."""
    chance = random.Random(seed)
    sayings = _packaged()
    devices: list[list[tuple[str, Kind, bool]]] = []
    for number in range(athletes):
        mine: list[Kind] = [kinds[0], *chance.choices(kinds, k=chance.randint(0, 3))]
        devices.append(
            [(f"a{number}d{place}", kind, chance.random() < 0.4) for place, kind in enumerate(mine)]
        )
    count = sum(map(len, devices))
    shares = iter([turns // count + (place < turns % count) for place in range(count)])
    made = []
    for number, theirs in enumerate(devices):
        lifts = _lifts(chance)
        made.append(
            Athlete(
                f"a{number}",
                tuple(
                    Device(
                        name,
                        kind,
                        own,
                        tuple(
                            _turn(chance, f"{name}t{place}", kind, lifts, sayings, spoken)
                            for place in range(next(shares))
                        ),
                    )
                    for name, kind, own in theirs
                ),
            )
        )
    return made


def _lifts(chance: random.Random) -> Iterator[tuple[str, Lift]]:
    """Sets that are all different, and none that a packaged sentence may log ("a plate for ten")."""
    every = list(product(EXERCISES, sorted(set(WEIGHTS) - _packaged_weights()), REPS))
    chance.shuffle(every)
    for name, weight, reps in every:
        yield name, Lift(EXERCISES[name], weight, reps)
    raise ValueError("There are no more sets to tell apart: storm with fewer turns, or more athletes.")


def _turn(
    chance: random.Random,
    item_id: str,
    kind: Kind,
    lifts: Iterator[tuple[str, Lift]],
    sayings: Sequence[str],
    spoken: bool,
) -> Planned:
    text, meant = _sentence(chance, kind, lifts, sayings)
    mischief = chance.choices([what for what, _ in RUDE], [weight for _, weight in RUDE])[0]
    aloud = chance.random() < SPOKEN_SHARE or mischief in ("truncate", "talk_over")
    return Planned(item_id, text, meant, mischief, chance.random() * MAX_DELAY, aloud and spoken)


def _sentence(
    chance: random.Random, kind: Kind, lifts: Iterator[tuple[str, Lift]], sayings: Sequence[str]
) -> tuple[str, tuple[Lift, ...] | None]:
    what = chance.random()
    name, lift = next(lifts)
    words = {"name": name, "weight": f"{lift.weight:g}", "reps": lift.reps}
    if kind in ("http", "mcp") or what < 0.55:
        return chance.choice(WAYS).format(**words), (lift,)
    if what < 0.62:
        sets = chance.randint(2, 4)
        return SEVERAL.format(sets=sets, **words), (lift,) * sets
    if what < 0.68:
        other, second = next(lifts)
        return f"{name} {lift.weight:g} for {lift.reps}, then {other} {second.weight:g} for {second.reps}", (
            lift,
            second,
        )
    if what < 0.86:
        changes = (*CHANGES, *CALLED) if kind == "room" else CHANGES
        return chance.choice(changes).format(**words), None
    if what < 0.94:
        return chance.choice(READS).format(**words), ()
    return chance.choice(sayings), None


@cache
def _packaged_weights() -> frozenset[float]:
    scenarios = load_scenarios([packaged_scenarios()])
    calls = (call for scenario in scenarios for turn in scenario.turns for call in turn.calls)
    weights = (call.args.get("weight") for call in calls)
    return frozenset(float(weight) for weight in weights if isinstance(weight, int | float))


def _packaged() -> list[str]:
    scenarios = load_scenarios([packaged_scenarios()])
    return [turn.say for scenario in scenarios for turn in scenario.turns if len(turn.say) < 200]
