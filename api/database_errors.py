"""What a database's refusal means to a client. Services check first; this is for what slips through."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy.exc import DBAPIError

CONFLICTS = {
    "23505": "Something like it is there already.",
    "23503": "It names something that is not there (any more), or something that is still needed.",
    "23P01": "It overlaps with something that is there already.",
}
UNUSABLE = {
    "23502": "A value is missing.",
    "23514": "A value is outside of what can be stored.",
}
PASSING = {"40001", "40P01", "55P03"}
"""Serialization failure, deadlock, lock not available: again, and it may work."""
AWAY = ("08", "53", "57")
"""Classes of states: connection, resources, operator intervention."""
DATA_EXCEPTION = "22"
INSUFFICIENT_PRIVILEGE = "42501"


@dataclass(frozen=True, slots=True)
class Explanation:
    """How to answer; `passing` when the same request may succeed later. `logged` holds no data of anybody."""

    status: HTTPStatus
    detail: str
    logged: str
    passing: bool = False


def explain(error: DBAPIError) -> Explanation | None:
    """What SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) says; None: no more
    than that something is wrong here."""
    cause = error.orig.__cause__ if error.orig is not None else None
    state = str(getattr(cause, "sqlstate", None) or getattr(error.orig, "sqlstate", None) or "")
    named = getattr(cause, "constraint_name", None) or getattr(cause, "column_name", None) or ""
    logged = f"{type(cause or error.orig).__name__} {state} {named}".strip()
    if error.connection_invalidated or state.startswith(AWAY):
        detail = "The database does not answer. Try again in a few seconds."
        return Explanation(HTTPStatus.SERVICE_UNAVAILABLE, detail, logged, passing=True)
    if state in PASSING:
        detail = "Something else was changed at the same moment. Try again."
        return Explanation(HTTPStatus.CONFLICT, detail, logged, passing=True)
    if state in CONFLICTS:
        return Explanation(HTTPStatus.CONFLICT, CONFLICTS[state], logged)
    if state in UNUSABLE:
        return Explanation(HTTPStatus.UNPROCESSABLE_ENTITY, UNUSABLE[state], logged)
    if state == INSUFFICIENT_PRIVILEGE and "row-level security" in str(cause):
        detail = "What this would belong to does not exist."
        return Explanation(HTTPStatus.NOT_FOUND, detail, logged)
    if state.startswith(DATA_EXCEPTION):
        detail = "A value cannot be stored: it is too large, or has characters that are not text."
        return Explanation(HTTPStatus.UNPROCESSABLE_ENTITY, detail, logged)
    return None
