"""Places in a list, as they are said."""

from __future__ import annotations

ORDINALS = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "last": -1,
    "final": -1,
    "bottom": -1,
    "top": 0,
    "middle": 1,
}
"""The place that a word names, from 0; -1 is the last."""
