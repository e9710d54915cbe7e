"""What is a record: rules over sets in the order in which they were done. No database.

Loads are compared in whole hundreds of grams, so that 225 lb and 102.06 kg are one load. It is less than any
step that can be loaded (0.25 kg, half a pound) and more than other programs lose when they convert and round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from core.units import WeightUnit, convert_weight
from db.models import PrType, SetType, WorkoutSet
from services.exercises.catalogue import Exercise, packaged_catalogue
from services.strength import estimate_one_rep_max

REPS_OF: dict[PrType, int] = {"1rm": 1, "3rm": 3, "5rm": 5}
"""The heaviest load that was lifted at least so often in one set."""

MOMENT = timedelta(microseconds=1)

NAMESPACE = UUID("6f0b7c1e-6f3c-4a53-9a53-5a0a9b3f1d52")
"""A record's identifier is made from the set that set it: computed again, it is the same record."""


def load_of(weight: float | None, unit: WeightUnit) -> int:
    """A weight in hundreds of grams, to be compared with others."""
    return round(convert_weight(weight or 0, unit, "kg") * 10)


@dataclass(frozen=True, slots=True)
class Lift:
    """A set that may be a record. Those of one exercise follow each other by `at`, then by logging."""

    set_id: UUID
    workout_id: UUID
    exercise_id: UUID
    at: datetime
    reps: int
    weight: float | None
    unit: WeightUnit
    rpe: float | None = None
    rir: int | None = None

    @property
    def load(self) -> int:
        """What its weight is compared by."""
        return load_of(self.weight, self.unit)


@dataclass(frozen=True, slots=True)
class Slot:
    """What one record is held for: a type, and of `reps_at_weight` a load (0: body weight alone)."""

    pr_type: PrType
    load: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """A record when it was set. `value` is a weight, weight times reps, or reps, in the lift's unit.

    `measure` is what it is compared by: hundreds of grams, those times reps, or reps. `achieved_at` is when
    the set was done; of sets of one moment (some programs know only when a workout was) each is a bit later.
    `previous` is the record that it beat, `improvement` by how many percent.
    """

    id: UUID
    slot: Slot
    lift: Lift
    measure: int
    achieved_at: datetime
    previous: UUID | None = None
    improvement: float | None = None
    previous_workout: UUID | None = None

    @property
    def value(self) -> float:
        """The record in the unit of its set."""
        return value_of(self.slot.pr_type, self.lift)

    @property
    def estimate(self) -> float | None:
        """The 1RM that the set suggests, in its unit; None where no number would be honest."""
        return estimate_of(self.lift)


Bests = dict[Slot, Record]
"""The standing records of one exercise."""


def lift_of(row: WorkoutSet) -> Lift | None:
    """The set `row` as it counts for records; None when it does not (see `counts`)."""
    exercise = packaged_catalogue().by_id[row.exercise_id]
    if not counts(exercise, row.set_type, row.reps, row.weight):
        return None
    return Lift(
        row.id,
        row.workout_id,
        row.exercise_id,
        row.completed_at,
        row.reps or 0,
        row.weight or None,
        row.weight_unit,
        row.rpe,
        row.rir,
    )


def estimate_of(lift: Lift) -> float | None:
    """The 1RM that a set suggests, in its unit; None where no number would be honest.

    With the body's own weight in the lift, what is added to it is not what is lifted.
    """
    if lift.weight is None or not _bears_all(packaged_catalogue().by_id[lift.exercise_id]):
        return None
    return estimate_one_rep_max(lift.weight, lift.reps, rpe=lift.rpe, rir=lift.rir)


def counts(exercise: Exercise, set_type: SetType, reps: int | None, weight: float | None) -> bool:
    """Whether such a set can be a record.

    Warm-ups never are. What is held, carried or covered has no type of record. A barbell's set without a
    weight does not say what was lifted, and on an assisting machine the weight is help.
    """
    if set_type == "warmup" or not reps or exercise.is_assisted:
        return False
    return exercise.measure == "reps" or (exercise.measure == "weight_reps" and bool(weight))


def advance(bests: Bests, lift: Lift) -> list[Record]:
    """The records that `lift` sets over `bests`, which are changed accordingly."""
    beaten = [(slot, measure) for slot, measure in _measures(lift) if measure > _to_beat(bests, slot)]
    if not beaten:
        return []
    last = max((one.achieved_at for one in bests.values()), default=None)
    at = max(lift.at, last + MOMENT) if last else lift.at
    records = [_record(bests.get(slot), slot, lift, measure, at) for slot, measure in beaten]
    bests.update((one.slot, one) for one in records)
    return records


def replay(bests: Bests, lifts: Iterable[Lift]) -> list[Record]:
    """The records that `lifts` set one after the other over `bests`, which are changed accordingly."""
    return [record for lift in lifts for record in advance(bests, lift)]


def value_of(pr_type: PrType, lift: Lift) -> float:
    """What a record of this type says of the set: a weight, weight times reps, or reps."""
    if pr_type == "reps_at_weight":
        return lift.reps
    return (lift.weight or 0) * (lift.reps if pr_type == "volume" else 1)


def measure_of(pr_type: PrType, lift: Lift) -> int:
    """What records of this type are compared by."""
    if pr_type == "reps_at_weight":
        return lift.reps
    return lift.load * (lift.reps if pr_type == "volume" else 1)


def slot_of(pr_type: PrType, lift: Lift) -> Slot:
    """The slot for which a record of this type would be held."""
    return Slot(pr_type, lift.load if pr_type == "reps_at_weight" else 0)


def record_id(set_id: UUID, exercise_id: UUID, pr_type: PrType) -> UUID:
    """The identifier of the record of this type that a set of an exercise sets."""
    return uuid5(NAMESPACE, f"{set_id} {exercise_id} {pr_type}")


def _measures(lift: Lift) -> list[tuple[Slot, int]]:
    """What a set may be a record for. Of a set at body weight alone only the reps can be compared."""
    types: list[PrType] = ["reps_at_weight"]
    if lift.load > 0:
        types += [pr_type for pr_type, reps in REPS_OF.items() if lift.reps >= reps]
        if _bears_all(packaged_catalogue().by_id[lift.exercise_id]):
            types.append("volume")
    return [(slot_of(one, lift), measure_of(one, lift)) for one in types]


def _bears_all(exercise: Exercise) -> bool:
    """Whether the weight is all that is lifted, not only what is added to the body's own."""
    return exercise.measure == "weight_reps"


def _to_beat(bests: Bests, slot: Slot) -> int:
    """Reps count for lighter loads too: 205 for 7 is no record for who has done 225 for 8."""
    if slot.pr_type == "reps_at_weight":
        rivals = (one for held, one in bests.items() if held.pr_type == slot.pr_type)
        return max((one.measure for one in rivals if one.slot.load >= slot.load), default=0)
    return bests[slot].measure if slot in bests else 0


def _record(beaten: Record | None, slot: Slot, lift: Lift, measure: int, at: datetime) -> Record:
    key = record_id(lift.set_id, lift.exercise_id, slot.pr_type)
    if beaten is None:
        return Record(key, slot, lift, measure, at)
    gain = _in_kg(slot.pr_type, lift) / _in_kg(slot.pr_type, beaten.lift) - 1
    return Record(key, slot, lift, measure, at, beaten.id, round(100 * gain, 2), beaten.lift.workout_id)


def _in_kg(pr_type: PrType, lift: Lift) -> float:
    value = value_of(pr_type, lift)
    return value if pr_type == "reps_at_weight" else convert_weight(value, lift.unit, "kg")
