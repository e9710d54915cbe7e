"""Push to talk: ending a turn because the athlete says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livekit.agents import AgentSession

from agent.doors.microphone import MicrophoneInput

CLOSING_SILENCE = 0.6
"""Seconds of silence after a push-to-talk turn. The session hears that speech has ended, and so does a
recogniser that waits for it; one that can be flushed does not wait, and hears the silence afterwards."""

TRANSCRIPT_TIMEOUT = 5.0
"""Seconds that speech may take to become words once its turn is committed, and half its length more."""


async def commit_turn(
    agent: AgentSession[Any], microphone: MicrophoneInput, patience: Callable[[bool], float]
) -> None:
    """Ends the turn with all that the microphone has sent, and waits until the session has taken it.

    `patience` gives the seconds to wait for words, told whether the recogniser can be flushed.
    """
    flushes = agent.stt is not None and agent.stt.capabilities.manual_flush
    if not flushes:
        microphone.push_silence(CLOSING_SILENCE)
    await microphone.drained()
    committing = agent.commit_user_turn(transcript_timeout=patience(flushes))
    if flushes:
        microphone.push_silence(CLOSING_SILENCE)
    await committing
