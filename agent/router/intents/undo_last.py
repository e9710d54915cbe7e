"""`undo_last`: "scratch that", "delete the last two sets"."""

from __future__ import annotations

from agent.router.context import Clause, Reading
from agent.router.templates import Templates
from agent.router.understanding import Call

MAX_UNDONE = 10

_RULES = {
    "lead": (
        "(no|nope|nah|wait|oops|whoops|sorry|no no|oh no|hang on|hold on|my bad|my mistake|can "
        "you|could you|no wait|wait no|no sorry|actually|would you|will you|go ahead and|you can|"
        "and|no no no|damn|shoot|crap)"
    ),
    "erase": (
        "(delete|remove|erase|undo|cancel|bin|scratch|scotch|scrap|clear|discard|"
        "strike|void|get rid of|take away|take back|throw out|throw away|dump|nuke|ditch|"
        "scrub|chuck|axe|wipe|take off|unlog|rewind|revert|reverse|nix|trash|roll back)"
    ),
    "it": "(that|it|this|that one|this one|that last one|that last bit|that entry|that log|those)",
    "set": (
        "([the|that|my|this] (last|previous|latest|most recent|newest|final|extra|duplicate|second|"
        "wrong|bad) [set|one|entry|log|thing|line|row|record]|(that|this|the|my) (set|entry|log|line|"
        "row|duplicate|one|extra|record)|one of (them|those|these|the two|the sets|the duplicates)|one|"
        "(the|that|those|that last|the last) (set|one|entry|thing|sets|bit) [that|which] (i|you|we) [ve] "
        "(did|logged|added|recorded|entered|put in|saved|wrote down|counted|said|put down|noted))"
    ),
    "why": (
        "(i didnt do that [set|one]|i did not do that [set|one]|you (logged|added|counted|put|"
        "recorded|entered|wrote|saved) (that|it|this|that one|that set) twice|thats wrong|that "
        "was wrong|thats not right|that isnt right|wrong one|that was a mistake|my bad|my "
        "mistake|i made a mistake|that was an accident|that didnt happen|i never did that [set|"
        "one]|wrong set|that wasnt me|i didnt mean that|i didnt mean to log that|that wasnt a "
        "set|that one didnt count|that didnt count|that was someone else|its wrong|you got that "
        "wrong|you heard wrong|you misheard [me|that]|thats a duplicate|you double logged that|"
        "you added it twice|that was logged twice|its in there twice|thats in there twice|that "
        "set was wrong|i didnt finish that [set|one]|i didnt actually do that [set|one]|that set "
        "doesnt count|you counted that twice|that was a duplicate|i logged that twice|i misspoke|"
        "that doesnt count|not what i did|that didnt count as a set|i didnt say that|thats not "
        "what i said|that wasnt right|wrong exercise|wrong weight)"
    ),
    # "as well" is "as" here: "well" is one of the polite words that a clause's text leaves out
    "tail": (
        "(completely|entirely|again|for me|if you can|would you|will you|too|as|then|if possible|"
        "from (the|my|todays|this) (log|workout|list|session|record|records|history)|off|out|off there|"
        "off (the|my) (log|list|record)|from there|from here|instead|altogether)"
    ),
    "out": (
        "(off|out|away|back|down|out of (the|my) log|off (the|my) (log|list|record|books)|out of there|"
        "off there|from (the|my) (log|list))"
    ),
}

UNDO = Templates(
    (
        (
            "[<lead>] [<lead>] (undo|undo that|undo it|undo last|undo this|undo the last thing|undo "
            "my last|undo the last|undo last)"
        ),
        "[<lead>] [<lead>] <erase> <it> [<tail>]",
        "[<lead>] [<lead>] <why> [,] [so] [and] <erase> (<it>|<set>) [<tail>]",
        "[<lead>] [<lead>] <why> [,] [so] undo [that|it|<set>]",
        (
            "[<lead>] [<lead>] [<lead>] (take|pull|cross|knock|wipe|throw|chuck|rub|strike|get|leave|rule) "
            "(<it>|<set>) <out> [<tail>]"
        ),
        "[<lead>] [<lead>] (take|cross|rub|wipe|strike|rule) (out|off) (<it>|<set>) [<tail>]",
        "[<lead>] undo the (set|one|entry) before [that|it|this|that one] [<tail>]",
        "[<lead>] (<erase>|take out) the (set|one|entry) before [that|it|this|that one] (too|as)",
        "[<lead>] [<lead>] (undo|reverse|revert) (what|whatever) (i|you) (did|logged|added|said)",
        (
            "[<lead>] (take that back|i take that back|take it back|strike that|undo button|hit undo|"
            "go back one|scratch the last one|undo the last command|that was wrong undo|never mind "
            "that set|nevermind that set|never mind that last set|forget i said that|pretend i didnt "
            "say that|delete)"
        ),
        (
            "[<lead>] (that|it|that set) (didnt|doesnt|did not|does not|shouldnt|should not) count "
            "[,] <erase> (<it>|<set>)"
        ),
        "[<lead>] <erase> <it> , (<why>|i didnt (do|finish|mean|say) (it|that))",
    ),
    _RULES,
)
UNDO_SET = Templates(
    (
        "[<lead>] [<lead>] (<erase>|drop|lose|kill|forget|ignore|disregard|dont count) <set> [<tail>]",
        "[<lead>] <erase> <set> [,] <why>",
        "[<lead>] <why> [,] [so] [and] <erase> <set>",
    ),
    _RULES,
)
UNDO_SEVERAL = Templates(
    (
        "[<lead>] <erase> [the|my|those|these] [last|previous|past] {number} [sets|ones|entries|logs]",
        (
            "[<lead>] <erase> (the last couple|the last couple of sets|my last couple of sets|both "
            "of those|both|both sets|the last pair of sets)"
        ),
        "[<lead>] [<lead>] <erase> (<it>|<set>) and the (one|set) before [that|it|this]",
    ),
    _RULES,
)


def parse(clause: Clause) -> Reading | None:
    """One call a set to take back. `scope` is given only when the words name a set."""
    text = clause.text
    several = UNDO_SEVERAL.match(text)
    if several is not None:
        count = float(several.get("number", "2"))
        if count != int(count) or not 1 <= count <= MAX_UNDONE:
            return None
        return Reading("calls", "undo_last", (Call("undo_last", {"scope": "set"}),) * int(count))
    if UNDO_SET.match(text) is not None:
        return Reading("calls", "undo_last", (Call("undo_last", {"scope": "set"}),))
    if UNDO.match(text) is not None:
        return Reading("calls", "undo_last", (Call("undo_last"),))
    return None
