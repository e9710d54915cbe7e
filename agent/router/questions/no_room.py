"""What an exercise needs and is not to be had: "there's no squat rack free", "all the benches are taken"."""

from __future__ import annotations

from agent.router.context import Reading
from agent.router.questions.question import Question
from agent.router.questions.training import call
from agent.router.templates import Templates
from agent.router.vocabulary import POLITE

_NO_ROOM = Templates(
    (
        "[because|but] (theres|there is|there are|we have|theyve got) no [free|open|empty|available] <gear> "
        "[free|open|available|left|here|around|today|right]",
        "[because|but] there (isnt|arent) (a|any|an) [free|open|empty|available] <gear> "
        "[free|open|available|left|here|around]",
        "[because|but] (all|both) [of] the <gear> (are|is) [all|being|still] <taken> [today|right]",
        "[because|but] every [single] <gear> is <taken> [today|right]",
        "[because|but] (i|we) (cant|couldnt|can not) (get|find|grab) [to|on] (a|an|any) [free|open|empty] "
        "<gear> [free|open|anywhere|today]",
        "no [free|open] <gear> (free|open|available|left)",
        "no (free|open|empty) <gear>",
    ),
    {
        "gear": "([squat|power|bench|cable|dumbbell|deadlift|smith|leg press] (rack|racks|cage|machine|"
        "machines|station|stations|platform|platforms)|bench|benches|barbell|barbells|bar|bars|"
        "dumbbells|cables|cable|kettlebells|plates|trap bar|ez bar)",
        "taken": "(taken|full|in use|busy|occupied|used|gone|hogged|in use)",
    },
)


def no_room(question: Question) -> Reading | None:
    """ "there's no squat rack free", "all the benches are taken": what is needed is not to be had."""
    if question.clause.current is None or question.numbers or question.clause.state.run:
        return None
    text = " ".join(word for word in question.clause.words if word not in POLITE)
    if _NO_ROOM.match(text) is None:
        return None
    return call("suggest_exercise_substitution", {"reason": "equipment"})
