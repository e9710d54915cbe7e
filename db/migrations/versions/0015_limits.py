"""Rate limits and the cache, where no Redis keeps them. Both may be lost: the tables are unlogged."""

from __future__ import annotations

from alembic import op

from db.migrations.security import seclude

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# No index on `expires_at`: it would have to be written with every hit, and is asked for once an hour.
RATE_LIMITS = """
create unlogged table internal.rate_limits (
    key text not null,
    newest bigint not null,
    counts integer[] not null,
    expires_at timestamptz not null,
    constraint pk_rate_limits primary key (key)
) with (fillfactor = 50)
"""

# Counts in slices of a tenth of the window. A slice that the window has left only in part still counts in
# full, so that no window, wherever it begins, holds more than the limit. The slices are newest first.
COUNT_HIT = """
create function internal.count_hit(
    the_key text, the_limit integer, slice_ms bigint, at_ms bigint,
    out used integer, out allowed boolean, out retry_ms bigint, out reset_ms bigint
) language plpgsql as $$
declare
    slices constant integer := 11;
    slice bigint;
    known_slice bigint;
    kept integer[];
    one integer;
    remaining integer;
begin
    at_ms := coalesce(at_ms, floor(extract(epoch from clock_timestamp()) * 1000));
    slice := at_ms / slice_ms;
    loop
        select newest, counts into known_slice, kept
        from internal.rate_limits where key = the_key for update;
        exit when found;
        insert into internal.rate_limits (key, newest, counts, expires_at)
        values (the_key, slice, array_fill(0, array[slices]), to_timestamp(at_ms / 1000.0))
        on conflict (key) do nothing;
    end loop;
    slice := greatest(slice, known_slice);
    if slice > known_slice then
        kept := (array_fill(0, array[least(slice - known_slice, slices)::integer]) || kept)[1:slices];
    end if;
    used := 0;
    foreach one in array kept loop
        used := used + one;
    end loop;
    allowed := used < the_limit;
    if allowed then
        used := used + 1;
        kept[1] := kept[1] + 1;
        update internal.rate_limits
        set newest = slice, counts = kept,
            expires_at = to_timestamp((slice + slices) * slice_ms / 1000.0)
        where key = the_key;
    end if;
    -- The slices leave one by one, the oldest first.
    remaining := used;
    for gone in 0..slices loop
        if gone > 0 then
            remaining := remaining - kept[slices + 1 - gone];
        end if;
        if retry_ms is null and remaining < the_limit then
            retry_ms := greatest(0, (slice + gone) * slice_ms - at_ms);
        end if;
        if remaining = 0 then
            reset_ms := (slice + gone) * slice_ms - at_ms;
            exit;
        end if;
    end loop;
end $$
"""

CACHE_ENTRIES = """
create unlogged table internal.cache_entries (
    key text not null,
    athlete_id uuid,
    value text not null,
    expires_at timestamptz not null,
    constraint pk_cache_entries primary key (key),
    constraint fk_cache_entries_athlete_id_users foreign key (athlete_id)
        references public.users (id) on delete cascade
)
"""


def upgrade() -> None:
    """Makes the tables and the function that counts."""
    op.execute(RATE_LIMITS)
    op.execute(COUNT_HIT)
    op.execute(CACHE_ENTRIES)
    op.execute("create index ix_cache_entries_athlete_id on internal.cache_entries (athlete_id)")
    op.execute("create index ix_cache_entries_expires_at on internal.cache_entries (expires_at)")
    seclude("internal")


def downgrade() -> None:
    """Drops them with all that is in them."""
    op.execute("drop table internal.cache_entries")
    op.execute("drop function internal.count_hit")
    op.execute("drop table internal.rate_limits")
