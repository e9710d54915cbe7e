"""Commands that leave out the one thing they need, of tools here and elsewhere: asked for at once."""

from __future__ import annotations

from agent.router.context import Clause, Reading
from agent.router.templates import Templates
from agent.router.understanding import Call, Pending

_RULES = {
    "lead": "(can you|could you|i want to|id like to|lets|please|i need to|i would like to|help me)",
    "log": "(log|record|add|track|enter|put down|note|save|log in)",
    "make": "(make|build|create|write|give|generate|design|i want|i need|plan)",
}
ASK_SET = "What did you do: which exercise, what weight, how many reps?"
QUESTIONS: tuple[tuple[Templates, str], ...] = tuple(
    (Templates(sentences, _RULES), question)
    for question, sentences in {
        ASK_SET: (
            "[<lead>] <log> (a|my|another|the|this|that|one) [new] set",
            "[<lead>] <log> (it|this|that|one)",
            "[<lead>] <log>",
            "[<lead>] <log> [an|the|my] exercise",
            "[<lead>] <log> [some|my] (reps|sets|weight)",
        ),
        "Where does it hurt?": ("[<lead>] <log> [an|my|the|a new|this] injury",),
        "Which part of it exactly?": (
            "[<lead>] <log> [an|my|the|a] injury (to|on|in) [my|the] (leg|arm|body)",
        ),
        "What was the value?": (
            "[<lead>] <log> [my|a|the|todays] (hrv|heart rate variability|resting heart rate|heart rate)",
            "[<lead>] <log> [my|a|the|todays] (body weight|bodyweight|weight|weigh in)",
            "[<lead>] <log> [my|a|the|todays] (rhr|sleep score|recovery|strain)",
        ),
        "How long did you sleep?": ("[<lead>] <log> [my|a|the|last nights] sleep",),
        "What did you eat, or how many calories was it?": (
            "[<lead>] <log> [my|a|the|some] (meal|food|lunch|breakfast|dinner|snack|calories|protein|macros)",
        ),
        "Which WOD, and what was your result?": ("[<lead>] <log> [my|a|the|todays] (wod|crossfit workout)",),
        "For strength, hypertrophy, running, or both lifting and running?": (
            "[<lead>] <make> [me] [a|an] [new|training|workout] (program|programme|plan)",
        ),
        "For what weight?": (
            "(what|which) plates [do|should] [i] [need|use|load|put on] [on the bar]",
            "how do i load (it|this|the bar)",
            "(plate math|calculate [the|my] plates|[what] plates please)",
        ),
    }.items()
)
_NTH = "(first|second|third|fourth|last|other)"
PICK = Templates(
    (
        "[<lead>] [ill] (go with|do|pick|take|choose|try|use|give me|make it) the "
        f"{_NTH} (one|option|exercise|choice)",
        f"the {_NTH} (one|option|exercise)",
        (
            "[<lead>] (swap it|switch it|swap|switch|swap exercises|change exercise|change exercises|"
            "change it up)"
        ),
        "that one",
        "the other",
        "the other exercise",
    ),
    _RULES,
)


def parse(clause: Clause) -> Reading | None:
    """The question for a command without its object, or None."""
    text = clause.text
    for templates, question in QUESTIONS:
        if templates.match(text) is not None:
            pending = None
            if question == ASK_SET:
                pending = Pending((Call("log_set"),), "set", question)
            return Reading("ask", "incomplete", reply=question, pending=pending, confidence=0.9)
    if PICK.match(text) is not None and _nothing_to_pick(clause, text):
        return Reading("ask", "incomplete", reply="Which exercise do you mean?", confidence=0.8)
    return None


def _nothing_to_pick(clause: Clause, text: str) -> bool:
    """Whether "the second one" points at nothing, or "the other one" at more than one thing."""
    offered = clause.state.suggestions
    if "other" in text.split():
        return True
    return not offered
