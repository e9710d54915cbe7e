"""`stop_rest_timer` and `get_rest_timer`: "cancel the timer", "how long is left of my rest"."""

from __future__ import annotations

from agent.router.context import Clause, Reading
from agent.router.templates import Templates
from agent.router.understanding import Call

_RULES = {
    "lead": (
        "(can you|could you|would you|will you|please|ok|okay|hey|no|nah|actually|wait|you can|just|go ahead "
        "and|lets|and|now|alright|im ready|im good|never mind|nevermind|i want to|i wanna|id like to|so)"
    ),
    "stop": (
        "(stop|cancel|kill|end|turn off|switch off|shut off|clear|forget|scrap|drop|disable|quit|dismiss|"
        "silence|lose|abort|shut down|skip|cut|take off|remove)"
    ),
    "timer": "([rest|break|resting] (timer|countdown|alarm|stopwatch|clock))",
    "rest": "(rest|break|rest period|rest time|breather)",
    "whose": "(the|my|that|this|our)",
    "tail": "(now|already|early|please|for me|thanks|thank you|im ready|im good)",
}

STOP = Templates(
    (
        "[<lead>] [<lead>] <stop> [<whose>] <timer> [<tail>] [<tail>]",
        "[<lead>] [<lead>] (stop|end|skip|cut) <whose> <rest> (timer|short|early|now|already) [<tail>]",
        "[<lead>] [<lead>] (stop|end|skip) my <rest> [<tail>]",
        "[<lead>] [<lead>] (turn|switch|shut) [<whose>] <timer> off [<tail>]",
        "[<lead>] [<lead>] stop (timing|the timing|counting down) [me|my rest|the rest|this] [<tail>]",
        "[<lead>] <timer> off [<tail>]",
        "[<lead>] [<lead>] (no|i dont need|dont need|i dont want|we dont need) [<whose>|a|any] <timer> "
        "[anymore|any more|today] [<tail>]",
    ),
    _RULES,
)
LEFT = Templates(
    (
        "[<lead>] how (much time|long|much|much longer|many seconds|much rest|much more rest|much more time) "
        "[is|is there|do i have|have i got|ive got|i got|do i got|do we have|are|are there] [still] [left] "
        "(on|of|in|for|to|until the end of|till the end of) [<whose>] (<timer>|<rest>)",
        "[<lead>] how much longer [is|is there|do i have] [on|of|for|to|do i|should i|is] [<whose>] "
        "(<timer>|<rest>) [going to be|left]",
        "[<lead>] how (much|much more) <rest> (do i have|have i got|is) [left]",
        "[<lead>] how long (is|do i have) left [on|of|in] [<whose>] (<timer>|<rest>)",
        "[<lead>] how long (until|till|before) [<whose>] (rest|break|timer|countdown) (is|ends|is over|is up|"
        "is done|runs out|goes off)",
        "[<lead>] (time|seconds) left [on|of|in] [<whose>] (<timer>|<rest>)",
        "[<lead>] (whats|what is) left (on|of) [<whose>] (<timer>|<rest>)",
        "[<lead>] (wheres|where is|hows) [<whose>] <timer> [at]",
        "[<lead>] (is|are) [<whose>] (<timer>|<rest>) (over|up|done|finished|still going|still running|"
        "running|going) [yet|now]",
        "[<lead>] (check|read) [<whose>] <timer>",
    ),
    _RULES,
)


def parse(clause: Clause) -> Reading | None:
    """A timer that is stopped, the time that is left of it, or None."""
    if STOP.match(clause.text) is not None:
        return Reading("calls", "stop_rest_timer", (Call("stop_rest_timer"),))
    if LEFT.match(clause.text) is not None:
        return Reading("calls", "get_rest_timer", (Call("get_rest_timer"),))
    return None
