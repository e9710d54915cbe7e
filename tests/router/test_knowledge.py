"""What is written about training is full of exercises and numbers, and none of it is a set that was done."""

from __future__ import annotations

import re

from agent.router.router import Router
from agent.router.understanding import PerformedSet, WorkoutState
from db.catalogue.content import read_content

IN_A_WORKOUT = WorkoutState(
    workout_open=True,
    exercise="barbell-bench-press",
    last_set=PerformedSet("barbell-bench-press", reps=8, weight=225),
)
WRITING = {
    *("start_workout", "finish_workout", "log_set", "correct_set", "undo_last", "repeat_set"),
    *("start_rest_timer", "swap_exercise"),
}
AFTER_A_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def test_no_sentence_of_the_knowledge_base_or_the_cues_is_done(router: Router) -> None:
    content = read_content()
    texts = [text for chunk in content.knowledge for text in (chunk.entry.content, *chunk.entry.questions)]
    texts += [cue.text for cue in content.cues]
    sentences = [sentence for text in texts for sentence in AFTER_A_SENTENCE.split(text)]
    assert len(sentences) > 4000
    done = {}
    for sentence in sentences:
        got = router.understand(sentence, IN_A_WORKOUT)
        if WRITING & {call.tool for call in got.calls}:
            done[sentence] = got.calls
    assert not done
