"""The page's own sound code, run in the browser."""

from __future__ import annotations

import pytest

from tests.web.conftest import OpenPage

pytestmark = [pytest.mark.slow, pytest.mark.alone]

SIGNAL_TO_NOISE = """async ([from, to, hertz]) => {
  const { Resampler } = await import("/app/audio/resampler.js");
  const tone = Float32Array.from({ length: from }, (_, n) => Math.sin((2 * Math.PI * hertz * n) / from));
  const resampler = new Resampler(from, to);
  const pieces = [];
  for (let at = 0; at < from; at += 128) pieces.push(...resampler.process(tone.subarray(at, at + 128)));
  pieces.push(...resampler.flush());
  let signal = 0, noise = 0;
  for (let n = 200; n < to - 200; n++) {
    const wanted = Math.sin((2 * Math.PI * hertz * n) / to);
    signal += wanted ** 2;
    noise += (pieces[n] - wanted) ** 2;
  }
  return { length: pieces.length, decibels: 10 * Math.log10(signal / noise) };
}"""

LEVEL = """async ([from, to, hertz]) => {
  const { Resampler } = await import("/app/audio/resampler.js");
  const tone = Float32Array.from({ length: from }, (_, n) => Math.sin((2 * Math.PI * hertz * n) / from));
  const output = new Resampler(from, to).process(tone).subarray(200);
  return 10 * Math.log10(output.reduce((sum, value) => sum + value * value, 0) / output.length / 0.5);
}"""


@pytest.mark.parametrize(
    ("rate", "to"), [(48_000, 24_000), (44_100, 24_000), (24_000, 48_000), (24_000, 44_100)]
)
@pytest.mark.parametrize("hertz", [200, 1000, 6000])
def test_resampling_keeps_speech_whole(open_page: OpenPage, rate: int, to: int, hertz: int) -> None:
    result = open_page().evaluate(SIGNAL_TO_NOISE, [rate, to, hertz])
    assert result["decibels"] > 50
    assert abs(result["length"] - to) <= 1


def test_resampling_down_removes_what_would_fold_into_speech(open_page: OpenPage) -> None:
    assert open_page().evaluate(LEVEL, [48_000, 24_000, 15_000]) < -50


def test_pcm16_survives_the_round_trip_in_base64(open_page: OpenPage) -> None:
    samples = open_page().evaluate(
        """async () => {
          const { fromBase64, toBase64, toPcm16 } = await import("/app/audio/pcm.js");
          return [...fromBase64(toBase64(toPcm16(Float32Array.of(-2, -1, -0.5, 0, 0.5, 1, 2))))];
        }"""
    )
    assert samples == [-32768, -32768, -16384, 0, 16384, 32767, 32767]
