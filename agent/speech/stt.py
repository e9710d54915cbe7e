"""Whisper as a livekit-agents STT that answers when the turn ends, not some time after.

A pause of some 100 ms starts recognition on the chance that it is the end of the turn. Mostly it is, and when
the session's VAD says so 150 ms later, and flushes, the text is nearly ready or ready. If speech goes on, the
guess is thrown away.

A text that cannot be all ("225 for") is held back for as long as the session has patience with it. Speech
that goes on meanwhile is recognised together with it: a sentence said with a pause is heard whole.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from livekit import rtc
from livekit.agents import NOT_GIVEN, APIConnectOptions, NotGivenOr, stt, utils
from livekit.agents.language import LanguageCode
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS
from livekit.local_inference import VAD

from agent.speech.audio import MAX_SECONDS, SAMPLE_RATE, Samples, to_samples
from agent.speech.hypotheses import Choose, best_sounding
from agent.speech.patience import Patience, no_patience
from agent.speech.prompt import compose
from agent.speech.utterances import Ended, Paused, Started, Utterances
from agent.speech.whisper import RecogniserBusyError, Transcript, WhisperRecogniser

ENGLISH = LanguageCode("en")

logger = logging.getLogger(__name__)


class WhisperSTT(stt.STT[str]):
    """The ears of one session: its own words to expect, the process's one recogniser."""

    def __init__(self, recogniser: WhisperRecogniser) -> None:
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True, interim_results=True, keyterms=True, manual_flush=True
            )
        )
        self._recogniser = recogniser
        self._prompt = compose(())
        self.choose: Choose = best_sounding
        """Which of several hypotheses makes most sense, from the next pause on."""
        self.patience: Patience = no_patience
        """How long a flush waits for more, by what was said. None with push to talk."""
        self.guessed: Callable[[str], None] = lambda _: None
        """Is told what may be all that is said, while it is not known yet whether it is."""

    @property
    def model(self) -> str:
        """The Whisper model's name."""
        return self._recogniser.name

    @property
    def provider(self) -> str:
        """Who recognises."""
        return "faster-whisper"

    @property
    def prompt(self) -> str:
        """What the recogniser is told to expect."""
        return self._prompt

    def update_prompt(self, words: Sequence[str]) -> None:
        """Expect these words from the next pause on, the most important first: today's exercises."""
        self._prompt = compose(words)

    def _update_session_keyterms(self, keyterms: list[str]) -> None:
        """The framework's own way to the same: `AgentSession.update_options(keyterms=...)`."""
        self.update_prompt(keyterms)

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> WhisperStream:
        """Recognise frames as they come, at any sample rate."""
        return WhisperStream(self, conn_options)

    async def recognise(self, samples: Samples) -> Transcript:
        """Recognise mono float32 samples at 16 kHz with the session's words to expect."""
        return await self._recogniser.transcribe(samples, self._prompt, self.choose)

    @property
    def can_guess(self) -> bool:
        """Whether a worker is free for work that may be thrown away."""
        return self._recogniser.idle

    async def _recognize_impl(
        self,
        buffer: utils.AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        frame = rtc.combine_audio_frames(buffer) if isinstance(buffer, list) else buffer
        transcript = await self.recognise(to_samples(frame))
        return _event(stt.SpeechEventType.FINAL_TRANSCRIPT, transcript)


@dataclass(slots=True)
class _Guess:
    """A recognition begun before it was known that the utterance is over. `after`: what was held then."""

    version: int
    after: _Held | None
    transcript: asyncio.Task[Transcript]


@dataclass(frozen=True, slots=True)
class _Finished:
    """An utterance that waits for its words. `at` is when the last sound of it was, on the wall clock."""

    ended: Ended
    guess: _Guess | None
    flushed: bool
    at: float


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """What was said so far of a sentence that is not complete; `until` is a time of the wall clock."""

    samples: Samples
    transcript: Transcript
    ended_at: float
    until: float


class WhisperStream(stt.RecognizeStream):
    """One stream of audio. `flush()` ends the open utterance; a final transcript always follows, maybe empty.

    Without a flush an utterance ends after a second of silence, so that long dictation with push to talk is
    recognised while it goes on.
    """

    def __init__(self, ears: WhisperSTT, conn_options: APIConnectOptions) -> None:
        super().__init__(stt=ears, conn_options=conn_options, sample_rate=SAMPLE_RATE)
        self._ears = ears
        self._vad = VAD()
        self._utterances = Utterances(self._vad.predict)
        self._guess: _Guess | None = None
        self._held: _Held | None = None
        self._finished: asyncio.Queue[_Finished | None] = asyncio.Queue()

    async def _run(self) -> None:
        delivery = asyncio.create_task(self._deliver())
        try:
            async for item in self._input_ch:
                if isinstance(item, rtc.AudioFrame):
                    self._hear(item)
                else:
                    self._flush()
            self._finished.put_nowait(None)
            await delivery
        finally:
            self._drop_guess()
            await utils.aio.cancel_and_wait(delivery)

    def _hear(self, frame: rtc.AudioFrame) -> None:
        for moment in self._utterances.push(np.frombuffer(frame.data, np.int16)):
            match moment:
                case Started():
                    self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.START_OF_SPEECH))
                case Paused():
                    self._begin_guess(moment)
                case Ended():
                    self._finish(moment)

    def _flush(self) -> None:
        ended = self._utterances.flush()
        self._finish(ended or Ended(np.empty(0, np.float32), -1, 0.0), flushed=True)

    def _begin_guess(self, paused: Paused) -> None:
        self._drop_guess()
        if self._ears.can_guess:
            held = self._held
            transcript = asyncio.create_task(self._recognise_guess(_whole(held, paused.samples)))
            self._guess = _Guess(paused.version, held, transcript)

    async def _recognise_guess(self, samples: Samples) -> Transcript:
        transcript = await self._ears.recognise(samples)
        if transcript.text:
            self._event_ch.send_nowait(_event(stt.SpeechEventType.PREFLIGHT_TRANSCRIPT, transcript))
            if self._guess is not None:  # the silence goes on
                self._ears.guessed(transcript.text)
        return transcript

    def _drop_guess(self) -> None:
        if self._guess is not None:
            self._guess.transcript.cancel()
            self._guess = None

    def _finish(self, ended: Ended, *, flushed: bool = False) -> None:
        guess = self._guess
        if guess is not None and guess.version == ended.version:
            self._guess = None
        else:
            self._drop_guess()
            guess = None
        self._finished.put_nowait(_Finished(ended, guess, flushed, time.time() - ended.silence))

    async def _deliver(self) -> None:
        """Final transcripts, in the order in which the utterances ended."""
        while (finished := await self._next()) is not None:
            held, self._held = self._held, None
            if held is not None and not finished.ended.samples.size:
                self._send_final(held.transcript, held.ended_at)
                continue
            samples = _whole(held, finished.ended.samples)
            transcript = await self._words_or_none(finished, held, samples)
            until = finished.at + self._patience(finished, transcript)
            if until > time.time():
                self._held = _Held(samples, transcript, finished.at, until)
            else:
                self._send_final(transcript, finished.at)
        self._release()

    async def _next(self) -> _Finished | None:
        """The next utterance that ended. What is held is sent when nothing more is said in time."""
        if self._held is not None:
            try:
                return await asyncio.wait_for(self._finished.get(), self._held.until - time.time())
            except TimeoutError:
                if not self._utterances.speaking:
                    self._release()
        return await self._finished.get()

    def _release(self) -> None:
        if self._held is not None:
            self._send_final(self._held.transcript, self._held.ended_at)
            self._held = None

    async def _words_or_none(self, finished: _Finished, held: _Held | None, samples: Samples) -> Transcript:
        """What cannot be recognised has no words; the session goes on hearing what comes after it."""
        try:
            return await self._words(finished, held, samples)
        except RecogniserBusyError as busy:
            logger.warning("an utterance was not recognised: %s", busy)
        except Exception:  # CTranslate2 raises bare RuntimeErrors
            logger.exception("an utterance could not be recognised")
        return Transcript("", 0.0, 0.0, samples.size / SAMPLE_RATE, 0.0)

    async def _words(self, finished: _Finished, held: _Held | None, samples: Samples) -> Transcript:
        guess = finished.guess
        if guess is not None and guess.after is held:
            return await guess.transcript
        return await self._ears.recognise(samples)

    def _patience(self, finished: _Finished, transcript: Transcript) -> float:
        if not finished.flushed or not transcript.text or transcript.seconds_audio > MAX_SECONDS:
            return 0.0
        return self._ears.patience(transcript.text)

    def _send_final(self, transcript: Transcript, ended_at: float) -> None:
        send = self._event_ch.send_nowait
        send(stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH, speech_end_time=ended_at))
        final = _event(stt.SpeechEventType.FINAL_TRANSCRIPT, transcript)
        final.speech_end_time = ended_at
        send(final)
        usage = stt.RecognitionUsage(audio_duration=transcript.seconds_audio)
        send(stt.SpeechEvent(stt.SpeechEventType.RECOGNITION_USAGE, recognition_usage=usage))


def _whole(held: _Held | None, samples: Samples) -> Samples:
    """The samples with what was held before them."""
    return samples if held is None else np.concatenate((held.samples, samples))


def _event(kind: stt.SpeechEventType, transcript: Transcript) -> stt.SpeechEvent:
    data = stt.SpeechData(
        language=ENGLISH,
        text=transcript.text,
        # Either alone doubts too much: a clear number in a mumbled sentence, a rare weight in a clear one.
        confidence=max(transcript.confidence, transcript.number_confidence or 0.0),
        metadata={
            "no_speech_prob": transcript.no_speech_prob,
            "seconds_audio": transcript.seconds_audio,
            "seconds_spent": transcript.seconds_spent,
        },
    )
    return stt.SpeechEvent(kind, request_id=utils.shortuuid("stt_"), alternatives=[data])
