"""Stores for rate limits and the cache: a real Redis, and a stand-in for Upstash's REST in front of it."""
