"""A run that is thrown away: the one that is on ("scrap the run"), or the one that was logged last ("delete
that run")."""

from __future__ import annotations

from agent.router.templates import Templates
from agent.router.understanding import Call

_RULES = {
    "lead": (
        "(can you|could you|would you|will you|can we|lets|let us|i want to|i need to|i have to|id like to|"
        "please|go ahead and|and|you can|just|ill|im going to|im gonna|gotta|i gotta|actually|wait|no|nope|"
        "never mind|nevermind|hold on|hang on|oh no|oops|sorry|nah|forget it|my bad|hey|we can|i think)"
    ),
    "quit": (
        "(cancel|scrap|abandon|abort|call off|forget|forget about|bail on|give up on|drop|cancelling|"
        "scrapping|abandoning|ditching|bailing on|forget all about|quit|skip)"
    ),
    "erase": (
        "(delete|remove|erase|discard|scratch|trash|bin|ditch|dump|chuck|toss|wipe|throw away|throw out|"
        "chuck out|get rid of|unlog|take out|throw|clear)"
    ),
    "run": "(run|jog|race|workout run|running|run recording|activity)",
    "on": "(the|this|my|this whole|the whole|todays|that|our|the current|my current)",
    "past": "(the last|my last|that last|the latest|my latest|the previous|my previous|the most recent|last)",
    "logged": ("[(that|which)] (i|you|we) [just] (logged|added|saved|recorded|entered|put in|finished)"),
    "why": (
        "((im|i am) not (doing|running|finishing|going to do|going to run|gonna do|gonna run|going to finish|"
        "up for|feeling) (it|this|that|today|anymore)|i (cant|cannot|dont want to|wont|couldnt) (do|run|"
        "finish|go on with) (it|this|that)|i changed my mind|ive changed my mind|its not happening|i give up|"
        "i quit|not today|its not my day|dont (save|log|keep|record|count) (it|this|that)|im going home|"
        "its no good|i feel (sick|bad|terrible|awful))"
    ),
    "tail": (
        "(now|today|for today|please|for now|completely|altogether|entirely|away|out|off|again|then|"
        "would you|from (the|my) (log|list|history|record|records)|off (the|my) (log|list))"
    ),
    "save": "(saving|logging|keeping|recording|counting)",
    "keep": "(save|log|keep|record|count|bother saving|bother logging)",
}
CANCEL = Templates(
    (
        "[<lead>] [<lead>] (<quit>|<erase>) [<on>] <run> [<tail>] [<tail>] [<why>] [<tail>]",
        "[<lead>] [<lead>] <why> [so] [<lead>] (<quit>|<erase>) [<on>] <run> [<tail>]",
        "[<lead>] [<lead>] (end|stop|finish|quit|close) [[<on>] <run>|it|this] without <save> [it|this|that]",
        "[<lead>] [<lead>] (end|stop|finish|quit) [[<on>] <run>|it|this] [and|but] (dont|do not) <keep> "
        "[it|this|that|<on> <run>]",
        "i (cant|cannot|wont|couldnt) (do|finish|go on with) <on> <run> [so] (<quit>|<erase>) (it|that|this)",
        "[<lead>] [<lead>] (im|i am|lets|were) (call|calling) (it|this|<on> <run>) off [<tail>]",
        "[<lead>] (dont|do not|no need to) <keep> <on> <run> [<tail>] [<why>]",
        "(im|i am) not (doing|finishing|going to do|going to finish|gonna do|gonna finish) <on> <run> "
        "[<tail>] [(<quit>|<erase>) [it|this|that]]",
    ),
    _RULES,
)
DELETE = Templates(
    (
        "[<lead>] [<lead>] (<erase>|scrap|cancel|undo|forget) <past> <run> [<logged>] [<tail>]",
        "[<lead>] [<lead>] (<erase>|scrap|cancel|undo|forget) (the|that|my) <run> <logged> [<tail>]",
        "[<lead>] [<lead>] (take|get|cross|strike) (<past>|that|the) <run> (off|out|out of there|off there|"
        "off (the|my) (log|list)|out of (the|my) log)",
    ),
    _RULES,
)
DELETE_IT = Templates(
    ("[<lead>] [<lead>] (<erase>|scrap|undo) (the|that|my|this) <run> [<tail>] [<why>]",), _RULES
)
"""Of a run that is over, when none is on."""

_DAYS = ("yesterday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DELETE_DAY = Templates(
    (
        "[<lead>] [<lead>] (<erase>|scrap|cancel|undo|forget) [my|the] [last] (DAYS|DAY) [morning|"
        "evening] <run> "
        "[<tail>]",
        "[<lead>] [<lead>] (<erase>|scrap|cancel|undo|forget) (the|my|that) <run> [<logged>] [i did|i "
        "ran|i had] "
        "[from|of|on] [last] DAY [morning|evening|night] [<tail>]",
        "[<lead>] [<lead>] (take|get|cross|strike) [my|the] DAYS <run> (off|out|out of there|off there|"
        "off (the|my) (log|list)|out of (the|my) log)",
    ),
    _RULES,
)
"""Of the run of a day, which is named in its place."""


def thrown_away(text: str, *, is_on: bool) -> Call | None:
    """The call for the words of a clause, or None."""
    for day in _DAYS:
        if day in text and DELETE_DAY.match(_without_day(text, day)) is not None:
            return Call("delete_run", {"day": day})
    if DELETE.match(text) is not None or (not is_on and DELETE_IT.match(text) is not None):
        return Call("delete_run")
    return Call("cancel_run") if CANCEL.match(text) is not None else None


def _without_day(text: str, day: str) -> str:
    """The words with DAYS for "yesterday's" and DAY for "yesterday"."""
    marks = {f"{day}s": "DAYS", day: "DAY"}
    return " ".join(marks.get(word, word) for word in text.split())
