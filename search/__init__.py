"""Hybrid search: one interface over the exercises, their cues and the knowledge base."""

from search.documents import Document, Hit
from search.engine import Keep, Search, open_search, say_what_is_missing
from search.indexing import Report, refresh

__all__ = ["Document", "Hit", "Keep", "Report", "Search", "open_search", "refresh", "say_what_is_missing"]
