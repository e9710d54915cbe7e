"""The phrases that describe sets, as data: rows of (tag, value, phrases separated by "|").

To teach VoiceFit a new way of saying something, add the phrase to its row. `lexicon.Tag` says what a tag is.
"""

from __future__ import annotations

from core.units import METERS_PER_FOOT, METERS_PER_MILE, METERS_PER_YARD

Value = str | float | None

DESCRIPTIONS: tuple[tuple[str, Value, str], ...] = (
    ("comma", None, ","),
    (
        "filler",
        None,
        """
        um | uh | er | easy | smooth | strong | new set | new | first set | second set | third set |
        fourth set | fifth set | next set | last set | final set | my first set | my second set |
        my third set | my last set | the first set | the second set | the third set | the next set |
        that is | on point | erm | ah | oh | hm | hmm | okay | ok | okey dokey | alright | all right |
        right | yeah | yep | yup | yes | so | well | hey | please | thanks | thank you | cheers | ta | mate |
        bro | man | dude | buddy | pal | there | done | all done | boom | just | now | today | there we go |
        nice | phew | whew | ugh | finally | even | on the stack | on the bar | on the machine |
        on the cable | on the pin | on the dot | for me | voicefit | coach | hey coach | in total | total |
        exactly | cool | great | good | awesome | sweet | perfect | let us see | lets see | hi | hello |
        easy there | kind of | you know | i think that was it | in the bag | for today | then done |
        and done | straight | clean | solid | in the books | also | um so | this | the weight | real quick |
        quick | i guess | basically | looks like | my friend | for the record
        """,
    ),
    (
        "did",
        None,
        """
        did | i did | got | i got | hit | i hit | log | logged | log me | add | add me | record | put down |
        put me down | put me down for | put in | made | managed | i managed | moved | lifted | completed |
        finished | i finished | knocked out | banged out | cranked out | i have done | ive done | ive got |
        i just did | just did | i just finished | i just hit | just hit | just got | can you log |
        could you log | can you put me down for | could you put me down for | could you put down |
        can you put down | can you add | could you add | can you record | could you record | lets log |
        let us log | let me log | please log | mark | mark down | mark me down for | write down | note |
        note down | jot down | stick down | i | i was | we did | we got | track | save | repped out |
        repped | rep out | ground out | squeezed out | smashed | nailed | did a | went | we hit | i made |
        worked up to | pulled | pushed | pushed out | pumped out | churned out | cranked | threw up |
        put up | was able to get | i was able to get | ended up with | ended with | came out to |
        superset was | superset of | superset | super set | id like to log | i want to log |
        i would like to log | log that as | log it as | log this as | log a set of | enter | type in |
        that makes | in for | stuck it out for | held | i held | hold | i walked | carried | i carried |
        did some | i did some | had a | i had a | been doing | i completed | i logged | i ran through |
        switched to | moved to | moving on to | move on to | moving to | on to | onto | going to log |
        next up | up next | next exercise | that was | thats | it was | that is | i had | had |
        new exercise | next exercise is | slap on | stick me down for | stick in | chalk up |
        chalk me up for | took | i took
        """,
    ),
    ("article", None, "a | an | the | my | another of | some | this"),
    ("for", None, "for | for a | for an | for the | for my | four a"),
    ("at", None, "at | at a | at an | @ | at the | up to"),
    (
        "with",
        None,
        """
        with | using | holding | with a | with an | with the | w | carrying | lifting | holding a |
        holding the | wearing a | wearing | with about
        """,
    ),
    ("by", None, "by | x | times | for sets of"),
    ("of", None, "of | of the | of a | of my | of those | of these"),
    ("in", None, "in | inside"),
    ("on", None, "on | on the | on my | to the"),
    (
        "plus",
        None,
        """
        plus | plus a | plus an extra | with an extra | with an added | added | extra | with plus
        """,
    ),
    (
        "and",
        None,
        """
        and | and a | and another | as well as | along with | & | and the | and an | and my
        """,
    ),
    (
        "then",
        None,
        """
        then | and then | then a | and then a | next | after that | followed by | and next | then i did |
        and after that | and now | then another | and then another | and also | then the | straight into |
        right into | super setted with | supersetted with | superset with | super set with | paired with |
        into | dropped to | dropped down to | then down to | then up to | and finally | then finally |
        before that
        """,
    ),
    ("or", None, "or | or maybe | or was it | or like"),
    ("set", 1.0, "set | set of | set at | round of | round"),
    ("set", None, "sets | sets of | more sets | more sets of | rounds of | rounds"),
    (
        "ordinal",
        None,
        """
        first | second | third | fourth | fifth | last | final | the first | the last | the final |
        for the last | for the first | the next | my last | my first | my final | the second | the third |
        for my last | working | work | normal | regular | top | back off | backoff | heavy | light |
        straight sets | opening | opener | the top | main | ramp up | feeder
        """,
    ),
    (
        "rep",
        None,
        """
        rep | reps | repetitions | repetition | reps total | good reps | clean reps | full reps |
        strict reps | solid reps | wraps | hard reps | easy reps | slow reps | reps each | reps even |
        reps today
        """,
    ),
    ("repword", 1.0, "single | singles | heavy single | heavy singles | easy single | singled"),
    ("repword", 2.0, "double | doubles | heavy double | heavy doubles | easy double | doubled"),
    ("repword", 3.0, "triple | triples | heavy triple | heavy triples | easy triple | tripled"),
    ("repword", None, "one rep max"),
    ("repword", 2.0, "twice"),
    ("repword", 3.0, "thrice"),
    ("unit", "lbs", "pounds | pound | lbs | lb | pounders | pounder"),
    ("unit", "kg", "kilos | kilo | kg | kgs | kilogram | kilograms | kilogramme | kilogrammes"),
    ("time", 1.0, "seconds | second | sec | secs"),
    ("time", 60.0, "minutes | minute | min | mins"),
    ("time", 3600.0, "hour | hours | hr | hrs"),
    ("distance", 1.0, "meters | meter | metres | metre | m"),
    ("distance", 1000.0, "kilometers | kilometer | kilometres | kilometre | k | km | kms"),
    ("distance", METERS_PER_MILE, "miles | mile | mi"),
    ("distance", METERS_PER_YARD, "yards | yard | yds"),
    ("distance", METERS_PER_FOOT, "feet | foot | ft"),
    (
        "rpe",
        None,
        """
        rpe | an rpe | rpe of | an rpe of | at rpe | at an rpe | at an rpe of | rpe was | rpe about |
        rpe was about | call it rpe | call it an rpe | rpe was like | rpe is | the rpe was | with rpe |
        with an rpe of | with an rpe | rp | rate of perceived exertion | effort | effort was |
        felt like an rpe | felt like rpe | felt like a | felt like an | that was rpe | rpe maybe | say rpe |
        say an rpe | i would say rpe | id say rpe | id say an rpe | it was rpe | it was an rpe |
        id call it rpe | id call it an rpe | call that rpe | call that an rpe | id call that rpe |
        id call that an rpe | rated | rpe was around | rpe around | probably rpe | probably an rpe |
        maybe rpe | felt like about a | felt like | was about rpe | around rpe | about rpe | like rpe |
        like an rpe | call it | call it a | call it an | rpe was an | rpe was a | rpe was about a |
        rpe was about an | rpe at | effort of | id say that was an | id say that was a | at roughly rpe |
        at about rpe | at around rpe
        """,
    ),
    (
        "rir",
        None,
        """
        rir | in reserve | in the tank | left in the tank | reps in reserve | rep in reserve | in reverse |
        left | reps left | rep left | reps left in the tank | rep left in the tank | more in the tank |
        more in me | reps in the tank | rep in the tank | reps left in me | left in me |
        reps shy of failure | rep shy of failure | shy of failure | short of failure | from failure |
        off failure | reps from failure | reps short of failure | reps off failure | to spare |
        reps to spare | rep to spare | rir was | rir of | an rir of | with an rir of | at rir |
        reps in hand | more reps in the tank | more left in the tank | more left | still in the tank |
        rep from failure
        """,
    ),
    (
        "empty_tank",
        None,
        """
        nothing left | nothing left in the tank | nothing in the tank | nothing in reserve |
        none in reserve | none left | none left in the tank | with nothing left |
        with nothing left in the tank | no reps left | no reps in reserve | nothing left in me |
        with nothing in reserve | with none left | empty tank | tank was empty | the tank was empty |
        zero left in the tank | none in the tank | with nothing in the tank | absolutely nothing left |
        and nothing left | no more in the tank
        """,
    ),
    (
        "type",
        "warmup",
        """
        warm up | warmup | warm ups | warmups | warming up | warmed up | as a warm up | as a warmup |
        for a warm up | for a warmup | to warm up | as warm up | warm up with | warmed up with |
        warming up with | for warm up | as my warm up | i warmed up with | as warm ups | for warm ups
        """,
    ),
    (
        "type",
        "drop",
        """
        drop set | drop set to | drop set at | drop set with | dropset | drop sets | dropsets |
        as a drop set | as a dropset | for a drop set | drop | dropped
        """,
    ),
    (
        "type",
        "failure",
        """
        to failure | failure | till failure | until failure | failed at | failed on | failed | i failed at |
        i failed on | to fail | till i failed | and failed | til failure | took it to failure |
        went to failure | taken to failure | failed after | i failed after | hit failure at |
        hit failure on | reached failure at | failure at | and hit failure | all the way to failure
        """,
    ),
    (
        "type",
        "amrap",
        """
        amrap | amraps | am rap | as many reps as possible | as many as possible | as many reps as i could |
        as many as i could | for max reps | max reps | as an amrap | for an amrap |
        as many reps as i could get | for amrap | a m r a p | amraped | max rep | maxed out reps
        """,
    ),
    (
        "type",
        "working",
        """
        working set | work set | working sets | work sets | normal set | regular set | as a working set |
        as a normal set | straight set
        """,
    ),
    ("type", "plain", "back off set | backoff set | top set | back off sets | backoff sets"),
    (
        "side",
        None,
        """
        each side | a side | per side | on each side | each hand | per hand | in each hand | each leg |
        per leg | each arm | per arm | either side | both sides | on both sides | each | apiece | a hand |
        on either side | on a side | each way
        """,
    ),
    ("plate", 1.0, "plate"),
    ("plate", None, "plates"),
    ("quarter", 25.0, "quarter | quarters"),
    ("quarter", 10.0, "dime | dimes"),
    ("quarter", 5.0, "nickel | nickels"),
    (
        "bar",
        None,
        """
        bar | the bar | empty bar | the empty bar | just the bar | bare bar | just the empty bar |
        an empty bar | with just the bar | with the empty bar | with the bar | unloaded bar | naked bar |
        olympic bar | only the bar
        """,
    ),
    (
        "bodyweight",
        None,
        """
        bodyweight | body weight | at bodyweight | at body weight | just bodyweight | with bodyweight |
        just body weight | with body weight | with no weight | no weight | no added weight | bw |
        no extra weight | unweighted
        """,
    ),
    (
        "gear",
        None,
        """
        dumbbells | dumbbell | dumb bells | dumb bell | db | dbs | kettlebell | kettlebells | kettle bell |
        kettle bells | barbell | bells | bell | pair of | a pair of | pair of the | the pair of | dumbells |
        vest | weight vest | weighted vest | belt | ball | med ball | medicine ball | kb | plate loaded |
        sandbag | on the belt | hanging | a pair | weights | weight | of weight | on my belt | strapped on
        """,
    ),
)
