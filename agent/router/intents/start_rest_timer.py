"""`start_rest_timer`: "rest ninety seconds", "two minute timer"."""

from __future__ import annotations

from agent.router.context import Clause, Reading
from agent.router.lexer import VOCATIVES
from agent.router.templates import Templates
from agent.router.understanding import Call, Pending
from services.limits import check_rest

ASK_HOW_LONG = "How long should the rest be?"
_LONG_ENOUGH = 15
"""A bare number from here on is seconds ("rest ninety"); a smaller one is not sure to be."""

_RULES = {
    "lead": (
        "(can you|could you|lets|let us|ill|i will|im going to|im gonna|gonna|i|i need to|im|i "
        "am|time to|go ahead and|we|give me|gimme|i want|i need|id like|and|then|now|i want to|"
        "need|ok)"
    ),
    "set": (
        "(set|start|run|begin|put on|do|give me|gimme|kick off|set me|start me|make|set up|get "
        "me|hit|i need|need|pop on|stick on|can i get|can i have|count down|go for|take|have|"
        "launch|fire up|put|id like|i want|start up)"
    ),
    "clock": "(timer|countdown|clock|rest timer|stopwatch|alarm|break timer)",
    "go": (
        "(start the clock|start the timer|start timing|time it|time me|start it|go|starting now|"
        "from now|set a timer|set the timer|start counting|on the clock|start a timer|clock it|"
        "time that|start that timer|before the next set|before my next set|between sets|until "
        "the next set|till the next set|then i go again|then go again|before i go again)"
    ),
    "time": "({seconds}|{number}|{clock})",
}

REST = Templates(
    (
        (
            "[<lead>] [start] (rest|resting|rest period|rest time|rest timer|break|pause) [of|for|is|"
            "at|now|timer|me] [like|about|another|a full|me] <time> [<clock>|rest] [,] [<go>]"
        ),
        (
            "[<lead>] [<set>] [a|an|the|my|me] [full|quick] <time> [<clock>|rest|rest timer|of rest|"
            "rest period|break|rest break|breather|on the clock|of rest time] [,] [<go>]"
        ),
        (
            "[<lead>] [<set>] [me] [a|an|the|my|another] [rest] <clock> [for|of|at|to|on] [a|an] "
            "<time> [of rest|rest] [,] [<go>]"
        ),
        (
            "[<lead>] [you] (time me|time|count|count down|clock) [for|a|an|me] [full] <time> [rest|"
            "of rest|break|down|on the clock] [,] [<go>]"
        ),
        (
            "[<lead>] (take|taking|have|having|do|doing|get|getting) [a|an|my] [full|quick] <time> "
            "[rest|break|of rest|breather|to rest] [,] [<go>]"
        ),
        "[<lead>] [<set>] [a|my|the] (rest|rest period|break|rest break) [of|for] [a|an] <time> [,] [<go>]",
        (
            "[<lead>] (wait|count down from|counting down from|remind me in|beep me in|ping me in|"
            "tell me in|let me know in|tell me when its been|buzz me in|let me rest|let me rest for|"
            "tell me when) [for] [a|an] <time> [is up|are up] [,] [<go>]"
        ),
        "[<lead>] (start|begin) (resting|the rest|my rest) [for|of|at|,] <time>",
        (
            "<time> (rest|of rest|timer|break|on the clock|rest timer|on the timer) [,] (start|go|"
            "starting) [now]"
        ),
        "[<lead>] [put] <time> on the (timer|clock)",
        "[<lead>] rest [for] [a|an] <time> (then|and then) (go again|next set|again)",
    ),
    _RULES,
)
NO_TIME = Templates(
    (
        (
            "[<lead>] [<set>] [a|an|the|my|me a] (timer|rest timer|countdown|rest|rest period|rest "
            "clock|rest break)"
        ),
        (
            "[<lead>] (rest|resting|rest now|start resting|time my rest|time my rest period|start "
            "the clock|time me|start timing my rest|start my rest|rest time)"
        ),
    ),
    _RULES,
)
_MUST_SAY_REST = (
    "rest",
    "timer",
    "clock",
    "time me",
    "break",
    "countdown",
    "count",
    "seconds",
    "ping",
    "beep",
)
_MARKS = (
    *(
        "no make it",
        "no make that",
        "sorry make it",
        "actually make it",
        "wait make it",
        "make that",
        "make it",
    ),
    *("no wait", "wait no", "i mean", "no actually", "actually no", "no sorry", "scratch that", "or rather"),
    *("hang on", "sorry", "no", "actually", "wait"),
)
"""What comes between a time and the time that replaces it, the longest first."""


def parse(clause: Clause) -> Reading | None:
    """A timer, a question when its length is not clear, or None."""
    text = clause.text
    found = REST.match(text)
    if found is None:
        taken_back = _after_correction(text)
        if taken_back is not None:
            found = REST.match(taken_back)
    if found is None:
        if NO_TIME.match(text) is not None:
            return ask_how_long()
        return None
    if not _says_rest(clause, text, found):
        return None
    seconds = _seconds(clause, found)
    if seconds is None:
        return ask_how_long()
    problem = check_rest(seconds)
    if problem:
        return Reading("ask", "start_rest_timer", reply=problem)
    return Reading("calls", "start_rest_timer", (Call("start_rest_timer", {"seconds": seconds}),))


def ask_how_long() -> Reading:
    """The question for a timer without a length."""
    pending = Pending((Call("start_rest_timer"),), "seconds", ASK_HOW_LONG)
    return Reading("ask", "start_rest_timer", reply=ASK_HOW_LONG, pending=pending)


def _after_correction(text: str) -> str | None:
    """ "rest ~90 , no make it ~120" as "rest ~120"."""
    for mark in _MARKS:
        for sep in (f" , {mark} ", f" {mark} "):
            before, found, after = text.partition(sep)
            if not found:
                continue
            after = after.removeprefix(", ").removeprefix("make it ").removeprefix("make that ")
            words = before.split()
            if words and words[-1][0] in "~#" and after[:1] in ("~", "#"):
                return " ".join([*words[:-1], after])
            if words and after[:1] in ("~", "#") and words[0] in ("rest", "set", "start"):
                for i, word in enumerate(words):
                    if word[0] in "~#":
                        return " ".join([*words[:i], after.split()[0], *words[i + 1 :]])
    return None


def _says_rest(clause: Clause, text: str, found: dict[str, str]) -> bool:
    """A time is a rest only when something says so: "give me ninety seconds" does, "two minutes" does not."""
    words = f" {text} "
    if any(
        f" {w}" in words
        for w in (
            "rest",
            "timer",
            "clock",
            "break",
            "breather",
            "time me",
            "countdown",
            "count down",
            "timing",
            "stopwatch",
            "alarm",
            "ping",
            "beep",
            "buzz",
            "before",
            "between",
        )
    ):
        return True
    if " time ~" in words:
        return True
    if VOCATIVES & set(clause.words):
        return False  # "give me five minutes, bro"
    if text.startswith(
        ("give me ~", "gimme ~", "set ~", "take ~", "taking ~", "start ~", "time ~", "i need ~")
    ):
        return float(found.get("seconds", 0)) not in (0.0, 1.0, 60.0) or clause.follows
    return False


def _seconds(clause: Clause, found: dict[str, str]) -> float | int | None:
    if "seconds" in found:
        return _whole(float(found["seconds"]))
    spoken = next(
        n
        for i, n in clause.sentence.numbers.items()
        if clause.start <= i < clause.end and n.value == float(found["number"])
    )
    return rest_seconds(spoken.value, spoken.clock, spoken.written_clock)


def rest_seconds(value: float, clock: float | None, written: bool = False) -> float | int | None:
    """The length meant by a number without a unit, or None when it could be two things.

    "ninety" is seconds, "two thirty" and "2:30" are minutes and seconds; "two" and "one twenty" are unclear.
    """
    if written and clock is not None:
        return _whole(clock)
    if clock is not None:
        return _whole(clock) if value % 100 in (15, 30, 45) else None
    if 100 < value < 600 and value % 100 in (30, 45, 15) and value % 60:
        return _whole(value // 100 * 60 + value % 100)
    return _whole(value) if value >= _LONG_ENOUGH else None


def _whole(seconds: float) -> float | int:
    return int(seconds) if seconds == int(seconds) else seconds
