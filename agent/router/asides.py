"""What people say around a command: that something went wrong, that they are spent, where they are.

An aside asks for nothing by itself. Beside a command that it explains ("that was my mate's set, delete it",
"I'm knackered, end the workout") it is left out; beside any other it stays unexplained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.router.context import Clause
from agent.router.templates import Templates
from agent.router.vocabulary import SMALL_TALK, WORKOUT_NAMES

AsideKind = Literal["mistake", "spent", "ready", "day", "talk"]

FITS: dict[str, frozenset[AsideKind]] = {
    "undo_last": frozenset({"mistake", "talk"}),
    "correct_set": frozenset({"mistake", "talk"}),
    "finish_workout": frozenset({"spent", "talk"}),
    "start_rest_timer": frozenset({"spent", "talk"}),
    "start_workout": frozenset({"ready", "day", "talk"}),
    "repeat_set": frozenset({"talk"}),
}
"""The asides that each intent may stand beside."""
_MAX_TALK = 6

_RULES = {
    "lead": (
        "(i think|i believe|looks like|seems like|it looks like|no|oh no|wait|oops|whoops|sorry|hang on|"
        "hold on|damn|shoot|crap|argh|ugh|shit|my bad|because|cause|cos|cuz|since|as|and|but|,)"
    ),
    "what": (
        "(that|it|this|that one|that set|this one|this set|that last one|that last set|the last one|"
        "the last set|last one|last set|the last entry|that entry|that last entry|the previous set|"
        "the previous one|those|they|one of them|one of those|the set before|the second one)"
    ),
    "was": "(was|is|were|are|must have been|got|looks|mustve been|has been|been)",
    "thats": "(thats|its|those are|thats all|that last ones|that ones|that sets)",
    "somebodys": (
        "(someone elses|somebody elses|[my|the] [gym|training|workout|lifting] "
        "(mates|buddys|friends|partners|spotters|brothers|sisters|wifes|husbands|girlfriends|boyfriends|"
        "coachs|trainers|dads|sons|daughters|kids|clients)|his|hers|another persons|the other guys|theirs)"
    ),
    "somebody": (
        "(someone else|somebody else|[my|the] [gym|training|workout|lifting] "
        "(mate|buddy|friend|partner|spotter|brother|sister|wife|husband|girlfriend|boyfriend|coach|"
        "trainer|dad|son|daughter|kid|client)|him|her|the other guy)"
    ),
    "bad": (
        "([a|an|my|your|the] [total|complete|stupid|silly] (mistake|error|accident|duplicate|typo|slip|"
        "misclick|mix up|joke|test|false alarm|repeat|double|practice set|false start)|wrong|incorrect|"
        "[all|completely] wrong|a bad one|bogus|rubbish|not right|not mine|not me|not my set|not a set|"
        "not a real set|<somebodys> [set|one|weight|go|turn|numbers|rep|reps]|[for|by] <somebody>|"
        "(in|in there|on there|logged|counted|added|recorded|entered|saved|down|put in|there) "
        "(twice|two times|double|by mistake|by accident|already|wrong|accidentally|in error|incorrectly)|"
        "already (logged|in|there|in there|counted)|double (logged|counted)|misheard|nothing|noise|the radio|"
        "the music|the tv|background noise)"
    ),
    "wasnt": "(wasnt|isnt|was not|is not|werent|arent)",
    "good": (
        "(right|correct|me|mine|my set|my weight|a set|a real set|what i said|what i did|what i meant|"
        "what i wanted|meant for you|supposed to be there|supposed to count|meant to count|accurate|"
        "supposed to be logged|finished|a proper set|for you)"
    ),
    "logged": (
        "(log|do|say|add|count|record|put|save|enter|finish|get|hit|lift|complete|send|make|mean|ask for|"
        "want|do all of|perform|rack|start)"
    ),
    "entered": "(logged|added|counted|recorded|entered|put|saved|said|wrote|noted|heard|got|took|did|read)",
    "slip": (
        "(twice|two times|wrong|by mistake|by accident|accidentally|in error|incorrectly|again|already|"
        "too many times|for no reason|badly|when i shouldnt have|mistakenly)"
    ),
    "wrong": "(wrong|incorrect) (one|set|number|numbers|weight|exercise|reps|thing|button|unit|lift|count)",
}
MISTAKE = Templates(
    (
        "[<lead>] [<lead>] [<lead>] <what> <was> [actually|not] <bad>",
        "[<lead>] [<lead>] [<lead>] <thats> <bad>",
        "[<lead>] [<lead>] [<lead>] (<what> <wasnt>|<thats> not) <good>",
        (
            "[<lead>] [<lead>] [<lead>] <what> (doesnt|didnt|does not|did not|shouldnt|should not|dont|wont) "
            "(count|happen|be (there|in there|logged|on there)|have been (logged|counted|added)|"
            "belong there|look right|sound right|exist|count as a set|belong)"
        ),
        "[<lead>] [<lead>] [<lead>] (i|you|we) [mustve|must have] <entered> [<what>|me] [in|down] <slip>",
        (
            "[<lead>] [<lead>] [<lead>] (i|you|we) [must have|mustve|have] (accidentally|mistakenly|double|"
            "wrongly) <entered> [<what>|me] [in|down]"
        ),
        (
            "[<lead>] [<lead>] [<lead>] (i|you) [must have|mustve|have] (<entered>|picked|chose|gave) "
            "[you] (the <wrong>|the wrong thing)"
        ),
        (
            "[<lead>] [<lead>] [<lead>] i (didnt|did not|never|havent) [actually|even|meant to] "
            "(<logged>|(mean|want|meant|intend) (to <logged>|for you to <logged>)|done|finished|said) "
            "[<what>|one] [in|down|yet]"
        ),
        (
            "[<lead>] [<lead>] [<lead>] (i|you) [must have|mustve|have|ve] (miscounted|misspoke|misheard|"
            "misread|miscalculated|messed up|screwed up|slipped up|mixed up|cocked up|botched|messed|"
            "misloaded|lost count|counted wrong|got confused|misremembered|misunderstood|mislogged) "
            "[<what>|me|up|that up|it up|the (weight|reps|plates|bar|count|numbers|set)|my (reps|set|plates)]"
        ),
        "[<lead>] [<lead>] i (hit|pressed|tapped|pushed|touched) (it|that|log|the button) <slip>",
        "[<lead>] [<lead>] (i was|im) (wrong|mistaken|off|off by one|one off)",
        "[<lead>] [<lead>] [thats|that was|its|it was] (wrong|the <wrong>|<wrong>)",
        (
            "[<lead>] [<lead>] [<lead>] (you|i) [must have|mustve] (got|have|had|put|heard|logged|wrote) "
            "(the|my) (weight|reps|number|numbers|load|count|rep count|unit|units) wrong"
        ),
        "[<lead>] [<lead>] (my|your) (mistake|bad|fault|error)",
        "[<lead>] [<lead>] not what i (said|did|meant|wanted)",
    ),
    _RULES,
)
_SPENT_RULES = {
    "im": "(im|i am|were|we are|i feel|feeling|im feeling)",
    "very": "(absolutely|totally|completely|too|pretty|getting|all|a bit|dead|properly|fully|very|about)",
    "spent": (
        "(tired|knackered|exhausted|spent|beat|gassed|toast|cooked|wiped|shattered|done|finished|dead|fried|"
        "smoked|destroyed|drained|wrecked|pooped|bushed|hungry|late|shot|worn out|wiped out|winded|blown|"
        "puffed|dying|broken|sweating|sore|buggered|zonked|ready for a break|done in|running late|through|"
        "running out of time|out of (gas|time|steam|energy|breath|juice|here|puff)|running on empty|"
        "heading (home|off|out)|ready to (go|leave|go home)|off|going home|good)"
    ),
    "day": "(for today|today|for tonight|tonight|for now|for the day|here|for one day|for this session)",
}
SPENT = Templates(
    (
        "[and|because|cause|cos|since|as] <im> [<very>] <spent> [<day>]",
        (
            "(ive|i have|weve|i) (had enough|had it|got to go|gotta go|run out of (time|steam|gas|energy)|"
            "got to run|hit my limit|got nothing left|have to go|need to go|have to leave|should go|"
            "must go|have to run|need to leave|(need|have) to head (off|out|home)) [<day>]"
        ),
        "i think (ive had enough|im <spent>|thats enough|thats it|thats me|that will do) [<day>]",
        (
            "i (need|have|got) [to] (breathe|recover|sit down|catch my breath|get [some] water|grab [some] "
            "water|a breather|a break|a minute to recover|a drink|a rest)"
        ),
        "[im|i am] (going to|gonna|gotta|will|ill) (take|have|grab) (a|my) (break|rest|breather|drink)",
        (
            "(thats|that is|that was) (enough|plenty|all|it|me|that|everything|the lot|"
            "(the|my) last (one|set)) [<day>]"
        ),
        "(that was|that set was|thats) [a] [very|pretty] (hard|tough|heavy|brutal|rough|good) [one|set]",
        "[my] (legs|arms|back|lungs|shoulders|grip) (are|is|feel|feels) [<very>] (<spent>|gone|jelly)",
        "[the|my] (gym is|gyms) (closing|shutting|about to close)",
        "time to (go|go home|head home|leave|hit the showers|eat)",
    ),
    _SPENT_RULES,
)
_READY_RULES = {
    "now": "(now|today|this morning|tonight|this evening|finally|this afternoon)",
    "gym": "((the|my) [home|hotel|garage] gym|the garage|the rack|the weight room|the gym floor)",
}
READY = Templates(
    (
        "[im|i am|were|we are|ive] [back] (at|in|here at|got to|arrived at|made it to) <gym> [<now>]",
        "[i|we] (got|made it|walked|came|arrived) (to|at|into|in) <gym> [<now>]",
        (
            "(im|i am|were|we are) [all] (here|ready|ready to go|warmed up|set|good to go|back|back at it|"
            "in|changed|ready to (lift|train|start|work out|begin|get started|roll)) [<now>]"
        ),
        "(lets go|lets do this|go|lets do it|do this|here we go|get to it|get after it|time to work)",
        "(its|it is) (time to (lift|train|go|work out)|gym time|training time|go time|that time again)",
        "(warm up|warmup) (done|is done|finished|complete)",
        "(done with|finished) [my|the] (warm up|warmup|stretching)",
    ),
    _READY_RULES,
)
_DAY_LEADS = (
    "its a", "its", "today is", "todays", "todays a", "today its", "its going to be", "its gonna be",
    "im doing", "i am doing", "were doing", "we are doing", "im hitting", "were hitting", "im training",
    "were training", "doing", "hitting", "training", "im on", "were on", "its time for", "time for",
    "todays workout is", "todays session is", "im working", "im working on", "were working on", "its my",
    "i want to do", "i wanna do", "id like to do", "i want to train", "i wanna train", "i want to "
    "hit", "i wanna hit",
    "got", "ive got", "weve got", "going to do", "im going to do", "im gonna do", "going for", "im up for",
    "next up is", "on the plan is", "this is", "it is",
)  # fmt: skip
_DAY_TAILS = ("today", "tonight", "this morning", "this evening", "now", "for me", "again", "this afternoon")
_MAX_NAME = 6


@dataclass(frozen=True, slots=True)
class Aside:
    """What kind of aside it is, and the workout's name where it says which day it is."""

    kind: AsideKind
    name: str | None = None


def read_aside(clause: Clause) -> Aside | None:
    """The aside that all words of the clause make, or None."""
    text = clause.text.strip(" ,")
    if not text:
        return Aside("talk") if clause.words else None
    tables: tuple[tuple[AsideKind, Templates], ...] = (
        ("mistake", MISTAKE),
        ("spent", SPENT),
        ("ready", READY),
    )
    for kind, templates in tables:
        if templates.match(text) is not None:
            return Aside(kind)
    name = _day(clause)
    if name is not None:
        return Aside("day", name)
    words = [w for w in clause.words if w != ","]
    return Aside("talk") if len(words) <= _MAX_TALK and all(w in SMALL_TALK for w in words) else None


def _day(clause: Clause) -> str | None:
    """ "deadlift day" out of "it's deadlift day", "we're doing chest and triceps today"."""
    text = " ".join(w for w in clause.words if w not in (",", "so", "ok", "okay", "right", "alright", "well"))
    lead = max((p for p in _DAY_LEADS if text.startswith(p + " ")), key=len, default=None)
    name = text[len(lead) :].strip() if lead else text
    for tail in _DAY_TAILS:
        name = name.removesuffix(" " + tail)
    words = name.split()
    if not words or len(words) > _MAX_NAME or words[0] in ("and", "or") or words[-1] in ("and", "or", "a"):
        return None
    if lead is None and words[-1] != "day":
        return None
    return name if all(w in WORKOUT_NAMES for w in words) and words != ["day"] else None
