"""`stop_rest_timer`: "cancel the timer", "skip my rest"."""

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


def parse(clause: Clause) -> Reading | None:
    """The timer that runs is stopped, or None."""
    if STOP.match(clause.text) is None:
        return None
    return Reading("calls", "stop_rest_timer", (Call("stop_rest_timer"),))
