"""Hybrid search: one interface over the exercises, their cues and the knowledge base."""
