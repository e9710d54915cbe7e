"""The two ends of the audio: nothing lost on the way in, a true clock on the way out."""

from __future__ import annotations

import asyncio
import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit import rtc
from livekit.agents.voice.io import PlaybackFinishedEvent

from agent.doors.microphone import MAX_WAITING_SECONDS, MicrophoneFull, MicrophoneInput
from agent.doors.pcm import SAMPLE_RATE, seconds
from agent.doors.realtime.audio import decode_audio
from agent.doors.realtime.protocol import ProtocolError
from agent.doors.realtime.speaker import PacedSpeaker


@given(st.binary(max_size=2000))
def test_base64_is_decoded_or_refused(pcm: bytes) -> None:
    encoded = base64.b64encode(pcm).decode()
    if len(pcm) % 2:
        with pytest.raises(ProtocolError):
            decode_audio(encoded)
    else:
        assert decode_audio(encoded) == pcm


@given(st.lists(st.integers(min_value=0, max_value=6000), max_size=20))
async def test_the_microphone_loses_nothing(lengths: list[int]) -> None:
    microphone = MicrophoneInput()
    pieces = [bytes([number % 251]) * (2 * length) for number, length in enumerate(lengths)]
    for piece in pieces:
        microphone.push(piece)
    microphone.flush()
    microphone.close()
    frames = [frame async for frame in microphone]
    assert b"".join(bytes(frame.data.cast("B")) for frame in frames) == b"".join(pieces)
    assert all(frame.duration <= 0.1 for frame in frames)
    assert microphone.position_ms == microphone.received_ms == round(1000 * sum(lengths) / SAMPLE_RATE)


async def test_silence_of_our_own_is_not_the_clients_audio() -> None:
    microphone = MicrophoneInput()
    microphone.push(bytes(4800))
    microphone.push_silence(0.5)
    microphone.close()
    frames = [frame async for frame in microphone]
    assert sum(frame.duration for frame in frames) == pytest.approx(0.6)
    assert microphone.position_ms == microphone.received_ms == 100


async def test_too_much_waiting_audio_is_refused_whole() -> None:
    microphone = MicrophoneInput()
    block = bytes(2 * SAMPLE_RATE)
    for _ in range(int(MAX_WAITING_SECONDS)):
        microphone.push(block)
    with pytest.raises(MicrophoneFull, match="More than 60 s"):
        microphone.push(block)
    assert microphone.received_ms == 1000 * MAX_WAITING_SECONDS
    microphone.clear()
    microphone.push(block)


class Listener:
    """What the speaker sends and says."""

    def __init__(self, lead: float) -> None:
        self.now = 100.0
        self.sent = bytearray()
        self.all_sent = 0
        self.positions: list[tuple[float, float | None]] = []
        self.finished: list[PlaybackFinishedEvent] = []
        self.speaker = PacedSpeaker(
            send=self.sent.extend, sent_all=self._all, heard=self._heard, lead=lead, clock=lambda: self.now
        )
        self.speaker.on("playback_finished", self.finished.append)

    def _all(self) -> None:
        self.all_sent += 1

    def _heard(self, played: float, total: float | None) -> str:
        self.positions.append((played, total))
        return "heard"

    async def play(self, duration: float) -> None:
        """Hands over a frame."""
        samples = round(duration * SAMPLE_RATE)
        await self.speaker.capture_frame(rtc.AudioFrame(bytes(2 * samples), SAMPLE_RATE, 1, samples))


async def test_audio_runs_ahead_of_the_client_and_no_further() -> None:
    listener = Listener(lead=0.2)
    await listener.play(4.0)
    assert seconds(listener.sent) == 0.5  # one piece is more than the lead
    await asyncio.sleep(0.1)
    assert seconds(listener.sent) == 0.5
    listener.now += 0.4
    await asyncio.sleep(0.3)
    assert seconds(listener.sent) == 1.0
    listener.speaker.close()


async def test_a_reply_is_over_when_it_was_played() -> None:
    listener = Listener(lead=10.0)
    await listener.play(0.5)
    listener.speaker.flush()
    await asyncio.sleep(0)
    assert (listener.all_sent, listener.finished) == (1, [])
    await asyncio.sleep(0.02)
    assert not listener.finished
    listener.now += 0.6
    await asyncio.sleep(0.6)
    assert [(one.playback_position, one.interrupted) for one in listener.finished] == [(0.5, False)]
    assert not listener.speaker.playing


async def test_a_cut_reply_ends_where_the_client_was() -> None:
    listener = Listener(lead=10.0)
    await listener.play(4.0)
    listener.speaker.flush()
    await asyncio.sleep(0)
    listener.now += 1.25
    listener.speaker.clear_buffer()
    listener.speaker.clear_buffer()
    (end,) = listener.finished
    assert (end.playback_position, end.interrupted) == (1.25, True)
    assert end.synchronized_transcript == "heard"
    assert listener.positions == [(1.25, 4.0)]


async def test_of_a_reply_that_is_broken_off_while_it_is_made_the_length_is_not_known() -> None:
    listener = Listener(lead=10.0)
    await listener.play(1.0)
    listener.now += 1.5
    listener.speaker.flush()  # as livekit-agents does with what it breaks off
    listener.speaker.clear_buffer()
    await asyncio.sleep(0)
    assert listener.positions == [(1.0, None)]
    assert ([one.interrupted for one in listener.finished], listener.all_sent) == ([True], 0)


async def test_the_client_knows_better_where_it_was() -> None:
    listener = Listener(lead=10.0)
    await listener.play(4.0)
    listener.now += 2.0
    listener.speaker.stopped_at(0.7)
    listener.speaker.clear_buffer()
    assert listener.positions == [(0.7, None)]


async def test_the_clock_waits_when_the_voice_is_slower_than_speech() -> None:
    listener = Listener(lead=1.0)
    await listener.play(0.5)
    listener.now += 3.0
    assert listener.speaker.played == 0.5
    await listener.play(0.5)
    assert listener.speaker.played == pytest.approx(0.5)
    listener.now += 0.25
    assert listener.speaker.played == pytest.approx(0.75)
    listener.speaker.close()


async def test_the_synthesiser_waits_when_a_lot_is_queued() -> None:
    listener = Listener(lead=0.5)
    pushing = asyncio.create_task(listener.play(30.0))
    await asyncio.sleep(0.01)
    assert not pushing.done()
    listener.speaker.clear_buffer()
    await asyncio.wait_for(pushing, 1)
