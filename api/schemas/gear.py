"""Equipment as requests name it: the catalogue's kinds, and the bench."""

from __future__ import annotations

from typing import Literal

Gear = Literal[
    "barbell",
    "dumbbell",
    "kettlebell",
    "bodyweight",
    "machine",
    "cable",
    "band",
    "smith_machine",
    "ez_bar",
    "trap_bar",
    "plate",
    "medicine_ball",
    "box",
    "rings",
    "suspension",
    "bench",
]
