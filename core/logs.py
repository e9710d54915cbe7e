"""What log lines have in common: the request, the conversation and the turn that they belong to.

Lines hold ids, names of our own code and errors; what athletes say stays out of them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The request that is being answered, as the client was told; `-` outside of one."""

conversation_id: ContextVar[str] = ContextVar("conversation_id", default="-")
"""The conversation that is gone on with; everything that it starts is in the same context."""

turn_id: ContextVar[str] = ContextVar("turn_id", default="-")
"""The turn that is being done: the id of its row."""

Form = Literal["text", "json"]

FORMAT = "%(asctime)s %(levelname)s [%(where)s] %(name)s: %(message)s"
IDS = {"request": request_id, "conversation": conversation_id, "turn": turn_id}


class Ids(logging.Filter):
    """Gives every log record what it belongs to, where it was made: a handler may be elsewhere."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Leaves no record out."""
        ids = {name: value for name, of in IDS.items() if (value := of.get()) != "-"}
        record.ids = ids
        words = [value if name == "request" else f"{name}={value}" for name, value in ids.items()]
        record.where = " ".join(words) or "-"
        return True


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time, level, logger, message, ids, the error with its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "ids", {}),
        }
        if record.exc_info:
            line["error"] = record.exc_info[0].__name__ if record.exc_info[0] else None
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


@contextmanager
def in_turn(conversation: UUID, turn: UUID) -> Iterator[None]:
    """Lines of the block belong to the turn."""
    before = conversation_id.set(str(conversation)), turn_id.set(str(turn))
    try:
        yield
    finally:
        conversation_id.reset(before[0])
        turn_id.reset(before[1])


def log_to_stderr(form: Form = "text", level: int | str = logging.WARNING) -> None:
    """Sets logging up for a process that answers requests."""
    handler = logging.StreamHandler()
    handler.addFilter(Ids())
    handler.setFormatter(JsonLines() if form == "json" else logging.Formatter(FORMAT))
    logging.basicConfig(level=level, handlers=[handler])
