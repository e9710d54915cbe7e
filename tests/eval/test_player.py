"""Calls as they are judged: what was written, what was only looked up, what was refused."""

import pytest

from eval.player import observed


@pytest.mark.parametrize(
    ("tool", "output", "wrote", "failed"),
    [
        ("log_set", {"ok": True, "say": "225 for 8."}, True, False),
        ("log_set", {"ok": False, "question": "Which exercise?"}, False, True),
        ("get_personal_records", {"ok": True, "say": "245 for 1."}, False, False),
        ("calculate_plates", {"ok": False, "question": "What does the bar weigh?"}, False, True),
        ("undo_last", {"ok": False, "question": "There is nothing to undo."}, False, False),
        ("a_tool_that_we_lack", {"ok": True}, True, False),
    ],
)
def test_a_question_that_is_answered_writes_nothing(tool, output, wrote, failed):
    call = observed(tool, {}, output)
    assert (call.wrote, call.failed) == (wrote, failed)
