"""Answers from the knowledge base: what is said, what is not known, and what goes to a professional."""

from __future__ import annotations

import pytest

from db.models import KnowledgeCategory
from db.session import Database
from eval.retrieval import load_questions, off_topic
from search import Search
from services.coach import DONT_KNOW, answer
from services.coach.extractive import MAX_WORDS, spoken_answer
from services.exercises.red_flags import SEE_SOMEBODY, STOP_NOW, TALK_NOW, advice

MOST_OFF_TOPIC_ANSWERED = 0.02
MOST_WITHOUT_VECTORS = 0.1
LEAST_ANSWERED = 0.9
LEAST_RIGHT = 0.8

SIGNS = {
    "my chest hurts when I lift": "chest-pain",
    "there's a tightness across my chest": "chest-pain",
    "I've got pressure in my chest when I climb stairs": "chest-pain",
    "I just fainted in the shower": "fainting-during-exercise",
    "I can't catch my breath even though I'm resting": "severe-breathlessness",
    "something popped in my knee and it's swollen": "knee-swelling-after-twist",
    "my shoulder popped out of the socket": "shoulder-dislocation",
    "my heart is skipping beats": "palpitations",
    "one side of my face is drooping": "stroke-signs",
    "he collapsed and isn't breathing": "someone-collapsed",
    "worst headache of my life after squatting": "sudden-severe-headache",
    "I lost control of my bladder and my back hurts": "back-emergency-signs",
    "I want to kill myself": "thoughts-of-self-harm",
}
"""What somebody says, and the chunk that says what to do."""

NO_CHUNK = {
    "I feel like I'm about to pass out": STOP_NOW,
    "I nearly blacked out on the rower": STOP_NOW,
    "my fingers are numb after deadlifts": SEE_SOMEBODY,
    "I can't put any weight on my foot": SEE_SOMEBODY,
}
"""What no chunk is about, and what is said nevertheless."""

CALM = (
    "does beta alanine make you tingle",
    "how do I stretch a tight chest",
    "what's a good stroke rate on the rower",
    "is lifting with high blood pressure safe",
    "how do I breathe when I squat",
    "what color should my pee be",
)
"""Questions that have such words in them, and are none of it."""


async def test_the_best_chunk_answers_with_its_source(searchable: Search) -> None:
    found = await answer(searchable, "how much protein do I need a day")
    best = found.sources[0]
    assert (best.chunk_id, found.known, found.red_flag) == ("protein-per-day", True, False)
    assert found.text == best.content
    told, _, source = found.spoken.rpartition(" Per ")
    assert best.content.startswith(told)
    assert source.endswith(f"{best.source_year}.")


@pytest.mark.parametrize(
    ("question", "category", "first"),
    [
        ("what should I do about my knees", "injury", "injury"),
        ("what should I drink", "nutrition", "nutrition"),
        ("how do I get faster", "running", "running"),
    ],
)
async def test_the_category_decides_between_what_fits_as_well(
    searchable: Search, question: str, category: KnowledgeCategory, first: str
) -> None:
    found = await answer(searchable, question, category)
    assert not found.known or found.sources[0].category == first


async def test_a_wrong_category_does_not_hide_the_answer(searchable: Search) -> None:
    found = await answer(searchable, "how much protein do I need a day", "mobility")
    assert found.sources[0].chunk_id == "protein-per-day"


async def test_nearly_all_questions_are_answered_and_most_by_the_right_chunk(searchable: Search) -> None:
    questions = load_questions("knowledge")
    known = right = 0
    for asked in questions[::4]:
        found = await answer(searchable, asked.ask)
        known += found.known
        right += bool(found.sources) and found.sources[0].chunk_id in asked.answers
    assert known / len(questions[::4]) >= LEAST_ANSWERED
    assert right / len(questions[::4]) >= LEAST_RIGHT


async def test_what_is_no_coachs_business_is_not_answered(searchable: Search) -> None:
    answered = []
    for question in off_topic():
        found = await answer(searchable, question)
        if found.known:
            answered.append(question)
        else:
            assert (found.text, found.spoken, found.sources) == (DONT_KNOW, DONT_KNOW, ())
    assert len(answered) / len(off_topic()) <= MOST_OFF_TOPIC_ANSWERED, answered


@pytest.mark.parametrize("said", ["what's the weather like today", "who is the president", "", "the", "?!"])
async def test_weather_politics_and_nothing_are_not_answered(searchable: Search, said: str) -> None:
    assert not (await answer(searchable, said)).known


@pytest.mark.parametrize(("said", "chunk_id"), SIGNS.items())
async def test_a_sign_of_danger_goes_to_a_professional_first(
    searchable: Search, said: str, chunk_id: str
) -> None:
    found = await answer(searchable, said)
    assert found.red_flag
    assert found.sources[0].chunk_id == chunk_id
    assert found.text.endswith(found.sources[0].content)


@pytest.mark.parametrize(("said", "told"), NO_CHUNK.items())
async def test_so_does_one_that_nothing_is_written_about(searchable: Search, said: str, told: str) -> None:
    found = await answer(searchable, said)
    assert (found.text, found.spoken, found.sources) == (told, told, ())
    assert (found.known, found.red_flag) == (True, True)


@pytest.mark.parametrize("said", CALM)
async def test_a_question_that_only_sounds_like_one_is_answered(searchable: Search, said: str) -> None:
    assert not (await answer(searchable, said)).red_flag


def test_despair_is_heard() -> None:
    for said in ("I want to end it all", "I'm feeling suicidal", "I don't want to be here anymore"):
        assert advice(said) == TALK_NOW
    for said in ("that set nearly killed me", "my legs are dead", "I'm killing it today"):
        assert advice(said) is None


async def test_without_an_index_nothing_is_known(database: Database) -> None:
    assert (await answer(Search(database), "how much protein do I need")).spoken == DONT_KNOW
    assert (await answer(Search(database), "my chest hurts")).spoken == STOP_NOW


async def test_words_alone_answer_what_they_can(searchable: Search) -> None:
    """As on a server without the model or without pgvector."""
    by_words = Search(searchable.database)
    known = await answer(by_words, "how much creatine should I take")
    assert known.sources[0].chunk_id.startswith("creatine")
    assert (await answer(by_words, "my chest hurts when I lift")).red_flag
    wrong = [one for one in off_topic() if (await answer(by_words, one)).known]
    assert len(wrong) / len(off_topic()) <= MOST_WITHOUT_VECTORS, wrong


def test_a_spoken_answer_is_short() -> None:
    long = "First sentence here. " + "This one has exactly six words. " * 20
    said = spoken_answer(long.strip(), "Smith 2019, On lifting", 2019, red_flag=False)
    assert said.startswith("First sentence here. This one")
    assert said.endswith(" Per Smith, 2019.")
    assert len(said.split()) <= MAX_WORDS + 4
    alone = "word " * 60 + "end."
    assert spoken_answer(alone, None, None, red_flag=False) == alone


def test_of_a_red_flag_all_that_matters_is_said() -> None:
    content = f"Stop {'now ' * 40}please. See a doctor {'soon ' * 40}. And this waits."
    said = spoken_answer(content, "Smith 2019, On lifting", 2019, red_flag=True)
    assert "See a doctor" in said
    assert "waits" not in said
    assert "Smith" not in said
