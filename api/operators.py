"""Requests of operators: the routes under `/api/admin` take `OperatorCall`, and nobody else gets to them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from api.calls import AthleteCall, Call
from services import operators


async def operator_call(call: AthleteCall) -> Call:
    """A request of an operator. Raises `OperatorsOnly`, which is answered with 403."""
    async with call.transaction() as db:
        await operators.admit(db, call.athlete_id)
    return call


OperatorCall = Annotated[Call, Depends(operator_call)]
"""As `AthleteCall`: its transactions are the operator's own: the database says what they see."""
