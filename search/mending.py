"""Words that are in no document: what they may have been, by how they are written and how they sound."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from search.documents import Document
from search.query import split, vocabulary

REMEMBERED, REMEMBERED_SECONDS = 1000, 300.0
"""Questions whose mending is remembered, and for how long: what is strange now may be in a document then."""

SHORTEST = 5
"""Letters of a word that is mended; shorter ones are near to too many."""

LOOK_UP = text("select word from search_words where word = any(cast(:words as text[]))")
ALL = text("select word from search_words")
NEAREST = text(
    """
    with asked as (
        select word, length(word) as letters, dmetaphone(word) as sound
        from unnest(cast(:words as text[])) as asked (word)
    )
    select asked.word, known.word
    from asked cross join lateral (
        select word from search_words
        where length(word) between letters - 2 and letters + 2
          and levenshtein_less_equal(asked.word, word, 2)
              <= case when search_words.sound = asked.sound then 2 when letters > 6 then 1 else 0 end
        order by levenshtein(asked.word, word), word limit 1
    ) as known
    """
)
ADD = text(
    """
    insert into search_words (word, sound) select word, dmetaphone(word)
    from unnest(cast(:words as text[])) as new (word)
    on conflict (word) do nothing
    """
)


class KnownWords:
    """The words of all documents, as far as this process has seen them: they are only ever added to."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: set[str] = set()
        self._mended: dict[tuple[str, ...], list[str]] = {}
        self._since = clock()

    def at_once(self, words: Sequence[str]) -> list[str] | None:
        """`words` mended, if nobody has to be asked for it."""
        if self._clock() - self._since > REMEMBERED_SECONDS or len(self._mended) > REMEMBERED:
            self._mended.clear()
            self._since = self._clock()
        if any(self._is_strange(word) for word in words):
            return self._mended.get(tuple(words))
        return list(words)

    async def mend(self, db: AsyncSession, words: Sequence[str]) -> list[str]:
        """`words` with strange ones put right: two that are one ("hyper trophy"), or the word that is near.

        One that is like nothing stays as it is.
        """
        asked = tuple(words)
        if not self._seen:
            self._seen.update(await db.scalars(ALL))
        self._mended[asked] = await self._mend(db, words)
        return self._mended[asked]

    async def _mend(self, db: AsyncSession, words: Sequence[str]) -> list[str]:
        pairs = [a + b for a, b in pairwise(words)]
        self._seen.update(await db.scalars(LOOK_UP, {"words": [*words, *pairs]}))
        words = self._join(words)
        strange = [word for word in words if self._is_strange(word) and len(word) >= SHORTEST]
        if not strange:
            return words
        found = await db.execute(NEAREST, {"words": strange})
        nearest = {row[0]: row[1] for row in found}
        return [nearest.get(word, word) for word in words]

    def _join(self, words: Sequence[str]) -> list[str]:
        joined: list[str] = []
        for word in words:
            before = joined[-1] if joined else ""
            if before + word in self._seen and (self._is_strange(before) or self._is_strange(word)):
                joined[-1] = before + word
            else:
                joined.append(word)
        return joined

    def _is_strange(self, word: str) -> bool:
        return word.isalpha() and word not in self._seen and word not in vocabulary().filler


async def add_words(db: AsyncSession, documents: Iterable[Document]) -> None:
    """Adds the words of `documents`."""
    words = {
        word
        for document in documents
        for word in split(f"{document.title} {document.text}")
        if word.isalpha()
    }
    await db.execute(ADD, {"words": sorted(words)})
