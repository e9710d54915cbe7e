"""From tokens to slots: measured quantities whose meaning their own words settle.

"eight reps", "60 kilos", "a minute and a half", "two in reserve", "the fifties", "two plates and a quarter"
become slots; numbers that only their neighbours can explain stay bare for `sets.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from agent.router.cursor import Cursor, Item
from agent.router.lexer import Token
from agent.router.measures import read_distance, read_time
from agent.router.ordinals import number_of_set
from agent.router.plates import read_load
from core.units import WeightUnit

MAX_ORDINAL_SETS = 10
"""The most sets that "the last n" speaks of."""
_MEASURES = frozenset({"rep", "at", "with", "by", "unit", "of", "on", "time", "exercise", "for", "set"})
"""After one of these a number is no rating."""
_DONE = frozenset({"did", "done", "out", "through"})
"""Ends of words that report: what was "got" may be left to do."""


class Reader(Cursor):
    """Reads tokens from left to right into items.

    `unit` is the athlete's unit, for plates; `barbell` says that the exercise loads both sides of a bar.
    """

    def __init__(self, tokens: Sequence[Token], unit: WeightUnit, *, barbell: bool = False) -> None:
        super().__init__(tokens)
        self.unit = unit
        self.barbell = barbell

    def items(self) -> list[Item]:
        """All the items, in order."""
        out: list[Item] = []
        while not self.done:
            item = (
                read_load(self, self.unit, self.barbell)
                or read_time(self)
                or read_distance(self)
                or self._effort()
                or self._counted()
                or self._weight()
                or self._single()
            )
            out.extend(item if isinstance(item, list) else [item])
        return out

    # -- effort ---------------------------------------------------------------------------------------

    def _effort(self) -> Item | None:
        number = self.number()
        if self.tag() == "empty_tank":
            return self.take(1, "rir", 0)
        rough = self.tag() == "unsure" and self.at().text in ("about", "around", "roughly")
        if rough and self.number(1) is not None and self.tag(2) == "rir":
            self.i += 1  # "about three in reserve": effort is never exact
            number = self.number()
        rated = self._rated() or self._spared()
        if rated is not None:
            return rated
        if self.tag() in ("rpe", "rir"):
            return self._named_effort("rpe" if self.tag() == "rpe" else "rir")
        if (
            number is not None
            and self.tag(1) == "rpe"
            and self.number(2) is None
            and "rpe" in self.at(1).text
        ):
            return self.take(2, "rpe", number.value) if 5 <= number.value <= 10 else None
        if number is not None and self.tag(1) == "of" and self.number(2) and self.number(2).value == 10:  # type: ignore[union-attr]
            return None
        if number is not None and self.tag(1) == "rir":
            return self.take(2, "rir", number.value)
        return None

    def _named_effort(self, name: Literal["rpe", "rir"]) -> Item | None:
        j = 1
        while self.tag(j) in ("article", "at", "of", "be", "unsure") and not self.number(j):
            j += 1
        number = self.number(j)
        if number is None:
            return None
        if name == "rir" and not self.at().text.endswith(("rir", "rir was", "rir of")):
            return None
        return self.take(j + 1, name, number.value)

    def _rated(self) -> Item | None:
        """ "185 for six, a solid nine"."""
        number = self.number(1)
        if self.tag() != "hard" or number is None:
            return None
        measured = self.tag(2) in _MEASURES
        if measured or not self._said_before():
            return None
        apart = " " in self.at().text or self.tag(-1) == "comma"
        if apart and 5 <= number.value <= 10:
            return self.take(2, "rpe", number.value)
        before = next((t.number.value for t in reversed(self.tokens[: self.i]) if t.number), None)
        # "225 for three hard three" says them again
        return self.skip(2, Item("link")) if before == number.value else None

    def _said_before(self) -> bool:
        """Whether a quantity stands before the cursor, which an effort can be about."""
        return any(t.tag in ("number", "repword", "bar", "plate") for t in self.tokens[: self.i])

    def _spared(self) -> Item | None:
        """ "could have done three more", "had two more in me"."""
        number = self.number(1)
        had = self.tag() == "did" and self.at().text.endswith("had")
        if (self.tag() != "spare" and not had) or not self._said_before():
            return None
        if number is None:
            ends = self.tag(1) in ("", "comma", "then", "rep")
            another = self.at().text.endswith("another") and ends
            return self.take(1 + (self.tag(1) == "rep"), "rir", 1) if another else None
        i = 2
        while self.tag(i) in ("rep", "rir") or (self.tag(i) == "word" and self.at(i).text == "more"):
            i += 1
        if self.tag(i) not in ("", "comma", "then", "filler", "remark", "and") or (had and i == 2):
            return None
        return self.take(i, "rir", number.value)

    # -- counts ---------------------------------------------------------------------------------------

    def _counted(self) -> Item | list[Item] | None:
        number = self.number()
        labelled = self._labelled()
        if labelled is not None:
            return labelled
        if self.tag() == "repword":
            return self.take(1, "reps", float(self.at().value or 1))
        if (
            number is not None
            and self.tag(1) == "repword"
            and number.value <= 20
            and self.at(1).text.endswith("s")
        ):
            reps = float(self.at(1).value or 1)
            token = self.at()
            self.i += 2
            return [
                Item("slot", "sets", number.value, token=token, number=number),
                Item("slot", "reps", reps, token=token),
            ]
        if number is not None and self._times(1) and any(t.tag == "time" for t in self.tokens):
            return self.take(2, "sets", number.value)  # "twelve seconds four times"
        if number is not None and (self.tag(1) == "rep" or self._times(1) or self._more_at(1)):
            return self.take(2, "reps", number.value)
        if number is not None and self.tag(1) == "set":
            linked = self.at(1).text.endswith("of")
            item = self.take(2, "sets", number.value)
            return [item, Item("link", "of")] if linked else item
        if self.tag() == "rep" and self.at().text == "rep" and self.number(1) is not None:
            self.i += 2
            return Item("unsure")  # "failed on rep six": five or six were done
        if number is not None and self.tag(1) == "type" and self._counts_sets(1):
            kind = str(self.at(1).value)
            token = self.at()
            self.i += 2 + (self.tag(2) == "set")
            items = [Item("slot", "sets", number.value, token=token, number=number)]
            return items if kind == "plain" else [*items, Item("slot", "set_type", kind, token=token)]
        if (
            self.tag() == "ordinal"
            and self.tag(1) == "number"
            and (several := self._last_so_many()) is not None
        ):
            return several
        if self.tag() == "set":  # "set of eight", "first set", "set three, 185"
            named = self.at().text == "set" and self.tag(1) == "number" and self.tag(2) in ("", "comma")
            if named and number_of_set(self.number(1)):
                return self.skip(2, Item("link"))
            self.i += 1
            return Item("link", "of" if self.at(-1).text.endswith("of") else "", token=self.at(-1))
        return None

    def _last_so_many(self) -> Item | None:
        """ "the last three sets", "the first two, 185": how many sets."""
        following = self.number(1)
        if self.tag(2) == "then":
            self.i += 2
            return Item("unsure")  # "245 for five first two, then 265": two sets, two reps?
        counts = self.tag(2) in ("set", "number", "comma", "be", "at")
        if following is None or following.value > MAX_ORDINAL_SETS or not counts:
            return None
        self.i += 1
        return self.take(1 + (self.tag(1) == "set"), "sets", following.value)

    def _labelled(self) -> Item | None:
        """A number after the name of its slot: "reps were twelve", "weight 185 reps 7"; what kind it was."""
        number = self.number(1)
        if self.tag() == "label" and self.at().value in ("drop", "failure"):
            return self.take(1, "set_type", str(self.at().value))
        if number is None:
            return None
        label = self.at().value if self.tag() == "label" else None
        if self.tag() == "gear" and self.at().text == "weight":
            label = "weight"
        bare = self.tag(2) not in ("rep", "unit", "plate", "by", "for") and self.number(-1) is None
        if self.tag() == "rep" and self.at().text in ("reps", "repetitions") and bare:
            label = "reps"
        if label == "weight":
            if self.tag(2) == "unit":
                return self.take(3, "weight", number.value, "kg" if self.at(2).value == "kg" else "lbs")
            return None if self.tag(2) == "plate" else self.take(2, "weight", number.value)
        if label in ("reps", "sets"):
            return self.take(2, "reps" if label == "reps" else "sets", number.value)
        return None

    def _times(self, j: int) -> bool:
        """Whether "times" counts the number before it: "fifty pounds, fifteen times"."""
        if self.tag(j) != "by" or self.at(j).text != "times":
            return False
        while self.tag(j + 1) in ("filler", "article", "comma"):
            j += 1
        return self.number(j + 1) is None

    def _more_at(self, j: int) -> bool:
        """Whether "more" before a weight means reps: "five more at 255 with two left in the tank".

        Unless it is said how hard they were, they may be to come.
        """
        if self.tag(j) != "word" or self.at(j).text != "more":
            return False
        told = next((t.text.split()[-1] for t in reversed(self.tokens[: self.i]) if t.tag == "did"), "")
        if told in _DONE and self.tag(j + 1) in ("", "comma", "at", "with", "for"):
            return True
        rated = any(t.tag in ("rpe", "rir", "empty_tank") for t in self.tokens[self.i + j :])
        return self.tag(j + 1) in ("at", "with") and rated

    def _counts_sets(self, j: int) -> bool:
        return self.tag(j + 1) == "set" or self.at(j).text.endswith("sets")

    # -- weights --------------------------------------------------------------------------------------

    def _weight(self) -> Item | None:
        if self.tag() == "bodyweight":
            if self.tag(1) == "plus" and self.number(2) is not None:
                return self._added(2)
            return None
        if self.tag() == "plus" and self.number(1) is not None:
            return self._added(1)
        number = self.number()
        if number is None:
            return None
        if self.tag(1) == "unit":
            unit: WeightUnit = "kg" if self.at(1).value == "kg" else "lbs"
            return self.take(2, "weight", number.value, unit)
        if number.plural:
            return self.take(1, "weight", number.value)
        return None

    def _added(self, j: int) -> Item:
        number = self.number(j)
        value = number.value if number else 0.0
        if self.tag(j + 1) == "unit":
            return self.take(j + 2, "weight", value, "kg" if self.at(j + 1).value == "kg" else "lbs")
        return self.take(j + 1, "weight", value)

    # -- everything else ------------------------------------------------------------------------------

    def _single(self) -> Item:
        token = self.at()
        self.i += 1
        if token.tag == "number":
            return Item("bare", token=token, number=token.number)
        if token.tag == "exercise":
            return Item("slot", "exercise", token=token)
        if token.text == "failed" and [self.tag(k) for k in (0, 1, 2)] == ["number", "for", "number"]:
            return Item("unsure", token=token)  # "failed 225 for five": how many were done?
        if token.tag == "type":
            return Item("slot", "set_type", str(token.value), token=token)
        if token.tag in ("comma", "and", "then"):
            return Item("break", token.tag, token=token)
        if token.tag == "unsure" or token.tag == "or":
            return Item("unsure", token=token)
        if token.tag in ("for", "at", "with", "by", "of", "in", "on", "rep"):
            return Item("link", token.tag, token=token)
        if token.tag == "did":
            return Item("link", "did", token=token)
        if token.tag in (
            "filler",
            "article",
            "side",
            "ordinal",
            "gear",
            "bodyweight",
            "only",
            "this_time",
            "remark",
            "hard",
        ):
            return Item("link", "", token=token)
        return Item("word", token.tag, token=token)
