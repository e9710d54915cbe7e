"""Families of phrases: one pattern for many ways of saying the same, as data.

Rows are (tag, value, pattern) as in `phrases.py`; `patterns.py` says how patterns read.
"""

from __future__ import annotations

from agent.router.phrases import Value

_LAST = (
    "(it|that|that one|that set|this one|this set|that last one|that last set|the last one|the last set|"
    "the previous one|the previous set|my last set|my last one|that previous set|the one before|"
    "that last entry|the last entry)"
)
_HEDGE = "[actually|really|only|just|more like|closer to|about|probably|meant to be|supposed to be|in fact]"

FAMILIES: tuple[tuple[str, Value, str], ...] = (
    (
        "filler",
        None,
        "(by the way|btw|fyi|for your information|just so you know|in fact|in the end|if i remember)",
    ),
    (
        "filler",
        None,
        "(to be (fair|honest|exact|precise)|as it happens|as it turns out|after all|if you can)",
    ),
    ("that", None, f"(on|for|of|to) {_LAST}"),
    (
        "that",
        None,
        f"{_LAST} (was|should be|should have been|shouldve been|needs to be|should say|is) {_HEDGE}",
    ),
    ("that", None, "(it|that|that one) (came out|came|turned out|worked out|ended up) (to|as|at|being) [be]"),
    (
        "change",
        None,
        f"(put|mark|tag|note|record|enter|write|list|save|log|count|set) {_LAST} [down] (as|at|to) [a|an]",
    ),
    ("change", None, f"call {_LAST} [as|at] [a|an]"),
    ("rpe", None, f"(rate|rated|score|grade) {_LAST} [as|at] [a|an]"),
    (
        "change",
        None,
        f"[can you|could you] (change|switch|turn|fix|bump|edit|correct) {_LAST} (to|into|in to)",
    ),
    ("change", None, f"[can you|could you] make {_LAST} [a|an]"),
    ("change", None, f"(bump|move|knock|bring|take|drop|push) {_LAST} (up|down) to [a|an]"),
    ("change", None, "[probably|maybe|definitely] (more like|closer to|nearer|nearer to) [a|an]"),
    (
        "no",
        None,
        "(no|nope|wait|sorry|actually|oh|oops) [i think|i believe|pretty sure|im pretty sure|im sure] "
        "(make it|make that|it was|that was|its|thats|i did|i got)",
    ),
    (
        "no",
        None,
        "(undo|delete|cancel|scrap|forget|erase|remove) (that|it) [actually] "
        "(it was|that was|i did|i got|make it|it should be|it shouldve been|it should have been)",
    ),
    ("no", None, "(i mean|i meant|or rather|correction|scratch that) (it was|that was|make it|make that)"),
    (
        "no",
        None,
        "(let me|ill) (try that again|start over|start again|rephrase that|correct myself|say that again)",
    ),
    ("no", None, "(no|wait|sorry) (hang on|hold on|a second|a sec|one second|a moment)"),
    ("rpe", None, "(on|in|for) (the rpe|rpe|the rpe scale|effort|the effort scale|perceived effort)"),
    (
        "same",
        "weight",
        "[i] (kept|left|keeping|leaving|kept on|keep) (the|my) (weight|load|bar|dumbbells|plates) "
        "[the same|as it was|as is|alone|there|where it was|where it is|unchanged]",
    ),
    ("same", "weight", "(kept|left|keeping|leaving|keep) it (the same|as it was|as is|there|where it was)"),
    (
        "same",
        "weight",
        "[the] (weight|load) (stayed|stays|was|is|kept) (the same|put|unchanged)",
    ),
    ("same", "weight", "(didnt|without) (change|touch|changing|touching) the (weight|load|bar|pin)"),
    ("same", "weight", "(same|the same) (plates|pin|stack|bar weight|poundage|kilos|pounds) [as before]"),
    (
        "same",
        None,
        "[i|just|just i] (matched|repeated|copied|mirrored) "
        "(it|that|that one|that set|the last set|that last set|my last set|the last one|that last one)",
    ),
    ("same", None, "(just|exactly|much) like (it|that|that one|the last one)|[that|the] exact set"),
    ("did", None, "[i] (ran|went|got|did) through"),
    ("did", None, "(back|down|up|back down|back up|over|now|on|onto|moving|moved) (to|at)"),
    ("same", "reps", "(same|the same) (number|amount|count) of reps"),
    ("same", "reps", "(matched|kept|hit|got) the (same reps|reps|rep count|same number of reps)"),
    (
        "did",
        None,
        "[i] (kept it|stayed|stuck|stuck with it|kept going|still|back|remained|sat) (at|on)",
    ),
    ("did", None, "[i] (stuck|stayed|staying|sticking|carried on) with"),
    (
        "more",
        None,
        "[i] (threw|put|slapped|stuck|chucked|added|popped|whacked|loaded|tacked|piled) [on] "
        "(another|an extra|a further|on another|on an extra|on)",
    ),
    ("more", None, "[went] (up|heavier) (by|another|by another)"),
    (
        "less",
        None,
        "[i] (took|stripped|pulled|knocked|dropped|shaved) [off] (another|a further|off another|off)",
    ),
)
