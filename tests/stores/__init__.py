"""Stores for rate limits and the cache: a real Redis, and a stand-in for Upstash's REST in front of it."""

PATIENCE = 20.0
"""Seconds that a call may take in tests, on a machine that is busy with others."""
