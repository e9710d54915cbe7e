"""How much exercises ask of the parts of the body, as the packaged content has it: for deciding at once."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import lru_cache

from db.catalogue.files import PACKAGED


@lru_cache
def loaded_parts() -> dict[str, frozenset[str]]:
    """By slug, the parts of the body that an exercise asks something of."""
    loaded: dict[str, set[str]] = {}
    with (PACKAGED / "stress.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            loaded.setdefault(line["slug"], set()).add(line["body_part"])
    return {slug: frozenset(parts) for slug, parts in loaded.items()}


def first_loaded(slug: str | None, hurting: Iterable[str]) -> str | None:
    """The first of the parts that hurt of which the exercise `slug` asks something; of an exercise that is
    not known, the first."""
    parts = loaded_parts().get(slug or "") if slug else None
    return next((part for part in hurting if parts is None or part in parts), None)
