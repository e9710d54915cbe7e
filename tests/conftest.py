"""Fixtures and settings for all tests."""

from hypothesis import settings

pytest_plugins = [
    "tests.db.fixtures",
    "tests.stores.redis",
    "tests.stores.upstash",
    "tests.stores.upstash_search",
]

# How long an example takes says how busy the machine is.
settings.register_profile("voicefit", deadline=None)
settings.load_profile("voicefit")
