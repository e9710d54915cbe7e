"""For operators: who they are. What they look at has routers of its own, under the same address."""

from __future__ import annotations

from uuid import UUID

from api.models import Output
from api.operators import OperatorCall
from api.routing import api_router
from services import operators

router = api_router("/admin", "operators")


class OperatorOut(Output):
    """The operator who is signed in."""

    id: UUID
    email: str


@router.get("/me")
async def get_operator(call: OperatorCall) -> OperatorOut:
    """Who looks: 403 for everybody who is no operator."""
    async with call.transaction() as db:
        user = await operators.admit(db, call.athlete_id)
        return OperatorOut(id=user.id, email=user.email)
