"""Numbers in a row whose places only the row tells: "185 times 8 times 3", "115, 5 5 and 4", "385 twice".

A row is taken apart only where no other reading is left; what could be two things stays as it is and is asked
about.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.router.cursor import Item, SlotName
from agent.router.numbers import TEENS, TENS, UNITS, Number, read_number
from agent.router.sets import LIKELY_WEIGHT, MAX_LISTED_REPS, MAX_SETS_SAID
from agent.router.understanding import PerformedSet
from core.units import WeightUnit

MAX_REPS_IN_ROW = 30
NEAR_LAST_LOAD = 0.3
"""How far, as a share of it, a load is from the last one where a number is taken apart by it."""
_YES = frozenset({"yeah", "yes", "yep", "yup"})
_TIMES_OVER = frozenset({"twice", "thrice"})
_EVER = frozenset({"ive", "have", "ever", "weve", "once", "only"})
"""With one of these, "twice" counts what was done in a lifetime."""
ROUND_ENDING = 5.0
"""Loads end in five; a number that ends otherwise has taken in what follows it."""
LEAST_STEP = 2.5
"""The least two loads of plates differ by, in pounds."""
MIN_LEAP = 3
_FIFTEEN = 15.0
_OF_NUMBERS = frozenset({"hundred", "point", "oh", "o", "a", "thousand"})
_OF_ZERO = frozenset({"oh", "o", "point"})
_TRAILING = frozenset({"rep", ""})


def apart(
    items: Sequence[Item], words: Sequence[str], last: PerformedSet | None, unit: WeightUnit
) -> list[Item]:
    """The items with every row that has one reading as weight, reps and sets.

    `words` are all of the sentence; `last` is the set before, whose load tells where a number ends; `unit` is
    the athlete's.
    """
    out = _so_many(_by_and_by(_rounded(list(items))))
    out = _load_and_list(_for_and_by(out), last, unit)
    out = _reps_run_on(_made_sure(out), last, counted="times" in words)
    return _times_over(out, words)


def _rounded(items: list[Item]) -> list[Item]:
    """ "seven and a half, so call it seven": the whole reps that a half one leaves."""
    for i, half in enumerate(items):
        following = [x for x in items[i + 1 :] if not (x.tag == "link" and not x.name)]
        called = following[0] if following else None
        if half.tag == "bare" and called is not None and _called(called):
            value = called.value if isinstance(called.value, (int, float)) else 0.0
            if abs(_value(half) - value) == 0.5:
                return [*items[:i], Item("slot", "reps", called.value, None, half.token), *following[1:]]
    return items


def _called(item: Item) -> bool:
    """ "call it seven", without an article an effort or a count."""
    return item.name == "rpe" and item.token is not None and item.token.text.endswith("call it")


def _by_and_by(items: list[Item]) -> list[Item]:
    """ "185 by 8 by 3": weight, reps, sets. "185 by 3 by 8" may be either way round and stays."""
    row = [x for x in items if not (x.tag == "link" and not x.name)]
    start = next((i for i in range(len(row)) if _chained(row[i : i + 5])), None)
    if start is None:
        return items
    load, reps, sets = row[start], row[start + 2], row[start + 4]
    if not _weighs(load) or not 1 <= _value(sets) <= min(MAX_SETS_SAID, _value(reps)) <= MAX_LISTED_REPS:
        return items
    if any(x.name in ("reps", "sets") for x in row if x is not sets):
        return items
    weight = load if load.tag == "slot" else _slot("weight", load)
    new = [weight, _slot("reps", reps), _slot("sets", sets)]
    return [*row[:start], *new, *row[start + 5 :]]


def _for_and_by(items: list[Item]) -> list[Item]:
    """ "185 for three by eight": sets, then reps. "for eight by three" may be either way round."""
    row = [x for x in items if not (x.tag == "link" and not x.name)]
    names = [x.name or x.tag for x in row]
    start = next(
        (i for i in range(1, len(row) - 3) if names[i : i + 4] == ["for", "bare", "by", "bare"]), None
    )
    if start is None or not (row[start - 1].name == "weight" or _weighs(row[start - 1])):
        return items
    sets, reps = row[start + 1], row[start + 3]
    if _value(sets) > _value(reps):
        return [*items, Item("unsure")]
    return [*row[:start], _slot("sets", sets), _slot("reps", reps), *row[start + 4 :]]


def _chained(row: Sequence[Item]) -> bool:
    return (
        len(row) == 5
        and row[1].name == row[3].name == "by"
        and row[2].tag == row[4].tag == "bare"
        and (row[0].tag == "bare" or row[0].name == "weight")
    )


def _load_and_list(items: list[Item], last: PerformedSet | None, unit: WeightUnit) -> list[Item]:
    """ "115 5 5 and 4", "press 115, 5 5 4": a load and the reps of every set with it."""
    if any(x.tag in ("word", "unsure") or x.name in ("weight", "reps", "sets", "by", "at") for x in items):
        return items
    items = _joined(items)
    numbers = [i for i, x in enumerate(items) if x.tag == "bare"]
    if len(numbers) < 2:
        return items
    first, *rest = numbers
    if len(rest) <= 2 and not any(x.tag == "break" for x in items[first:]):
        return items  # "185 8 8": eight sets of eight, an RPE?
    between = items[first + 1 : rest[-1]]
    if any(x.tag not in ("bare", "break") or x.name == "then" for x in between):
        return items
    if any(x.name not in _TRAILING for x in items[rest[-1] + 1 :] if x.tag in ("link", "break")):
        return items
    reps = [_value(items[i]) for i in rest]
    load = items[first]
    if not all(1 <= r <= MAX_REPS_IN_ROW and r == int(r) for r in reps) or _value(load) < 2 * max(reps):
        return items
    row = _parted([items[i] for i in numbers], last, unit) if _weighs(load) else None
    if row is None and len(rest) == 1 and _even_hundreds(load):
        return [*items, Item("unsure")]  # "two hundred five and three": 205 for 3, 200 for 5 and 3?
    if row is None or len(row) < 3:  # "one hundred three and three": 100 for 3 and 3
        return items
    listed: list[Item] = []
    for item in row[1:]:
        listed += [Item("break", "and") if listed else Item("link", "for"), item]
    return [*items[:first], _slot("weight", row[0]), *listed, *items[rest[-1] + 1 :]]


def _even_hundreds(load: Item) -> bool:
    """Whether only a number of one word follows the hundreds: "two hundred five"."""
    said = load.token.text.split() if load.token is not None else []
    return said[-2:-1] == ["hundred"] and (said[-1] in UNITS or said[-1] in TEENS)


def _joined(items: list[Item]) -> list[Item]:
    """The items with the "one fifteen" of "one fifteen five five and four" as one number.

    In a row of small numbers they are kept apart; "three fifteen twelve ten" may be three sets.
    """
    numbers = [x for x in items if x.tag == "bare"]
    at = items.index(numbers[0]) if len(numbers) > 3 else -1
    if at < 0 or items[at + 1] is not numbers[1]:
        return items
    hundreds, rest = numbers[0].number, numbers[1].number
    if hundreds is None or rest is None or rest.value != _FIFTEEN or not 1 <= hundreds.value <= 9:
        return items
    if hundreds.value == len(numbers) - 1:
        return items
    number = Number(100 * hundreds.value + rest.value, hundreds.start, rest.end)
    return [*items[:at], Item("bare", token=numbers[1].token, number=number), *items[at + 2 :]]


def _so_many(items: list[Item]) -> list[Item]:
    """ "failed on the sixth rep at 225, so five": what comes after "so" is how many it were."""
    row = [x for x in items if not (x.tag == "link" and not x.name and not _is_so(x))]
    so = next((i for i, x in enumerate(row) if _is_so(x)), None)
    if so is None or so < 2 or len(row) != so + 2:
        return items
    reps = row[so + 1]
    if reps.tag != "bare" and not (_called(reps) and any(x.name == "set_type" for x in row)):
        return items
    load, link = row[so - 1], row[so - 2]
    if not _weighs(load) or load.tag == "link" or link.name not in ("at", "with"):
        return items
    told = [x for x in row[: so - 2] if x.name != "set_type"]
    return [*told, link, load, Item("link", "for"), Item("bare", token=reps.token, number=reps.number)]


def _is_so(item: Item) -> bool:
    return item.tag == "link" and item.token is not None and item.token.text == "so"


def _parted(row: list[Item], last: PerformedSet | None, unit: WeightUnit) -> list[Item] | None:
    """The load and the reps of a row whose first number may have taken the first reps in; None where either
    may be. "Two hundred six six and five" is 200 for 6, 6 and 5, "one thirty five twelve and ten" is 135."""
    load, first = row[0], _value(row[1])
    if last is not None and last.weight == _value(load):
        return row
    halves = _halves(load)
    if halves is None:
        return None if unit == "lbs" and _value(load) % LEAST_STEP else row  # "206, 6 and 5"
    front, ending = halves
    if unit == "lbs" and _value(load) % LEAST_STEP and not _value(front) % LEAST_STEP:
        return [front, ending, *row[1:]]
    clear = _value(ending) == ROUND_ENDING and abs(first - ROUND_ENDING) >= MIN_LEAP
    return row if clear and not _even_hundreds(load) else None


def _made_sure(items: list[Item]) -> list[Item]:
    """ "for I think it was six, yeah six": said again, it is sure."""
    bare = [i for i, x in enumerate(items) if x.tag == "bare"]
    if len(bare) < 2 or bare[-1] != len(items) - 1 or _value(items[bare[-1]]) != _value(items[bare[-2]]):
        return items
    between = items[bare[-2] + 1 : bare[-1]]
    doubts = [x for x in items if x.tag == "unsure"]
    if not doubts or any(x.token is None or x.token.tag != "unsure" for x in doubts):
        return items
    if not any(x.token is not None and x.token.text in _YES for x in between):
        return items
    return [x for x in items[: bare[-2] + 1] if x.tag != "unsure"]


def _reps_run_on(items: list[Item], last: PerformedSet | None, *, counted: bool) -> list[Item]:
    """ "one sixty eight reps" after 140 for 10: nobody does 168, so 160 for 8; but 225 is a load itself."""
    valued = [i for i, x in enumerate(items) if x.tag in ("slot", "bare") and x.name != "exercise"]
    if last is None or not last.weight or len(valued) != 1 or items[valued[0]].name != "reps":
        return items
    at = valued[0]
    number = items[at].number
    if number is None or number.value <= MAX_LISTED_REPS or number.value == last.weight:
        return items
    halves = _halves(items[at]) or _last_digit(items[at], number)
    if halves is None or (_value(halves[1]) % ROUND_ENDING == 0 and not counted):
        return items
    load, reps = halves
    if abs(_value(load) - last.weight) > NEAR_LAST_LOAD * last.weight:
        return items
    return [*items[:at], _slot("weight", load), _slot("reps", reps), *items[at + 1 :]]


def _halves(item: Item) -> tuple[Item, Item] | None:
    """The number up to its last word, and that word: "one sixty | eight", "eighty two point five | four"."""
    said = item.token.text.split() if item.token is not None else []
    words = [w for w in said if w in UNITS or w in TENS or w in TEENS or w in _OF_NUMBERS]
    if len(words) < 2 or words[-2] in _OF_ZERO:
        return None
    ending = UNITS.get(words[-1]) or (TEENS.get(words[-1]) if words[-2] == "hundred" else None)
    if ending is None:
        return None
    front = read_number(words[:-1], 0)
    if front is None or front.end != len(words) - 1:
        return None
    return (
        Item("bare", token=item.token, number=front),
        Item("bare", token=item.token, number=Number(float(ending), front.end, len(words))),
    )


def _last_digit(item: Item, number: Number) -> tuple[Item, Item] | None:
    """The halves of a number that was written down in digits: "168 reps"."""
    tens, ending = divmod(number.value, 10)
    written = item.token is not None and item.token.text[:1].isdigit()
    if not written or not ending or ending != int(ending) or tens % 10 == 1:  # "211" may be 200 and 11
        return None
    load = Number(10 * tens, number.start, number.end)
    return Item("bare", number=load), Item("bare", number=Number(ending, number.start, number.end))


def _times_over(items: list[Item], words: Sequence[str]) -> list[Item]:
    """ "pulled 385 twice": two reps. "385 for five twice": two sets."""
    at = next((i for i, x in enumerate(items) if _says(x, _TIMES_OVER)), None)
    if at is None:
        return items
    before = items[:at]
    weighed = any(x.name == "weight" or (x.tag == "bare" and _value(x) > LIKELY_WEIGHT) for x in before)
    quantities = sum(x.tag == "bare" or (x.tag == "slot" and x.name in ("weight", "reps")) for x in before)
    said = set(words)
    if not weighed or _EVER & said or quantities > 2 or any(x.name == "sets" for x in items):
        return [*before, Item("word", token=items[at].token), *items[at + 1 :]]
    if quantities == 2:
        return [*before, Item("slot", "sets", items[at].value, token=items[at].token), *items[at + 1 :]]
    return items


def _says(item: Item, words: frozenset[str]) -> bool:
    return item.tag == "slot" and item.token is not None and item.token.text in words


def _weighs(item: Item) -> bool:
    return item.tag == "slot" or (item.number is not None and item.number.value > LIKELY_WEIGHT)


def _value(item: Item) -> float:
    return item.number.value if item.number is not None else 0.0


def _slot(name: SlotName, item: Item) -> Item:
    return Item("slot", name, _value(item), None, item.token, item.number)
