"""Why runners stop: "stuck at a light", "hold on, I've got to tie my shoe". That pauses a run that is on."""

from __future__ import annotations

from agent.router.templates import Templates

_RULES = {
    "lead": (
        "(wait|hold on|hang on|hold up|one (sec|second|moment|minute)|a sec|hey|ugh|damn|sorry|and|,|"
        "im|i am|ive|i have|oh|stop|got)"
    ),
    "must": (
        "((i|im|i am|ive|i have) [just|quickly] (gotta|got to|have to|need to|must|going to|gonna)|gotta|"
        "need to|have to|ill)"
    ),
    "stuck": "(stuck|stopped|stopping|waiting|held up|caught|standing|stop|have stopped|just stopped)",
    "at": "(at|by|behind|for|in|on) [a|an|the|this|these|another|some|that|my]",
    "place": (
        "([red|stop|traffic] (light|lights|signal|stoplight)|[train|railway|rail|road|level|"
        "pedestrian|zebra] "
        "crossing|crosswalk|cross walk|junction|intersection|corner|train|traffic|bus|car|cars|gate|bridge|"
        "[water] fountain|bathroom|toilet|restroom|porta potty|photo|picture|drink|water|[phone] "
        "call|breather|"
        "dog|friend|buddy|wife|husband|partner|mate)"
    ),
    "lace": "(shoe|shoes|shoelace|shoelaces|lace|laces|trainer|trainers|sneaker)",
    "do": (
        "((tie|retie|re tie|fix|do up|tighten|adjust) [up] (my|this|the|a) <lace>|stop (for|at) [a|the|"
        "some|my] (sec|second|minute|moment|bit|<place>)|stop here|pull over|stretch|pee|"
        "use the (bathroom|restroom|toilet)|"
        "(get|grab|have|take|drink) (a|some|my|this|the) (water|drink|call|gel|photo|picture|"
        "breather|break|sip)|"
        "(get|grab|drink) water|catch my breath|cross [the|this] (road|street)|answer (this|my phone|"
        "the phone)) "
        "[(for|at) [a|the|some|my]] [sec|second|minute|moment|bit|<place>|here]"
    ),
}
STOPPED = Templates(
    (
        "[<lead>] [<lead>] [<lead>] [<lead>] <stuck> [here] <at> <place> [here]",
        "[<lead>] [<lead>] [<lead>] <must> <do>",
        "[<lead>] [<lead>] [<lead>] [my] <lace> [is|are|came|just came|has come|have come] (untied|"
        "undone|loose)",
        "red light",
    ),
    _RULES,
)
"""What says that a runner stands still, and not for good."""
