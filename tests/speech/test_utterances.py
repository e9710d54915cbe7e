"""The cutting of a stream into utterances, with a detector that hears loud samples as speech."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.speech.audio import MAX_SECONDS, SAMPLE_RATE
from agent.speech.utterances import WINDOW, Ended, Moment, Paused, Pcm16, Started, Utterances


def loudness(window: Pcm16) -> float:
    return 1.0 if np.abs(window).mean() > 1000 else 0.0


def sound(seconds: float, level: int = 8000) -> Pcm16:
    return np.full(int(seconds * SAMPLE_RATE), level, np.int16)


def silence(seconds: float) -> Pcm16:
    return sound(seconds, 0)


def moments(utterances: Utterances, *parts: Pcm16, step: int = 1024) -> list[Moment]:
    pcm = np.concatenate(parts)
    return [moment for i in range(0, pcm.size, step) for moment in utterances.push(pcm[i : i + step])]


def test_speech_then_silence_is_started_paused_ended() -> None:
    heard = moments(Utterances(loudness), silence(1), sound(1), silence(2))
    assert [type(moment) for moment in heard] == [Started, Paused, Ended]


def test_a_pause_comes_soon_and_carries_the_speech_with_its_lead() -> None:
    utterances = Utterances(loudness, pause_seconds=0.1, lead_seconds=0.4)
    heard = moments(utterances, silence(1), sound(1), silence(0.13))
    paused = heard[-1]
    assert isinstance(paused, Paused)
    assert paused.samples.size / SAMPLE_RATE == pytest.approx(1.0 + 0.4 + 0.1, abs=0.1)
    assert np.abs(paused.samples).max() == pytest.approx(8000 / 32768)


def test_the_version_tells_whether_speech_went_on_after_a_pause() -> None:
    same = moments(Utterances(loudness), sound(1), silence(1.2))
    assert isinstance(same[-2], Paused)
    assert isinstance(same[-1], Ended)
    assert same[-2].version == same[-1].version
    resumed = moments(Utterances(loudness), sound(1), silence(0.3), sound(0.2), silence(1.2))
    versions = [moment.version for moment in resumed if isinstance(moment, Paused | Ended)]
    assert len(versions) == 3
    assert versions[0] != versions[1] == versions[2]


def test_a_flush_ends_the_utterance_at_once_and_only_once() -> None:
    utterances = Utterances(loudness)
    moments(utterances, sound(0.5))
    ended = utterances.flush()
    assert ended is not None
    assert ended.samples.size > 0
    assert utterances.flush() is None


def test_a_click_is_not_speech() -> None:
    assert moments(Utterances(loudness), silence(1), sound(0.02), silence(1)) == []


def test_a_monologue_is_cut_and_never_kept_whole() -> None:
    heard = moments(Utterances(loudness), sound(3 * MAX_SECONDS), silence(1.2), step=4096)
    ended = [moment for moment in heard if isinstance(moment, Ended)]
    assert len(ended) >= 3
    assert all(moment.samples.size <= (MAX_SECONDS + 0.1) * SAMPLE_RATE for moment in ended)


@given(st.lists(st.integers(1, 3 * WINDOW), min_size=1, max_size=60))
def test_the_size_of_the_frames_does_not_matter(sizes: list[int]) -> None:
    pcm = np.concatenate((sound(0.4), silence(0.5), sound(0.3)))[: sum(sizes)]
    whole = list(Utterances(loudness).push(pcm))
    split, start = [], 0
    utterances = Utterances(loudness)
    for size in sizes:
        split += list(utterances.push(pcm[start : start + size]))
        start += size
    assert [type(moment) for moment in whole] == [type(moment) for moment in split]
