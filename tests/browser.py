"""The browser that tests drive: the system's Chromium."""

from __future__ import annotations

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The path of Chromium. Without one the test is skipped, or fails where the gate requires a browser."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    reason = "no Chromium is installed"
    if os.environ.get("VOICEFIT_REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)
