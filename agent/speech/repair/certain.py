"""Mishearings that need no second thought: in their context nothing else can have been said."""

from __future__ import annotations

from agent.speech.repair.rules import NUMBER, TWO_DIGITS, Repair

_CLEAN = r"(?:clean|good|solid|strict|nice|full|proper|decent|slow|quick|easy|hard|ugly)"

CERTAIN: tuple[Repair, ...] = (
    Repair(r"\bnaw\b", "no", "no, as it is said in places"),
    Repair(r"\b(?:gies|gimme|give us)\b", "give me", "give me, as it is said"),
    Repair(r"\b(" + NUMBER + r") secs?\b", r"\1 seconds", "seconds, cut short"),
    Repair(r"\b(" + NUMBER + r") mins?\b", r"\1 minutes", "minutes, cut short"),
    Repair(r"\bwhit('?s)?\b", r"what\1", "what, in Scots"),
    Repair(r"\bdae\b", "do", "do, in Scots"),
    Repair(r"\bma (?=best|max|squat|bench|deadlift|press|pb|pr|last|streak|reps?)", "my ", "my, in Scots"),
    Repair(r"\bseries?\b(?= of\b|$|[,.!]| again)", "set", "a set, as other languages call it"),
    Repair(r"\b(\d{1,2}) ?x ?(\d{1,2}) (?=\d{2,3}\b)", r"\1x\2, ", "3x5 60: the weight stands apart"),
    Repair(r"\b(kilos?|pounds?|kgs?|lbs?) ones?\b(?= for\b| and\b| at\b|,|$)", r"\1", "the eight kilo one"),
    Repair(r"\b(" + NUMBER + r") " + _CLEAN + r" ones\b", r"\1 reps", "six clean ones are six reps"),
    Repair(r"[£$€](\d)\.(\d\d)\b", r"\1\2", "money is not said while training: £1.85 is 185"),
    Repair(r"[£$€](\d+)", r"\1", "the same without a point"),
    Repair(r"\b(\d{3})(\d) (single|double|triple)\b", r"\1 for a \3", '"for a" heard as 4: 4054 single'),
    Repair(r"\bour (?:pee|p) (?:e |ee )?(?=" + NUMBER + r"\b)", "rpe ", "the letters R P E before a number"),
    Repair(r"\b(?:are|our|r) ?(?:pee|p) ?(?:ee|e)\b", "rpe", "the letters R P E"),
    Repair(
        r"\b(?:arpy|rpee|r\.p\.e\.?|our pe|are pe|rp ease?|harpy|rpa)(?=\s+" + NUMBER + r")",
        "rpe",
        "R P E before a number",
    ),
    Repair(
        r"\bkey ?lows?\b|\bkeyl[eo]s\b|\bquilos?\b|\bkeelos\b|\bkilows\b|\bkillers(?= for\b)|\bkillos?\b",
        "kilos",
        "kilos",
    ),
    Repair(r"\ba buck (?=" + TWO_DIGITS + r"|oh\b|\d\d\b)", "one ", '"a buck thirty five" is slang for 135'),
    Repair(r"\b(" + NUMBER + r") (?:kay|cay|k) ?(?:gee|g|jee)(?:s|ees)?\b", r"\1 kg", "the letters K G"),
    Repair(r"\b(" + NUMBER + r") (?:l|el|ell) ?(?:bees?|b|bs)\b", r"\1 lbs", "the letters L B"),
    Repair(r"\bfor for(?=$|[,.!]| (?:at|reps?)\b)", "for 4", "four at the end of a set"),
    Repair(r"\bhalf (?=raises?\b)", "calf ", "calf raises"),
    Repair(r"\bface (?:pulse|poles?|pools?|bulls?)\b", "face pulls", "face pulls"),
    Repair(
        r"\b(?:black|flat|lack|let|lot|lad|that) (?=pull ?downs?\b)", "lat ", "the bar that is pulled down"
    ),
    Repair(r"\blight (?=press \d{3})", "leg ", "what takes three digits is no light press"),
    Repair(r"\bbarb(?:le|el|all)\b", "barbell", "barbell"),
    Repair(r"\bcall at (?=rpe\b)", "call it ", "how hard it was"),
    Repair(r"\b(power|hang) (?:claim|cling)s?\b", r"\1 clean", "clean after its first word"),
    Repair(
        r"\b(barbell|dumbbell|cable|seated|pendlay|upright|machine) roll(s?)\b(?![- ]?outs?)",
        r"\1 row\2",
        "row after its first word",
    ),
    Repair(r"\b(\d) (?:turples|purples|tripples|tribbles|dribbles)\b", r"\1 triples", "sets of three"),
    Repair(
        r"(^|\b(?:press(?:ed|es)?|bench(?:ed)?|squats?|squatted|deadlifts?|deadlifted|rows?|thrusts?|cleans?)"
        r" )(?:to|too) (\d\d)(?= (?:for|x|by)\b)",
        r"\g<1>2\2",
        "two hundreds where a weight is due",
    ),
    Repair(
        r"\b(press(?:ed|es)?|bench(?:ed)?|squats?|squatted|deadlifts?|deadlifted|rows?|thrusts?|cleans?|"
        r"snatch|curls?|dips?) (?:to|too) (?=(?:" + TWO_DIGITS + r"|oh\b|\d\d\b).* (?:for|x|by)\b)",
        r"\1 two ",
        "two hundreds after an exercise",
    ),
    Repair(r"\bfor a that\b", "for 8 at", 'tiny.en writes "for eight at" so'),
    Repair(
        r"\b(for|at|x|by|of) (?:ate|hate)\b(?! (?:it|that|the|a|my)\b)", r"\1 8", "eight after a connector"
    ),
    Repair(r"\b(for|x|by|of) (?:tin|tan|10th)\b", r"\1 10", "ten after a connector"),
    Repair(r"\b(for|at|x|by|of) (?:fore|fore?ward|fourth)\b", r"\1 4", "four after a connector"),
    Repair(r"\b(for|x|by|of) (?:sex|sicks|sick|sics)\b", r"\1 6", "six after a connector"),
    Repair(r"\b(for|x|by) (?:too|to|tu)(?=$|[,.!]| (?:at|reps?)\b)", r"\1 2", "two at the end of a set"),
    Repair(r"\b(for|x|by) (?:free|tree)(?=$|[,.!]| (?:at|reps?)\b)", r"\1 3", "three at the end of a set"),
    Repair(r"\b(for|x|by) (?:won|wan)(?=$|[,.!]| (?:at|reps?)\b)", r"\1 1", "one at the end of a set"),
    Repair(
        r"\b(for|x|by) (?:fife|hive|fived|fiv)(?=$|[,.!]| (?:at|reps?)\b)",
        r"\1 5",
        "five at the end of a set",
    ),
    Repair(
        r"\b(for|x|by) (?:nein|nigh|line|mine)(?=$|[,.!]| (?:at|reps?)\b)",
        r"\1 9",
        "nine at the end of a set",
    ),
    Repair(r"\b(for|x|by) (?:ate|eighth|aid|8th)(?=$|[,.!]| )", r"\1 8", "eight after a connector"),
    Repair(r"\beye[- ]napped\b", "nine reps", 'tiny.en writes "nine reps" so'),
    Repair(
        r"(^|\b(?:did|got|hit|at|with) )(?:won|wan) (?=(?:" + TWO_DIGITS + r"|oh\b|hundred\b))",
        r"\1one ",
        "one hundred and something, where a weight is due",
    ),
    Repair(r"\b(?:at |an )?r p (?=" + NUMBER + r"\b)", "rpe ", "the letters R P before a number"),
    Repair(r"(\w) for for (?=sets? of\b)", r"\1, 4 ", "four sets, where a count is due"),
    Repair(
        r"^(?:to|too) (" + TWO_DIGITS + r"|oh\b|\d\d\b)(?=.* (?:for|x|by|at)\b)",
        r"two \1",
        "two hundreds at the start of a set",
    ),
    Repair(
        r"\b(?:to|too) (reps?|sets|in reserve|left in the tank|more)\b",
        r"two \1",
        "two before what is counted",
    ),
    Repair(r"\b(?:won|wan) (rep|rir|in reserve|left in the tank)\b", r"one \1", "one before what is counted"),
    Repair(r"\b(?:ate|aid) (reps?|sets)\b", r"eight \1", "eight before what is counted"),
    Repair(r"\bsame a ?gain\b|\bsaying again\b|\bsame a game\b|\bsay my gain\b", "same again", "same again"),
    Repair(
        r"\bsame (?:wait|waited|weigh|weighed|wade|whate)"
        r"(?=$|[,.!]| (?:for|times|x|and|again|as|but|one|two|more)\b| \d)",
        "same weight",
        "weight after same",
    ),
    Repair(r"\bsame (?:wraps|raps|rips|rep's)\b", "same reps", "reps after same"),
    Repair(r"\b(?:scotch|scratched|stretch|scrap) that\b", "scratch that", "scratch that"),
    Repair(r"\bun ?do\b", "undo", "one word"),
    Repair(r"\b(warm|worm)(?:ed)? up (sat|said)\b", "warm up set", "set after warm up"),
    Repair(r"\b(?:worm|war|ward|wore),? up\b", "warm up", "warm up"),
    Repair(r"^(?:2%|two percent) (?:with|was)\b", "superset was", "superset, before what it was"),
    Repair(
        r"\b(?:could|can|would|good|cut)[,.]? you,? (?:(?:uh|up|but|pop|put),? )*(?:me|be) down,? (?=for \d)",
        "could you put me down ",
        "put me down, before a set",
    ),
    Repair(
        r"(\bfor (?:[6-9]|1\d)),? or ([0-3])(?=\.?$)",
        r"\1, rir \2",
        "R I R: nobody wavers between ten reps and two",
    ),
    Repair(r"(\b\d+ reps\b.* with [0-4]) reps(?=\.?$)", r"\1 rir", "R I R, where reps were said"),
    Repair(r"(\bfor \d+)\. 10, (?=\d{2,3} for \d)", r"\1 then ", "one set, then the next"),
    Repair(r"(\bfor \d+)[.,] press (?=\d+ (?:minutes?|seconds?)\b)", r"\1, rest ", "rest, after a set"),
    Repair(r"\bdrop (?:sat|said|that)(?= \w)", "drop set", "set after drop"),
    Repair(r"\b(" + NUMBER + r") (?:wraps|raps|rips|rep's|reps')", r"\1 reps", "reps after a number"),
    Repair(r"\b(" + NUMBER + r") (?:pounce|pows|pounder)\b", r"\1 pounds", "pounds after a number"),
    Repair(r"\bin (?:client|cline|clined)\b", "incline", "incline split in two"),
    Repair(r"\bsquad(s?)\b", r"squat\1", "squads do not train here; squats do"),
    Repair(r"\bdead ?(?:left|lived|lit|lip|lef)\b", "deadlift", "deadlift"),
    Repair(
        r"\b(bench|overhead|leg|chest|shoulder|military|push|incline|decline) "
        r"(?:breast|brest|dress|price|prest|pres)\b",
        r"\1 press",
        "press after its first word",
    ),
    Repair(
        r"\b(\d{2,3}) (?:four|fore) (\d{1,2})(?=$|[,.!]| (?:at|reps?)\b)",
        r"\1 for \2",
        "for between a weight and reps",
    ),
    Repair(r"\bfrannon\b", "fran in", "the WOD Fran with its time"),
    Repair(r"\btemple (?=run|pace|\d)", "tempo ", "tempo before what is run"),
    Repair(r"\b(\d+(?:\.\d+)?)\s*kg'?s\b", r"\1 kg", "the plural of kg"),
    Repair(
        r"\b([1-9])\.(\d[05])(?= (?:(?:pounds|lbs) )?(?:for|x|times|meters?|metres?)\b)",
        r"\1\2",
        "4.95 for 4 is 495 for 4",
    ),
    Repair(r"(\d)[.,] and (?:a |the )?half\b", r"\1 and a half", "no sentence begins with a half"),
    Repair(r"(\d) (?:in|and) (?:a|the) half\b", r"\1 and a half", "halves after a number"),
    Repair(
        r"(\d)\.(\d) (?=reps? in reserve|in reserve|rir\b|reps? left|left in the tank)",
        r"\1, \2 ",
        "reps in reserve are whole numbers: 5.0 is 5 and then 0",
    ),
    Repair(
        r"\b([1-6])\.?(45|35|25|10|5)s (?=(?:on |per |a |each |either )*side\b)",
        r"\1 \2s ",
        "no plate is 245: two plates of 45",
    ),
    Repair(
        r"\b((?:one|two|three|four) " + TWO_DIGITS + r") (two|three|four|five) (?=sets of\b)",
        r"\1, \2 ",
        "nobody does a hundred and forty two sets: 140, two sets",
    ),
    Repair(r"\b([2-9])0 (five|two|seven|eight)s\b", r"\1 0 \2s", "a pair of 55s, heard as 50 fives"),
    Repair(r"\b(\d{2,3})([2-9]) (?=sets\b)", r"\1 \2 ", "nobody does 453 sets: 45, 3 sets"),
    Repair(r"\b(\d+ seconds|\d+|reps|minutes?) (?:for|fore|or) sets(?=$|[,.!])", r"\1, 4 sets", "four sets"),
    Repair(
        r"(\d[\d,.]*\s?(?:k|m|miles?|kilomet(?:er|re)s?|met(?:er|re)s?)\b.*)"
        r" in (\d{1,2})\.?([0-5]\d)(?=$|[,!]|\.$)",
        r"\1 in \2:\3",
        "what a distance is done in is a time",
    ),
    Repair(
        r"(\bfirst (?:\w+ )?sets?\b.*\blast )([2-5])(\d\d) (?=for\b)",
        r"\1\2 sets at \3 ",
        "the last two sets, after the first two",
    ),
    Repair(r"\b(minutes?) in (?:a )?(?=\d+ seconds)", r"\1 and ", "minutes and seconds"),
    Repair(
        r"\b(plates?) (?:in|and|an) (?:a|at|an) (?=\d|quarter|half|five|ten|twenty)", r"\1 and a ", "plates"
    ),
    Repair(r"\b(plates?) in (?=a quarter)", r"\1 and ", "plates"),
    Repair(
        r"(\b(?:" + NUMBER + r"|seconds|fives|tens|plates?|quarter|kilos|pounds|reps|lunges)) aside\b",
        r"\1 a side",
        "on each side",
    ),
    Repair(
        r"\bleft (?:and|in|on|at) (?:the|a) (?:tank|thank|tang|take)\b", "left in the tank", "in the tank"
    ),
    Repair(r"\bin (?=rpe\b)", "an ", "an RPE"),
    Repair(r"(\d|kilos|pounds|kg|lbs) per (?=\d)", r"\1 for ", "for between a weight and reps"),
    Repair(r"\bfail(?:ed|s)? (?:that|it|add) (?=" + NUMBER + r"\b)", "failed at ", "failed at a rep"),
    Repair(
        r"\b(got|hit|managed) for (?:it|at|a) (?=" + NUMBER + r"\b)", r"\1 4 at ", "four before its weight"
    ),
    Repair(r"\b(?:para|pair a|pear of|peer of) (?=\d+'?s\b)", "pair of ", "a pair of dumbbells"),
    Repair(r"(\d)'(?=s\b)", r"\1", "the plural of a weight"),
    Repair(r"\ba (?:bucco|bucko|buckle|buckoo?|buck of) (?=\d\b)", "one oh ", '"a buck oh five" is 105'),
    Repair(r"\b(\d+) (?:ir|i r|rer|r i r|rear)(?=$|[,.!])", r"\1 rir", "reps in reserve"),
    Repair(
        r"\b(\d+) (?:w?r(?:e|i|a|ai|ea)[tpbd]+[sz]|wrists|breaths|wraps|writes)\b(?! later)",
        r"\1 reps",
        "reps after a number",
    ),
    Repair(r"\b(reps) that (?=\d)", r"\1 at ", "at between reps and weight"),
    Repair(
        r"\b(\d+|kilos|pounds|kg|lbs) for sets of (?=\d)",
        r"\1, 4 sets of ",
        "four sets, where a count is due",
    ),
    Repair(
        r"^(?!.*\b(?:plank|hang|hold|sit|carry|walk|bike|ropes?|run|stand)\b)(.*\b\d{2,3}) seconds "
        r"(?=for \d+(?:$|[,.]| each| per| a side| reps))",
        r"\1s ",
        'a pair of weights: nobody does "30 seconds for 8", except where time is what counts',
    ),
    Repair(
        r"^((?:.*\b)?(?:row|rowed|rower|erg)\b.*\bmet(?:er|re)s,?) (\d)([0-5]\d)(?=\.?$)",
        r"\1 \2:\3",
        "the time of a distance",
    ),
    Repair(r"\b(kilos|pounds) is for (?=\d)", r"\1 for ", "no verb stands between weight and reps"),
    Repair(
        r"^(\D*(?<!\bdown )(?<!\bme )|.*\brpe \d+,? )for (\d[05]) for (?=[1-9]\b)",
        r"\g<1>4\2 for ",
        "nobody does 95 reps of 4: 495 for 4",
    ),
    Repair(r"\b(?:are|r|our) d\.? ?l'?s\b|\brpe ls\b|\b(?:are|our) dls\b", "rdls", "the letters R D L"),
)
