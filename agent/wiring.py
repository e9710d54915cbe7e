"""What turns work with, in every conversation of a process."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.grok import Grok
from agent.router import Router
from core.foreground import Foreground
from core.measures import Measures
from core.tracing import Tracing
from db.session import Database
from search import Search
from services.ratelimit import RateLimiter


@dataclass(frozen=True)
class Wiring:
    """What turns work with; shared by all sessions of the process."""

    database: Database
    router: Router
    limiter: RateLimiter | None = None
    search: Search | None = None
    grok: Grok | None = None
    model_first: bool = False
    """Whether the model is asked what the grammar would understand, too: to measure it."""
    foreground: Foreground = field(default_factory=Foreground)
    measures: Measures = field(default_factory=Measures)
    tracing: Tracing | None = None
