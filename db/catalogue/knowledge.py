"""The knowledge base: `knowledge/<chunk type>/*.yaml`, each chunk short, sourced, dated and tagged.

Medical safety is checked as far as a pattern can: what names a sign of danger sends to a professional.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Self, get_args

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, model_validator

from db.catalogue.entries import Entry, Identifier, Row, content_id, hashed, note_twice
from db.catalogue.entry_files import read_entries
from db.catalogue.faults import Faults
from db.catalogue.files import KNOWLEDGE, content_files
from db.catalogue.text import Spoken, SpokenName, note_repeated, sentences, words
from db.models.voice import ChunkType, KnowledgeCategory

CHUNK_TYPES: tuple[ChunkType, ...] = get_args(ChunkType)
MIN_WORDS = 20
MAX_WORDS = 110
FIRST_SENTENCES = 2
"""By then a chunk about a red flag has said what to do: a voice may be cut off."""

PROFESSIONAL = re.compile(
    r"\b(?:doctors?|physicians?|emergency|ambulance|hospital|clinic|medical (?:help|care|attention|advice)"
    r"|physiotherapists?|physical therapists?|pharmacists?|dietitians?|psychologists?|professionals?"
    r"|midwi(?:fe|ves))\b",
    re.IGNORECASE,
)
DANGER = re.compile(
    r"\b(?:chest pains?|pains? in (?:your|the) chest|chest (?:tightness|pressure)|tight chest"
    r"|faint(?:s|ed|ing)?|pass(?:ed|ing)? out|black(?:ed|ing)? out|collaps\w*"
    r"|numb(?:ness)?|tingl\w*|loss of (?:bladder|bowel)|bladder|bowel control"
    r"|fractur\w*|broken bones?|dislocat\w*|concuss\w*|head injur\w*|knocked out"
    r"|blood clots?|coughing (?:up )?blood|heat ?stroke|dark urine|cola.colou?red|rhabdo\w*"
    r"|calf (?:is |that is )?(?:swollen|swelling)|swollen calf|eating disorders?|suicid\w*)\b",
    re.IGNORECASE,
)
"""Words that belong to a sign of danger."""


def _of_moderate_length(text: str) -> str:
    if not MIN_WORDS <= (count := len(words(text))) <= MAX_WORDS:
        raise ValueError(f"has {count} words, not {MIN_WORDS} to {MAX_WORDS}")
    return text


Tag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(?:[ '-][A-Za-z0-9]+)*$", max_length=50)]
Asked = Annotated[str, StringConstraints(min_length=5, max_length=120, pattern=r"^[A-Za-z0-9 .,?'-]+$")]
"""What somebody says who needs the chunk: a question, or what has happened to them."""


class ChunkEntry(Entry):
    """A chunk as its file has it. `year` is the source's, `reviewed` when its content was last checked."""

    id: Identifier
    title: SpokenName
    category: KnowledgeCategory
    tags: Annotated[list[Tag], Field(min_length=2, max_length=8)]
    source: Annotated[str, StringConstraints(min_length=20, max_length=400, strip_whitespace=True)]
    year: Annotated[int, Field(ge=1900, le=2100)]
    reviewed: date
    questions: Annotated[list[Asked], Field(min_length=1, max_length=6)]
    red_flag: bool = False
    content: Annotated[Spoken, AfterValidator(_of_moderate_length)]

    @model_validator(mode="after")
    def _is_sourced(self) -> Self:
        if re.search(rf"\b{self.year}\b", self.source) is None:
            raise ValueError(f"source: does not give the year {self.year}")
        if self.year > self.reviewed.year:
            raise ValueError(f"year: {self.year} is after the review of {self.reviewed}")
        if len(set(self.tags)) != len(self.tags):
            raise ValueError("tags: one is there twice")
        return self

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if self.red_flag:
            first = " ".join(sentences(self.content)[:FIRST_SENTENCES])
            if PROFESSIONAL.search(first) is None:
                raise ValueError("content: the first two sentences of a red flag must send to a professional")
        elif (sign := DANGER.search(self.content)) and PROFESSIONAL.search(self.content) is None:
            raise ValueError(f"content: names {sign.group()!r} and does not send to a professional")
        return self


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk, and the type that its folder gives it."""

    chunk_type: ChunkType
    file: str
    entry: ChunkEntry


ENTRY = TypeAdapter(ChunkEntry)


def load_knowledge(folder: Path, faults: Faults) -> tuple[Chunk, ...]:
    """The chunks of a content folder."""
    chunks: list[Chunk] = []
    for name in content_files(folder):
        if not name.startswith(f"{KNOWLEDGE}/") or name.count("/") < 2:
            continue
        chunk_type = next((known for known in CHUNK_TYPES if known == name.split("/")[1]), None)
        if chunk_type is None:
            faults.add(name, "", f"the folder is none of {', '.join(CHUNK_TYPES)}")
            continue
        for entry, value in read_entries(folder, name, faults):
            if (chunk := faults.validated(ENTRY, value, name, entry)) is not None:
                chunks.append(Chunk(chunk_type, name, chunk))
    _check(chunks, faults)
    return tuple(chunks)


def knowledge_rows(chunks: Iterable[Chunk]) -> list[Row]:
    """Rows of `knowledge_base`."""
    return [
        hashed(
            {
                "id": content_id("knowledge_base", chunk.entry.id),
                "chunk_id": chunk.entry.id,
                "chunk_type": chunk.chunk_type,
                "category": chunk.entry.category,
                "title": chunk.entry.title,
                "content": chunk.entry.content,
                "tags": chunk.entry.tags,
                "questions": chunk.entry.questions,
                "source": chunk.entry.source,
                "source_year": chunk.entry.year,
                "reviewed_on": chunk.entry.reviewed.isoformat(),
                "is_red_flag": chunk.entry.red_flag,
            }
        )
        for chunk in chunks
    ]


def _check(chunks: list[Chunk], faults: Faults) -> None:
    note_twice(((c.file, c.entry.id, c.entry.id) for c in chunks), faults)
    note_twice(((c.file, c.entry.id, c.entry.title.casefold()) for c in chunks), faults)
    note_twice(
        ((c.file, c.entry.id, " ".join(words(asked))) for c in chunks for asked in c.entry.questions), faults
    )
    note_repeated(((c.file, c.entry.id, c.entry.content) for c in chunks), faults)
