"""How long the rest still is: "how much time is left on the timer", "is my rest over"."""

from __future__ import annotations

from agent.router.context import Reading
from agent.router.questions.question import Question
from agent.router.questions.training import call
from agent.router.templates import Templates
from agent.router.vocabulary import POLITE

_LEFT = Templates(
    (
        "how (much time|long|much|many seconds|much rest|much more time|many more seconds) <is> [still] left "
        "(on|of|in|for|to) [<whose>] (<timer>|<rest>)",
        "how (much time|long|much|much longer|many seconds) <is> [still] [left] on [<whose>] <timer>",
        "how much longer (do|should|must) i [have to] rest [for]",
        "how much longer [is|is there|do i have] [on|of|for|to|do i|should i|is] [<whose>] "
        "(<timer>|<rest>) [going to be|left]",
        "how (much|much more) <rest> (do i have|have i got|is) [left]",
        "how long (is|do i have) left [on|of|in] [<whose>] (<timer>|<rest>)",
        "how long (until|till|before) [<whose>] (rest|break|timer|countdown) (is|ends|is over|is up|"
        "is done|runs out|goes off)",
        "(time|seconds) left [on|of|in] [<whose>] (<timer>|<rest>)",
        "(whats|what is) left (on|of) [<whose>] (<timer>|<rest>)",
        "(wheres|where is|hows) [<whose>] <timer> [at]",
        "(is|are) [<whose>] (<timer>|<rest>) (over|up|done|finished|still going|still running|"
        "running|going) [yet|now]",
        "(check|read) [<whose>] <timer>",
    ),
    {
        "timer": "([rest|break|resting] (timer|countdown|alarm|stopwatch|clock))",
        "rest": "(rest|break|rest period|rest time|breather)",
        "is": "[is|is there|do i have|have i got|ive got|i got|do i got|are|are there]",
        "whose": "(the|my|that|this|our)",
    },
)


def rest(question: Question) -> Reading | None:
    """What asks for the timer by its name, or for the rest."""
    text = " ".join(word for word in question.clause.words if word not in POLITE and word != ",")
    return call("get_rest_timer", {}) if _LEFT.match(text) is not None else None
