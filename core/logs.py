"""What log lines of one request have in common."""

from __future__ import annotations

import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The request that is being answered, as the client was told; `-` outside of one."""

FORMAT = "%(asctime)s %(levelname)s [%(request_id)s] %(name)s: %(message)s"


class RequestIds(logging.Filter):
    """Gives every log record the request that it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Leaves no record out."""
        record.request_id = request_id.get()
        return True


def log_to_stderr(level: int = logging.WARNING) -> None:
    """Sets logging up for a process that answers requests."""
    handler = logging.StreamHandler()
    handler.addFilter(RequestIds())
    logging.basicConfig(level=level, format=FORMAT, handlers=[handler])
