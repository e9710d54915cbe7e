"""Evaluation runs that were saved: kept, listed, read again and compared."""

from __future__ import annotations

from services.evaluations.comparing import ALPHA, Compared, Report, ReportError, compare, is_worse
from services.evaluations.runs import (
    EXPIRED,
    NewRun,
    NoRun,
    SavedRun,
    newest,
    page_of,
    previous,
    report_of,
    save,
)

__all__ = [
    "ALPHA",
    "EXPIRED",
    "Compared",
    "NewRun",
    "NoRun",
    "Report",
    "ReportError",
    "SavedRun",
    "compare",
    "is_worse",
    "newest",
    "page_of",
    "previous",
    "report_of",
    "save",
]
