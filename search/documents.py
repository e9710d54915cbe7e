"""What is put into a search index, and what comes out of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from db.models import SearchIndexName


@dataclass(frozen=True)
class Document:
    """A document of an index, found by its `title` and `text`; results are narrowed by `metadata`.

    `id` is its source row's.
    """

    index: SearchIndexName
    id: str
    title: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def embedded(self) -> str:
        """What its vector is of."""
        return f"{self.title}. {self.text}"

    @cached_property
    def content_hash(self) -> str:
        """Another one when anything of it is another."""
        parts = [self.title, self.text, json.dumps(self.metadata, sort_keys=True)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found, and how well it fits.

    `score` orders the hits of one search and means nothing beside that. `closeness` is the cosine of question
    and document, None without vectors. `matched` is how many of the question's terms are in it, `coverage`
    their share of all, the rarer the heavier (both 0 for one that is not among the first by words).
    """

    id: str
    title: str
    text: str
    metadata: Mapping[str, Any]
    score: float
    closeness: float | None = None
    coverage: float = 0.0
    matched: int = 0
