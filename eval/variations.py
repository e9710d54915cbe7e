"""Other ways to say the same: made by rules, from a seed, with every number kept.

Each variation follows one rule, so that a drop in accuracy has a name. Nothing here knows how VoiceFit reads
sentences: a generator that leant on the router would only say what the router expects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from eval.scenario import Scenario, Turn

Words = list[str]
Rule = Callable[[Words, Random], Words | None]
"""Other words for the same, or None where the rule finds nothing to do."""

TAG = "varied:"

ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
IN_NUMBERS = {
    *(*ONES, *TENS[2:], "hundred", "thousand", "hundreds", "point", "oh", "o", "half", "quarter", "and"),
    *("double", "triple", "single", "a", "an", "first", "second", "third", "plus", "minus"),
}
"""Words that may belong to a number: what stands beside one of them is left as it is."""

FILLERS_BEFORE = ("um", "uh", "okay", "so", "alright", "um okay", "right so", "hey")
FILLERS_BETWEEN = ("um", "uh", "er")
MANNERS_BEFORE = ("please", "can you", "could you please")
MANNERS_AFTER = ("please", "thanks", "thank you")
SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("what's", "what is"),
    ("i'm", "i am"),
    ("that's", "that is"),
    ("it's", "it is"),
    ("didn't", "did not"),
    ("let's", "let us"),
    ("reps", "repetitions"),
    ("scratch that", "undo that", "take that back"),
    ("same again", "same thing again", "the same again"),
    ("finish workout", "end workout", "finish the workout", "end the workout"),
    ("start a workout", "begin a workout", "start workout"),
    ("pull ups", "pullups", "pull-ups"),
    ("push ups", "pushups", "push-ups"),
    ("dumbbell", "db"),
    ("overhead press", "ohp"),
)
UNITS: tuple[tuple[str, ...], ...] = (
    ("pounds", "lbs", "pound"),
    ("kilos", "kg", "kilograms", "kgs"),
    ("seconds", "secs"),
    ("minutes", "mins"),
    ("kilometers", "kilometres", "km", "k's"),
    ("meters", "metres"),
)
MISHEARD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("reps", ("wraps", "raps")),
    ("squat", ("squad", "squats")),
    ("squats", ("squads", "squat")),
    ("deadlift", ("dead lift", "deadlifts")),
    ("deadlifts", ("dead lifts",)),
    ("bench press", ("benchpress", "bench presses")),
    ("lunges", ("lounges",)),
    ("curls", ("curl's", "girls")),
    ("tempo", ("temple",)),
    ("rows", ("rose",)),
    ("kilos", ("kilo's",)),
    ("dips", ("dip's",)),
    ("workout", ("work out",)),
    ("warmup", ("warm up",)),
    ("lat pulldown", ("lap pulldown", "lat pull down")),
)


def vary(scenario: Scenario, count: int, seed: int) -> list[Scenario]:
    """Up to `count` variations of a scenario, each by another rule or draw, with ids `id~rule~n`.

    Their turns have the same expectations, and their tags say by which rule they were made. Turns with audio
    are left as they are; a scenario in which no rule finds anything to do has no variations.
    """
    chance = Random(f"{seed} {scenario.id}")
    said = {tuple(turn.say for turn in scenario.turns)}
    varied: list[Scenario] = []
    names = list(RULES)
    for _ in range(count):
        chance.shuffle(names)
        for name in names:
            turns = tuple(_vary_turn(turn, RULES[name], chance) for turn in scenario.turns)
            key = tuple(turn.say for turn in turns)
            if key not in said:
                said.add(key)
                update = {
                    "id": f"{scenario.id}~{name}~{len(varied) + 1}",
                    "tags": (*scenario.tags, TAG + name),
                    "turns": turns,
                }
                varied.append(scenario.model_copy(update=update))
                break
    return varied


def vary_words(say: str, rule: str, chance: Random) -> str | None:
    """`say` by one rule; None where it finds nothing to do."""
    words = RULES[rule](say.split(), chance)
    return None if words is None else " ".join(words)


def _vary_turn(turn: Turn, rule: Rule, chance: Random) -> Turn:
    words = None if turn.audio is not None else rule(turn.say.split(), chance)
    return turn if words is None else turn.model_copy(update={"say": " ".join(words)})


def _fillers(words: Words, chance: Random) -> Words:
    free = [i for i in range(1, len(words)) if not _numeric(words[i - 1]) and not _numeric(words[i])]
    if free and chance.random() < 0.5:
        place = chance.choice(free)
        return [*words[:place], chance.choice(FILLERS_BETWEEN), *words[place:]]
    return [chance.choice(FILLERS_BEFORE), *words]


def _manners(words: Words, chance: Random) -> Words | None:
    if _bare(words[-1]) in ("please", "thanks", "you"):
        return None
    verbs = ("start", "log", "finish", "end", "stop", "undo", "change", "show", "give", "tell", "swap", "set")
    if _bare(words[0]) in verbs and chance.random() < 0.5:
        return [chance.choice(MANNERS_BEFORE), *words]
    return [*words[:-1], words[-1].rstrip(".!?,"), chance.choice(MANNERS_AFTER)]


def _synonyms(words: Words, chance: Random) -> Words | None:
    return _swap_one(words, SYNONYMS, chance)


def _units(words: Words, chance: Random) -> Words | None:
    return _swap_one(words, UNITS, chance)


def _misheard(words: Words, chance: Random) -> Words | None:
    text = " ".join(words)
    found = [(old, new) for old, new in MISHEARD if _standing(old).search(text)]
    if not found:
        return None
    old, new = chance.choice(found)
    return _standing(old).sub(chance.choice(new), text, count=1).split()


def _swap_one(words: Words, groups: Sequence[tuple[str, ...]], chance: Random) -> Words | None:
    text = " ".join(words)
    found = [(old, group) for group in groups for old in group if _standing(old).search(text)]
    if not found:
        return None
    old, group = chance.choice(found)
    return _standing(old).sub(chance.choice([one for one in group if one != old]), text, count=1).split()


def _standing(phrase: str) -> re.Pattern[str]:
    """`phrase` as whole words, without case."""
    return re.compile(rf"(?<![\w'-]){re.escape(phrase)}(?![\w'-])", re.IGNORECASE)


def _numbers(words: Words, chance: Random) -> Words | None:
    """Digits as words, words as digits; only numbers that stand alone, so that no two can run together."""
    varied = list(words)
    for i, word in enumerate(words):
        if (i and _numeric(words[i - 1])) or (i + 1 < len(words) and _numeric(words[i + 1])):
            continue
        bare = word.rstrip(",.!?")
        if re.fullmatch(r"[1-9]\d{0,2}", bare):
            varied[i] = _spelled(int(bare), chance) + word[len(bare) :]
        elif bare.casefold() in ONES[2:]:
            varied[i] = str(ONES.index(bare.casefold())) + word[len(bare) :]
    return varied if varied != words else None


def _spelled(number: int, chance: Random) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    if not rest:
        return f"{ONES[hundreds]} hundred"
    if rest < 10:
        return chance.choice(
            (f"{ONES[hundreds]} oh {ONES[rest]}", f"{ONES[hundreds]} hundred and {ONES[rest]}")
        )
    low = _below_hundred(rest)
    short = f"{ONES[hundreds]} {low}"
    return chance.choice(
        (short, short, f"{ONES[hundreds]} hundred {low}", f"{ONES[hundreds]} hundred and {low}")
    )


def _below_hundred(number: int) -> str:
    if number < 20:
        return ONES[number]
    tens, ones = divmod(number, 10)
    return TENS[tens] if not ones else f"{TENS[tens]} {ONES[ones]}"


def _spelling(words: Words, chance: Random) -> Words | None:
    """As another recogniser writes it: with capitals and a stop, all in capitals, or bare."""
    text = " ".join(words)
    bare = re.sub(r"[,.!?;]+(?=\s|$)", "", text)
    ways = [bare.lower(), f"{bare[:1].upper()}{bare[1:]}.", bare.upper()]
    # Where a comma parts two numbers it is part of what was said.
    if re.search(r"\d,\s*\d|\w,\s+\w", text):
        ways = [f"{text[:1].upper()}{text[1:]}", text.upper(), text.lower()]
    other = [way for way in ways if way != text]
    return chance.choice(other).split() if other else None


def _bare(word: str) -> str:
    return word.strip(",.!?;:").casefold()


def _numeric(word: str) -> bool:
    return any(c.isdigit() for c in word) or any(part in IN_NUMBERS for part in _bare(word).split("-"))


RULES: dict[str, Rule] = {
    "fillers": _fillers,
    "manners": _manners,
    "synonyms": _synonyms,
    "units": _units,
    "numbers": _numbers,
    "misheard": _misheard,
    "spelling": _spelling,
}
