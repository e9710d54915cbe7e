"""What a speaker takes back in mid-sentence: "225 for eight no ten", "forties no sorry thirty fives".

The words after the mark replace what they can replace in the words before it; the rest stands.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from agent.router.cursor import Item, SlotName
from agent.router.sets import Solver
from agent.router.vocabulary import NOT_NAMES
from core.units import WeightUnit
from services.exercises.catalogue import Exercise

_REPLACEABLE = frozenset({"reps", "weight", "sets", "rpe", "rir", "duration_seconds", "distance_meters"})
MAX_FALSE_START = 2
"""The most words of a name that is broken off."""
FAR_APART = 3.0
"""A number so many times another does not correct it: "six at two hundred, no, seven"."""
MAX_MINUTES = 20
"""A larger number after so many minutes is in seconds: "two minutes, no ninety"."""


def settle(items: Sequence[Item], current: Exercise | None) -> list[Item] | None:
    """The items that remain after every self-correction, or None when one makes no sense."""
    out = list(items)
    _settle_or(out)
    while True:
        mark = next((i for i, x in enumerate(out) if x.tag == "word" and x.name == "no"), None)
        if mark is None:
            return out
        end = mark + 1
        while end < len(out) and ((out[end].tag == "word" and out[end].name == "no") or _is_pause(out[end])):
            end += 1
        before, after = out[:mark], out[end:]
        while before and _is_pause(before[-1]):
            before.pop()
        if _false_start(before, after):
            out = after
            continue
        if _corrects_unit(before, after):
            out = _with_unit(before, after)
            continue
        if not _has_value(before) or not _has_value(after):
            return None
        out = _replace(before, after, current)


def _is_pause(item: Item) -> bool:
    return (item.tag == "break" and item.name == "comma") or (item.tag == "link" and item.name in ("", "did"))


def _false_start(before: Sequence[Item], after: Sequence[Item]) -> bool:
    """ "incline, wait no, flat press 70 for 8": a name broken off before anything else was said."""
    started = [x for x in before if not _is_pause(x)]
    if not 0 < len(started) <= MAX_FALSE_START or any(x.tag != "word" or x.name != "word" for x in started):
        return False
    if any(x.token is None or x.token.text in NOT_NAMES for x in started):
        return False
    return any(x.name == "exercise" for x in after) and any(
        x.tag == "bare" or x.name == "weight" for x in after
    )


def _corrects_unit(before: Sequence[Item], after: Sequence[Item]) -> bool:
    """ "140 pounds, I mean kilos, for three"."""
    leads = next((x for x in after if not _is_pause(x)), None)
    return leads is not None and leads.name == "unit" and any(_may_weigh(x) for x in before)


def _may_weigh(item: Item) -> bool:
    return item.name == "weight" or (item.tag == "bare" and item.number is not None)


def _with_unit(before: list[Item], after: list[Item]) -> list[Item]:
    """The last weight before the mark in the unit that follows it."""
    at = next(i for i, x in enumerate(after) if x.name == "unit")
    weighed = max(
        (i for i, x in enumerate(before) if x.name == "weight"),
        default=max(i for i, x in enumerate(before) if _may_weigh(x)),
    )
    old, token = before[weighed], after[at].token
    unit: WeightUnit = "kg" if token is not None and token.value == "kg" else "lbs"
    value = old.value if old.tag == "slot" else (old.number.value if old.number else None)
    new = Item("slot", "weight", value, unit, old.token, old.number)
    return [*before[:weighed], new, *before[weighed + 1 :], *_unpaused(after[at + 1 :])]


def _unpaused(items: list[Item]) -> list[Item]:
    """The items without the pause that closes a correction: "…, make that twelve, at 130"."""
    if len(items) > 1 and items[0].tag == "break" and items[0].name == "comma" and items[1].tag == "link":
        return items[1:]
    return items


def _has_value(items: Sequence[Item]) -> bool:
    return any(x.tag in ("slot", "bare") for x in items)


def _settle_or(items: list[Item]) -> None:
    """ "for eight or was it nine, yeah nine": the number repeated at the end is the one meant."""
    bare = [i for i, x in enumerate(items) if x.tag == "bare"]
    unsure = [i for i, x in enumerate(items) if x.tag == "unsure" and x.token and x.token.tag == "or"]
    if len(bare) < 3 or len(unsure) != 1:
        return
    first, second, third = bare[-3:]
    numbers = [items[i].number for i in (first, second, third)]
    values = [n.value if n else None for n in numbers]
    if first < unsure[0] < second and values[2] in values[:2] and third == len(items) - 1:
        items[first] = items[third]
        del items[first + 1 :]


def _replace(before: list[Item], after: list[Item], current: Exercise | None) -> list[Item]:
    if _dangling(before):
        return before + after
    kept = _last_sentence(before)
    head = before[: len(before) - len(kept)]
    lead = next(x for x in after if x.tag in ("slot", "bare"))
    if lead.tag == "bare" and _ends_here(after, lead) and not _is_whole(after, current):
        number = _put_right(kept, lead)
        if _may_be_replaced(kept[number]):
            return [*head, *kept[:number], _as(kept[number], lead), *kept[number + 1 :], *_rest(after, lead)]
    said = Solver(kept, current).solve().drafts[-1]
    one = sum(x.tag in ("slot", "bare") for x in after) == 1
    roles = _roles(after, current, tuple(said.slots) if one else ())
    survivors = [
        Item("slot", name, value, said.unit if name == "weight" else None)
        for name, value in said.slots.items()
        if name not in roles
    ]
    if said.exercise is not None and "exercise" not in roles:
        survivors.insert(0, next(x for x in kept if x.name == "exercise"))
    return [*head, *survivors, Item("link"), *after]


def _put_right(kept: Sequence[Item], lead: Item) -> int:
    """Where `lead` belongs: in the place of the value said last, or of another that is far nearer."""
    places = [i for i, x in enumerate(kept) if x.tag in ("slot", "bare")]
    measured = [i for i in places if kept[i].number is not None and _may_be_replaced(kept[i])]
    if not measured or measured[-1] != places[-1]:
        return places[-1]
    nearest = min(measured, key=lambda i: _distance(kept[i], lead))
    return nearest if _distance(kept[places[-1]], lead) > FAR_APART else places[-1]


def _may_be_replaced(item: Item) -> bool:
    return item.tag == "bare" or item.name in _REPLACEABLE


def _distance(one: Item, two: Item) -> float:
    """How far two numbers are apart, as a ratio of at least 1."""
    first, second = (x.number.value if x.number else 0.0 for x in (one, two))
    low, high = min(first, second), max(first, second)
    return high / low if low > 0 else math.inf


def _is_whole(items: Sequence[Item], current: Exercise | None) -> bool:
    """Whether the words after the mark are a set by themselves: "no, it was seven at two hundred"."""
    said = Solver(items, current).solve()
    return not said.ambiguous and len(said.drafts) == 1 and {"reps", "weight"} <= set(said.drafts[0].slots)


def _dangling(items: Sequence[Item]) -> bool:
    """Whether the words before the mark stop at a link: "185 for, hang on, 9 reps"."""
    last = items[-1]
    return last.tag == "link" and last.name in ("for", "at", "with", "by", "of")


def _last_sentence(items: list[Item]) -> list[Item]:
    """The items of the last set before the mark."""
    for i in range(len(items) - 1, -1, -1):
        if items[i].tag == "break" and items[i].name == "then":
            return items[i + 1 :]
    return items


def _ends_here(after: Sequence[Item], lead: Item) -> bool:
    """Whether nothing that could give `lead` another role follows it directly."""
    i = list(after).index(lead)
    following = next((x for x in after[i + 1 :] if not (x.tag == "link" and not x.name)), None)
    linked = any(x.tag == "link" and x.name not in ("", "did") for x in after[:i])
    return not linked and (
        following is None or following.tag == "break" or following.name in ("at", "on", "with")
    )


def _as(old: Item, new: Item) -> Item:
    """The new number in the old one's place, in its unit: "two minutes, no three"."""
    if old.tag == "bare" or new.number is None:
        return new
    value = new.number.value
    if (
        old.name in ("duration_seconds", "distance_meters")
        and old.number
        and isinstance(old.value, (int, float))
    ):
        scale = float(old.value) / old.number.value if old.number.value else 1.0
        if scale != 60 or value <= MAX_MINUTES:
            value *= scale
    return Item("slot", old.name, value, old.unit, new.token, new.number)


def _rest(after: Sequence[Item], lead: Item) -> list[Item]:
    i = list(after).index(lead)
    return _unpaused(list(after[i + 1 :]))


def _roles(items: Sequence[Item], current: Exercise | None, known: Sequence[SlotName]) -> set[str]:
    """The slots that `items` fill; a single number is read in view of the slots already `known`."""
    drafts = Solver(items, current, known).solve().drafts
    roles: set[str] = {name for d in drafts for name in d.slots}
    if any(d.exercise for d in drafts):
        roles.add("exercise")
    return roles
