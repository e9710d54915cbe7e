"""Says numbers aloud in the ways people say weights: the opposite of `agent.router.numbers`."""

from __future__ import annotations

from collections.abc import Iterator

from core.number_words import SMALL, TENS

_DECIMALS = {
    0.0: ("",),
    0.5: (" point five", " and a half"),
    0.25: (" point two five",),
    0.75: (" point seven five",),
}


def below_hundred(n: int) -> str:
    """1-99 in words."""
    if n < 20:
        return SMALL[n]
    return TENS[n // 10] + (f" {SMALL[n % 10]}" if n % 10 else "")


def whole(n: int) -> Iterator[str]:
    """Every way to say a whole number from 1 to 1000."""
    if n == 1000:
        yield from ("one thousand", "a thousand")
    elif n < 100:
        yield below_hundred(n)
    else:
        hundreds, rest = divmod(n, 100)
        starts = [f"{SMALL[hundreds]} hundred"] + (["a hundred", "hundred"] if hundreds == 1 else [])
        for start in starts:
            if not rest:
                yield start
            else:
                yield f"{start} and {below_hundred(rest)}"
                yield f"{start} {below_hundred(rest)}"
        if rest >= 10:
            yield f"{SMALL[hundreds]} {below_hundred(rest)}"
        elif rest:
            yield f"{SMALL[hundreds]} oh {SMALL[rest]}"


def ways(weight: float) -> Iterator[str]:
    """Every way to say or write a weight in quarters."""
    n, part = int(weight), weight % 1
    for start in whole(n) if n else ("zero",):
        for end in _DECIMALS[part]:
            yield start + end
    if not n:
        yield _DECIMALS[part][0].strip()
    yield f"{weight:g}"
    if not part and 100 < n < 1000 and n % 100:
        yield f"{n // 100} {n % 100:02d}"  # "2 25"
        yield f"{n // 100}:{n % 100:02d}"  # "2:25"


def plural(n: int) -> str:
    """ "fifties", "twenty twos", "hundreds": a pair of dumbbells."""
    if n == 100:
        return "hundreds"
    head, _, last = below_hundred(n).rpartition(" ")
    last = last[:-1] + "ies" if last.endswith("y") else last + ("es" if last.endswith("x") else "s")
    return f"{head} {last}".strip()
