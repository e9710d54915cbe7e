"""Understanding: numbers, grammar and names. Text in, calls out, in about a millisecond."""

from agent.router.router import Router

__all__ = ["Router"]
