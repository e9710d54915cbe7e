"""Sets while they are gathered from the words of a description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.router.cursor import Item, Load, SlotName
from agent.router.numbers import Number
from agent.router.plates import BAR_WEIGHT, PLATE_WEIGHT
from core.units import WeightUnit
from services.exercises.catalogue import Exercise
from services.exercises.matcher import ExerciseSpan


@dataclass(slots=True)
class SetDraft:
    """The slots of one set as they are gathered."""

    slots: dict[SlotName, float | str | Load] = field(default_factory=dict)
    unit: WeightUnit | None = None
    exercise: ExerciseSpan | None = None
    reps_from_list: bool = False
    unloaded: bool = False
    """Whether it was said to be done with the body's weight alone."""

    def has(self, name: SlotName) -> bool:
        return name in self.slots

    @property
    def complete(self) -> bool:
        """Whether it says how much was done."""
        return self.has("reps") or self.has("duration_seconds") or self.has("distance_meters")


@dataclass(slots=True)
class Description:
    """What a stretch of items says: the sets, and what stands in the way of believing it."""

    drafts: list[SetDraft]
    words: list[Item] = field(default_factory=list)
    unsure: bool = False
    ambiguous: bool = False
    pair: tuple[float, float] | None = None
    """Two bare numbers side by side, the likely weight first ("185 8")."""


def same_load(said: float | str | Load, again: float | str | Load) -> bool:
    """Whether plates and a weight say the same load in two ways: "two plates, 225"."""
    load, weight = (said, again) if isinstance(said, Load) else (again, said)
    if not isinstance(load, Load) or not load.per_side or not isinstance(weight, (int, float)):
        return False
    hung = {load.plates * plate for plate in PLATE_WEIGHT.values()} if load.plates else set()
    return weight in hung | {bar + 2 * load.per_side for bar in BAR_WEIGHT.values()}


class Gathering:
    """Sets as they come together out of items: what belongs to one set, and where the next begins.

    `current` is the exercise when none is named; `known` are slots that the set has from before.
    """

    def __init__(
        self, items: Sequence[Item], current: Exercise | None, known: Sequence[SlotName] = ()
    ) -> None:
        self.items = items
        self.current = current
        self.known = frozenset(known)
        self.drafts = [SetDraft()]
        self.out = Description(self.drafts)
        self.link = ""
        self.broke = ""
        self.listed: frozenset[int] = frozenset()

    @property
    def draft(self) -> SetDraft:
        return self.drafts[-1]

    # -- structure ------------------------------------------------------------------------------------

    def _break(self, item: Item) -> None:
        self.broke = "then" if "then" in (self.broke, item.name) else item.name
        self.link = ""
        if item.name == "then" and self.draft.complete:
            self._new()

    def _new(self) -> SetDraft:
        self.drafts.append(SetDraft())
        return self.draft

    def _has(self, name: SlotName) -> bool:
        return self.draft.has(name) or (name in self.known and len(self.drafts) == 1)

    def _put(self, name: SlotName, value: float | str | Load) -> None:
        if self.draft.has(name):
            if same_load(self.draft.slots[name], value):  # "with a plate for six, so plus forty five"
                return
            if not (self.broke or self.draft.reps_from_list):
                self.out.ambiguous = True
                return
            self._new()
        self.draft.slots[name] = value
        self.link = self.broke = ""

    def _slot(self, i: int, item: Item) -> None:
        if item.name == "exercise":
            self._exercise(i, item)
            return
        if item.name == "set_type" and self.broke and self.draft.complete and self._numbers_follow(i):
            self._new()
        if item.value == "plain":
            self.link = ""
            return
        assert item.value is not None
        unit = item.unit
        self._put(item.name, item.value)  # type: ignore[arg-type]
        if unit:
            self.draft.unit = unit

    def _exercise(self, i: int, item: Item) -> None:
        assert item.token is not None
        span = item.token.exercise
        if self.draft.exercise is not None or (
            self.broke and self.draft.complete and self._numbers_follow(i)
        ):
            self._new()
        self.draft.exercise = span
        if span is not None and span.exercise is not None:
            self.current = span.exercise
        self.link = self.broke = ""

    def _numbers_follow(self, i: int) -> bool:
        for item in self.items[i + 1 :]:
            if item.tag == "break":
                return False
            if item.tag == "bare" or (item.tag == "slot" and item.name in ("weight", "reps", "sets")):
                return True
        return False

    def _next(self, i: int) -> Item | None:
        """The next item that is not mere filling."""
        for item in self.items[i + 1 :]:
            if item.tag == "link" and not item.name:
                continue
            return item
        return None

    def _after_link(self, i: int) -> Item | None:
        """The first value after the link that follows item `i`."""
        for item in self.items[i + 1 :]:
            if item.tag in ("slot", "bare"):
                return item
            if item.tag == "break":
                return None
        return None

    def _upcoming(self, i: int, name: str) -> bool:
        """Whether a slot `name`, or a number linked by `name`, comes before the next break."""
        for item in self.items[i + 1 :]:
            if item.tag == "break" and item.name == "then":
                return False
            if item.name == name and item.tag in ("slot", "link"):
                return True
        return False

    def _unloaded(self) -> bool:
        """Whether it is said to be done with the body's weight alone."""
        return any(
            x.tag == "link" and x.token is not None and x.token.tag == "bodyweight" for x in self.items
        )

    def _goes_on(self, i: int, number: Number, following: Item | None) -> bool:
        """ "190 for eight and then seven": reps of a set with the load of the one before."""
        if (
            len(self.drafts) < 2
            or self.draft.slots
            or self.draft.exercise
            or number.value != int(number.value)
        ):
            return False
        before = self.drafts[-2]
        reps = before.slots.get("reps")
        alone = following is None or following.tag == "break"
        return (
            alone
            and before.has("weight")
            and isinstance(reps, (int, float))
            and number.value <= 1.5 * reps + 3
        )

    def _inherit(self) -> None:
        """A later set of the sentence takes over the exercise, and the weight where only reps are said."""
        for before, draft in zip(self.drafts, self.drafts[1:], strict=False):
            if draft.exercise is None:
                draft.exercise = before.exercise
                if not draft.has("weight") and before.has("weight") and draft.has("reps"):
                    draft.slots["weight"] = before.slots["weight"]
                    draft.unit = before.unit
