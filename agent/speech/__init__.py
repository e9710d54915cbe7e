"""Hearing and speaking: local models as livekit-agents plugins, or hosted ones by a setting."""

from __future__ import annotations

from agent.speech.load import Speech, is_hosted, load_speech

__all__ = ["Speech", "is_hosted", "load_speech"]
