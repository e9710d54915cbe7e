"""What can be broken in VoiceFit, for a harness that has to see it."""

from __future__ import annotations

from dataclasses import replace

from agent.router.understanding import Call, Understanding


def wrong_reps(understanding: Understanding) -> Understanding:
    calls = tuple(
        Call(c.tool, {**c.args, "reps": c.args["reps"] + 1} if "reps" in c.args else c.args)
        for c in understanding.calls
    )
    return replace(understanding, calls=calls)
