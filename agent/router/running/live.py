"""A run that is on: "pause", "okay keep going", "I'm home, finish the run".

Without a run only sentences that name one are taken; with one, short words mean it: so what they mean depends
on the run, and nothing else listens to them meanwhile.
"""

from __future__ import annotations

import re
from dataclasses import replace

from agent.router.context import Clause, Reading
from agent.router.intents import workout
from agent.router.running.stopping import STOPPED
from agent.router.running.throwing_away import thrown_away
from agent.router.templates import Templates
from agent.router.understanding import Call, Pending
from agent.router.vocabulary import OTHERS, UNREAL, words

ASK_FINISH = "Finish the run?"
NAMES_RUN = words("run running jog jogging race")
_RULES = {
    "lead": (
        "(can you|could you|would you|can we|will you|lets|let me|let us|i want to|i need to|i have to|"
        "id like to|"
        "please|go ahead and|and|ok|you can|you may|just|ill|i will|im going to|im gonna|gotta|i gotta|"
        "alright|"
        "time to|hold on|hang on|wait|one sec|hey|we can|i think ill|i think we can|actually|now|then|"
        "i wanna|"
        "do|hit|press|quick|go and|want to|need to|going to|gonna|say)"
    ),
    "run": (
        "(it|this|that|things|everything|me|the (run|jog|race|tracking|recording|tracker|gps|watch|clock|"
        "running|activity|timing|stopwatch|session|intervals|workout)|my (run|jog|race|tracking|recording|"
        "watch|clock|activity|running|tracker|session)|this (run|jog|race|session)|(run|jog|race|tracking|"
        "recording|running|the thing))"
    ),
    "named": (
        "(the (run|jog|race)|my (run|jog|race)|this (run|jog|race)|run|running|todays run|our run|"
        "that run|jog)"
    ),
    "while": (
        "(for (awhile|a (sec|bit|moment|tick|mo|minute)|one (sec|moment|second|minute)|now|me)|awhile|"
        "a sec|a moment|one sec|here|there|now|briefly|for the (lights|light|traffic|crossing)|please|"
        "will you|"
        "would you|again|thanks|right here|a bit|button|"
        "at (the|a|these|some) (lights|light|crossing|junction|traffic lights|corner)|"
        "for (a|some) (drink|water|breather|break|photo|stretch|gel|snack|breath|pee))"
    ),
    "again": (
        "(again|now|then|here|please|for me|back up|up|from here|where i left off|on|going|button|thanks)"
    ),
    "done": (
        "(finish|end|stop and save|save|complete|stop|finish up|finish off|end and save|save and end|wrap up|"
        "finish and save|save and finish|close|close out|conclude|terminate|stop and finish|mark|wrap|"
        "finalise|"
        "finalize|call|log and end|done with|finished with|finish recording|finish tracking|stop tracking|"
        "stop recording|end tracking|stop and end|stop and log|kill|finish logging)"
    ),
    "over": (
        "(done|finished|over|complete|completed|in the bag|in the books|all done|wrapped up|wrapped|through|"
        "ended|saved|it|up)"
    ),
}
PAUSE = Templates(
    (
        "[<lead>] [<lead>] [<lead>] (pause|pausing|freeze|hold|suspend|put a pause on|"
        "pause on) [<run>] [<while>]",
        "[<lead>] [<lead>] (take|have|do|quick|a|make|need|little|taking|short) [a] [quick] pause [<while>]",
        "[<lead>] [<lead>] put <run> on (hold|pause) [<while>]",
        "[<lead>] (pause|stop) (tracking|recording|the clock|timing) [<while>]",
        "[<lead>] (i|im|i am|ive) [just] [got to|have to|need to|gotta|going to] (stop|stopping|"
        "stopped) for awhile",
        "[<lead>] (stop|stopping) for awhile",
        "(pause|pausing) [<run>] [<while>] [<while>]",
    ),
    _RULES,
)
HOLD = frozenset({"hold", "freeze", "suspend"})
"""Words that pause only what is named."""
RESUME = Templates(
    (
        "[<lead>] [<lead>] [<lead>] (resume|unpause|un pause|resuming|unfreeze) [<run>] [<again>]",
        "(unpaused|un paused)",
    ),
    _RULES,
)
GO_ON = Templates(
    (
        (
            "[<lead>] [<lead>] [<lead>] (continue|continuing|carry on|carrying on|keep going|keep on|"
            "go on|start again|"
            "restart|go again|going again|start|start up|begin again|proceed|keep running|start running|"
            "run on|press on|crack on|get going|get back to|get back on|back to|back on|on with|get on with) "
            "[with] [<run>] [<again>] [<again>]"
        ),
        "[<lead>] [<lead>] pick <run> [back] up [again]|[<lead>] pick up (<run>|where i left off) [again]",
        "[<lead>] [<lead>] (start|get|fire|kick) <run> [back] (up|going|started|on|again|off) [again]",
        "[<lead>] (go|go again|lets go|lets go again|off we go|off we go again|off again|here we go again|"
        "back at it)",
        "[<lead>] (im|i am|were|we are) (off|running|moving|back on|back at it|on the move) [again]",
        "[<lead>] (running|moving) again|[<lead>] back (to it|running|at it|on it|in action)",
        "[<lead>] (ready|im ready) [to] (go|go again|continue|carry on|resume|run)",
        "[ok] (all good|good to go|im good) [to go] [again] (continue|carry on|keep going)",
    ),
    _RULES,
)
FINISH = Templates(
    (
        "[<lead>] [<lead>] [<lead>] [thats it|thats me|im home|im done|all done] <done> <named> [<while>] "
        "[and (save|log|finish|end) [it|that]]",
        "(im|i am|were|we are|ive|thats me) [all] (done|finished|through|complete|completed) [with|on|for] "
        "[<lead>] <named> [<while>]",
        "(thats|that is|that was|thats it for|that is it for|thats all for|thats the end of|"
        "that was it for|end of|"
        "that concludes|thats a wrap on|this is the end of|thats it on|thats me for|wrap up|"
        "finish) <named> [<over>] "
        "[<while>]",
        "<named> [is|is now|has|now|all] (done|finished|over|complete|completed|ended|all done|in the books)",
        "(ive|i have|i|just|ive just|i just) (finished|completed|ended|done) [with] <named> [<while>]",
        "[<lead>] [<lead>] (stop|end|finish|done|quit) running [<while>]|(im|i am) done running [<while>]|"
        "thats my running done",
        "(run|jog) (done|finished|over|complete|completed|ended)",
        "[<lead>] call it [on] <named>",
        "[<lead>] [<lead>] (wrap|finish|close) <named> (up|off|out|here|there) [<while>]",
    ),
    _RULES,
)
FINISH_IT = Templates(
    (
        "[<lead>] [<lead>] [thats it|thats me] (finish|end|save|complete|stop and save|finish up|"
        "end and save|"
        "finish and save|save and finish|save and end|wrap up|close) [it|this|that|things|there|"
        "everything] [<while>]",
        "[<lead>] [<lead>] (end|finish|stop) [the|this] (session|tracking|recording|activity|workout)",
    ),
    _RULES,
)
MAYBE = Templates(
    (
        "[<lead>] (stop|stop it|stop this|stop that|stop now|stop here|stopping)",
        "[ok|and|right] (im|i am|were) [all] (done|finished|home) [<while>]",
        "(thats it|thats me|thats all|thats me done|all done|done|finished|thats enough|that will do|"
        "thatll do)",
        "[ok] (made it|made it home)",
    ),
    _RULES,
)
_MEDIA = words("""
    music song songs podcast podcasts playlist spotify video videos movie episode audiobook audio radio
    tv game show track album tune tunes alarm timer netflix youtube book film countdown notifications
    sets set
""")
"""What is paused and stopped as well, and is no run."""
_NOT_TALK = (
    (UNREAL - words("need needs let lets about plan pace heart rate minutes back"))
    | OTHERS
    | _MEDIA
    | words("he she they him her them dont didnt never not until till")
)
_REASONS = words("""
    i im ive need needs gotta got have my because cause cos cuz since theres there its shoe shoelace
    laces lights light traffic water toilet bathroom stuck just to
""")
_LEADS_ON = words("""
    to the a an of for my your his i we you gonna dont didnt and or but not never than as will would
    could should can if when cant
""")
_TIMED = words("clock timer rest resting workout session set timing stopwatch")
"""What else is started: no run is gone on with by it."""
MAX_TALK = 10
_TIME = re.compile(r"~[0-9.]+")


def parse(clause: Clause) -> Reading | None:
    """A change of the run that is on, or None."""
    said = set(clause.words)
    if clause.state.run is None and not said & NAMES_RUN:
        return None
    return _command(clause) or _in_talk(clause) or _finish_maybe(clause)


def _command(clause: Clause) -> Reading | None:
    text = _TIME.sub("awhile", clause.text)
    said = set(clause.words)
    run, named = clause.state.run, bool(said & NAMES_RUN)
    if named and (call := thrown_away(text, is_on=run is not None)) is not None:
        return Reading("calls", call.tool, (call,), confidence=0.95)
    if run and thrown_away(text, is_on=True) is not None:  # "stop without saving"
        return _call("cancel_run")
    if PAUSE.match(text) is not None and (run or named) and (named or not HOLD & said or "pause" in text):
        return _call("pause_run")
    if run == "active" and STOPPED.match(text) is not None:
        return _call("pause_run")
    if RESUME.match(text) is not None:
        return _call("resume_run")
    if run == "paused" and not said & _TIMED and GO_ON.match(text) is not None:
        return _call("resume_run")
    if FINISH.match(text) is not None and not (run is None and _reports(clause)):
        return _call("finish_run")
    return _call("finish_run") if run and _finishes(clause, text) else None


def _reports(clause: Clause) -> bool:
    """ "I've finished my run", with none on: it is to be logged."""
    return bool({"finished", "completed", "done", "ended"} & set(clause.words))


def _finishes(clause: Clause, text: str) -> bool:
    """With a run on and nothing else, what finishes a workout finishes the run."""
    if clause.state.workout_open:
        return False
    return FINISH_IT.match(text) is not None or workout.FINISH.match(text) is not None


def _finish_maybe(clause: Clause) -> Reading | None:
    whole = len(clause.words) == len(clause.sentence.words)
    if clause.state.run is None or not whole or MAYBE.match(clause.text) is None:
        return None
    pending = Pending((Call("finish_run"),), "confirm", ASK_FINISH)
    return Reading("ask", "finish_run", reply=ASK_FINISH, pending=pending, confidence=0.7)


def _call(tool: str) -> Reading:
    return Reading("calls", tool, (Call(tool),), confidence=0.95)


def _in_talk(clause: Clause) -> Reading | None:
    """The command that the clause ends or begins with, beside talk that does not change it."""
    for cut in range(clause.start + 1, clause.end):
        if clause.sentence.words[cut - 1] not in _LEADS_ON and _is_talk(replace(clause, end=cut)):
            reading = _sure(replace(clause, start=cut))
            if reading is not None:
                return reading
    for cut in range(clause.end - 1, clause.start, -1):
        after = replace(clause, start=cut)
        explains = after.words[0] == "," or after.words[0] in _REASONS
        if explains and _is_talk(after):
            reading = _sure(replace(clause, end=cut))
            if reading is not None and (reading.intent != "resume_run" or after.words[0] == ","):
                return reading
    return None


def _sure(clause: Clause) -> Reading | None:
    start = clause.start
    while start < clause.end and clause.sentence.words[start] == ",":
        start += 1
    if start == clause.end:
        return None
    reading = _command(replace(clause, start=start))
    if reading is None or clause.words in (("go",), ("start",), ("end",), ("save",), ("close",)):
        return None
    return replace(reading, confidence=0.9)


def _is_talk(clause: Clause) -> bool:
    said = [word for word in clause.words if word != ","]
    return 1 <= len(said) <= MAX_TALK and not _NOT_TALK & set(said)
