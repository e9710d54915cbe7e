"""Sets told one by one: "first set 185 for 8, second set 195 for 6", "three sets at 185, 8 8 7"."""

from __future__ import annotations

from collections.abc import Sequence

from agent.router.cursor import Item
from agent.router.sets import MAX_LISTED_REPS

_WHICH = frozenset({"second", "third", "fourth", "fifth", "next", "last", "final"})


def one_by_one(items: Sequence[Item]) -> list[Item]:
    """The items with every set apart that is told by its place, or by its reps in a list."""
    return _reps_of_each(_by_place(items))


def _by_place(items: Sequence[Item]) -> list[Item]:
    """ "second set" between two sets ends the first."""
    out: list[Item] = []
    for i, item in enumerate(items):
        between = _values(items[:i]) >= 2 and _values(items[i + 1 :]) >= 1
        out.append(Item("break", "then", token=item.token) if between and _names_set(item) else item)
    return out


def _names_set(item: Item) -> bool:
    if item.token is None or item.tag != "link":
        return False
    words = item.token.text.split()
    return len(words) > 1 and words[-1] == "set" and words[-2] in _WHICH


def _reps_of_each(items: Sequence[Item]) -> list[Item]:
    """As many reps as there are sets: each is one set's, and how many sets there are is said by the list."""
    counted = next((i for i, item in enumerate(items) if item.name == "sets" and item.tag == "slot"), None)
    if counted is None:
        return list(items)
    first = len(items)
    while first > 0 and (items[first - 1].tag in ("bare", "break") or _is_reps_word(items[first - 1])):
        first -= 1
    while first < len(items) and items[first].tag != "bare":
        first += 1
    weighed = any(item.name == "weight" for item in items[:first])
    if not weighed and first < len(items) and items[first - 1].name in ("at", "with"):
        first += 1  # the first number is the weight
    reps = [item for item in items[first:] if item.tag == "bare"]
    if not weighed and len(reps) - 1 == items[counted].value and _value(reps[0]) > 2 * _value(reps[1]):
        first = items.index(reps[0]) + 1  # "three sets, 185, 8 8 7"
        reps = reps[1:]
    numbers = [_value(item) for item in reps]
    if len(numbers) < 2 or len(numbers) != items[counted].value:
        return list(items)
    if any(value > MAX_LISTED_REPS or value != int(value) for value in numbers):
        return list(items)
    listed: list[Item] = []
    for item in reps:
        listed += [Item("break", "and") if listed else Item("link", "for"), item]
    before = [item for i, item in enumerate(items[:first]) if i != counted]
    return [*before, *listed]


def _is_reps_word(item: Item) -> bool:
    return item.tag == "link" and item.name == "rep"


def _value(item: Item) -> float:
    return item.number.value if item.number is not None else 0.0


def _values(items: Sequence[Item]) -> int:
    return sum(
        item.tag == "bare" or (item.tag == "slot" and item.name in ("weight", "reps")) for item in items
    )
