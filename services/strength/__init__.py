"""The arithmetic of strength training: maxima, effort and plates. Pure functions, no database."""

from services.strength.one_rep_max import MAX_REPS, epley, estimate_one_rep_max
from services.strength.plates import BARS, PLATES, BarLoad, LoadChoice, load_bar
from services.strength.rpe import percent_of_max

__all__ = [
    "BARS",
    "MAX_REPS",
    "PLATES",
    "BarLoad",
    "LoadChoice",
    "epley",
    "estimate_one_rep_max",
    "load_bar",
    "percent_of_max",
]
