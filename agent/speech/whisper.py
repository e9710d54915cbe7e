"""The recogniser: Whisper on CTranslate2, int8, one instance and one worker pool for the whole process.

Three things make it quick and steady enough to talk to:

- *Shortened context.* Whisper was trained on windows of 30 s, but its encoder takes fewer mel frames. Short
  speech is padded to `CONTEXT_FRAMES`; longer speech gets the frames it needs.
- *A prompt* of gym words and of the athlete's own exercises, which halves the errors.
- *Rejection.* With a prompt, noise tends to become words, and a decoder can loop: what is not speech comes
  back as an empty text, and a repeated sentence is said once. A sentence that breaks off at "225 for" gets a
  number that nobody said: a last number that is unlikely by itself is cut off.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from agent.speech.audio import SAMPLE_RATE, Samples, pieces, rms
from agent.speech.hypotheses import Choose, Hypothesis, best_sounding
from agent.speech.loops import drop_repeats
from agent.speech.models import ModelFolder, find_whisper
from agent.speech.tokens import least_likely_number, log_probabilities, without_unsaid_number
from core.errors import ModelDamaged, VoiceFitError
from core.machine import usable_cores
from core.settings import Settings

CONTEXT_FRAMES = 800
"""Mel frames (10 ms each) that short speech is padded to. 1000 hear no better and take longer to encode."""

WINDOW_FRAMES = 3000
"""Mel frames of Whisper's full window."""

_FRAME_SAMPLES = SAMPLE_RATE // 100
_TAIL_FRAMES = 50
"""Silence kept after long speech: without any, the decoder does not know that the sentence ended."""

MAX_WAITING = 32
"""Recognitions that may wait for a worker; beyond, the machine is too slow for its sessions."""

NO_SPEECH_PROB = 0.6
MIN_AVG_LOGPROB = -1.0
"""Thresholds of the reference implementation (OpenAI `whisper/transcribe.py`) for what is not speech."""

MIN_RMS = 0.0005
"""Below -66 dBFS there is nothing to hear."""

MIN_SECONDS = 0.15
MAX_TOKENS_PER_SECOND = 6
"""The commands of the evaluation sets have at most 5; a decoder that writes more is looping."""

MAX_PROMPT_TOKENS = 120

SURE_AVG_LOGPROB = -0.4
"""A greedy decoding less likely than this is searched again: one in ten when clean, one in three in noise."""

BEAM_SIZE = 5

_LEAST_PROBABILITY = 1e-6

logger = logging.getLogger(__name__)


class RecogniserBusyError(VoiceFitError):
    """More speech waits to be recognised than this machine can keep up with."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard. `text` is empty when it was not speech.

    `confidence` is the geometric mean of the tokens' probabilities, 0-1, `number_confidence` the probability
    of the number that is least likely, None without one; `no_speech_prob` Whisper's own probability that
    there is no speech; times are in seconds, `seconds_spent` includes waiting for a worker.
    """

    text: str
    confidence: float
    no_speech_prob: float
    seconds_audio: float
    seconds_spent: float
    number_confidence: float | None = None


class _Decoded(NamedTuple):
    """A hypothesis, its tokens, and the log probability of each, where they are known."""

    hypothesis: Hypothesis
    tokens: list[int]
    logprobs: list[float] | None


class WhisperRecogniser:
    """Speech to text, shared by all sessions of the process. Safe to use from several event loops."""

    def __init__(self, model: WhisperModel, name: str, workers: int) -> None:
        self.name = name
        self._model = model
        self._tokenizer = Tokenizer(
            model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language="en"
        )
        self._suppressed = [-1, *_currency_tokens(self._tokenizer)]
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="whisper")
        self._workers = workers
        self._pending = 0
        self._lock = threading.Lock()

    @classmethod
    def load(cls, settings: Settings) -> WhisperRecogniser:
        """Find, verify and load the model of `settings.stt_model`, and run it once: the first turn is quick.

        Raises `NotConfigured` or `ModelDamaged`, which say what to do.
        """
        folder = find_whisper(settings)
        workers = max(1, usable_cores() // settings.processes // settings.stt_threads)
        recogniser = cls(_load_model(folder, settings.stt_threads, workers), folder.name, workers)
        recogniser._recognise(_warm_up_sound(), "Warm up.", best_sounding)
        return recogniser

    @property
    def idle(self) -> bool:
        """Whether work that may turn out useless is worth giving: at most one other waits."""
        return self._pending <= self._workers

    async def transcribe(
        self, samples: Samples, prompt: str = "", choose: Choose = best_sounding
    ) -> Transcript:
        """Recognise mono float32 samples in [-1, 1] at 16 kHz, of any length; `prompt`: words to expect.

        Cancelling drops the work if no worker has begun it. Raises `RecogniserBusyError` when too much waits.
        """
        asked = time.perf_counter()
        with self._lock:
            if self._pending >= self._workers + MAX_WAITING:
                raise RecogniserBusyError(
                    "Too much speech is waiting to be recognised. Lower VOICEFIT_MAX_SESSIONS or give "
                    "VoiceFit more processors."
                )
            self._pending += 1
        work = self._pool.submit(self._recognise, samples, prompt, choose)
        work.add_done_callback(self._finished)
        decoded = await asyncio.wrap_future(work)
        return Transcript(
            text=decoded.text,
            confidence=math.exp(min(0.0, decoded.avg_logprob)),
            no_speech_prob=decoded.no_speech_prob,
            seconds_audio=samples.size / SAMPLE_RATE,
            seconds_spent=time.perf_counter() - asked,
            number_confidence=math.exp(decoded.number_logprob) if decoded.number_logprob else None,
        )

    def close(self) -> None:
        """Let running work end, drop the waiting, and free the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _finished(self, _: object) -> None:
        with self._lock:
            self._pending -= 1

    def _recognise(self, samples: Samples, prompt: str, choose: Choose) -> Hypothesis:
        parts = [self._decode(piece, prompt, choose) for piece in pieces(samples)]
        heard = [part for part in parts if part.text]
        if not heard:
            return Hypothesis("", -math.inf, max((part.no_speech_prob for part in parts), default=1.0))
        return Hypothesis(
            " ".join(part.text for part in heard),
            min(part.avg_logprob for part in heard),
            max(part.no_speech_prob for part in heard),
            min(part.number_logprob for part in heard),
        )

    def _decode(self, samples: Samples, prompt: str, choose: Choose) -> Hypothesis:
        """Greedily first. What came out unsure, looping or without sense is searched again, from the same
        encoding, and the hypothesis that makes most sense is taken."""
        seconds = samples.size / SAMPLE_RATE
        if seconds < MIN_SECONDS or rms(samples) < MIN_RMS:
            return Hypothesis("", -math.inf, 1.0)
        features = ctranslate2.StorageView.from_array(self._features(samples)[np.newaxis])
        encoded = self._model.model.encode(features)
        tokens = self._prompt_tokens(prompt)
        [first] = self._generate(encoded, tokens, seconds, beam_size=1)
        decoded, taken = first, first.hypothesis
        if taken.no_speech_prob <= NO_SPEECH_PROB and not (
            taken.avg_logprob >= SURE_AVG_LOGPROB and choose([taken]).sure
        ):
            searched = self._generate(encoded, tokens, seconds, BEAM_SIZE)
            decoded = searched[choose([one.hypothesis for one in searched]).place]
            taken = decoded.hypothesis
        if taken.no_speech_prob > NO_SPEECH_PROB or taken.avg_logprob < MIN_AVG_LOGPROB:
            logger.debug("rejected: %.2f no speech, %.2f likely", taken.no_speech_prob, taken.avg_logprob)
            return taken._replace(text="")
        if decoded.tokens == first.tokens:
            decoded = decoded._replace(logprobs=first.logprobs)
        return self._sure_of_numbers(encoded, tokens, decoded, seconds)

    def _generate(
        self, encoded: ctranslate2.StorageView, tokens: list[int], seconds: float, beam_size: int
    ) -> list[_Decoded]:
        """The `beam_size` best hypotheses, the best first; with the tokens' probabilities if it is one."""
        [result] = self._model.model.generate(
            encoded,
            [tokens],
            beam_size=beam_size,
            num_hypotheses=beam_size,
            max_length=len(tokens) + 8 + int(seconds * MAX_TOKENS_PER_SECOND),
            return_scores=True,
            return_no_speech_prob=True,
            return_logits_vocab=beam_size == 1,
            suppress_tokens=self._suppressed,
        )
        found = []
        for sequence, score in zip(result.sequences_ids, result.scores, strict=True):
            text = drop_repeats(self._tokenizer.decode(sequence).strip(), seconds)
            # CTranslate2 divides by the length without the end token, which was scored as well.
            average = score * len(sequence) / (len(sequence) + 1)
            logprobs = log_probabilities(sequence, result.logits[0]) if beam_size == 1 else None
            found.append(_Decoded(Hypothesis(text, average, result.no_speech_prob), sequence, logprobs))
        return found

    def _sure_of_numbers(
        self, encoded: ctranslate2.StorageView, prompt: list[int], decoded: _Decoded, seconds: float
    ) -> Hypothesis:
        """The hypothesis without a last number that nobody said, and how likely its numbers are."""
        hypothesis, tokens, logprobs = decoded
        pieces = [self._tokenizer.decode([token]) for token in tokens]
        if not any(piece.strip().isdigit() for piece in pieces):
            return hypothesis
        if logprobs is None:
            frames = math.ceil(seconds * 100)
            [aligned] = self._model.model.align(encoded, prompt, [tokens], frames)
            logprobs = [math.log(max(p, _LEAST_PROBABILITY)) for p in aligned.text_token_probs]
        kept = without_unsaid_number(pieces, logprobs)
        if kept < len(tokens):
            text = drop_repeats(self._tokenizer.decode(tokens[:kept]).strip(), seconds)
            hypothesis = hypothesis._replace(text=text)
        number = least_likely_number(pieces[:kept], logprobs[:kept])
        return hypothesis._replace(number_logprob=number)

    def _features(self, samples: Samples) -> Samples:
        """The log-mel spectrogram, [mels, frames], padded or cut to the context that the speech needs."""
        needed = samples.size // _FRAME_SAMPLES + _TAIL_FRAMES
        frames = min(max(CONTEXT_FRAMES, needed + needed % 2), WINDOW_FRAMES)
        silence = np.zeros(max(0, frames * _FRAME_SAMPLES - samples.size), np.float32)
        features = self._model.feature_extractor(np.concatenate((samples, silence)), padding=0)
        return np.ascontiguousarray(features[:, :frames], np.float32)

    def _prompt_tokens(self, prompt: str) -> list[int]:
        tokenizer = self._tokenizer
        words = tokenizer.encode(" " + prompt.strip())[-MAX_PROMPT_TOKENS:] if prompt else []
        before = [tokenizer.sot_prev, *words] if words else []
        return [*before, *tokenizer.sot_sequence, tokenizer.no_timestamps]


def _load_model(folder: ModelFolder, threads: int, workers: int) -> WhisperModel:
    try:
        return WhisperModel(
            str(folder.path), device="cpu", compute_type="int8", cpu_threads=threads, num_workers=workers
        )
    except Exception as error:  # CTranslate2 and tokenizers raise bare RuntimeError and Exception
        raise ModelDamaged(
            f"The Whisper model in {folder.path} cannot be loaded ({error}). Copy it there again, or unset "
            "VOICEFIT_STT_MODEL to use the packaged model."
        ) from error


def _currency_tokens(tokenizer: Tokenizer) -> list[int]:
    """Tokens of money, which nobody says at the gym: `at 185` must not become `£1.85`."""
    marks = (token for mark in ("$", " $", "£", " £", "€", " €") for token in tokenizer.encode(mark)[:1])
    space = tokenizer.encode(" ")
    return sorted(set(marks) - set(space))


def _warm_up_sound() -> Samples:
    """One second of faint noise: enough to run every kernel once."""
    return np.random.default_rng(0).normal(0.0, 0.05, SAMPLE_RATE).astype(np.float32)
