import pytest

from eval.replies import is_question, reply_faults, word_errors
from eval.scenario import ReplyCheck


@pytest.mark.parametrize("reply", ["Which exercise?", "Hm. Bench or squat? Say one.", 'Did you say "ten?"'])
def test_questions(reply):
    assert is_question(reply)


@pytest.mark.parametrize("reply", ["", "225 for 8.", "which exercise", "see /page?id=4"])
def test_no_questions(reply):
    assert not is_question(reply)


@pytest.mark.parametrize(
    ("check", "reply", "passes"),
    [
        ({"contains_any": ["230", "two thirty"]}, "230 for 6.", True),
        ({"contains_any": ["230"]}, "1230 for 6.", False),
        ({"contains_any": ["230"]}, "230.5 for 6", False),
        ({"contains_any": ["25"]}, "2.25 miles", False),
        ({"contains_any": ["Wall"]}, "150 wall-balls", True),
        ({"contains_all": ["bench", "225"]}, "Bench: 225", True),
        ({"contains_all": ["bench", "225"]}, "Bench: 235", False),
        ({"not_contains": ["sorry"]}, "Sorry?", False),
        ({"not_contains": ["sorry"]}, "Done.", True),
        ({"max_words": 2}, "Got it.", True),
        ({"max_words": 2}, "I got it.", False),
        ({"max_words": 0}, "", True),
    ],
)
def test_reply_checks(check, reply, passes):
    assert (list(reply_faults(ReplyCheck.model_validate(check), reply)) == []) is passes


@pytest.mark.parametrize(
    ("reference", "heard", "errors"),
    [
        ("bench press, two twenty five for eight", "Bench press two twenty-five for eight.", 0),
        ("same again", "same a gain", 2),
        ("scratch that", "", 2),
        ("185 for 9", "185 for 9 9", 1),
        ("I'm done", "I’m done!", 0),
        ("52.5 for 8", "52,5 for 8", 1),
    ],
)
def test_word_errors(reference, heard, errors):
    assert word_errors(reference, heard)[0] == errors


def test_word_errors_are_out_of_the_words_of_the_reference():
    assert word_errors("one two three", "one") == (2, 3)
