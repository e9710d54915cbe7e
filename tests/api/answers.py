"""Reading the API's answers."""

from __future__ import annotations

import httpx


def named_fields(answer: httpx.Response) -> set[str]:
    """The fields of the body that a problem names."""
    pointers = [error["pointer"] for error in answer.json().get("errors", [])]
    return {pointer.removeprefix("body").lstrip("/").split("/")[0] for pointer in pointers}
