"""What a speaker takes back in mid-sentence: "225 for eight no ten", "forties no sorry thirty fives".

The words after the mark replace what they can replace in the words before it; the rest stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.router.cursor import Item, SlotName
from agent.router.sets import Solver
from services.exercises.catalogue import Exercise


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
        if not _has_value(before) or not _has_value(after):
            return None
        out = _replace(before, after, current)


def _is_pause(item: Item) -> bool:
    return (item.tag == "break" and item.name == "comma") or (item.tag == "link" and not item.name)


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
    if lead.tag == "bare" and _ends_here(after, lead):
        number = max(i for i, x in enumerate(kept) if x.tag in ("slot", "bare"))
        if kept[number].tag == "bare" or kept[number].name in ("reps", "weight", "sets", "rpe", "rir"):
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
    linked = any(x.tag == "link" and x.name for x in after[:i])
    return not linked and (following is None or following.tag == "break" or following.name in ("at", "on"))


def _as(old: Item, new: Item) -> Item:
    """The new number in the old one's place."""
    if old.tag == "bare" or new.number is None:
        return new
    return Item("slot", old.name, new.number.value, old.unit, new.token, new.number)


def _rest(after: Sequence[Item], lead: Item) -> list[Item]:
    i = list(after).index(lead)
    return list(after[i + 1 :])


def _roles(items: Sequence[Item], current: Exercise | None, known: Sequence[SlotName]) -> set[str]:
    """The slots that `items` fill; a single number is read in view of the slots already `known`."""
    drafts = Solver(items, current, known).solve().drafts
    roles: set[str] = {name for d in drafts for name in d.slots}
    if any(d.exercise for d in drafts):
        roles.add("exercise")
    return roles
