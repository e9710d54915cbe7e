"""`start_workout` and `finish_workout`."""

from __future__ import annotations

import re

from agent.router.context import Clause, Reading
from agent.router.templates import Templates
from agent.router.understanding import Call, Pending
from agent.router.vocabulary import POLITE, WORKOUT_NAMES

_LETTERS = frozenset(
    {"a", "b", "c", "d", "and", "or", "day", "one", "two", "three", "four", "five", "six", "week"}
)
"""Words that count days and workouts and name none by themselves."""
_PLACES = frozenset({"garage", "home", "hotel", "gym", "park", "outdoor"})
"""Words that name a workout only with the word beside them: "open the garage" is for the door."""
MAX_NAME_WORDS = 6
_DROPPED_LAST = frozenset({"workout", "session", "training"})

_RULES = {
    "lead": (
        "(go|lets|let us|can we|can you|could you|could we|i want to|i wanna|id like to|im ready "
        "to|ready to|im going to|im gonna|i am|im|time to|time for|we are|were|shall we|go ahead "
        "and|we can|lets go|gonna|ok lets|hey|i would like to|i will|ill|about to|im about to|id "
        "love to|please)"
    ),
    "start": (
        "(start|starting|begin|beginning|kick off|kicking off|start up|open|get going with|get "
        "going on|fire up|get started with|get started on|get into|starting up|start off|launch|"
        "start logging|start tracking|create|start recording|getting into|get cracking with|"
        "crack on with|open up|get after|start with|kick things off with|jump into)"
    ),
    "workout": (
        "(workout|session|training|training session|gym session|lifting session|lift|work out|"
        "strength workout|strength session|weights session|workout session|weight training|"
        "lifting|log)"
    ),
    "todays": (
        "(todays|my|the|a|a new|new|this|my next|another|an|our|todays scheduled|the scheduled|"
        "my scheduled|the planned|the next)"
    ),
    "tail": (
        "(now|today|for today|for me|for us|again|then|up|please|right now|right away|here|this morning|"
        "tonight)"
    ),
}
START_PLAIN = Templates(
    (
        "[<lead>] <start> [<todays>] <workout> [<tail>]",
        "[<lead>] <start> [<todays>] [<workout>] [<tail>] , (start it|start it up|log it)",
        (
            "[<lead>] (get|have|set) [<todays>] <workout> (going|started|rolling|underway|up|up and running) "
            "[<tail>]"
        ),
        "[<lead>] (get|have|set) me (going|started) (with|on) [<todays>] <workout> [<tail>]",
        (
            "(new workout|new session|workout start|start of workout|workout time|begin|start "
            "training|start lifting|lets lift|lets train)"
        ),
        (
            "[<lead>] (get started|get going|get the workout started|get this workout started|get "
            "the session started|get my workout started|start training|start lifting|begin training|"
            "start working out)"
        ),
        "(its workout time|time to work out|time to train|time to lift)",
    ),
    _RULES,
)
START_IT = Templates(
    ("[<lead>] <start> (it|this|that) [<tail>]", "[<lead>] [<start>] that one [<tail>]"), _RULES
)
START_NAMED = Templates(("[<lead>] <start> [<todays>] #NAME#",), _RULES)
_START_PREFIX = Templates(
    (
        "[<lead>] <start> [<todays>]",
        "[<lead>] <start> [<todays>] <workout> [for|of|on]",
        "(new workout|new session|new)",
    ),
    _RULES,
)
_TRAILING = ("me", "us", "today", "tonight", "now", "then", ",", "please", "for")
_CALLED = ("called", "named", "titled")

_FINISH_RULES = {
    "lead": (
        "(ok|and|im ready to|lets|can you|could you|i want to|please|i think|i think ill|ill|id "
        "like to|go ahead and|you can|we can|that was my last set|that was the last set|that was "
        "the last one|im done|im finished|were done|were finished here|im done here|were done "
        "here|im all done|im spent|im toast|im beat|im dead|thats me|thats me done|thats all|"
        "thats it|thats everything|last set done|im cooked|im wiped|time to|all done|im tired|thats the lot|"
        "that was it|were finished|im finished here|im exhausted|thats my last set|thats the "
        "last set|that was my last one|im gassed|done|thats enough|gonna|im going to|im gonna|we "
        "are done|thats a wrap|i am done|finished|thats all for today|thats it for today|im done "
        "for today|were all done|thats all done|no more)"
    ),
    "finish": (
        "(finish|finish up|finish off|end|close|close out|stop|complete|wrap up|conclude|save|"
        "save and finish|save and close|finish and save|save and end|close off|close down|shut "
        "down|log off|terminate|end and save|stop and save|wrap|finalize|mark|finalise|close up|"
        "call|shut|wind up)"
    ),
    "workout": (
        "(workout|session|training|training session|gym session|lift|lifting session|work out|"
        "workout session|push day|pull day|leg day|chest day|back day|arm day|upper body|lower "
        "body|full body|shoulder day|upper day|lower day)"
    ),
    "over": (
        "(thats it|thats all|thats me|thats everything|thats the lot|that was it|im done|im finished|"
        "im all done|were done|were finished|all done|thats (the|my) last (set|one)|that was (the|my) last "
        "(set|one)|no more)"
    ),
    "my": "(my|the|this|todays|our|that|this whole|the whole)",
    "day": (
        "(for today|for the day|today|for tonight|tonight|for now|now|here|there|for this morning|this "
        "morning|then|for this session|for the session|for this workout|with this workout|with "
        "the workout|with my workout|with the session|with this session|with todays workout|with "
        "my session|lifting|lifting for today|training|training for today|working out|lifting "
        "for the day|training for the day|in the gym)"
    ),
    "today": (
        "(for today|for the day|today|for tonight|tonight|for this morning|this morning|for this "
        "session|for the session|for this workout|with this workout|with the workout|with my "
        "workout|with the session|with this session|with todays workout|with my session|lifting|"
        "lifting for today|training|training for today|working out|lifting for the day|training "
        "for the day|here for today|here for the day)"
    ),
}
FINISH = Templates(
    (
        (
            "[<lead>] [,] [<lead>] [,] <finish> [<my>] <workout> [<day>] [as done|as complete|as "
            "finished|out|off|up|down]"
        ),
        (
            "[<lead>] [,] [and] (wrap it up|call it a day|call it a night|call it|wrap this up|lets "
            "wrap|pack it in|call it quits|wrap things up|call that a day|call this a workout|call "
            "it a workout|wrap it up there|call it there|call it here|pack it up|calling it a day|"
            "calling it|wrap up|wrap up here|wrap it up here|call it done|calling it a night|knock "
            "it on the head|call that a workout|calling it quits|call it for today) [<day>]"
        ),
        (
            "[<lead>] [,] (wrap it up|call it a day|call it|call it a night|calling it|calling it a "
            "day) [,] [im|were|thats] (done|finished|me done|beat|spent|toast|cooked|all done|gassed)"
        ),
        (
            "[and] (thats it|thats all|thats me|thats me done|im done|im finished|im all done|were done|"
            "thats a wrap|done|all done|thats everything|finished|im through|thats enough|i am done|"
            "we are done|that is it|that is all|thats it from me|thats it for me|thats all from me|"
            "thats all i got|thats all ive got|im out|im good|that will do|thatll do|thatll do me|thatll do "
            "it|that will do it|"
            "that does it|were finished|thats my lot|enough) <today>"
        ),
        (
            "(thats|that is|thats it|that was) [it] [for] [<my>] <workout> (done|finished|over|"
            "complete|completed|wrapped|wrapped up|in the books|all done)"
        ),
        "[and] (thats|that is) a wrap [on|for] [<my>] [<workout>] [<day>]",
        (
            "[<my>] (<workout> [is|s|has been]|workouts|sessions) [now|all] (done|finished|over|complete|"
            "completed|all done|wrapped up|in the books|in the bag)"
        ),
        (
            "(thats me done|thats me finished|thats me|thats a wrap|thats a workout|im done lifting|"
            "im done training|im done working out|done for the day|finished for the day|finished for "
            "today|done for today|im all done with my workout|finish up|thats it im done|thats it , "
            "im done|thats the workout|thats my workout|workout over|session over|finish and save|"
            "save and finish|that concludes my workout|that concludes todays workout|thats it for my "
            "workout|thats it for the workout|thats it for this workout|thats it for this session|"
            "thats the end of my workout|thats the end of the workout|thats the session|end of "
            "workout|end of session|end workout|done with this workout|done with my workout|done "
            "with the workout|done with the session|done with this session) [<day>]"
        ),
        "[<lead>] [,] (im|i am|were) (done|finished|through) (with|for) [<my>] <workout>",
        (
            "<over> [<day>] [,] [and] [lets] (finish|end|stop|save|close|wrap|log) [it|this|that|things] "
            "[up|off|out]"
        ),
        "[<lead>] [,] [and] [that] <finish> (it|things|up|this) , (im|were) (done|finished) [<day>]",
        (
            "[<lead>] (thats|that is) (me|it|us) [done|finished|out] (for today|for the day|for "
            "tonight|today|tonight)"
        ),
    ),
    _FINISH_RULES,
)
FINISH_MAYBE = Templates(
    (
        "[and] (im|i am|were) (done|finished|all done|all finished)",
        "[<lead>] (finish|end|stop|save|close|wrap) (it|this|things) [up|off|out|here|there|now]",
        "[<lead>] (finish|end|stop|finish up|finish off)",
        "(thats it|thats me done|thats all|thats a wrap)",
    ),
    _FINISH_RULES,
)
_PART = (
    "(?:legs?|arms?|chest|back|shoulders|push|pull|upper(?: body)?|lower(?: body)?|full body|core|abs|glutes|"
    "quads|hamstrings|hams|calves|bi(?:cep)?s|tri(?:cep)?s|delts|traps|lats|cardio)"
)
_LETS = re.compile(
    r"(?:(?:lets|let us|were|we are|today (?:were|im)) (?:gonna |going to )?"
    r"(?:do|doing|hit|hitting|train|training|work|working|go(?! back)|smash|smashing)"
    r"|(?:(?:its )?time to|(?:im )?ready to) (?:do|hit|train|smash)|(?:its )?time for)(?: some)? "
    rf"(?P<name>{_PART}(?: and {_PART})*(?: day)?)$"
)
_DAY_NOW = re.compile(
    rf"(?:(?:its|today is) )?(?P<name>{_PART}(?: and {_PART})*(?: day|(?= (?:today|tonight|now))))"
    r"(?: (?:today|tonight|now))? "
    r"(?:lets (?:go|do (?:it|this)|get (?:it|going|started|after it)|begin|start)|here (?:we|i) (?:go|come))$"
)
_AT_THE_GYM = re.compile(
    r"(?:(?:im|i am|were|we are) (?:here |back )?(?:at|in) the gym|(?:just )?(?:got|made it) to the gym)"
    r"(?: and)?(?: (?:now|today|finally))? (?:im |were )?(?:lets|let us|ready to|time to)(?: \w+)? "
    r"(?:start|begin|go|get going|get started|get after it|do this|train|lift|work|warm up)$"
    r"|(?:lets|let us) (?:go )?(?:train|lift|get to work|work out)$"
)
ASK_FINISH = "Finish the workout?"


def parse(clause: Clause) -> Reading | None:
    """A workout to start or to finish, or None. With a live run, what could mean the run is left alone."""
    text = clause.text
    words = set(clause.words)
    if FINISH.match(text) is not None:
        if clause.state.run and not words & {"workout", "session", "lifting"}:
            return None
        return Reading("calls", "finish_workout", (Call("finish_workout"),))
    if clause.state.workout_open and not clause.state.run and FINISH_MAYBE.match(text) is not None:
        pending = Pending((Call("finish_workout"),), "confirm", ASK_FINISH)
        return Reading("ask", "finish_workout", reply=ASK_FINISH, pending=pending, confidence=0.7)
    if START_PLAIN.match(text) is not None:
        return Reading("calls", "start_workout", (Call("start_workout"),))
    if START_IT.match(text) is not None and not clause.state.workout_open and not clause.state.run:
        return Reading("calls", "start_workout", (Call("start_workout"),), confidence=0.8)
    return _lets(clause) or _named(clause)


def _lets(clause: Clause) -> Reading | None:
    """ "let's do legs today", "we're hitting chest and triceps", "push day, let's go": a workout by what it
    trains."""
    words = [w for w in clause.words if w not in POLITE or w in ("lets", "us")]
    while words and words[-1] in _TRAILING:
        words = words[:-1]
    text = " ".join(w for w in words if w != ",")
    if _AT_THE_GYM.match(text) is not None and not clause.state.workout_open and not clause.state.run:
        return Reading("calls", "start_workout", (Call("start_workout"),), confidence=0.9)
    said = _LETS.match(text) or _DAY_NOW.match(text)
    if said is None or clause.state.run or (clause.state.workout_open and "time for" in text):
        return None
    return Reading("calls", "start_workout", (Call("start_workout", {"name": said["name"]}),), confidence=0.9)


def _named(clause: Clause) -> Reading | None:
    """ "begin leg day", "start a pull workout", "start a session called heavy singles"."""
    words = [w for w in clause.words if w == "," or w not in POLITE]
    while words and words[-1] in _TRAILING:
        words.pop()
    if words[-3:] == [",", "start", "it"]:
        words = words[:-3]
    for mark in _CALLED:
        if mark in words:
            i = words.index(mark)
            name = [w for w in words[i + 1 :] if w not in (",", "it")]
            return _start(" ".join(words[:i]), name, free=True)
    for i in range(1, len(words)):
        name = words[i:]
        if name[0] in ("and", "or"):
            continue
        reading = _start(" ".join(words[:i]), name)
        if reading is not None:
            return reading
    return None


def _start(prefix: str, name: list[str], free: bool = False) -> Reading | None:
    prefix = " ".join(w for w in prefix.split() if w != ",")
    if (
        _START_PREFIX.match(prefix) is None
        and _START_PREFIX.match("start " + prefix if prefix.startswith(("get", "let")) else prefix) is None
    ):
        return None
    said = len(name) > 1 and name[-1] in _DROPPED_LAST
    if said:
        name = name[:-1]
    if (
        not name
        or len(name) > MAX_NAME_WORDS
        or name[0] in ("and", "my", "the", "an")
        or name in (["day"], ["workout"])
    ):
        return None
    if name[0] == "a" and len(name) > 1:
        return None
    if not free and not all(w in WORKOUT_NAMES for w in name):
        return None
    lettered = prefix.endswith(("workout", "session")) or (name[0] == "day" and len(name) == 2)
    telling = WORKOUT_NAMES - _LETTERS - (frozenset() if said else _PLACES)
    if not free and not lettered and not any(w in telling for w in name):
        return None
    return Reading("calls", "start_workout", (Call("start_workout", {"name": " ".join(name)}),))
