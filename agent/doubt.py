"""A set that was hardly heard is asked about before it is written: a wrong set is worse than a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.router.compose import confirm_text
from agent.router.understanding import Pending, Understanding

SURE_CONFIDENCE = 0.6
"""What was heard less surely is asked about: of sentences with their numbers right none when clean and 9 % in
10 dB of noise, of those with a wrong number 20 and 33 %, in 5 dB of noise 47 %."""

SURE_OF_TENS = 0.75
"""The same where a likelier number sounds alike: reps of 30, 40, 50 (fifteen), a weight of 150 or 350 (three
fifteen). Of 690 turns aloud, four in five of them in 10 dB of noise, this asks about 7 of the 14 false sets
that are surer than 0.6, and about no right one. 0.75 for all would ask about one right set in five."""

LEAST_TENS = 30
"""Sets of so many reps are rare, and of 13 and more are not; 20 sounds like no other number."""

MAX_SETS = 2
"""More cannot be asked about in one breath."""


def asked_first(
    understanding: Understanding, confidence: float | None, asked: Pending | None = None
) -> Understanding:
    """`understanding`, or the question whether it was heard right.

    `confidence` is the recogniser's, 0-1; None or 0 when it does not say. `asked` is the question that was
    open: nobody is asked twice.
    """
    calls = understanding.calls
    if not confidence or understanding.kind != "calls":
        return understanding
    if asked is not None and asked.missing == "confirm":
        return understanding
    if len(calls) > MAX_SETS or any(call.tool != "log_set" or "reps" not in call.args for call in calls):
        return understanding
    if confidence >= (SURE_OF_TENS if any(_tens(call.args) for call in calls) else SURE_CONFIDENCE):
        return understanding
    question = f"Was that {' and '.join(confirm_text(call.args) for call in calls)}?"
    pending = Pending(calls, "confirm", question)
    return replace(
        understanding, kind="ask", calls=(), reply=question, pending=pending, reason="hardly_heard"
    )


def _tens(args: Mapping[str, Any]) -> bool:
    """Whether a number of the set sounds like another one that would be likelier: a -ty for a -teen."""
    reps, weight = args["reps"], args.get("weight") or 0
    return (reps >= LEAST_TENS and reps % 10 == 0) or (weight > 100 and weight % 100 == 50)
