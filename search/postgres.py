"""Hybrid search in PostgreSQL: full text and vectors, fused by reciprocal rank in one statement.

Words: documents that have all of the question's words; only when these are not enough to fill the list,
those that have some of them too, by how rare the words are that they have. Meaning: the nearest vectors by
pgvector's HNSW index. A document's score is the sum of what its places in the two lists are worth
(Cormack, Clarke and Buettcher 2009, Reciprocal rank fusion outperforms Condorcet), each weighed by how sure
the list is of it: the share of the question's words, or the cosine.

No step looks at more than a fixed number of rows, so that a question of frequent words is no slower.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import SearchIndexName
from search.documents import Document, Hit
from search.query import Query

if TYPE_CHECKING:
    from search.minilm import Floats

CANDIDATES = 1000
"""Rows that are looked at for one word, and for all of them together."""
RANKED = 100
"""Of these the ones that are weighed more closely."""
LISTED = 40
"""Places of each list."""
PROMINENCE = 3
"""How much it counts that a word is in the title, or there often."""
RANK_CONSTANT = 10
MEANING = 0.75
"""How much of a score is the vectors' place; the rest is the words'."""

FILTER = " and metadata @> cast(:filter as jsonb)"
DIGITS = 5

SEARCH = """
with said as materialized (
    select place, to_tsquery('english', term) as query
    from unnest(cast(:terms as text[])) with ordinality as terms (term, place)
),
-- What the dictionary knows as a stop word is no term.
term as materialized (select place, query from said where numnode(query) > 0),
every as materialized (
    select cast(string_agg('(' || query::text || ')', ' & ') as tsquery) as query from term
),
all_words as materialized (
    select id, words, ts_rank_cd(words, (select query from every)) as rank
    from (
        select id, words from search_documents
        where index = '{index}' and words @@ (select query from every){filter} limit {candidates}
    ) as candidate
    order by rank desc, id limit {listed}
),
is_full as materialized (select count(*) = {listed} as yes from all_words),
one_word as materialized (
    select place, found.id
    from term cross join lateral (
        select id from search_documents
        where index = '{index}' and words @@ query{filter} limit {candidates}
    ) as found
    where not (select yes from is_full)
    union
    select place, id from all_words cross join term where not (select yes from is_full)
),
weight as materialized (
    select place, query, ln(1 + {candidates}.0 / greatest(count(id), 1)) as weight
    from term left join one_word using (place) group by place, query
),
likely as materialized (
    select id, sum(weight) / (select sum(weight) from weight) as coverage, count(*) as matched
    from one_word join weight using (place) group by id
    order by coverage desc, id limit {ranked}
),
some_words as (
    select id, coverage, matched, sum(weight * (1 + {prominence} * ts_rank(words, query))) as rank
    from likely join search_documents as document using (id)
    join weight on document.words @@ weight.query
    where document.index = '{index}'
    group by id, coverage, matched
    order by rank desc, id limit {listed}
),
by_words as materialized (
    select id, 1.0 as coverage, (select count(*) from term) as matched,
           row_number() over (order by rank desc, id) as place
    from all_words where (select yes from is_full)
    union all
    select id, coverage, matched, row_number() over (order by rank desc, id) from some_words
),
{by_meaning}
fused as (
    select id, sum(worth) as score
    from (
        select id, {words_worth} / ({constant} + place) as worth from by_words
        {with_meaning}
    ) as listed
    group by id order by score desc, id limit :limit
)
select fused.id, title, text, metadata, score, {closeness} as closeness, coverage, matched
from fused
join search_documents as document on document.index = '{index}' and document.id = fused.id
left join by_words on by_words.id = fused.id
order by score desc, fused.id
"""

BY_MEANING = """
by_meaning as materialized (
    select id, 1 - distance as closeness, row_number() over (order by distance, id) as place
    from (
        select id, embedding <=> cast(:vector as vector) as distance from search_documents
        where index = '{index}'{filter}
        order by embedding <=> cast(:vector as vector) limit {listed}
    ) as nearest
    where distance is not null
),
"""
WITH_MEANING = "union all select id, {share} * closeness / ({constant} + place) from by_meaning"
CLOSENESS = "1 - (embedding <=> cast(:vector as vector))"

# A wider search than the usual 40 misses none of the nearest among some thousands. A narrow filter leaves few
# of them: then it goes on until there are enough. The planner knows nothing of how narrow a filter is, and
# would rather look at every vector; and to compile a statement takes longer than to run it.
SCAN = text(
    """
    select set_config('hnsw.ef_search', '100', true), set_config('hnsw.iterative_scan', 'strict_order', true),
           set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)
    """
)

# How well documents fit that somebody else found: the share of the question's terms counts heads here.
WEIGH = """
with term as materialized (
    select to_tsquery('english', term) as query from unnest(cast(:terms as text[])) as said (term)
)
select id, {closeness} as closeness,
       (select count(*) from term where document.words @@ query) as matched,
       (select count(*) from term where numnode(query) > 0) as asked
from search_documents as document where index = '{index}' and id = any(cast(:ids as text[]))
"""
REMOVE = text("delete from search_documents where index = :index and id = any(cast(:ids as text[]))")
KNOWN = "select id, content_hash from search_documents where index = :index"


class PostgresSearch:
    """The three indexes in the table `search_documents`. `vectors`: whether it has the column for them."""

    def __init__(self, *, vectors: bool) -> None:
        self.vectors = vectors

    async def search(
        self,
        db: AsyncSession,
        index: SearchIndexName,
        query: Query,
        vector: Floats | None,
        *,
        limit: int,
        where: Mapping[str, Any],
    ) -> list[Hit]:
        """The documents that fit `query` best, best first; only those whose metadata has all of `where`."""
        values: dict[str, Any] = {"terms": query.tsqueries, "limit": limit}
        if where:
            values["filter"] = json.dumps(dict(where))
        if vector is not None:
            values["vector"] = written(vector)
        await db.execute(SCAN)
        rows = await db.execute(_statement(index, vector is not None, bool(where)), values)
        return [
            Hit(id_, title, body, metadata, float(score), closeness, float(share or 0), matched or 0)
            for id_, title, body, metadata, score, closeness, share, matched in rows
        ]

    async def weigh(
        self,
        db: AsyncSession,
        index: SearchIndexName,
        query: Query,
        vector: Floats | None,
        hits: Sequence[Hit],
    ) -> list[Hit]:
        """`hits` that somebody else found, with how close they are to `query` as this index sees it."""
        values: dict[str, Any] = {"terms": query.tsqueries, "ids": [hit.id for hit in hits]}
        if vector is not None:
            values["vector"] = written(vector)
        statement = WEIGH.format(index=index, closeness="null" if vector is None else CLOSENESS)
        rows = await db.execute(text(statement), values)
        seen = {
            id_: (closeness, matched / asked if asked else 0.0, matched)
            for id_, closeness, matched, asked in rows
        }
        nothing = (None, 0.0, 0)
        return [
            replace(hit, closeness=closeness, coverage=coverage, matched=matched)
            for hit in hits
            for closeness, coverage, matched in [seen.get(hit.id, nothing)]
        ]

    async def known(self, db: AsyncSession, index: SearchIndexName) -> dict[str, str]:
        """The hashes of the documents that are there, by id. One that lacks its vector does not count."""
        complete = " and embedding is not null" if self.vectors else ""
        rows = await db.execute(text(KNOWN + complete), {"index": index})
        return dict(rows.tuples().all())

    async def ids(self, db: AsyncSession, index: SearchIndexName) -> set[str]:
        """The ids of all documents that are there."""
        return {id_ for id_, _ in await db.execute(text(KNOWN), {"index": index})}

    async def write(
        self, db: AsyncSession, index: SearchIndexName, documents: Sequence[Document], vectors: Floats | None
    ) -> None:
        """Puts documents in, or changes them, in one statement."""
        rows = [
            {
                "id": document.id,
                "title": document.title,
                "text": document.text,
                "metadata": document.metadata,
                "content_hash": document.content_hash,
            }
            | ({} if vectors is None else {"embedding": written(vectors[place])})
            for place, document in enumerate(documents)
        ]
        await db.execute(_writing(index, self.vectors), {"rows": json.dumps(rows)})

    async def remove(self, db: AsyncSession, index: SearchIndexName, ids: Sequence[str]) -> None:
        """Takes documents out."""
        await db.execute(REMOVE, {"index": index, "ids": list(ids)})


def written(vector: Floats) -> str:
    """A vector as pgvector reads it, to 5 digits: the cosine of what it was and what is read is 1 to 9."""
    return f"[{','.join(map(repr, vector.round(DIGITS).astype(float).round(DIGITS).tolist()))}]"


@lru_cache
def _statement(index: SearchIndexName, meaning: bool, filtered: bool) -> TextClause:
    # The index's name is in the statement itself: only so does the planner take the index made for its rows.
    numbers = {
        "index": index,
        "filter": FILTER if filtered else "",
        "candidates": CANDIDATES,
        "ranked": RANKED,
        "listed": LISTED,
        "constant": RANK_CONSTANT,
    }
    return text(
        SEARCH.format(
            **numbers,
            prominence=PROMINENCE,
            words_worth=f"{1 - MEANING} * coverage" if meaning else "1.0",
            by_meaning=BY_MEANING.format(**numbers) if meaning else "",
            with_meaning=WITH_MEANING.format(share=MEANING, constant=RANK_CONSTANT) if meaning else "",
            closeness=CLOSENESS if meaning else "null",
        )
    )


@lru_cache
def _writing(index: SearchIndexName, vectors: bool) -> TextClause:
    return text(
        WRITE.format(
            index=index,
            column=", embedding" if vectors else "",
            value=", cast(embedding as vector)" if vectors else "",
            type=", embedding text" if vectors else "",
            change=", embedding = excluded.embedding" if vectors else "",
        )
    )
