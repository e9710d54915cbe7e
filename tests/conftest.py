"""Fixtures and settings for all tests."""

import os

from hypothesis import settings

pytest_plugins = [
    "tests.db.fixtures",
    "tests.stores.redis",
    "tests.stores.upstash",
    "tests.stores.upstash_search",
]

# Whatever is set where tests run: none of them asks a real language model.
os.environ.pop("XAI_API_KEY", None)
os.environ.pop("VOICEFIT_XAI_API_KEY", None)

# How long an example takes says how busy the machine is.
settings.register_profile("voicefit", deadline=None)
settings.load_profile("voicefit")
