"""Lists of plain words: small talk, politeness, names of workouts, answers.

Phrases that carry meaning are in `phrases.py`.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of `text`."""
    return frozenset(text.split())


POLITE = words("""
    , abeg actually ah ahh alright also aye bro bruh buddy cheers chief dear dude eh em er erm folks guys
    hello hey hi hiya hm hmm just kindly lets man mate now oh ohh oi ok oya itself okay okey pal please pls
    quick quickly real right rightio righto righty simply so team thanks then uh uhh um umm us voicefit well
    yeah yep yes yo yup
""")
"""Said anywhere in a command without changing it."""

SMALL_TALK = words("""
    a absolutely afternoon ah all alright am amazing and appreciated as awesome awful beast beauty best
    boom boy breath breathe brilliant bro brutal buddy burning bye cheers come cool crazy damn dang day
    dead definitely dude easy enough evening excellent exhausted fair fantastic fast feel feeling feels
    felt focus gassed girl go god going good goodbye gooo gosh got great gross ha hah haha hard hate
    heavy hell hello here hey hi hm hmm hold huh i im indeed insane is it jeez job just keep kinda later
    leave legend lets light lol lord love lovely magic man mate mhm mind mm mode more morning much my
    nah never nevermind nice night no nope now nuts oh ok okay on one oops ouch ow pain pal perfect phew
    pretty pumped push ready really right rough see sick slow smoked smooth so solid soon sore sorry
    squeeze strong super sure sweet ta terrible thank thanks that the this tight tired to toast today
    tomorrow too totally tough true ugh uh um up very was way we weak well what whew whoa wicked woah
    wonderful woo woohoo work wow yay yeah yep yes you yup
""")
"""Sentences of nothing but these ask for nothing."""

COUNTING = words("""
    almost and another baby best big breath come done down easy go going got hut in keep last lets light
    more on one out push ready rep reps rest set there this two up weight yes you
""")
"""What is said between the numbers when reps are counted aloud."""

OTHERS = words("""
    boyfriend brother buddy call coach dad dog everybody excuse friend girlfriend guy guys he her hes
    him his husband maam mom mum music phone rack radio she shes sir sister somebody someone song spot
    their them they theyre we wife you your youre
""")
"""Somebody else is spoken of, or to."""

UNREAL = words("""
    if unless whether should shouldve would wouldve could couldve might maybe perhaps wish wished hope
    hoping want wants wanted wanna need needs needed gonna going will wont shall about lets let plan planned
    planning plans try trying tried tomorrow tonight later soon next upcoming eventually someday aim aiming
    goal goals target targets supposed meant ought not no never none nothing nobody isnt wasnt werent didnt
    dont doesnt couldnt cant cannot wouldnt havent hasnt aint without failed fail missed miss skip skipped
    except instead almost nearly barely hardly yesterday ago last week month months year years back used
    ever once monday tuesday wednesday thursday friday saturday sunday morning evening afternoon remember
    said says say saying told tell telling ask asked heard read video watched watching think thinks thought
    guess reckon suppose bet imagine dream looks what which when where why how who whose whats whos hows can
    dollars bucks cents euros quid percent degrees oclock calories grams litres miles street room page
    channel volume price cost costs sale bus train flight floor bpm beats heart rate minutes ago put load
    loaded loading grab bring pass hand rack racked unrack strip set setting world record records everyone
    everybody anybody anyone someone somebody people person men women kids world team class group each every
    between per usually normally typically often sometimes always most google siri alexa cortana calling
    called lift lifts lifters athletes trainees program programme workout session plan max maximum
""")
"""Words that may turn the report of a set into a wish, a plan, a question, a story or somebody else's."""

NOT_NAMES = words("""
    chuck chucked pop throw throws whack slap stick lend pass hand toss reckon shouldve couldve wouldve
    mustve gone bring fetch load loaded loading rack racked unrack unload strip hello hi hey bye thanks
    wouldnt maybe mightve tell telling check checks message text send email cook cooking order pizza
    almost nearly barely missed couldnt wish wished guess guys everyday monday
    tuesday wednesday thursday friday
    about after ago always am amrap anybody anyone anything are around ask asked ate back bad be because
    been before being best better big bin bro brother bucks bus busy buy call called calories came can
    cancel cant car cents change channel coach cold come cost costs could couldnt crazy dad degrees
    delete didnt discard do does doesnt doing dollars dont door drink drive dude easy eat end erase ever
    everybody everyone everything family feel feeling feels felt finish first floor food free friend
    from game get getting girl give go goal goes going gone gonna good grab great guy gym had hard has
    hasnt have havent he hear heard hears heart heavy her here hers hes high him his home hope hoping
    hot hotel house how hrv hurt hurts husband i id if ill im injury insane instead into is it its ive
    job keep keeps kept kid kids knew know last later leave left less let lets light listen long look
    looking loud low make many max may maybe me meet might miles mine minutes mom month more morning
    most movie much mum must need never new news next night no nobody not nothing number oclock off old
    one ones only onto or our out over pace paid pain part pass pause pay people percent perhaps pick
    place plan planned planning plates play playing pr price program protein quiet radio ran rate ready
    really record remove replace rest resume rm room rounds run rx said sale saw say says scaled school
    scrap scratch scrub second see sell shall she shes short should shouldnt show skip sleep slept small
    so somebody somehow someone something song sore star start started starts station still stop street
    supposed swap switch take taken talk talking target team tell than that thats their them there
    theres these they theyre thing think thinking third this those thought till time timer times to told
    tomorrow tonight too took tough train tried try trying turn tweaked under undo until us use used
    very wanna want wanted wants was watch watching water way we week weigh went were what whats when
    where which while who whos why wife will wish wod wont work worst would wouldnt year years yesterday
    yet you young your youre
""")
"""Never part of an exercise's name: with one of these left over, the sentence is about something else."""

WORKOUT_NAMES = words("""
    & 1 2 3 4 5 6 a ab abs accessories accessory and anterior arm arms b back barbell bench bicep biceps
    bis body bodybuilding bro c calisthenics calves chain chest circuit conditioning core d day deadlift
    deadlifts deload delts dumbbell dynamic effort extremity five four friday full garage glute glutes
    gvt gym half hamstring hamstrings heavy hinge home hotel hypertrophy intensity kettlebell lats leg
    legs lift lifting light limb limbs lower main max mobility monday morning night olympic one or
    posterior power powerlifting ppl press pressing pull push quad quads recovery saturday shoulder
    shoulders six speed split squat squats strength sunday technique three thursday torso total traps
    tricep triceps tris tuesday two upper volume wednesday week weightlifting whole
""")
"""What workouts are called."""

YES = words("""
    absolutely affirmative and aye bingo confirm confirmed correct definitely do exactly got hmm huh is
    it mhm mm ok okay on please right spot sure that thats uh was yeah yep yes you yup
""")
"""A question is answered with yes."""

NO = words("""
    cancel dont forget it leave mind nah neither never nevermind no nope not skip stop wrong yet
""")
"""A question is answered with no."""

ANSWER_FILLER = words("""
    a an at did doing for go i in is it its just lets like make my of oh on please put rep reps say so
    sorry that thats the these they this those uh um was we well were with
""")
"""Said around the answer to a question."""
