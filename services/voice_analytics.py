"""How well an athlete's turns were understood: how many were corrected, in what, and how long they took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, and_, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import VoiceCommand


@dataclass(frozen=True, slots=True)
class RouteFigures:
    """The turns that one route decided. Latencies are milliseconds from the words to the commit of the calls;
    None when no turn has one."""

    route: str
    turns: int
    with_calls: int
    corrected: int
    latency_p50_ms: float | None
    latency_p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All turns of a time. `accuracy` is the share of those with calls that were never corrected."""

    turns: int
    with_calls: int
    corrected: int
    corrections: dict[str, int]
    routes: tuple[RouteFigures, ...]

    @property
    def accuracy(self) -> float | None:
        """None without any turn that did something."""
        return 1 - self.corrected / self.with_calls if self.with_calls else None


async def analyse(
    db: AsyncSession, user_id: UUID, since: datetime | None = None, before: datetime | None = None
) -> Figures:
    """The figures of an athlete's turns, of all or of those from `since` and before `before`."""
    mine = [VoiceCommand.user_id == user_id]
    if since is not None:
        mine.append(VoiceCommand.created_at >= since)
    if before is not None:
        mine.append(VoiceCommand.created_at < before)
    calls = func.jsonb_array_length(func.coalesce(VoiceCommand.parsed_output["calls"], cast("[]", JSON)))
    did = case((calls > 0, 1), else_=0)
    corrected = case((and_(calls > 0, VoiceCommand.was_corrected), 1), else_=0)
    latency = cast(VoiceCommand.latency_ms, Float)
    route = func.coalesce(VoiceCommand.route, "unknown")
    rows = await db.execute(
        select(
            route.label("route"),
            func.count().label("turns"),
            func.sum(did).label("with_calls"),
            func.sum(corrected).label("corrected"),
            func.percentile_cont(0.5).within_group(latency).label("p50"),
            func.percentile_cont(0.95).within_group(latency).label("p95"),
        )
        .where(*mine)
        .group_by(route)
        .order_by(func.count().desc(), route)
    )
    routes = tuple(
        RouteFigures(row.route, row.turns, row.with_calls, row.corrected, row.p50, row.p95) for row in rows
    )
    kinds = await db.execute(
        select(VoiceCommand.correction_type, func.count())
        .where(*mine, VoiceCommand.was_corrected, VoiceCommand.correction_type.is_not(None))
        .group_by(VoiceCommand.correction_type)
        .order_by(func.count().desc(), VoiceCommand.correction_type)
    )
    return Figures(
        turns=sum(one.turns for one in routes),
        with_calls=sum(one.with_calls for one in routes),
        corrected=sum(one.corrected for one in routes),
        corrections={str(kind): count for kind, count in kinds},
        routes=routes,
    )


JSON = VoiceCommand.parsed_output.type
