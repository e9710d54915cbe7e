"""Audio as this door's clients send it: PCM in base64."""

from __future__ import annotations

import base64
import binascii

from agent.doors.realtime.protocol import ProtocolError


def decode_audio(audio: str) -> bytes:
    """The PCM of an `input_audio_buffer.append`. Raises `ProtocolError`."""
    try:
        pcm = base64.b64decode(audio, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProtocolError("invalid_audio", "`audio` is not valid base64.", param="audio") from error
    if len(pcm) % 2:
        raise ProtocolError(
            "invalid_audio",
            "`audio` has half a sample: it must be 16-bit PCM, an even number of bytes.",
            param="audio",
        )
    return pcm
