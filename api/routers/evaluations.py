"""Evaluation runs over time, for operators: those that `voicefit eval run --save` kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query as QueryParameter
from fastapi import Response

from api.models import Output
from api.operators import OperatorCall
from api.problems import MAY_BE_MISSING
from api.routing import api_router
from services import evaluations
from services.evaluations import Compared

router = api_router("/admin/eval", "operators")

DEFAULT_RUNS, MAX_RUNS = 60, 500
SHOWN_TURNS = 200

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; media-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
)
"""Of the page of a run, which is one file with its style and its sounds in it, and without a script."""


class EvalRunOut(Output):
    """A run: what was played (`series`), who understood, with what settings, and what it came to.

    Of `figures` the members are those of a report, and `by_tool`, `by_tag` and `by_noise`, with exact turns
    and all turns of each.
    """

    id: UUID
    taken_at: datetime
    series: str
    router: str
    commit_id: str | None
    settings: dict[str, Any]
    figures: dict[str, Any]


class EvalRunsOut(Output):
    """Runs, the newest first."""

    runs: list[EvalRunOut]


class ChangedTurnOut(Output):
    """A turn that is exact in one of the two runs alone."""

    id: str
    run: int
    turn: int


class SideOut(Output):
    """What a run came to over the turns that both counted."""

    exact_turns: int
    turns: int
    false_writes: int


class EvalComparisonOut(Output):
    """Two runs turn by turn. `p_value` is how likely so big a difference is by chance (exact McNemar test);
    `better` is null when it is too likely to say."""

    first: SideOut
    second: SideOut
    only_first: list[ChangedTurnOut]
    only_second: list[ChangedTurnOut]
    only_first_total: int
    only_second_total: int
    left_out: int
    p_value: float
    better: str | None

    @classmethod
    def of(cls, found: Compared) -> EvalComparisonOut:
        """As clients show it: of the turns so many as one reads."""
        decided = found.p_value < evaluations.ALPHA
        ahead = "first" if len(found.only_first) > len(found.only_second) else "second"
        return cls(
            first=_side(found.first),
            second=_side(found.second),
            only_first=_turns(found.only_first),
            only_second=_turns(found.only_second),
            only_first_total=len(found.only_first),
            only_second_total=len(found.only_second),
            left_out=found.left_out,
            p_value=found.p_value,
            better=ahead if decided else None,
        )


@router.get("/runs")
async def list_eval_runs(
    call: OperatorCall, limit: Annotated[int, QueryParameter(ge=1, le=MAX_RUNS)] = DEFAULT_RUNS
) -> EvalRunsOut:
    """The last runs that were saved, of all series."""
    async with call.database.transaction(None) as db:
        found = await evaluations.newest(db, limit)
    return EvalRunsOut(runs=[EvalRunOut.model_validate(one, from_attributes=True) for one in found])


@router.get("/compare", openapi_extra=MAY_BE_MISSING)
async def compare_eval_runs(call: OperatorCall, first: UUID, second: UUID) -> EvalComparisonOut:
    """Two runs, turn by turn: 404 when one is not there, 422 when they are of other scenarios."""
    async with call.database.transaction(None) as db:
        reports = [await evaluations.report_of(db, one) for one in (first, second)]
    return EvalComparisonOut.of(evaluations.compare(*reports))


@router.get("/runs/{run_id}/page", response_class=Response, responses={200: {"content": {"text/html": {}}}})
async def get_eval_page(call: OperatorCall, run_id: UUID) -> Response:
    """The report of a run as a page for people."""
    async with call.database.transaction(None) as db:
        page = await evaluations.page_of(db, run_id)
    return Response(page, media_type="text/html", headers={"Content-Security-Policy": POLICY})


def _side(side: Any) -> SideOut:
    return SideOut(exact_turns=side.exact.hits, turns=side.exact.total, false_writes=side.false_writes)


def _turns(turns: tuple[tuple[str, int, int], ...]) -> list[ChangedTurnOut]:
    return [ChangedTurnOut(id=name, run=run, turn=turn) for name, run, turn in turns[:SHOWN_TURNS]]
