"""How runs are to be recorded: "turn auto pause off"."""

from __future__ import annotations

from agent.router.context import Clause, Reading
from agent.router.templates import Templates
from agent.router.understanding import Call

_RULES = {
    "lead": (
        "(can you|could you|would you|will you|i want you to|i want to|id like to|please|go ahead and|"
        "you can|can we|and|actually)"
    ),
    "it": (
        "[the|my] (auto pause|autopause|auto pausing|autopausing|automatic pause|automatic pausing) "
        "[feature|setting]"
    ),
    "when": (
        "(for (my|the|all) (run|runs)|for (this|the|my) run|on (my|the) (run|runs)|when i run|again|"
        "from now on)"
    ),
}
OFF = Templates(
    (
        "[<lead>] (turn|switch) off <it> [<when>]",
        "[<lead>] (turn|switch) <it> off [<when>]",
        "[<lead>] (disable|deactivate|stop|no more) <it> [<when>]",
        "[<lead>] (dont|do not|stop|never) [use] (auto pause|autopause|auto pausing|autopausing|"
        "automatically pause|"
        "pause automatically) [me|it|(my|the) (run|runs)] [anymore] [<when>]",
        "<it> off",
    ),
    _RULES,
)
ON = Templates(
    (
        "[<lead>] (turn|switch) on <it> [<when>]",
        "[<lead>] (turn|switch) <it> [back] on [<when>]",
        "[<lead>] (enable|activate|use) <it> [<when>]",
        "<it> on",
    ),
    _RULES,
)


def parse(clause: Clause) -> Reading | None:
    """Whether runs are to pause by themselves from now on, or None."""
    text = clause.text
    for templates, wanted in ((OFF, False), (ON, True)):
        if templates.match(text) is not None:
            call = Call("update_profile", {"auto_pause": wanted})
            return Reading("calls", "auto_pause", (call,), confidence=0.95)
    return None
