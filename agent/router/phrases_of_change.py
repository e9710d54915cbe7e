"""The phrases that change, repeat or doubt a set, as data: rows as in `phrases.py`."""

from __future__ import annotations

from agent.router.phrases import Value

CHANGES: tuple[tuple[str, Value, str], ...] = (
    (
        "not",
        None,
        """
        not | instead of | rather than | and not | not the | its not | it wasnt | wasnt
        """,
    ),
    (
        "no",
        None,
        """
        no | nope | nah | no wait | wait no | no no | wait | i mean | i meant | i mean to say | sorry |
        no sorry | sorry no | hang on | hold on | oops | whoops | woops | oh wait | actually | no actually |
        actually no | or rather | rather | correction | let me correct that | scratch that no | my bad |
        my mistake | make that | no make that | i said | no i said | excuse me | pardon | not that |
        no hang on | no hold on | no no no | i misspoke | well actually | oh no | ah no | wait a second |
        wait a minute | hang on a second | wait sorry | sorry i mean | sorry i meant | no i mean |
        no i meant | er no | um no | oh sorry | ah sorry | wrong | no wrong | wrong exercise |
        wrong weight | wrong reps | thats the wrong exercise | thats wrong | that was wrong |
        thats not right | i lied | strike that | let me rephrase | to correct that | i take that back |
        scratch that | i meant to say | no i meant to say
        """,
    ),
    (
        "only",
        None,
        """
        only | just the | but | but only | only got | only did | i only did | i only got | i only managed |
        only managed | i only hit | only hit | only made | i just did the | but just | but i only got |
        but i got | but got | but with | but at | but for | this one was | but i only did | but only got |
        closer to
        """,
    ),
    (
        "unsure",
        None,
        """
        around | roughly | maybe | either | approximately | ish | or so | or something | about | probably |
        i think | i think it was | something like | i forget | not sure | might have been | give or take |
        or thereabouts | somewhere around | like | possibly | could have been | i believe | say |
        i guess it was | i reckon | kinda
        """,
    ),
    (
        "be",
        None,
        """
        was | were | is | are | be | been | should be | should have been | shouldve been | should of been |
        was actually | was only | was really | was more like | is actually | was supposed to be |
        were actually | to be | was meant to be | needs to be | it should be | actually was | should say |
        should read | ought to be | was just | was like | was an | was a | was more like a |
        was more like an | should have said | were supposed to be
        """,
    ),
    (
        "that",
        None,
        """
        that | it was | that was | those were | that one | that one was | that set | that set was |
        the last set | that last set | last set was | the last set was | that last set was | the last one |
        that last one | the last one was | it | those | that last one was | the previous set | my last set |
        my last set was | these were | they were | that should be | it should be | that should have been |
        it should have been | this was | the set | the previous one | that is | its | thats |
        the one before | the last set should be | that last set should be | i | i did | i got |
        i actually did | i actually got | i had | that shouldve been | it shouldve been | the last |
        on that last set | on the last set | on that set | on that one | to that set | to that |
        to the last set | to it | to that last set | to that one | for that set | for the last set |
        for that last set | for that one | to the last one | for the last one | of that set |
        of the last set | on the last one | them | they | those ones | that set there | the set i just did |
        the set i just logged | what i just did | that should say | it should say | that needs to be |
        that was actually | it was actually | that was really | i said | i did do | on that | on it |
        for it | my last one | that exercise | the exercise | that previous set | the set before |
        those last ones | that was only | it was only | that was more like | that would be |
        that was about | that was about a | that was about an | that was like a | that was like an |
        that was more like a | that was more like an | it was about a | it was about an |
        it was more like a | it was more like an | that was probably a | that was probably an |
        that one was about a | that one was about an | that one was more like a |
        that one was more like an | that set was more like | that set was more like a |
        that set was more like an | that set was about | that set was about a | that set was about an |
        that set was like a | that set was like an | that set was probably a | that set was probably an |
        that set was closer to a | that set was closer to an | that one was more like | that one was about |
        that one was like a | that one was like an | that one was probably a | that one was probably an |
        that one was closer to a | that one was closer to an | it was more like | it was about |
        it was like a | it was like an | it was probably a | it was probably an | it was closer to a |
        it was closer to an | that last set was more like | that last set was more like a |
        that last set was more like an | that last set was about | that last set was about a |
        that last set was about an | that last set was like a | that last set was like an |
        that last set was probably a | that last set was probably an | that last set was closer to a |
        that last set was closer to an | the last set was more like | the last set was more like a |
        the last set was more like an | the last set was about | the last set was about a |
        the last set was about an | the last set was like a | the last set was like an |
        the last set was probably a | the last set was probably an | the last set was closer to a |
        the last set was closer to an | that was closer to a | that was closer to an
        """,
    ),
    (
        "change",
        None,
        """
        change | revise | make | fix | correct | set | update | edit | adjust | amend | make it | make that |
        make those | change it | change that | change it to | change that to | change to | switch | bump |
        put | should | add | mark | fix that to | fix it to | correct that to | correct it to |
        update that to | update it to | make the last set | make that last set | switch it to |
        switch that to | edit that to | edit it to | set it to | set that to | call that | call that one |
        mark that one as | count that one as | call it | mark that as | mark it as | mark that |
        log that as | log it as | count that as | count it as | to | as | change the last set to |
        change that last set to | change that set to | put it down as | put that down as |
        mark that last set as | mark the last set as | mark that set as | can you change |
        could you change | can you make | could you make | can you fix | could you fix | let us make |
        lets make | tag that as | tag it as | can you correct | could you correct | can you update |
        could you update | amend that to | as a | as an | to a | to an | update the last set to |
        put that as | bump that to | bump that up to | bump it to | turn that into |
        change the last one to | make the last one | make that one | make this | make this one
        """,
    ),
    ("slot", "reps", "the reps | the rep count | the number of reps | reps to | my reps"),
    ("slot", "weight", "weight | the weight | the load | weight to | the last weight | my weight"),
    ("slot", "rpe", "the rpe"),
    ("slot", "rir", "the rir"),
    ("slot", "exercise", "the exercise"),
    ("slot", "unit", "the unit | the units"),
    ("slot", "type", "the set type"),
    (
        "same",
        None,
        """
        same | the same | same thing | the same thing | same set | the same set | same numbers | ditto |
        just like that | like that | like that one | same as before | same as last time |
        same as the last one | same as last set | the same as before | same as that | same weight and reps |
        same reps and weight | of the same | of that | like the last one | identical | same deal |
        same as the last set | same as the last | same one | exact same | exactly the same |
        the exact same | exact same thing | the exact same thing | same exact thing | same exact set |
        just the same | as before | identical set | same story | for the same | same amount | same time |
        same distance | of those | exactly like that | as the last one | as last time | copy that set
        """,
    ),
    (
        "same",
        "weight",
        """
        same weight | the same weight | same dumbbells | the same dumbbells | same bells | same load |
        same kettlebell | same dumbbell | same bar | at the same weight | with the same weight |
        with the same dumbbells | same bell | same kettlebells | same plates | same for |
        same weight as before | same weight as last time | same load as before | same pair
        """,
    ),
    (
        "same",
        "reps",
        """
        same reps | the same reps | same number of reps | same rep count | for the same reps
        """,
    ),
    (
        "again",
        None,
        """
        again | once more | one more time | repeat | repeat that | repeat it | repeat that set |
        repeat the last set | repeat set | repeat last set  | did it again | did that again |
        another one | another set | one more set | one more | another | another round | log that again |
        log it again | that again | it again | repeat the set | repeat the last one | log the same |
        log the same again | i did it again | i did that again  | duplicate that |
        duplicate that set | copy that | copy the last set | duplicate the last set | log another |
        log another one | add another | add another one | add another set | log another set | did another |
        did another set | did another one | got another | repeat last | repeat my last set |
        repeat the previous set | same again  | and again  | one more of those |
        another of those | another one of those | one more of the same | another of the same |
        log one more | add one more
        """,
    ),
    (
        "more",
        None,
        """
        more | heavier | up | increase | added | more weight | extra | went up | i went up | went up by |
        up by | add | plus | bumped it up | bumped up | bump it up | bumped it up by | increased by |
        increase by | i added | heavier this time | more this time | went heavier by | higher | bumped it |
        jumped up | jumped | jump up | up another | added another | i added another | went up another |
        more on the bar | but more | adding | bumped up by
        """,
    ),
    (
        "less",
        None,
        """
        less | lighter | down | minus | dropped | took off | decrease | fewer | down by | went down |
        i went down | less weight | lighter this time | went down by | drop | dropped it by | dropped by |
        took it down | decreased by | reduced by | less this time | lower | i dropped | i took off |
        but less | off | came down | backed off | stripped | stripped off | brought it down | took |
        taking off | dropping | dropped it | stripping
        """,
    ),
    ("this_time", None, "this time | this set | that time | this time around | this go"),
)
