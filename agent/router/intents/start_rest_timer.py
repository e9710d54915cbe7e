"""`start_rest_timer`: "rest ninety seconds", "two minute timer"."""

from __future__ import annotations

from dataclasses import replace

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
        "need|ok|let me|i think ill|i think im gonna|ima|imma)"
    ),
    "set": (
        "(set|start|run|begin|put on|do|give me|gimme|kick off|set me|start me|make|set up|get "
        "me|hit|i need|need|pop on|stick on|can i get|can i have|count down|go for|take|have|"
        "launch|fire up|put|id like|i want|start up|let me have|let me get|lets have|lets take|lets do|grab|"
        "get going|begin|queue up|set off|i want to have|throw on|whack on|chuck on|put me on)"
    ),
    "clock": "(timer|countdown|clock|rest timer|stopwatch|alarm|break timer)",
    "go": (
        "(start the clock|start the timer|start timing|time it|time me|start it|go|starting now|"
        "from now|set a timer|set the timer|start counting|on the clock|start a timer|clock it|"
        "time that|start that timer|here|before the next set|before my next set|between sets|until "
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
            "[<lead>] [you] (time me|time|count|count down|clock|count me down|count me in|time my rest|"
            "time out|count off|time a rest) [for|a|an|me|from|of|at] [a] [full] <time> [rest|of rest|break|"
            "down|on the clock] [,] [<go>]"
        ),
        (
            "[<lead>] (take|taking|have|having|do|doing|get|getting) [a|an|my] [full|quick] <time> "
            "[rest|break|of rest|breather|to rest] [,] [<go>]"
        ),
        "[<lead>] [<set>] [a|my|the] (rest|rest period|break|rest break) [of|for] [a|an] <time> [,] [<go>]",
        (
            "[<lead>] (wait|count down from|counting down from|remind me in|beep me in|ping me in|"
            "tell me in|let me know in|tell me when its been|buzz me in|let me rest|let me rest for|"
            "tell me when|let me know when|let me know when its been|shout in|shout me in|give me a shout in|"
            "call me in|wake me in|wake me up in|nudge me in|alert me in|warn me in|notify me in|remind me "
            "after|beep after|beep in|buzz in|let me know after|tell me after|holler in) [for] [a|an] <time> "
            "[is up|are up|have passed|has passed|are over|is over|is done|are done|gone by] [,] [<go>]"
        ),
        "[<lead>] (start|begin) (resting|the rest|my rest) [for|of|at|,] <time>",
        (
            "<time> (rest|of rest|timer|break|on the clock|rest timer|on the timer) [,] (start|go|"
            "starting) [now]"
        ),
        "[<lead>] [put|stick|get|set] [a] <time> (on|up on) the (timer|clock|countdown|board) [,] [<go>]",
        "[<lead>] [start] [a|my|the] (rest|rest timer|timer|break) [,] [lets say|say|make it] <time>",
        "[<lead>] (rest|resting|break) [for] the next <time>",
        "[<lead>] [<set>] [a|my] [short|little|quick] (breather|break|rest) [,] [for|of|say] <time>",
        (
            "[<lead>] (shout|beep|buzz|ping|nudge|holler|call me) [me] (when|once|after|in) <time> "
            "[is|are] [up|over]"
        ),
        "[<lead>] [<set>] [like|about|a full|a good|maybe] <time> [here]",
        "<time> (before|until|till|and then|then) [i|we|my|the] (go again|next set|start again|next one)",
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
_TAKES_TIME = Templates(
    (
        "[ok|so|and|now] (im gonna|im going to|ill|i will|gonna|i think ill|let me|i need to|lets|i should) "
        "[just] (take|need|grab|rest|have|do) [like|about|a full|a|maybe] {seconds} "
        "[before (the|my) next|here]",
        "[ok|so|and|now] i need (like|about|a full|maybe|a good) {seconds} [here]",
        "[ok|so|and|now] taking (like|about|a full|a good) {seconds} [here]",
    )
)
"""A pause that is announced with its length."""
_MAX_MINUTES = 10
"""A number up to this, said instead of minutes, is minutes too: "two minutes, no three"."""
_TIME_LIKE = ("~", "#")
_TAIL = frozenset({"rest", "of", "timer", "break", "then", "for", "instead"})


def parse(clause: Clause) -> Reading | None:
    """A timer, a question when its length is not clear, or None."""
    text = clause.text
    found = REST.match(text)
    if found is None:
        taken_back = _after_correction(clause)
        if taken_back is not None:
            found = REST.match(taken_back)
    if found is None:
        if NO_TIME.match(text) is not None:
            return ask_how_long()
        return None
    if not _says_rest(clause, text, found) or _wakes(clause, found):
        return None
    seconds = _seconds(clause, found)
    if seconds is None:
        return ask_how_long()
    problem = check_rest(seconds)
    if problem:
        return Reading("ask", "start_rest_timer", reply=problem)
    return Reading("calls", "start_rest_timer", (Call("start_rest_timer", {"seconds": seconds}),))


def _wakes(clause: Clause, found: dict[str, str]) -> bool:
    """ "set an alarm for seven thirty" is for the morning: of an alarm the unit must be said."""
    return "alarm" in clause.words and not found.get("seconds")


def ask_how_long() -> Reading:
    """The question for a timer without a length."""
    pending = Pending((Call("start_rest_timer"),), "seconds", ASK_HOW_LONG)
    return Reading("ask", "start_rest_timer", reply=ASK_HOW_LONG, pending=pending)


def _after_correction(clause: Clause) -> str | None:
    """ "rest one minute, no make it two" as "rest ~120"."""
    tokens = clause.tokens(("no", "change", "time"))
    marks = [i for i, t in enumerate(tokens) if t.tag == "no" or t.text in ("make it", "make that")]
    timed = [i for i, t in enumerate(tokens) if t.tag in ("number", "time")]
    mark = next((i for i in marks if timed and timed[0] < i < timed[-1]), None)
    if mark is None:
        return None
    end = mark + 1
    while end in marks or tokens[end].text in (",", "to", "its", "for", "rest", "a"):
        end += 1
    before = replace(clause, end=tokens[mark].start).text.split()
    after = replace(clause, start=tokens[end].start).text.split()
    old = next((i for i in range(len(before) - 1, -1, -1) if before[i][0] in _TIME_LIKE), None)
    if old is None or after[0][0] not in _TIME_LIKE or not set(after[1:]) <= _TAIL:
        return None
    new = after[0]
    minutes = any(t.tag == "time" and t.value == 60.0 for t in tokens[:mark])
    if minutes and new[0] == "#" and float(new[1:]) <= _MAX_MINUTES:
        new = f"~{60 * float(new[1:]):g}"
    return " ".join(w for w in [*before[:old], new, *before[old + 1 :]] if w != ",")


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
            "shout",
            "count me",
            "holler",
            "nudge",
            "notify",
            "alert",
            "wake me",
            "let me know",
            "before",
            "between",
        )
    ):
        return True
    if " time ~" in words:
        return True
    if VOCATIVES & set(clause.words):
        return False  # "give me five minutes, bro"
    if _TAKES_TIME.match(text) is not None:
        return float(found.get("seconds", 0)) not in (1.0, 60.0)  # "I'm gonna need a minute"
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
