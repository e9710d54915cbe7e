"""Personal records: what they are (`rules`), and how they are kept while sets come and go (`keeping`)."""

from services.records.history import RecordFilter, list_history, list_standing, standing
from services.records.keeping import (
    FAMILY,
    RELEVANT,
    Family,
    Place,
    earliest,
    logged,
    mark,
    places_of,
    recompute,
)
from services.records.maximum import Maximum, estimated_maximum
from services.records.rules import Record, Slot

__all__ = [
    "FAMILY",
    "RELEVANT",
    "Family",
    "Maximum",
    "Place",
    "Record",
    "RecordFilter",
    "Slot",
    "earliest",
    "estimated_maximum",
    "list_history",
    "list_standing",
    "logged",
    "mark",
    "places_of",
    "recompute",
    "standing",
]
