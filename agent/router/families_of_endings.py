"""Families of phrases around the end of a set, as data: a rep that failed, a load taken off, how hard it was,
which set it was.

Rows and patterns are as in `families.py`; `families_of_sets.py` has the rest of what is said around a set.
"""

from __future__ import annotations

from agent.router.phrases import Value

_COULDNT = "(couldnt|could not|didnt|did not|failed to|just couldnt|wasnt able to|was not able to|cant)"
_LIFT = (
    "[quite] (finish|lock out|lock|complete|get|make|hit|do|manage|grind out|squeeze out|push out|"
    "get up|press|stand up|stand up with)"
)
_NTH = "(last|final|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)"
_REP = "(one|rep|attempt|one up|rep up|rep out)"
_FEW = "(one|two|three|couple|couple of|few|pair|half|rep)"
_QUITE = "(really|so|pretty|super|very|kinda|kind of|a bit|quite|a little|way too|too|all)"
_HOW = (
    "(ugly|slow|grindy|sloppy|rough|shaky|hard|tough|assisted|cheated|partial|partials|half reps|"
    "(a|a real|an absolute|a total|a bit of a|a proper) (grind|grinder|fight|struggle|mess|battle)|"
    "grinders|iffy|bad|questionable|heavy|messy|brutal|forced|shallow|wobbly|ragged|high|spotted)"
)
_SO = "(so|, so|so just|so only|so thats|so call it|so its|so that was|so i got|so i only got|so i did|so i)"
_HARD = "(easy|hard|tough|heavy|light|solid|smooth|rough|strong|brutal|slow|quick|grindy|comfortable)"

ENDING_FAMILIES: tuple[tuple[str, Value, str], ...] = (
    # a rep that failed: told before the set ("couldn't finish the last rep, so seven at 195") or behind it
    ("did", None, f"[i|just] {_COULDNT} {_LIFT} (the|that|my) {_NTH} {_REP} {_SO}"),
    ("did", None, f"[i|just] (lost|missed|failed) (the|that|my) {_NTH} [{_REP}] {_SO}"),
    (
        "type",
        "failure",
        f"[i|and|and i|but] (failed|failing|fail|died|bailed|got pinned|got stuck|gave out) [on|at] "
        f"(the|my|that) {_NTH} [rep|one]",
    ),
    (
        "remark",
        None,
        f"[but|and|but i|and i|i|just] (couldnt|could not|cant) {_LIFT} "
        "(another|another one|another rep|any more|anymore|the next|the next one|the next rep|"
        f"(the|that|my) {_NTH} [rep|one])",
    ),
    # which set it was, and how it came to its load
    (
        "remark",
        None,
        "[so|okay so|and] [that|the|my|this] (last|final|first|top) (set|one) (was|were) [an|a]",
    ),
    ("remark", None, "[once] again|[that was|it was] a (close|tough|hard|rough|heavy|brutal) (one|set) but"),
    (
        "remark",
        None,
        "(close|tough|hard|rough|heavy|brutal) (one|set) but|"
        "(on|in|for) (the|my|that) (first|second|third|fourth|fifth|last) [one|set|go]",
    ),
    ("at", None, "(both|all|all three|all of them|both of them|each) (at|with)"),
    (
        "for",
        None,
        "[and] [i] [then] (hit|got|did|took|moved|repped|pressed|pulled|squatted|"
        "benched|lifted|pushed|made) (it|that) for [a]",
    ),
    (
        "filler",
        None,
        "[thats|that is] [the|my] ((first|second|third|fourth|fifth|sixth|last|final) (one|set)|"
        "set (one|two|three|four|five|six)) (done|down|finished|complete|completed|in the bag)",
    ),
    ("did", None, "[i|we|so i] (threw|slapped|stuck|chucked|popped) on"),
    ("did", None, "(log|add|record|save|note) (that|this|it)"),
    ("did", None, "[i] (locked out|locked it out at|locked it out with|stood up with|stood up)"),
    (
        "filler",
        None,
        "(what was (that|it)|how many was (that|it)|let me (think|see)|"
        "how many did i get|whatd i get|what did i get)",
    ),
    (
        "did",
        None,
        "[i|and|then i|and i|so i] (backed|dropped|came|went|eased|scaled|stepped) "
        "(off|back|down|back down|back off) (to|at)",
    ),
    ("remark", None, "(on|for) (that|this|that last|this last) (one|set|go|round)"),
    ("remark", None, "(cluster|rest pause|myo rep|giant) (set|sets|reps) [of|at|with]"),
    ("remark", None, "with a [long|short|full|big] pause"),
    # how it went, told behind the set
    (
        "remark",
        None,
        f"[but|and|though|with|even though] [the|my|maybe the] (last|final) [{_FEW}] [reps|rep|ones|one] "
        f"(was|were|felt|got|looked|went|moved|came up|being|is) [{_QUITE}] {_HOW} [though|tho|but still]",
    ),
    (
        "remark",
        None,
        f"[but|and|though] [i] [had|with|got|needed|took] [a|some|a bit of|a little|my|the|just a little] "
        "(help|assistance|spot|spotter|spotter helping|spotter helping me|spotter touching it|training "
        f"partner helping|buddy helping|spotter assisting) (on|for|with|from) [the|my] (last|final) [{_FEW}] "
        "[reps|rep|one|ones]",
    ),
    ("remark", None, f"[but|and] (form|technique|depth) (broke down|went|slipped|got sloppy|was off) "
        f"[on the last {_FEW}]"),
    (
        "remark",
        None,
        "[and|and it|it|that|and that|they] [moved|went|felt|came up|flew] [really|so|very|pretty|super|"
        "quite] well",
    ),
    ("remark", None, "[but] [only|just] barely|by the skin of my teeth"),
    ("did", None, "[i|and i|i just|just] (pulled off|gutted out|forced out|willed out|eked)"),
    (
        "rpe",
        None,
        "[it|that|and it|and that|that one|they all|and they|all] (felt|feels) [more|closer|kinda|kind "
        "of] like (a|an)",
    ),
    (
        "gear",
        None,
        "weighted|[with|using] [a|the|my] (green|red|blue|black|purple|yellow|orange|heavy|light|medium|"
        "mini|thick|thin) band",
    ),
    (
        "filler",
        None,
        "(dear|love|champ|boss|chief|fella|easy peasy|straight through|like a champ|in the can|eh|i "
        "tell you)",
    ),
    (
        "remark",
        None,
        "(from|off|on|over) (a|the|my) [kitchen|garage|low|high] (chair|couch|sofa|floor|step|stairs|"
        "wall|counter|mat|ground|pins|blocks|safeties|stool|bed)",
    ),
    # a load taken off for a drop set
    (
        "label",
        "drop",
        "[i|we|and i|so i|then i|and then i] (dropped|stripped|dropping|stripping) "
        "(it|the weight|the load|the bar|the stack|the pin|the plates|the dumbbells|off the plates) "
        "[down|right down|straight down|back down] to",
    ),
    (
        "label",
        "failure",
        "[that|it|which|and it|and that|this|that one|this one|last one] (was|went) to failure",
    ),
    # how hard it was
    (
        "rpe",
        None,
        f"[felt|pretty|moved|fairly|really|quite] {_HARD} "
        "[maybe|probably] (like|more like|about|around) (a|an)",
    ),
    ("rpe", None, "[that|it|and that|and it] was [maybe|probably] (like|about|around|roughly) (a|an)"),
    (
        "remark",
        None,
        "[that|it|and|and that|and it|which] [was] (a|an) (absolute|total|real|proper|complete|right|"
        "serious|bit of a) "
        "(grind|grinder|breeze|fight|battle|slog|struggle|killer|doddle|joke|mess|war|beast|monster|pain)",
    ),
)  # fmt: skip
