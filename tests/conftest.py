"""Fixtures for all tests."""

pytest_plugins = ["tests.db.fixtures", "tests.stores.redis", "tests.stores.upstash"]
