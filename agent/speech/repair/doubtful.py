"""Mishearings tried only where what was heard makes no sense, and kept only if it then makes a set."""

from __future__ import annotations

from agent.speech.repair.rules import NUMBER, Repair

_SET = r"(?=" + NUMBER + r"\b)"

DOUBTFUL: tuple[Repair, ...] = (
    Repair(r"^(?:1|one) up (?=.*\d)|^war of (?=\d)", "warm up ", "a warm-up"),
    Repair(
        r"^(?:1|one|lock|long|la|luck|lugs?|look|blood|blog|load|wud|would)[,.]? (?=[a-z]+ .*\d|\d{2,})",
        "log ",
        '"log" begins a command',
    ),
    Repair(r"^(?:i'?m|am|arm|on|hum|i am)[,.]? " + _SET, "um ", "a sound of thinking"),
    Repair(r"^(?:dead|dad|dig|big|bid|the|deed|it'd|it) " + _SET, "did ", "did, before what was done"),
    Repair(r"^(?:dead|dig|big|deed|they) (?=\w+ (?:with|at|for)\b)", "did ", "did, before an exercise"),
    Repair(r"^(?:win|when|want|it went|and went|wen) for (?=\d)", "went for ", "what was tried for"),
    Repair(
        r"\b(?:just )?(?:pull|push|press|lift|move) (?=\d{2,3} (?:for|x|times)\b)",
        "did ",
        "the past tense of what was done with a weight",
    ),
    Repair(r"^(?:far|r|ar|are|or|par|car|bard?|barr|our)\.? (?=(?:with|plus|and) )", "bar ", "the empty bar"),
    Repair(r"^(?:hence|pence|fence|wench|bunch) (?=\d{2,3} (?:for|x|times)\b)", "bench ", "bench"),
    Repair(r"^(?:ex|axe|heck|hag|hex) (?=squats?\b)", "hack ", "a hack squat"),
    Repair(r"^(?:our|car|par|power|tower) (?:claim|plane|cling)s?\b", "power clean", "a power clean"),
    Repair(r"^ope (?=\d)", "ohp ", "the letters O H P"),
    Repair(r"^(?:guess|chest|adjust) the bar\b", "just the bar", "the empty bar"),
    Repair(r"\bplay(?:s|ed|ing)? (?:in|and) (?:a|at|an) (?=\d)", "plate and a ", "a plate and a smaller one"),
    Repair(r"(\d)[,.]? (?:no way|know wait|no weight|no weigh)[,.]? (?=\d)", r"\1, no wait, ", "no, wait"),
    Repair(r"(\d)[,.]? (?:amin|a mean|i'm in|amen|i'm mean|and mean)[,.]? (?=\d)", r"\1, I mean ", "I mean"),
    Repair(r"\b(?:eddie|eddy|a tea|aided)(?=[,.]? )", "80", "eighty"),
    Repair(r"\b(?:birdie|dirty|thirsty)(?=[,.]? )", "30", "thirty"),
    Repair(r"\b(?:nifty|fifthy|if the)(?=[,.]? (?:for|x)\b)", "50", "fifty"),
    Repair(
        r"(\bfor \d+(?: reps)?)[,.]? (?:them|than|den|and in|the|ten) (?=(?:[a-z]+ ){0,3}\d[^,]* for\b)",
        r"\1 then ",
        "one set, then the next",
    ),
    Repair(r"\b(for) (?:a|uh|up|her|the) (?=\d{1,2}\b)", r"\1 ", "hesitation before the reps"),
    Repair(
        r"\b(?:and wrap|am wrap|am rap|a wrap|and rap|m rap|am wrapped|hamrap|i'm rap)\b", "amrap", "AMRAP"
    ),
    Repair(
        r"\b(?:brats|brought|drops?|dropped) (?:at|that|it) (?=\d)|\b(?:prop|crop|drops|dropped) set\b ?",
        "drop set ",
        "a drop set",
    ),
    Repair(r"\brats were\b|\brest were\b|\bwraps were\b", "reps were", "the reps"),
    Repair(r"\bwait (?=was|is \d|of \d)", "weight ", "the weight"),
    Repair(r"\bthe (?:stat|stock|stuck|stag|sack|start)(?=$|[,.])", "the stack", "a machine's weights"),
    Repair(r"^([2-9])\. (\d\d)(?= (?:for|x|times|by)\b)", r"\1\2", "a weight said in two halves"),
    Repair(r"^(\d+)\. 5 seconds (?=for\b)", r"\1.5s ", "a pair of dumbbells"),
    Repair(r"\b(\d+) (?:is|as) (?=for\b|x\b|times\b)", r"\1s ", "a pair of dumbbells"),
    Repair(
        r"\bfor ([1-9])\.([1-9])([1-9])$|\bfor ([1-9])\.([1-9])([1-9])\.$", r"for \1\4, \2\5, \3\6", "reps"
    ),
    Repair(r"^(\D*)\bor (\d\d) (?=for\b)", r"\g<1>4\2", "four hundreds and something"),
    Repair(
        r"\b(\d+) (?:calm|come|palm|pounded|pawned|town) (?=dumbbells?|kettlebell)", r"\1 pound ", "pounds"
    ),
    Repair(r"\b(?:key[lr]s|k[ei]ll?s|keels|kees|keyloads|kehlo|kilo's|kilts)\b", "kilos", "kilos"),
    Repair(r"\b(weigh) it\b", "weighted", "with added weight"),
    Repair(
        r"\b(\d\d([1-9]))\2 (?=for\b|x\b)|\b(\d(\d\d)) \4 (?=for\b)", r"\1\3 ", "an echo of the last digits"
    ),
    Repair(r"^(.{2,}?)([ .,].*?)[.,]? \1\.?$", r"\1\2", "an echo of the beginning"),
    Repair(r"(\d+)\. 5 (?=kilos|kg|pounds|lbs)", r"\1.5 ", "a half, written apart"),
    Repair(r"^(?:few|food|view|you)[,.]? " + _SET, "phew ", "a sigh"),
    Repair(r"^high (?=can|could)", "hi ", "a greeting"),
    Repair(r"\bjust finish (?=\d)", "just did ", "what was done"),
    Repair(r"^(?:pull|pulled) (?:the|a) (?=single|double|triple)", "did a ", "what was done"),
    Repair(r"(\bfor \d+),? (?:may|make|might|made)\.?$", r"\1", "mate, to whom it is said"),
    Repair(r"\bamrap (?:that|it|add) (?=\d)", "amrap at ", "AMRAP at a weight"),
    Repair(r"\bit'?s (?=quats?\b)", "s", "squats, split in two"),
    Repair(r"^(?:road|wrote|rolled|wrote a) (?=\d)", "rowed ", "rowed, before a distance"),
    Repair(r"(\bmet(?:er|re)s?) (?:roll|role|rose?|roe)\b", r"\1 row", "a row, after its distance"),
    Repair(r"^set ?ups?[,.]? (?=\d)", "sit ups ", "sit ups"),
    Repair(
        r"\b(?:amr|amer|armor|hammock) (?:curl|carl|courage|girl|kernel)s?\b|\bamers\b",
        "hammer curls",
        "the h is lost",
    ),
    Repair(r"\b(\d) and (?=reserve\b)", r"\1 in ", "reps in reserve"),
    Repair(
        r"\b(?:plain|cleaned|clean|cling) (?:in|and|an|a) (?:jerk|jerks|dirk)\b", "clean and jerk", "a lift"
    ),
    Repair(
        r"\b(?:light|lag|lake) (?=extensions?\b)|\b(?:like|lag|lake) (?=press \d)",
        "leg ",
        "leg, before its exercise",
    ),
    Repair(r"\b(?:did|dad|bed|that) (?=hang\b)", "dead ", "a dead hang"),
    Repair(r"\b(?:while|wall|well|wool|wild) (?:set|sit|said)s?\b", "wall sit", "a wall sit"),
    Repair(r"\b(pull|push|chin|sit)[- ]?ups? to (?=\d+\.?$)", r"\1 ups ", "an exercise and its reps"),
    Repair(
        r"\b(?:(?:let|it|that)'?s )?(?:call|all|cold|school|skull) (?:pressure|cursor|crusher|pusher)s?\b",
        "skull crushers",
        "skull crushers",
    ),
    Repair(r"\b(?:hit for us|hip for us|hip (?:trust|first|thirst)s?)\b", "hip thrusts", "hip thrusts"),
    Repair(r"(\bfor \d+) a day\b", r"\1 at 8", "at eight"),
    Repair(
        r"\b([2-9])\.? ?t(?= (?:for|x|reps|pounds|lbs|kilos|kg|at)\b|$|[,.])", r"\g<1>0", "-ty: 7 T is 70"
    ),
    Repair(r"(\bfor \d{1,2})(?:\. ?| )1,? (?=[a-z]{2,})", r"\1 on ", "on, between the reps and the exercise"),
)
