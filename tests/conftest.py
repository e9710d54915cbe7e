"""Fixtures for all tests."""

pytest_plugins = ["tests.db.fixtures"]
