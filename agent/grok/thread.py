"""What the model is told in a conversation: a list of messages that is only ever added to.

The beginning, the same for everybody, and all that was said before stay byte for byte what they were, so that
the provider finds them in its cache. What changes from turn to turn (what the athlete is in the middle of)
is part of the message that brought it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from agent.grok.wire import Wanted

MAX_MESSAGES = 80
KEPT_MESSAGES = 20
"""A conversation that has grown too long goes on from the last few: the cache is lost once, not each turn."""
EARLIER_MESSAGES = 12
"""Messages of an earlier connection that are brought along."""

Message = dict[str, Any]


class Thread:
    """The messages of one conversation."""

    def __init__(self, instructions: str, earlier: Sequence[tuple[str, str]] = ()) -> None:
        """`earlier` are (role, text) of what was said before this connection."""
        self._first: Message = {"role": "system", "content": instructions}
        self._rest: list[Message] = []
        for role, words in earlier[-EARLIER_MESSAGES:]:
            self.said("assistant" if role == "assistant" else "user", words)

    @property
    def messages(self) -> list[Message]:
        """All of them, in order."""
        return [self._first, *self._rest]

    def said(self, role: str, words: str) -> None:
        """Somebody said `words`."""
        if words:
            self._rest.append(
                {"role": role, "content": quoted({"athlete": words}) if role == "user" else words}
            )

    def asks(self, words: str, now: Mapping[str, Any]) -> None:
        """The athlete said `words`, which the model is to answer; `now` is what it needs to know for that."""
        self._shorten()
        self._rest.append({"role": "user", "content": quoted({**now, "athlete": words})})

    def called(self, words: str, calls: Sequence[Wanted], outputs: Sequence[Mapping[str, Any]]) -> None:
        """The model wanted calls; `outputs` is what became of each."""
        wanted = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.tool, "arguments": valid_json(call.arguments)},
            }
            for call in calls
        ]
        self._rest.append({"role": "assistant", "content": words, "tool_calls": wanted})
        for call, output in zip(calls, outputs, strict=True):
            self._rest.append({"role": "tool", "tool_call_id": call.id, "content": quoted(output)})

    def _shorten(self) -> None:
        if len(self._rest) < MAX_MESSAGES:
            return
        kept = self._rest[-KEPT_MESSAGES:]
        while kept and kept[0]["role"] != "user":
            kept.pop(0)
        self._rest = kept


def quoted(data: Mapping[str, Any]) -> str:
    """Data as JSON: whatever stands in it, it stays inside its quotation marks."""
    return json.dumps(data, ensure_ascii=False, default=str)


def valid_json(arguments: str) -> str:
    """Arguments as they may be sent back: what is no JSON would make the next request one that is refused."""
    try:
        json.loads(arguments or "{}")
    except ValueError:
        return quoted({"unreadable": arguments[:500]})
    return arguments or "{}"
