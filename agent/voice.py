"""One AgentSession of livekit-agents: ears, brain and voice."""

from __future__ import annotations

from typing import Any

from livekit.agents import NOT_GIVEN, AgentSession, TurnHandlingOptions, llm, stt

from agent.speech import Speech

INTERRUPTION_SECONDS = 0.05
"""Speech at least this long stops the voice: as soon as it is taken for speech at all. Coughs, breath, iron
and music are not, however long they last, so waiting longer would spare the voice nothing."""
INTERRUPTION_IN_ECHO_SECONDS = 0.1
"""The same where the voice comes back to the microphone and is taken out again."""
MAX_TOOL_STEPS = 8
"""Enough for a sentence with several sets; a model that goes on calling is stopped."""


def agent_session(
    model: llm.LLM[Any], ears: stt.STT[Any] | None, speech: Speech | None, endpointing: float
) -> AgentSession[None]:
    """A session that `model` answers; without `speech` only typed turns are possible.

    `endpointing` is the silence that ends an utterance, in seconds.
    """
    return AgentSession[None](
        llm=model,
        vad=speech.vad if speech else None,
        stt=ears or NOT_GIVEN,
        tts=(speech.tts if speech else None) or NOT_GIVEN,
        turn_handling=TurnHandlingOptions(
            turn_detection="vad" if speech else None,
            endpointing={"mode": "fixed", "min_delay": endpointing, "max_delay": endpointing},
            interruption={
                "mode": "vad",
                "min_duration": INTERRUPTION_SECONDS,
                # Realtime clients drop what they have buffered when speech starts: nothing to resume.
                "resume_false_interruption": False,
            },
            # A turn's calls are made when it is complete, never on a guess of how it will end.
            preemptive_generation={"enabled": False},
        ),
        max_tool_steps=MAX_TOOL_STEPS,
        tts_text_transforms=None,
        aec_warmup_duration=None,
        user_away_timeout=None,
        session_close_transcript_timeout=0.0,
    )
