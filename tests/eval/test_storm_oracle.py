"""What the judge of a storm finds in a ledger, and what is right there."""

from __future__ import annotations

from collections import Counter
from typing import Any

from db.models import ToolCall
from eval.storm.journal import Journal
from eval.storm.oracle import Kept, judge
from tools import ToolResult

ONE, OTHER = "5a1e", "77b0"


def result(say: str) -> dict[str, Any]:
    return ToolResult(tool="correct_set", ok=True, say=say).model_dump(mode="json")


def output(say: str) -> dict[str, Any]:
    return ToolResult.model_validate(result(say)).output()


def violations(told: list[tuple[str, str | None]], made: list[tuple[str, str]]) -> list[str]:
    """Of words and the call that they were told of, and of the keys and the words of calls that were made."""
    journal = Journal()
    journal.told["ann"].conversations.update({ONE, OTHER})
    for say, call in told:
        journal.see("ann", output(say), call)
    calls = [ToolCall(idempotency_key=key, tool="correct_set", result=result(say)) for key, say in made]
    judge(journal, "ann", Kept(calls, {}, Counter()))
    return [found.split("\n")[0] for found in journal.violations]


def test_equal_changes_of_two_turns_are_two_calls() -> None:
    made = [(f"{ONE}:turn-1:0", "Changed to 100."), (f"{ONE}:turn-3:0", "Changed to 100.")]
    assert not violations([("Changed to 100.", "turn-1:0"), ("Changed to 100.", "turn-3:0")], made)
    assert not violations([("Changed to 100.", "turn-1:0"), ("Changed to 100.", "turn-1:0")], made)
    assert not violations([("Changed to 100.", None)], made)


def test_what_was_told_and_is_not_there_is_found() -> None:
    (found,) = violations([("Changed to 100.", "turn-1:0")], [(f"{ONE}:turn-1:0", "Changed to 90.")])
    assert "turn-1:0 was told as done, and is not in the ledger" in found
    assert violations([("Changed to 100.", None)], [])


def test_another_turn_with_the_same_words_does_not_stand_in() -> None:
    told = [("Changed to 100.", "turn-1:0"), ("Changed to 100.", "turn-3:0")]
    assert violations(told, [(f"{ONE}:turn-1:0", "Changed to 100.")])


def test_a_turn_that_two_conversations_carried_out_is_found() -> None:
    made = [(f"{ONE}:turn-1:0", "Changed to 100."), (f"{OTHER}:turn-1:0", "Changed to 100.")]
    found = violations([("Changed to 100.", "turn-1:0")], made)
    assert any("turn-1:0 is 2 times in the ledger" in one for one in found)


def test_a_call_of_an_assistant_is_known_by_its_own_name() -> None:
    journal = Journal()
    journal.see("ann", output("Logged."), "set-1")
    call = ToolCall(idempotency_key="mcp:set-1", tool="correct_set", result=result("Logged."))
    judge(journal, "ann", Kept([call], {}, Counter()))
    assert [one for one in journal.violations if "told as done" in one] == []
