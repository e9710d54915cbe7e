"""Personal records: what they are (`rules`), and how they are kept while sets come and go (`keeping`)."""

from services.records.history import RecordFilter, list_history, list_standing
from services.records.keeping import (
    FAMILY,
    RELEVANT,
    Family,
    Place,
    earliest,
    logged,
    mark,
    of_workout,
    recompute,
)
from services.records.rules import Record, Slot

__all__ = [
    "FAMILY",
    "RELEVANT",
    "Family",
    "Place",
    "Record",
    "RecordFilter",
    "Slot",
    "earliest",
    "list_history",
    "list_standing",
    "logged",
    "mark",
    "of_workout",
    "recompute",
]
