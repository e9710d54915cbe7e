"""Set descriptions: which bare number is the weight, which the reps, and where one set ends.

A description is any order of exercise, weight, reps, sets, effort, type, duration and distance. Numbers whose
own words settle them come as slots; the others get their role from the links beside them ("for", "at", "x"),
from what the set still lacks, and from what its exercise is measured in.
"""

from __future__ import annotations

from agent.router.cursor import Item, SlotName
from agent.router.drafts import Description, Gathering, same_load
from agent.router.numbers import Number

MAX_LISTED_REPS = 50
LIKELY_WEIGHT = 30
"""A bare number above this is more likely a weight than reps."""
MAX_SETS_SAID = 12


class Solver(Gathering):
    """Gives every item its place."""

    def solve(self) -> Description:
        """The sets that the items describe."""
        for i, item in enumerate(self.items):
            if item.tag == "word":
                self.out.words.append(item)
            elif item.tag == "unsure":
                self.out.unsure = True
            elif item.tag == "break":
                self._break(item)
            elif item.tag == "link":
                self.link = item.name or self.link
            elif item.tag == "slot":
                self._slot(i, item)
            elif item.number is not None:
                self._bare(i, item.number)
        self._inherit()
        if self._unloaded():
            for draft in self.drafts:
                draft.unloaded = True
        if self.listed:
            self._weigh_list()
        return self.out

    # -- reps listed before their weight ("fifteen, twelve and ten at eighty") ------------------------------

    def _leads_list(self, i: int) -> bool:
        """Whether a list of reps begins at item `i`; remembers its places in `listed`."""
        if (
            self._has("reps")
            or self._has("weight")
            or self._has("sets")
            or self.link not in ("", "did", "of")
        ):
            return False
        places: list[int] = []
        joined = False
        for j in range(i, len(self.items)):
            item = self.items[j]
            if item.tag == "bare" or (item.tag == "slot" and item.name == "reps" and places):
                places.append(j)
            elif item.tag == "break" and item.name in ("comma", "and"):
                joined = joined or item.name == "and"
            elif item.tag == "link" and item.name in ("at", "with"):
                return self._list_at(places, joined, j)
            elif not (item.tag == "link" and item.name in ("", "rep")):
                return False
        return False

    def _list_at(self, places: list[int], joined: bool, link: int) -> bool:
        numbers = [self.items[j].number for j in places]
        values = [n.value for n in numbers if n is not None]
        weight = self._after_link(link)
        if weight is None or (weight.tag == "slot" and weight.name != "weight"):
            return False
        if len(values) < 2 + (not joined) or len(values) != len(places):
            return False
        if max(values) > min(MAX_LISTED_REPS, 3 * min(values)) or any(v != int(v) for v in values):
            return False
        self.listed = frozenset(places)
        return True

    def _listed_reps(self, i: int, number: Number) -> None:
        if self.draft.has("reps"):
            self._new()
        self.draft.slots["reps"] = number.value
        self.draft.reps_from_list = i != max(self.listed)
        self.link = self.broke = ""

    def _weigh_list(self) -> None:
        """Gives the weight said after the list to every set of it."""
        weighed = next((d for d in self.drafts if d.has("weight")), None)
        for draft in self.drafts:
            if weighed is None or draft is weighed:
                return
            draft.slots["weight"], draft.unit = weighed.slots["weight"], weighed.unit

    # -- bare numbers ---------------------------------------------------------------------------------

    def _measure(self, i: int) -> str:
        if self._unloaded():
            return "reps"
        for item in self.items[i + 1 :]:
            if item.tag == "break":
                break
            if item.tag == "slot" and item.name == "exercise" and item.token and item.token.exercise:
                exercise = item.token.exercise.exercise
                return exercise.measure if exercise else "weight_reps"
        span = self.draft.exercise
        if span is not None:
            return span.exercise.measure if span.exercise else "weight_reps"
        return self.current.measure if self.current else "weight_reps"

    def _bare(self, i: int, number: Number) -> None:
        weight = self.draft.slots.get("weight")
        if (
            self.link != "for" and weight is not None and same_load(weight, number.value)
        ):  # "two plates, 225, for five"
            return
        if i in self.listed or self._leads_list(i):
            self._listed_reps(i, number)
            return
        following = self._next(i)
        if following is not None and following.tag == "bare" and self._pair(i, number, following):
            return
        role = self._role(i, number, following)
        if role is None:
            self.out.ambiguous = True
            return
        timed = role == "duration_seconds" and (number.written_clock or self._has("distance_meters"))
        value = number.clock if timed else number.value
        listed = role == "reps" and self.link in ("for", "of", "") and not self.draft.has("sets")
        self._put(role, value if value is not None else number.value)
        self.draft.reps_from_list = listed or (self.draft.reps_from_list and role == "reps")

    def _pair(self, i: int, number: Number, following: Item) -> bool:
        """Two bare numbers side by side: a list of reps continues, anything else is a question."""
        assert following.number is not None
        if self.link == "for" or (self.draft.has("reps") and self.draft.reps_from_list):
            return False
        if self._measure(i) == "reps" and self._in_row(i) >= 3:
            return False
        after = self._next(i + 1)
        if self.link == "by" and self._has("sets") and following.number.value > LIKELY_WEIGHT >= number.value:
            return False  # "three by ten, one thirty five"
        if (
            number.value > LIKELY_WEIGHT
            and after is not None
            and after.name == "by"
            and not self._has("weight")
        ):
            return False
        self.out.ambiguous = True
        if (
            self._in_row(i) == 2
            and number.value >= 2 * following.number.value
            and number.value > LIKELY_WEIGHT
        ):
            self.out.pair = (number.value, following.number.value)
        return True

    def _in_row(self, i: int) -> int:
        """How many bare numbers stand in a row around item `i`, counting it."""
        first = i
        while first > 0 and self.items[first - 1].tag == "bare":
            first -= 1
        last = i
        while last + 1 < len(self.items) and self.items[last + 1].tag == "bare":
            last += 1
        return last - first + 1

    def _role(self, i: int, number: Number, following: Item | None) -> SlotName | None:
        measure = self._measure(i)
        if measure in ("duration", "distance_duration") and (number.written_clock or self.link == "for"):
            return "duration_seconds" if not self._has("duration_seconds") else None
        timed = number.written_clock or (number.clock is not None and measure != "distance")
        if timed and self._has("distance_meters") and not self._has("duration_seconds"):
            return "duration_seconds"
        if self.link == "by" and self._has("duration_seconds") and not self._has("sets"):
            return "sets"
        if self.link == "by":
            return "weight" if self._has("reps") and not self._has("weight") else "reps"
        if self.link == "for":
            return self._after_for()
        if self.link in ("at", "with"):
            return self._after_at(i, number)
        if self.link == "of":
            weight_first = number.value > LIKELY_WEIGHT and following is not None and following.name == "for"
            return "weight" if self._has("reps") or weight_first else "reps"
        if following is not None and following.tag == "link" and following.name != "did":
            return self._before_link(i, number, following.name, measure)
        if following is not None and following.tag == "slot" and following.name == "exercise":
            return self._before_exercise(i, number, measure)
        return self._standing_alone(i, number, following, measure)

    def _after_for(self) -> SlotName | None:
        if not self._has("reps"):
            return "reps"
        return "weight" if not self._has("weight") else ("reps" if self.known else None)

    def _after_at(self, i: int, number: Number) -> SlotName | None:
        effort = number.value <= 10 and not self._has("rpe") and not self._has("rir")
        if self._has("reps") and (self._has("weight") or (effort and self._measure(i) == "reps")):
            return "rpe" if number.value < LIKELY_WEIGHT else None
        if not self._has("weight"):
            return "weight"
        return "rpe" if effort and self._upcoming(i, "for") else None

    def _before_link(self, i: int, number: Number, link: str, measure: str) -> SlotName | None:
        after = self._after_link(i)
        other = after.number.value if after is not None and after.number is not None else None
        if link == "by":
            return self._before_by(number, other)
        if link == "for":
            if after is not None and after.name == "duration_seconds" and measure == "reps":
                return "reps"
            return "weight" if not self._has("weight") or self.broke else None
        if link in ("at", "with"):
            if after is not None and after.name in ("reps", "rpe", "rir"):
                return self._standing_alone(i, number, None, measure) if after.name != "reps" else "weight"
            if self._has("reps") and not self.broke:
                return "weight" if not self._has("weight") else None
            return "reps" if number.value <= 100 else "weight"
        if link == "on" and after is not None and after.name == "exercise":
            return self._before_exercise(i, number, measure)
        return self._standing_alone(i, number, None, measure)

    def _before_by(self, number: Number, other: float | None) -> SlotName | None:
        if self._has("weight"):
            return "sets"
        if other is not None and other > 2 * number.value and other > LIKELY_WEIGHT:
            return "reps"
        return "sets" if number.value <= MAX_SETS_SAID and not self._has("sets") else "weight"

    def _before_exercise(self, i: int, number: Number, measure: str) -> SlotName | None:
        if measure == "weight_reps" and number.value > LIKELY_WEIGHT and not self._has("weight"):
            if self._upcoming(i, "for") or self._upcoming(i, "reps"):
                return "weight"
            return "reps" if self._upcoming(i, "weight") or self._upcoming(i, "with") else None
        return "reps" if not self._has("reps") or self.broke else "weight"

    def _standing_alone(
        self, i: int, number: Number, following: Item | None, measure: str
    ) -> SlotName | None:
        if self._has("reps") and self._has("weight"):
            if not self._continues_list(i, number):
                return None
            before = self.draft
            listed = self._new()
            if "weight" in before.slots:  # else it is known from before
                listed.slots["weight"], listed.unit = before.slots["weight"], before.unit
            listed.exercise, listed.reps_from_list = before.exercise, True
            return "reps"
        if self._has("reps"):
            if measure in ("reps", "duration"):
                return "reps" if self.broke or self.draft.reps_from_list else None
            return "weight" if self.broke or number.value > LIKELY_WEIGHT else None
        if self._goes_on(i, number, following):
            return "reps"
        if self._has("weight") or measure == "reps":
            return "reps" if number.value <= 100 or measure == "reps" else None
        if following is not None and following.tag == "slot":
            if following.value in ("failure", "amrap") and number.value <= LIKELY_WEIGHT:
                return "reps"  # "fourteen to failure"
            if following.name in ("reps", "sets", "set_type"):
                return "weight"
        if self._upcoming(i, "reps") or number.value > LIKELY_WEIGHT or self._upcoming(i, "by"):
            return "weight"
        return "reps" if self._upcoming(i, "weight") else None

    def _continues_list(self, i: int, number: Number) -> bool:
        """Whether this number goes on with a list of reps: "120 for 8, 7 and 7"."""
        if number.value > MAX_LISTED_REPS or not (self.broke or self.draft.reps_from_list):
            return False
        earlier = sum(1 for d in self.drafts if d.reps_from_list)
        others = self._in_row(i) > 1 or earlier > 1 or self.broke == "and"
        rest = [x for x in self.items[i + 1 :] if x.tag in ("bare", "slot")]
        return others or (bool(rest) and all(x.tag == "bare" for x in rest))
