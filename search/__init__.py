"""Hybrid search: one interface over the exercises, their cues and the knowledge base."""

from search.documents import Document, Hit
from search.engine import Search, open_search
from search.indexing import Report, refresh

__all__ = ["Document", "Hit", "Report", "Search", "open_search", "refresh"]
