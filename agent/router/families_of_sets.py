"""Families of phrases around a set, as data: how it is reported, how it felt, how it was done.

Rows and patterns are as in `families.py`. Tags that only `log_set` reads ("remark", "label", "attempt") keep
these words unexplained in every other intent.
"""

from __future__ import annotations

from agent.router.phrases import Value

_I = "[i|we|ive|i have|weve|ive just|i have just|i just|just|i only|i then|so i|i also|that was me]"
_OUT = (
    "smashed out|smashed through|got through|powered through|ground through|grinded out|grinded|"
    "grinded through|eked out|squeezed in|squeaked out|knocked off|rattled off|reeled off|polished off|"
    "whipped out|blasted|blasted out|blasted through|hammered|hammered out|crushed|fought for|fought through|"
    "muscled up|muscled out|pounded out|tore through|ticked off|busted out|belted out|got out|punched out|"
    "got in|fit in|fitted in|put away|put in|worked through|struggled through|breezed through|flew through|"
    "cruised through|survived|performed|executed|completed|finished off|knocked down|clocked|racked up|"
    "hauled|hoisted|heaved|ripped|ripped out|burned through|burnt through|battered|ended on|wound up with|"
    "ended up doing|ended up getting|finished up with|finished with|finished on|closed with|closed out with"
)
_TO = (
    "went up to|bumped up to|moved up to|jumped up to|stepped up to|loaded up|built up to|topped out at|"
    "maxed out at|maxed out on|opened with|opened at|started with|started at|started on|kicked off with|"
    "began with|worked with|worked at|went with|stuck at|dropped it to|dropped back to|came down to|"
    "went down to|took it up to|took it down to|bumped it up to|went for|went to|got up to|"
    "pushed it up to|worked my way up to|climbed to|used"
)
_LOG = (
    "log|add|record|track|save|enter|note|write|jot|mark|chuck|pop|throw|whack|bung|register|tally|put|stick"
)
_DOWN = "in|down|me down for|me in for|me for|down for me|in for me|that as|it as|that down as|this as"
_ASK = (
    "can you|could you|would you|will you|please|kindly|pls|can you please|could you please|i need you to|"
    "would you please|go ahead and|id like you to|i want you to|can you just|could you just|"
    "please could you|please can you|will you please"
)
_VERY = (
    "pretty|really|so|super|very|quite|surprisingly|a bit|a bit too|kinda|way too|too|fairly|absolutely|"
    "a little|nice and|actually|proper|dead|stupid|ridiculously|pretty damn|kind of|sort of|a touch|still|"
    "much|all|well|feeling|quite a bit"
)
_FELT = (
    "good|great|easy|hard|heavy|light|tough|strong|smooth|solid|clean|rough|brutal|awful|terrible|slow|fast|"
    "quick|snappy|grindy|ok|okay|fine|decent|nice|amazing|awesome|shaky|wobbly|ugly|sloppy|alright|better|"
    "challenging|horrible|nasty|spicy|crisp|comfortable|manageable|lighter|heavier|harder|easier|slick|tidy|"
    "excellent|fantastic|brilliant|lovely|grand|beautiful|weak|tiring|perfect|messy|deep|steady|stable|"
    "not (bad|great|too bad|so bad|easy|too heavy|too hard|pretty|terrible)|like (nothing|a ton|"
    "a feather|air|"
    "butter|hell|death|lead)|(a|an) (grind|grinder|breeze|fight|battle|slog|struggle|killer|doddle|joke|mess|"
    "lot)"
)
_MOVED = "felt|feels|feeling|moved|flew up|went up|came up|went down|looked|feel"
_BODY = (
    "legs|quads|arms|lungs|grip|forearms|abs|core|chest|lats|glutes|hamstrings|hammies|triceps|biceps|calves|"
    "hands|delts|traps|pecs"
)
_STATE = (
    "on fire|burning|cooked|fried|toast|shaking|dead|done|gone|smoked|jelly|pumped|trashed|wrecked|shot|"
    "screaming|giving out|gave out|failing|slipping|slipped|tired|gassed|toasted|finished|racing|"
    "pounding|spent|like jelly|blown|full|shattered|knackered|sweaty|gassing out"
)
_TIRED = (
    "tired|knackered|exhausted|spent|beat|gassed|toast|cooked|wiped|shattered|fried|smoked|destroyed|drained|"
    "wrecked|winded|blown|puffed|dying|sweating|out of breath|feeling (good|great|strong|it)|pumped|happy|"
    "done in|buzzing|stoked|pleased|dripping"
)

SET_FAMILIES: tuple[tuple[str, Value, str], ...] = (
    # how a set is reported
    ("did", None, f"{_I} ({_OUT}|{_TO})"),
    (
        "did",
        None,
        "[so] (i|we|ive|i have|weve|i have just|ive just|i just|ive now|just) (did|done|got|hit|finished|"
        "completed|made|managed|logged|had|benched out)",
    ),
    ("did", None, "(thats|that is|that was|heres) [me] [just] (done|finished|got|me|us|me done|me finished)"),
    ("did", None, f"({_ASK}) [(write|put|throw|stick|chuck|pop|jot) (down|in)]"),
    ("did", None, f"({_LOG}) ({_DOWN})"),
    (
        "did",
        None,
        "(can|could|would|will) you [please|just] (log|add|record|track|save|enter|note|mark) [down|in]",
    ),
    (
        "did",
        None,
        f"({_LOG}) (a|an|my|this|another|the|one more|me a) [new|quick] (set|set of|set at|set for|exercise)",
    ),
    (
        "did",
        None,
        "[we|im|were] (over|on|back|moved|moving|switching|heading|gone|"
        "going back|went|went back|jumped|hopping|hopped) (over to|onto|on to|over to the|on the|"
        "on to the|to the|to)",
    ),
    ("did", None, "(starting|finishing|opening|kicking off|ending|beginning) (with|on|at|off with)"),
    (
        "filler",
        None,
        "(back to|in|using|going back to|switching to) (kilos|pounds|kgs|lbs|kg) (now|again|today)",
    ),
    ("filler", None, "(back to|switching to|switching back to|going back to) (kilos|pounds|kgs|lbs|kg)"),
    (
        "filler",
        None,
        "[oh] (god|my god|my goodness|gosh|my gosh|lord|jeez|geez|jesus|christ|crikey|blimey|wow|man oh man|"
        "bloody hell|holy moly|holy cow|good lord|dear|boy|my days|for gods sake)",
    ),
    (
        "filler",
        None,
        "(yay|aye|och|wahey|woof|oof|woo|woohoo|whoo|yikes|haha|ha|ahh|ooh|gah|yeah nah|nah yeah|righto|"
        "right then|okay then|ok then|right so|okay so|so yeah|yeah so|anyway|anyways|bosh|booyah|get in|"
        "there you go|here we go|here you go|heres one|wee|kindly|pls|alrighty|yo|hiya|oi|g day|gday|morning|"
        "hey there|hi there|hello there|good morning|good evening|fam|sir|guess what|listen|lol|mm|mmm|"
        "so far|all in|all told|at last|to be honest|honestly|cheers mate|if you would|if you could|"
        "if you dont mind|when you can|you absolute legend|in one go|for the win|to start|to start with|"
        "to finish|to finish off|to end|to end with|to begin with|for starters|as well|again today)",
    ),
    (
        "did",
        None,
        "[i|ive|i have|i just|just] (walked|jogged|cycled|rode|pedalled|pedaled|spent|stayed|hung|"
        "stuck) [on|in]",
    ),
    ("article", None, "a (quick|whole|full|measly|cheeky|wee)"),
    ("did", None, "[i|we] (did|got|hit|made|managed|banged out|knocked out|cranked out) (another|an extra)"),
    (
        "did",
        None,
        "[i|and|just|i just|ive] (gutted|cranked|dragged|scraped|slogged|battled|rolled|punched|"
        "pushed|pumped|churned|"
        "squeezed|eeked|banged|knocked|cruised|bashed|cracked|plowed|ploughed|sailed|stormed) (out|through)",
    ),
    # how much
    ("rep", None, "of (them|em|those bad boys|these bad boys)"),
    (
        "rep",
        None,
        "(reps|repetitions) (in total|altogether|total|done|completed|straight|per side|in the end|"
        "or so i counted)",
    ),
    (
        "rep",
        None,
        "(nice|slow|strict|hard|quality|decent|beautiful|deep|tough|ugly|sloppy|controlled|crisp|perfect|"
        "proper|legit|paused|full range|big|little|quick|fast|honest|grindy|partial|wee|measly|"
        "unbroken) reps",
    ),
    ("set", None, "(lots|bouts|goes|clusters|working sets|hard sets|straight sets) of"),
    ("set", None, "(lots|total sets|sets total|sets in total|hard sets|sets each|quick sets|goes)"),
    (
        "rep",
        None,
        "reps [for|on|with|in] (every|a|per|each|both|either) (leg|side|arm|hand|foot|sides|arms|"
        "legs|hands|way)",
    ),
    (
        "side",
        None,
        "[for|on|with|in] (every|a|per|each|both|either|the same on each) (leg|side|arm|hand|foot|"
        "sides|arms|legs|"
        "hands|direction|way)",
    ),
    ("side", None, "(for|to|on) each"),
    ("type", "plain", "(back offs|backoffs|back downs|top sets|back down sets|back off work)"),
    ("gear", None, "[pound|kilo|kg|lb] (ones|bells|dumbbell ones)"),
    (
        "label",
        "weight",
        "[and] [the|my|with a|with the|at a] (weight|load|poundage) (was|of|is|at|used|used was|being)",
    ),
    (
        "label",
        "reps",
        "[and] [the|my] (reps|repetitions|rep count|number of reps) (was|were|is|are|count|count was)",
    ),
    ("label", "sets", "[and] [the|my] (sets|number of sets|set count) (was|were|is|are)"),
    # what was attempted, and what came of it
    (
        "attempt",
        None,
        "[i|we] [was|were|had] (aimed for|aiming for|wanted|wanted to get|wanted to hit|tried for|trying for|"
        "planned|planned for|planned on|shot for|shooting for|hoping for|hoped for|meant to get|meant to do|"
        "supposed to get|supposed to do|supposed to be|going for|gunning for|set out to do|thought id get)",
    ),
    ("attempt", None, "(the|my) (goal|target|plan|aim) was"),
    (
        "fell_short",
        None,
        "[but|and|though|only to] [i] [only|just|actually|ended up|wound up|could only|really] (got|"
        "managed|hit|"
        "made|did|get|manage|getting|with|got to|made it to|completed|finished with|ended with|came up with)",
    ),
    # effort
    (
        "rpe",
        None,
        "[it|that|and it|and that|it all|probably] (was|felt|felt like|would be|is) [about|around|"
        "like|probably|"
        "maybe|roughly] [an|a] rpe [of]",
    ),
    ("rpe", None, "[id|ill|i would|lets] (call|rate|give) (it|that|them) [about|like] [an|a] [rpe] [of]"),
    (
        "hard",
        None,
        "[probably|felt like|about|it was|that was|was] a (solid|hard|easy|tough|strong|real|proper|"
        "comfortable|"
        "legit|true|light|heavy|clean|high|low|grindy|brutal|good)",
    ),
    ("hard", None, "easy|tough|hard|solid|strong"),
    (
        "spare",
        None,
        "[and|but|i|and i|but i|probably] (could have|couldve|could of|coulda|might have|mightve) "
        "[probably|easily|definitely] (done|got|gotten|had|hit|managed|squeezed out) [maybe|about|another]",
    ),
    ("spare", None, "[and|with|but|i] [still] had [another|maybe|about|probably|like|at least] [more]"),
    # how it felt
    ("remark", None, f"[{_VERY}] ({_FELT}) [as (hell|heck|anything|ever|always)]"),
    ("remark", None, f"[it|that|they|those|these|it all|and it|and that|bar|the bar] ({_MOVED})"),
    ("remark", None, "(felt|feels) like (nothing|a ton|a feather|air|butter|hell|death|a breeze|a joke)"),
    ("remark", None, "(they were|which was|and it was|it was|that was|that set was)"),
    ("remark", None, f"[and] [my] ({_BODY}) (are|is|were|was|feel|feels|felt)"),
    ("remark", None, f"[so|absolutely|totally|really|all|just] ({_STATE})"),
    ("remark", None, f"[my] ({_BODY}) (gave out|gave up|slipped|went|failed|burned|burnt)"),
    (
        "remark",
        None,
        f"(im|i am|i was|and im|and now im) [so|absolutely|totally|really|well|pretty] ({_TIRED})",
    ),
    (
        "remark",
        None,
        "(job done|done and dusted|thats the lot|thats that|thats me|easy peasy|no (problem|bother|"
        "sweat|worries|"
        "trouble|drama|issues)|happy with (that|it)|ill take (it|that)|piece of cake|light weight baby|"
        "that was (it|that|fun|a lot|tasty|the one)|thats a wrap|thats all of them|thats (done|all done)|"
        "not (bad|too shabby|shabby)|so proud|proud of that|cant complain|get some|"
        "thank god|thank goodness|what a (set|grind|rush|feeling|battle)|that burned|that burns|burned|"
        "that killed|nailed it|smashed it|crushed it|got it|made it|got them all|made them all|"
        "all good|done deal)",
    ),
    (
        "remark",
        None,
        "[its|that is|thats|which is|for] [a|my] [new|lifetime|all time|rep] (pr|pb|personal best|"
        "personal record)",
    ),
    # how it was done
    (
        "remark",
        None,
        "[all|and|done|with] (touch and go|unbroken|beltless|no belt|belted|raw|strict|full range|full rom|"
        "full range of motion|all the way down|to depth|below parallel|to parallel|ass to grass|dead stop|"
        "in a row|nonstop|non stop|without stopping|without a break|without putting it down|back to back|"
        "slow and controlled|controlled|hook grip|mixed grip|double overhand|double overhead|"
        "over under|no straps|strapless|no spotter|no spot|straps on|belt on|full depth|good depth|good form|"
        "perfect form|strict form|great form|"
        "explosive|slow eccentric|slow eccentrics|slow negatives|slow negative|off the floor|from the floor|"
        "no rest|no stopping|no pause|no bounce|no cheating|all clean|no misses|no break|kipping|"
        "with (straps|wraps|sleeves|chalk|knee sleeves|knee wraps|wrist wraps|a belt|the belt on|a spot|"
        "a spotter|good form|perfect form|a slow eccentric|a slow negative|good depth|control|"
        "a close stance|my belt|full depth|no belt|no straps|no rest|ease|strict form|great form))",
    ),
)
