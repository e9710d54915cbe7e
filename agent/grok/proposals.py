"""Calls as the model writes them, read strictly: what is no call of ours is told back to it, and not made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from agent.grok.wire import Wanted
from agent.router.understanding import Call
from tools import TOOLS


@dataclass(frozen=True, slots=True)
class Proposal:
    """A call that the model wants. Without a `call` it cannot be made, and `words` say why."""

    call: Call | None
    decision: Literal["do", "ask", "refuse"] = "refuse"
    words: str = ""

    @property
    def writes(self) -> bool:
        """Whether it would change anything."""
        return self.call is not None and TOOLS[self.call.tool].writes


def read(wanted: Wanted) -> Proposal:
    """The call that `wanted` means, with arguments that fit its tool."""
    tool = TOOLS.get(wanted.tool)
    if tool is None:
        return Proposal(None, words=f"There is no tool {wanted.tool[:60]!r}.")
    try:
        arguments: Any = json.loads(wanted.arguments or "{}")
    except ValueError:
        return Proposal(None, words="The arguments are not JSON.")
    if not isinstance(arguments, dict):
        return Proposal(None, words="The arguments must be an object.")
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        fitting = tool.arguments.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "arguments"
        return Proposal(None, words=f"{where}: {first['msg']}")
    return Proposal(Call(wanted.tool, fitting.model_dump(mode="json", exclude_unset=True)))
