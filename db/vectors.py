"""Vectors in the database, where its server has pgvector. Where it has not, search goes by words alone."""

from __future__ import annotations

from sqlalchemy import text

# Some servers let only an administrator make the extension, perhaps later: this runs at each upgrade.
ADD_EMBEDDINGS = """
do $$
declare
    name text;
begin
    if to_regclass('public.search_documents') is null then
        return;
    end if;
    if to_regtype('vector') is null then
        begin
            create extension vector;
        exception
            -- not installed, not allowed, or where this role does not look
            when feature_not_supported or undefined_file or insufficient_privilege or duplicate_object then
                return;
        end;
    end if;
    alter table public.search_documents add column if not exists embedding vector(384);
    foreach name in array array['exercises', 'exercise_cues', 'knowledge_base'] loop
        execute format(
            'create index if not exists %I on public.search_documents '
            'using hnsw (embedding vector_cosine_ops) where index = %L',
            'ix_search_documents_embedding_' || name, name
        );
    end loop;
end $$
"""

# Before 0.8 pgvector could not go on looking when a filter left too few of the nearest.
HAS_EMBEDDINGS = text(
    """
    select exists (
        select from pg_attribute
        where attrelid = to_regclass('public.search_documents') and attname = 'embedding'
    ) and exists (
        select from pg_extension
        where extname = 'vector' and string_to_array(extversion, '.')::int[] >= array[0, 8]
    )
    """
)
