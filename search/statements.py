"""Hybrid search in PostgreSQL: full text and vectors, fused by reciprocal rank in one statement.

Words: documents that have all of the question's words; only when these are not enough to fill the list,
those that have some of them too, by how rare the words are that they have. Meaning: the nearest vectors by
pgvector's HNSW index. A document's score is the sum of what its places in the two lists are worth
(Cormack, Clarke and Buettcher 2009, Reciprocal rank fusion outperforms Condorcet), each weighed by how sure
the list is of it: the share of the question's words, or the cosine.

No step looks at more than a fixed number of rows, so that a question of frequent words is no slower.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import TextClause, text

from db.models import SearchIndexName

CANDIDATES = 100
"""Rows that are looked at for one word, and for all of them together. A word that is in more is common."""
RANKED = 60
"""Of these the ones that are weighed more closely."""
LISTED = 40
"""Places of each list."""
PROMINENCE = 3
"""How much it counts that a word is in the title, or there often."""
RANK_CONSTANT = 10
MEANING: Mapping[SearchIndexName, float] = {"exercises": 0.6, "exercise_cues": 0.6, "knowledge_base": 0.75}
"""How much of a score is the vectors' place; the rest is the words', and names are words."""

FILTER = " and metadata @> cast(:filter as jsonb)"

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
),
weight as materialized (
    select place, query, ln(1 + {candidates}.0 / greatest(count(id), 1)) as weight
    from term left join one_word using (place) group by place, query
),
likely as materialized (
    select id from all_words where not (select yes from is_full)
    union
    (
        select id from one_word join weight using (place) group by id
        order by sum(weight) desc, id limit {ranked}
    )
),
-- Put together with nothing, they are unpacked once, and not for each word again.
unpacked as materialized (
    select id, words || '' as words from likely join search_documents using (id) where index = '{index}'
),
some_words as (
    select id, sum(weight) / (select sum(weight) from weight) as coverage, count(*) as matched,
           sum(weight * (1 + {prominence} * ts_rank(words, query))) as rank
    from unpacked join weight on words @@ query
    group by id
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
# would rather sort all vectors than ask their index; and to compile a statement takes longer than to run it.
# Of a word that is in more documents than the last limit, about so many are enough to choose candidates from.
SCAN = text(
    """
    select set_config('hnsw.ef_search', '100', true), set_config('hnsw.iterative_scan', 'strict_order', true),
           set_config('enable_sort', 'off', true), set_config('jit', 'off', true),
           set_config('gin_fuzzy_search_limit', '3000', true)
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
WRITE = """
insert into search_documents as document (index, id, title, text, metadata, content_hash{column})
select '{index}', id, title, text, metadata, content_hash{value}
from jsonb_to_recordset(cast(:rows as jsonb))
    as new (id text, title text, text text, metadata jsonb, content_hash text{type})
on conflict (index, id) do update set
    title = excluded.title, text = excluded.text, metadata = excluded.metadata,
    content_hash = excluded.content_hash, updated_at = now(){change}
"""
REMOVE = text("delete from search_documents where index = :index and id = any(cast(:ids as text[]))")
# Who reads the version and then searches finds this version or a later one.
CHANGED = text(
    """
    insert into search_versions as known (index, version) values (:index, 1)
    on conflict (index) do update set version = known.version + 1, changed_at = now()
    """
)
VERSION = "select version, changed_at from search_versions where index = $1"
KNOWN = "select id, content_hash from search_documents where index = :index"


@lru_cache
def searching(index: SearchIndexName, *, meaning: bool, filtered: bool) -> TextClause:
    """The statement that searches `index`: with `meaning` by vectors too, and only what passes a filter."""
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
            words_worth=f"{1 - MEANING[index]:.2f} * coverage" if meaning else "1.0",
            by_meaning=BY_MEANING.format(**numbers) if meaning else "",
            with_meaning=WITH_MEANING.format(share=MEANING[index], constant=RANK_CONSTANT) if meaning else "",
            closeness=CLOSENESS if meaning else "null",
        )
    )


@lru_cache
def weighing(index: SearchIndexName, *, meaning: bool) -> TextClause:
    """The statement that says how well given documents of `index` fit."""
    return text(WEIGH.format(index=index, closeness=CLOSENESS if meaning else "null"))


@lru_cache
def writing(index: SearchIndexName, *, vectors: bool) -> TextClause:
    """The statement that puts documents into `index`, or changes them."""
    return text(
        WRITE.format(
            index=index,
            column=", embedding" if vectors else "",
            value=", cast(embedding as vector)" if vectors else "",
            type=", embedding text" if vectors else "",
            change=", embedding = excluded.embedding" if vectors else "",
        )
    )
