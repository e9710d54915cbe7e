"""Names as other apps, hurried people and athletes of their own mind write them."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.exercises.catalogue import packaged_catalogue
from services.exercises.matcher import packaged_matcher
from services.exercises.resolve import Unresolved, resolve
from services.exercises.search import MATCH_FROM, NameAnswer, NameContext, packaged_search

DATA = Path(__file__).parent / "data" / "app_names.csv"
CATALOGUE = packaged_catalogue()
RIGHT_FIRST = 0.95
WRONG = 0.01


def find(name: str, context: NameContext | None = None, **own: str) -> NameAnswer:
    """The answer to somebody who calls exercises by `own` names."""
    matcher = packaged_matcher().personal({words.replace("_", " "): slug for words, slug in own.items()})
    return packaged_search().find(matcher, name, context or NameContext())


def names() -> list[tuple[str, frozenset[str]]]:
    """Names of other apps, each with the slugs that are right; none for what the catalogue has not."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        return [
            (row["name"], frozenset(filter(None, row["slug"].split("|")))) for row in csv.DictReader(lines)
        ]


TUNING, JUDGING = names()[::2], names()[1::2]
"""The first half is what the weights were found with; how good they are, the second half says."""


@pytest.mark.parametrize("half", [TUNING, JUDGING], ids=["tuning", "judging"])
def test_names_of_other_apps(half: list[tuple[str, frozenset[str]]]) -> None:
    answers = [(find(name), slugs, name) for name, slugs in half]
    known = [(answer, slugs, name) for answer, slugs, name in answers if slugs]
    first = [name for answer, slugs, name in known if answer.found and answer.found[0].exercise.slug in slugs]
    wrong = [
        name
        for answer, slugs, name in answers
        if answer.decision == "match" and answer.found[0].exercise.slug not in slugs
    ]
    asked = [name for answer, slugs, name in known if answer.decision != "match"]
    assert len(half) > 125
    assert len(first) / len(known) >= RIGHT_FIRST
    assert len(wrong) / len(half) < WRONG, wrong
    assert len(asked) / len(known) < 0.1, asked


def misspelt(word: str, chance: random.Random) -> str:
    """`word` with two letters turned about, one doubled or one left out."""
    i = chance.randrange(len(word) - 1)
    return chance.choice(
        [
            word[:i] + word[i + 1] + word[i] + word[i + 2 :],
            word[:i] + word[i] + word[i:],
            word[:i] + word[i + 1 :],
        ]
    )


def test_how_sure_an_answer_is_says_how_often_it_is_right() -> None:
    chance = random.Random(4)
    spoken = [(name, one.slug) for one in CATALOGUE for name in (one.name.lower(), *one.aliases)]
    answers: list[tuple[NameAnswer, bool]] = []
    for name, slug in chance.sample(spoken, 700):
        parts = name.replace("-", " ").split()
        i = max(range(len(parts)), key=lambda place: len(parts[place]))
        if len(parts[i]) < 5:
            continue
        parts[i] = misspelt(parts[i], chance)
        chance.shuffle(parts)
        answer = find(" ".join(parts))
        if answer.found:
            answers.append((answer, answer.found[0].exercise.slug == slug))
    sure = [right for answer, right in answers if answer.decision == "match"]
    assert len(sure) > 250
    assert sum(sure) / len(sure) >= 0.95
    assert len(sure) / len(answers) >= 0.8
    expected = sum(answer.found[0].confidence for answer, _ in answers) / len(answers)
    assert abs(expected - sum(right for _, right in answers) / len(answers)) < 0.1


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Bench Press (Barbell)", "barbell-bench-press"),
        ("barbell bench press flat", "barbell-bench-press"),
        ("Dumbbells Curl", "dumbbell-curl"),
        ("Pull-Ups", "pull-up"),
        ("pullups", "pull-up"),
        ("DB RDL", "dumbbell-romanian-deadlift"),
        ("Single-leg RDL (DB)", "single-leg-romanian-deadlift"),
        ("OHP", "overhead-press"),
        ("KB Swing", "kettlebell-swing"),
        ("SLDL", "stiff-leg-deadlift"),
        ("Goblet Sqaut", "goblet-squat"),
        ("Bulgarian Splitsquat", "bulgarian-split-squat"),
        ("Shoulder Press (Machine Plates)", "machine-shoulder-press"),
    ],
)
def test_what_is_matched(name: str, slug: str) -> None:
    answer = find(name)
    assert (answer.decision, answer.found[0].exercise.slug) == ("match", slug)
    assert answer.found[0].confidence >= MATCH_FROM


@pytest.mark.parametrize(
    "name", ["Press", "Row", "Raise (Dumbbell)", "Hack Squat (Barbell)", "incline dumbbell", "Landmine Squat"]
)
def test_what_is_asked(name: str) -> None:
    answer = find(name)
    assert answer.decision == "ask"
    assert all(one.confidence < MATCH_FROM for one in answer.found)
    confidences = [one.confidence for one in answer.found]
    assert confidences == sorted(confidences, reverse=True)


@pytest.mark.parametrize("name", ["Sauna", "flobberwobblers", "", "???", "ベンチプレス", "Golf"])
def test_what_is_nothing(name: str) -> None:
    assert find(name).decision == "none"


def test_a_family_word_is_the_exercise_that_the_workout_is_on() -> None:
    answer = find("press", NameContext(current="overhead-press"))
    assert (answer.decision, answer.found[0].exercise.slug) == ("match", "overhead-press")
    assert find("press", NameContext(current="barbell-row")).decision == "ask"


def test_what_is_done_today_and_lately_is_named_first() -> None:
    assert find("press", NameContext(today={"landmine-press"})).found[0].exercise.slug == "landmine-press"
    assert find("press", NameContext(lately={"z-press"})).found[0].exercise.slug == "z-press"
    unsure = find("incline dumbbell")
    second = unsure.found[1].exercise.slug
    today = find("incline dumbbell", NameContext(today={second}))
    assert today.found[0].exercise.slug == second


def test_equipment_that_was_said_decides() -> None:
    answer = find("press", NameContext(equipment="kettlebell"))
    assert "kettlebell" in answer.found[0].exercise.equipment
    assert find("incline dumbbell", NameContext(equipment="barbell")).decision == "ask"


def test_an_athletes_own_name_means_what_they_say() -> None:
    assert find("press", press="overhead-press").found[0].exercise.slug == "overhead-press"
    answer = find("Bench Press", bench_press="dumbbell-bench-press")
    assert [(one.exercise.slug, one.match_type) for one in answer.found] == [("dumbbell-bench-press", "own")]
    assert find("the thing", the_thing="sled-push").decision == "match"
    assert find("the thing").decision != "match"


def test_own_names_are_heard_in_sentences_and_only_by_whose_they_are() -> None:
    everybodys = packaged_matcher()
    mine = everybodys.personal({"press": "overhead-press", "the big one": "barbell-back-squat"})
    tokens = ["press", "then", "the", "big", "one", "then", "bench", "press"]
    heard = [(span.words, span.exercise.slug) for span in mine.find_in(tokens) if span.exercise]
    assert heard == [
        ("press", "overhead-press"),
        ("the big one", "barbell-back-squat"),
        ("bench press", "barbell-bench-press"),
    ]
    assert [s.words for s in everybodys.find_in(tokens) if s.exercise] == ["bench press"]
    assert everybodys.personal({}) is everybodys
    assert everybodys.personal({"x": "no-such-exercise"}) is everybodys


@given(st.text(max_size=60))
def test_any_text_has_an_answer(name: str) -> None:
    answer = find(name)
    assert (answer.decision == "none") == (not answer.found)
    assert len({one.exercise.slug for one in answer.found}) == len(answer.found) <= 5
    assert sum(one.confidence for one in answer.found) <= 1.02
    assert (answer.decision == "match") == bool(answer.found and answer.found[0].confidence >= MATCH_FROM)


@given(st.sampled_from([name for one in CATALOGUE for name in (one.name, *one.aliases)]), st.randoms())
def test_order_case_and_punctuation_make_no_other_exercise(name: str, chance: random.Random) -> None:
    wanted = find(name).found[0].exercise.slug
    parts = name.split()
    assert find("  ".join(parts).upper() + "!").found[0].exercise.slug == wanted
    chance.shuffle(parts)
    answer = find(" ".join(parts))
    assert (
        answer.decision != "match"
        or answer.found[0].exercise.slug == wanted
        or "low" in name
        or "press" in name
    )


def test_what_cannot_be_decided_is_asked_with_its_choices() -> None:
    with pytest.raises(Unresolved, match=r"^Which one: .* or .*\?$") as asked:
        resolve(packaged_matcher(), "press")
    assert len(asked.value.choices) == 3
    with pytest.raises(Unresolved, match=r"^Do you mean .*\?$"):
        resolve(packaged_matcher(), "Landmine Squat")
    with pytest.raises(Unresolved, match="Which one is it"):
        resolve(packaged_matcher(), "flobberwobblers")
