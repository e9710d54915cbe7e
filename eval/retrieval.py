"""How often search finds what answers a question: `voicefit search eval`."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from db.models import SearchIndexName
from search import Hit, Search
from search.query import Query

LOOKED_AT = 10

Find: TypeAlias = Callable[[SearchIndexName, str], Awaitable[list[Hit]]]


class Asked(BaseModel):
    """A question as athletes say it, and the documents that answer it, by the names of `name_of`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    ask: Annotated[str, Field(min_length=3)]
    answers: Annotated[list[str], Field(min_length=1)]
    tags: list[str] = []
    index: SearchIndexName = "knowledge_base"


QUESTIONS = TypeAdapter(list[Asked])


def load_questions(name: str) -> list[Asked]:
    """The packaged questions of this name."""
    lines = files("eval").joinpath(f"questions/{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return QUESTIONS.validate_python([json.loads(line) for line in lines])


def off_topic() -> list[str]:
    """Questions that are no coach's business."""
    return files("eval").joinpath("questions/off_topic.txt").read_text(encoding="utf-8").splitlines()


def name_of(hit: Hit) -> str:
    """What a document is called in the questions: chunk id, slug, or slug and type of cue."""
    told = hit.metadata
    if "cue_type" in told:
        return f"{told['slug']}:{told['cue_type']}"
    return str(told.get("chunk_id") or told["slug"])


@dataclass
class Found:
    """Question by question, at which places (from 1) of the first ten there were answers, and the time taken.

    `possible` is how many answers there are to the question.
    """

    places: list[list[int]] = field(default_factory=list)
    possible: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def hit(self, within: int) -> float:
        """The share of questions with an answer among the first `within`."""
        return _mean([float(bool(places) and places[0] <= within) for places in self.places])

    def recall(self, within: int) -> float:
        """The mean share of a question's answers that are among the first `within`, of as many as can be."""
        shares = [
            sum(place <= within for place in places) / min(possible, within)
            for places, possible in zip(self.places, self.possible, strict=True)
        ]
        return _mean(shares)

    @property
    def mrr(self) -> float:
        """Mean reciprocal rank: of each question, one divided by the place of its first answer."""
        return _mean([1 / places[0] if places else 0.0 for places in self.places])

    @property
    def ndcg(self) -> float:
        """Normalized discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002)."""
        gains = []
        for places, possible in zip(self.places, self.possible, strict=True):
            best = sum(_discount(place) for place in range(1, min(possible, LOOKED_AT) + 1))
            gains.append(sum(map(_discount, places)) / best)
        return _mean(gains)


async def measure(find: Find, questions: Sequence[Asked]) -> Found:
    """Asks every question and looks where the answers are."""
    found = Found()
    for asked in questions:
        began = time.perf_counter()
        names = [name_of(hit) for hit in await find(asked.index, asked.ask)]
        found.seconds.append(time.perf_counter() - began)
        first = {name: place for place, name in reversed(list(enumerate(names, start=1)))}
        found.places.append(sorted(first[name] for name in asked.answers if name in first))
        found.possible.append(len(asked.answers))
    return found


def ways(search: Search) -> Mapping[str, Find]:
    """Ways to search, to be compared: by words alone, by vectors alone, and by both."""
    by_words = {"words": partial(_find, search, words=True, vectors=False)}
    if search.embedder is None:
        return by_words
    return by_words | {
        "vectors": partial(_find, search, words=False, vectors=True),
        "hybrid": partial(search.find, limit=LOOKED_AT),
    }


async def _find(
    search: Search, index: SearchIndexName, question: str, *, words: bool, vectors: bool
) -> list[Hit]:
    query = await search.prepare(question)
    vector = await search.vector(query) if vectors else None
    if not words:
        query = Query(query.text, ())
    async with search.database.transaction(None, durable=False) as db:
        return await (await search.postgres()).search(db, index, query, vector, limit=LOOKED_AT, where={})


def _discount(place: int) -> float:
    return 1 / math.log2(place + 1)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan
