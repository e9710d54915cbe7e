"""Synthetic athletes: the packaged Piper voice made quick, slow, high, low or hesitant."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from agent.speech.models import find_voice
from core.errors import NotConfigured
from eval.gym import (
    KINDS,
    MADE,
    SAMPLE_RATE,
    Sound,
    babble,
    mix,
    overlap,
    read_sound,
    resampled,
    trimmed,
    write_sound,
)
from eval.scenario import Pause, Scenario, Turn

RECORDED_AS = 3
"""To be raised when the same sentence is to sound otherwise: recordings that were kept are made anew."""

ROOM_SECONDS = 0.4
"""Before and after what is said."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How a sentence is said. `pitch` above 1 is higher, at the same pace; `pace` above 1 takes longer.

    `pause` is how likely, after a word, it stops for a moment.
    """

    name: str
    pace: float = 1.0
    pitch: float = 1.0
    variety: float = 0.667
    pause: float = 0.0


VOICES = (
    Voice("plain"),
    Voice("quick", pace=0.8),
    Voice("high", pitch=1.15),
    Voice("slow", pace=1.25, variety=0.8),
    Voice("low", pitch=0.88),
    Voice("hesitant", pace=1.1, pause=0.25),
)
"""In the order in which they are taken when some are asked for."""
PAUSE_SECONDS = (0.15, 0.45)

BYSTANDERS = (
    "Did you see the game last night, it went to overtime and nobody could believe it.",
    "I told her that we should go by train because parking there is impossible.",
    "My sister is visiting this weekend so we are cooking something big for everybody.",
    "They moved the meeting again, that makes it the third time since last week.",
    "The new place on the corner does really good coffee, you should try it.",
)


@dataclass(frozen=True, slots=True)
class Noise:
    """What else is heard: one of `KINDS` or a WAV file, and how much louder the speech is; None: nothing."""

    kind: str | None = None
    snr_db: float = 10.0

    @property
    def name(self) -> str:
        """As reports have it."""
        return "none" if self.kind is None else f"{Path(self.kind).stem} {self.snr_db:g} dB"


@dataclass
class Studio:
    """Makes and keeps recordings in `folder`: the same sentence by the same voice is the same recording, in
    another folder as well.

    Raises `NotConfigured` when there is no voice.
    """

    folder: Path
    seed: int = 0
    _babble: list[Sound] = field(default_factory=list)
    _files: dict[str, Sound] = field(default_factory=dict)

    def __post_init__(self) -> None:
        path = find_voice("auto")
        if path is None:
            raise NotConfigured("Speaking scenarios aloud needs a voice: install the extra 'piper'.")
        from piper import PiperVoice

        self.folder.mkdir(parents=True, exist_ok=True)
        self._model = str(path)
        self._piper = PiperVoice.load(path)

    def aloud(self, scenarios: Sequence[Scenario], voices: int, noises: Sequence[Noise]) -> list[Scenario]:
        """Each scenario said in each noise, by one of the first `voices` as chance has it.

        Turns that come with a recording keep it, in noise as well.
        """
        spoken = []
        for scenario in scenarios:
            voice = Random(f"{self.seed} {scenario.id}").choice(VOICES[:voices])
            for noise in noises:
                turns = tuple(self._turn(turn, voice, noise) for turn in scenario.turns)
                update = {
                    "id": f"{scenario.id}~{voice.name}~{noise.name.replace(' ', '')}",
                    "tags": (*scenario.tags, f"voice:{voice.name}", f"noise:{noise.name}"),
                    "turns": turns,
                }
                spoken.append(scenario.model_copy(update=update))
        return spoken

    def _turn(self, turn: Turn, voice: Voice, noise: Noise) -> Turn:
        if turn.audio is not None and noise.kind is None:
            return turn
        said = turn.say if turn.audio is None else f"{turn.audio} {turn.audio.stat().st_mtime_ns}"
        key = f"{RECORDED_AS} {self.seed} {said} {voice if turn.audio is None else ''} {noise}"
        key += f" {turn.voicefit!r}" if turn.voicefit else ""
        path = self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.wav"
        if not path.exists():
            write_sound(path, self._in_noise(self._speech(turn, voice), noise, key))
        return turn.model_copy(update={"audio": path.resolve()})

    def _speech(self, turn: Turn, voice: Voice) -> Sound:
        """The turn as it is said: by whom, how loud, with its pauses and those who talk meanwhile."""
        how = turn.aloud
        if turn.audio is not None:
            speech = read_sound(turn.audio)
        else:
            speech = self.say(turn.say, voice if how.by == "athlete" else another(voice), how.pauses)
        speech = speech * 10 ** (how.db / 20)
        for talk in how.overlaps:
            # Bystanders are heard as they are, without the silence around a recording.
            speech = overlap(speech, trimmed(self.say(talk.say, another(voice))), talk.at_ms / 1000, talk.db)
        return speech

    def say(self, text: str, voice: Voice, pauses: Sequence[Pause] = ()) -> Sound:
        """`text` by `voice`, at `SAMPLE_RATE`; it stops where `pauses` say, else where the voice does."""
        key = f"{RECORDED_AS} {self.seed} {text} {voice}" + (f" {pauses}" if pauses else "")
        path = self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.voice.wav"
        if not path.exists():
            chance = Random(key)
            self._seed_voice(chance.getrandbits(31))
            room = np.zeros(int(ROOM_SECONDS * SAMPLE_RATE))
            parts: list[Sound] = [room]
            for phrase, seconds in _told(text, pauses) if pauses else _phrases(text, voice.pause, chance):
                sound = self._synthesise(phrase, voice)
                # A pause is as long as it was asked for.
                parts += [trimmed(sound) if pauses else sound, np.zeros(int(seconds * SAMPLE_RATE))]
            write_sound(path, np.concatenate([*parts[:-1], room]))
        return read_sound(path)

    def _seed_voice(self, seed: int) -> None:
        """Lets what the voice leaves to chance follow from `seed`: its model draws anew when it is loaded."""
        import onnxruntime  # type: ignore[import-untyped]

        options = onnxruntime.SessionOptions()
        # Loaded for one sentence, quickly, and calculating alike on any number of cores.
        options.intra_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        onnxruntime.set_seed(seed)
        self._piper.session = onnxruntime.InferenceSession(
            self._model, options, providers=["CPUExecutionProvider"]
        )

    def _synthesise(self, text: str, voice: Voice) -> Sound:
        from piper import SynthesisConfig

        how = SynthesisConfig(length_scale=voice.pace * voice.pitch, noise_scale=voice.variety)
        chunks: list[Any] = [chunk.audio_int16_array for chunk in self._piper.synthesize(text, how)]
        samples = np.concatenate(chunks).astype(np.float64) if chunks else np.zeros(1)
        return resampled(samples, self._piper.config.sample_rate * voice.pitch / SAMPLE_RATE)

    def _in_noise(self, speech: Sound, noise: Noise, key: str) -> Sound:
        if noise.kind is None:
            return speech
        digest = hashlib.sha256(key.encode()).digest()
        chance = np.random.default_rng(int.from_bytes(digest[:8], "big"))
        return mix(speech, self._noise(noise.kind, speech.size, chance), noise.snr_db)

    def _noise(self, kind: str, size: int, chance: np.random.Generator) -> Sound:
        if kind in MADE:
            return MADE[kind](size, chance)
        if kind == "babble":
            if not self._babble:
                voices = [VOICES[n % 5] for n in range(len(BYSTANDERS))]
                self._babble = [self.say(t, v) for t, v in zip(BYSTANDERS, voices, strict=True)]
            return babble(size, chance, self._babble)
        if kind not in self._files:
            self._files[kind] = read_sound(Path(kind))
        return np.roll(np.resize(self._files[kind], size), int(chance.integers(size)))


def another(voice: Voice) -> Voice:
    """A voice that is plainly not this one."""
    return next(one for one in VOICES if one.pitch not in (1.0, voice.pitch))


def _told(text: str, pauses: Sequence[Pause]) -> Iterator[tuple[str, float]]:
    """`text` in pieces, each with the seconds of silence after it, as the scenario has them."""
    words, begun = text.split(), 0
    for pause in pauses:
        piece = words[begun : pause.after_words] + ([pause.filler] if pause.filler else [])
        yield " ".join(piece), pause.ms / 1000
        begun = pause.after_words
    yield " ".join(words[begun:]), 0.0


def _phrases(text: str, pause: float, chance: Random) -> Iterator[tuple[str, float]]:
    """`text` in pieces where the voice stops for a moment, each with the seconds of silence after it."""
    words, phrases = text.split(), [""]
    for index, word in enumerate(words):
        phrases[-1] = f"{phrases[-1]} {word}".strip()
        if index + 1 < len(words) and chance.random() < pause:
            phrases.append("")
    for phrase in phrases:
        yield phrase, chance.uniform(*PAUSE_SECONDS)


def noise_of(kind: str, snr_db: float) -> Noise:
    """The noise called `kind`. Raises `VoiceFitError` when it is neither one of `KINDS` nor a WAV file."""
    if kind not in KINDS:
        read_sound(Path(kind))
    return Noise(kind, snr_db)
