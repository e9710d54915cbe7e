"""The page in a real browser: talking, typing, interrupting, and what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.web.answers import WORKOUT, bench
from tests.web.conftest import OpenPage
from tests.web.standin import RATE, StandIn
from tools import TOOLS

pytestmark = [pytest.mark.slow, pytest.mark.alone]

FIRST = "bench press, two twenty five for eight"


def type_text(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.press("#text", "Enter")


def eventually(condition: Callable[[], bool], page: Page, seconds: float = 8) -> None:
    """Waits for something on the server's side, while the page goes on."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        page.wait_for_timeout(50)


def test_one_press_signs_in_listens_and_logs_a_set(open_page: OpenPage, stand_in: StandIn) -> None:
    stand_in.spoken = [FIRST]
    page = open_page()
    page.get_by_role("button", name="Talk", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Listening")
    expect(page.locator(".line.user")).to_have_text(f"You: {FIRST}")
    expect(page.locator(".card .figures")).to_have_text("225 lbs × 8")
    expect(page.locator(".line.assistant")).to_contain_text("225 for 8, bench press.")
    expect(page.locator("#workout .exercise")).to_have_count(1)
    assert stand_in.signed_in
    assert stand_in.of_type("session.update")[0]["session"]["audio"]["input"]["turn_detection"] == {
        "type": "server_vad"
    }


def test_the_microphone_arrives_as_24_khz_pcm16(open_page: OpenPage, stand_in: StandIn) -> None:
    page = open_page()
    page.get_by_role("button", name="Talk", exact=True).click()
    eventually(lambda: len(stand_in.audio) > 2 * RATE * 2, page)
    samples = memoryview(bytes(stand_in.audio)).cast("h")
    crossings = [n for n in range(1, len(samples)) if samples[n - 1] < 0 <= samples[n] and samples[n] > 200]
    periods = [b - a for a, b in pairwise(crossings)]
    typical = sorted(periods)[len(periods) // 2]
    assert typical == pytest.approx(RATE / 300, abs=1)  # the 300 Hz tone, neither faster nor slower


def test_speaking_interrupts_the_voice_and_says_what_was_heard(
    open_page: OpenPage, stand_in: StandIn
) -> None:
    stand_in.spoken = [FIRST, "scratch that"]
    stand_in.reply_seconds = 30
    page = open_page()
    page.get_by_role("button", name="Talk", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Speaking")
    eventually(lambda: bool(stand_in.of_type("conversation.item.truncate")), page, 10)
    (truncate,) = stand_in.of_type("conversation.item.truncate")
    assert truncate["content_index"] == 0
    # The second round's speech comes about 3 s after the first reply began.
    assert 1000 < truncate["audio_end_ms"] < 5000
    reply = page.locator(".line.assistant").first
    expect(reply).to_contain_text("(interrupted)")
    expect(reply).to_contain_text("225 for 8, bench press.")  # what was not heard can still be read
    expect(reply.locator(".unheard")).to_have_text("bench press.")
    expect(page.locator(".card.removed")).to_have_count(0)  # set 2 was never there


def test_hush_stops_the_voice_and_the_reply(open_page: OpenPage, stand_in: StandIn) -> None:
    stand_in.reply_seconds = 30
    page = open_page()
    type_text(page, FIRST)
    page.get_by_role("button", name="Hush").click()
    expect(page.get_by_role("status")).not_to_have_text("Speaking")
    eventually(lambda: bool(stand_in.of_type("response.cancel")), page)
    assert stand_in.of_type("conversation.item.truncate")


def test_typing_needs_no_microphone_and_draws_every_kind_of_card(
    open_page: OpenPage, stand_in: StandIn
) -> None:
    stand_in.reply_seconds = 0.1
    page = open_page(microphone=False)
    feed, workout = page.locator(".lines"), page.locator("#workout")

    type_text(page, "start push day")
    expect(feed).to_contain_text("Started")
    expect(workout.get_by_role("heading", level=2)).to_have_text("push day")
    type_text(page, FIRST)
    expect(workout.locator(".exercise li")).to_contain_text("225 lbs × 8")
    type_text(page, "no, make that ten reps")
    expect(feed).to_contain_text("Changed")
    expect(workout.locator(".exercise li")).to_contain_text("225 lbs × 10")
    type_text(page, "same again")
    expect(workout.locator(".exercise li")).to_have_count(2)
    type_text(page, "scratch that")
    expect(page.locator(".card.removed")).to_contain_text("Set 2")
    expect(workout.locator(".exercise li")).to_have_count(1)
    type_text(page, "press 100 for 5")
    expect(page.locator(".card.question")).to_have_text("Which press?")
    type_text(page, "that's it for today")
    expect(workout.locator(".count")).to_have_text("Finished, 1 set")
    assert all(len(event["item"]["id"]) <= 32 for event in stand_in.of_type("conversation.item.create"))


def test_an_answer_is_drawn_once_under_a_title_for_people(open_page: OpenPage) -> None:
    page = open_page()
    type_text(page, "what did I bench last time?")
    expect(page.locator(".card-head")).to_have_text("Last time")
    expect(page.locator(".card-text")).to_have_text("Last Tuesday, 220 for 8.")
    expect(page.get_by_role("status")).to_have_text("Ready")
    expect(page.locator(".line.assistant")).to_have_count(0)


def test_what_is_typed_and_not_answered_is_not_left_without_a_word(
    open_page: OpenPage, stand_in: StandIn
) -> None:
    stand_in.spoken = ["hello"]
    page = open_page()
    type_text(page, "hello")
    expect(page.locator(".line.assistant")).to_have_text("VoiceFit: Nothing to log there.")
    page.get_by_role("button", name="Talk", exact=True).click()
    expect(page.locator(".line.user")).to_have_text(["You: hello", "You: hello"])
    expect(page.get_by_role("status")).to_have_text("Listening")
    expect(page.locator(".line.assistant")).to_have_count(1)  # what is spoken may be for others


def test_every_tool_has_a_title_for_people(open_page: OpenPage) -> None:
    titles = open_page().evaluate(
        "names => import('/app/format.js').then(({toolTitle}) => names.map(toolTitle))", list(TOOLS)
    )
    untitled = [
        name for name, title in zip(TOOLS, titles, strict=True) if title.lower() == name.replace("_", " ")
    ]
    assert not untitled


def test_the_newest_line_stays_in_view_when_the_page_gets_lower(open_page: OpenPage) -> None:
    page = open_page()
    for place in range(1, 8):
        type_text(page, "what did I bench last time?")
        expect(page.locator(".card")).to_have_count(place)
    expect(page.locator(".line").last).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 360, "height": 480})
    expect(page.locator(".line").last).to_be_in_viewport(ratio=1)


def test_the_rest_timer_counts_down_and_ends(open_page: OpenPage) -> None:
    page = open_page()
    type_text(page, "rest two seconds")
    timer = page.get_by_role("timer")
    expect(timer).to_contain_text("0:02")
    expect(timer).to_contain_text("0:01")
    expect(timer).to_have_count(0)
    expect(page.get_by_role("log")).to_contain_text("Rest is over.")


def test_the_space_bar_toggles_listening_but_not_in_the_text_box(open_page: OpenPage) -> None:
    page = open_page()
    button = page.locator(".talk-button")
    page.locator("body").press("Space")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.focus()
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.locator("#text").press_sequentially("a b")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#text")).to_have_value("a b")


def test_hold_to_talk_commits_when_let_go(open_page: OpenPage, stand_in: StandIn) -> None:
    page = open_page()
    page.get_by_label("Settings").click()
    page.get_by_label("Hold to talk").check()
    page.keyboard.press("Escape")
    page.locator(".talk-button").focus()
    page.keyboard.down("Space")
    expect(page.get_by_role("status")).to_have_text("Listening")
    eventually(lambda: len(stand_in.audio) > 0, page)
    stand_in.spoken = [FIRST]
    page.keyboard.up("Space")
    expect(page.locator(".card .figures")).to_have_text("225 lbs × 8")
    assert stand_in.of_type("session.update")[-1]["session"]["audio"]["input"]["turn_detection"] is None
    assert len(stand_in.of_type("input_audio_buffer.commit")) == 1


def test_the_held_button_listens_until_it_is_let_go_anywhere(open_page: OpenPage) -> None:
    page = open_page(before="localStorage.setItem('hold-to-talk', 'true')")
    button = page.locator(".talk-button")
    button.hover()
    page.mouse.down()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.mouse.move(5, 5)
    expect(button).to_have_attribute("aria-pressed", "true")
    page.mouse.up()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_lost_connection_comes_back_to_the_same_conversation(
    open_page: OpenPage, stand_in: StandIn
) -> None:
    page = open_page()
    type_text(page, FIRST)
    expect(page.locator(".card .figures")).to_have_text("225 lbs × 8")
    stand_in.hang_up()
    eventually(lambda: len(stand_in.connections) == 2, page)
    expect(page.get_by_role("status")).to_have_text("Ready")
    expect(page.locator(".line.user")).to_have_count(1)  # the past is not drawn twice
    type_text(page, "same again")
    expect(page.locator("#workout .exercise li")).to_have_count(2)
    assert stand_in.connections == [None, "conversation-1"]


def test_a_reloaded_page_shows_the_conversation_again(open_page: OpenPage) -> None:
    page = open_page()
    type_text(page, FIRST)
    expect(page.locator(".card .figures")).to_have_text("225 lbs × 8")
    page.reload()
    expect(page.locator(".line.user")).to_have_text(f"You: {FIRST}")
    expect(page.locator("#workout .exercise li")).to_have_count(1)


def test_a_typed_turn_cut_off_is_sent_again_as_the_same_turn(open_page: OpenPage, stand_in: StandIn) -> None:
    stand_in.drop_before_reply = 1
    page = open_page()
    type_text(page, FIRST)
    expect(page.locator(".card .figures")).to_have_text("225 lbs × 8")
    first, second = stand_in.of_type("conversation.item.create")
    assert first["item"] == second["item"]
    expect(page.locator(".line.user")).to_have_count(1)


def test_on_a_narrow_screen_it_is_told_in_full_how_things_are(open_page: OpenPage, stand_in: StandIn) -> None:
    page = open_page(viewport={"width": 360, "height": 640})
    type_text(page, FIRST)
    expect(page.locator(".card .figures")).to_have_text("225 lbs × 8")
    stand_in.full = True
    stand_in.hang_up()
    status = page.get_by_role("status")
    expect(status).to_have_text("Offline")
    for words in ("Offline", "Connecting", "Listening"):
        fits = "(element, words) => (element.textContent = words, element.scrollWidth <= element.clientWidth)"
        assert status.evaluate(fits, words), words


def test_a_conversation_the_server_forgot_is_left_for_a_new_one(
    open_page: OpenPage, stand_in: StandIn
) -> None:
    stand_in.signed_in = stand_in.refuse_conversations = True
    page = open_page(before="sessionStorage.setItem('conversation', 'long-gone')")
    eventually(lambda: stand_in.connections[-1:] == [None], page)
    expect(page.get_by_role("status")).to_have_text("Ready")
    assert stand_in.connections[0] == "long-gone"


def test_a_full_server_is_named_and_tried_again(open_page: OpenPage, stand_in: StandIn) -> None:
    stand_in.full = True
    page = open_page()
    type_text(page, FIRST)
    expect(page.get_by_role("alert")).to_contain_text("All conversations are taken.")
    stand_in.full = False
    expect(page.locator(".card .figures")).to_have_text("225 lbs × 8")
    expect(page.get_by_role("alert")).to_be_empty()


def test_the_workout_so_far_is_there_when_the_page_opens(open_page: OpenPage, stand_in: StandIn) -> None:
    stand_in.signed_in = True
    stand_in.workout, stand_in.sets = WORKOUT, [bench(1, 225, 8), bench(2, 230, 6)]
    page = open_page()
    expect(page.locator("#workout .exercise li")).to_have_count(2)
    assert stand_in.connections == []  # no conversation is taken up before it is asked for


def test_on_another_machine_a_token_signs_in(open_page: OpenPage, stand_in: StandIn) -> None:
    stand_in.local_allowed = False
    page = open_page()
    page.get_by_role("button", name="Talk", exact=True).click()
    page.get_by_text("With a token").click()
    page.get_by_label("paste the token").fill("bad-token")
    page.get_by_role("button", name="Use the token").click()
    expect(page.get_by_role("alert")).to_contain_text("not valid here")
    page.get_by_label("paste the token").fill("good-token")
    page.get_by_role("button", name="Use the token").click()
    type_text(page, FIRST)
    expect(page.locator(".card .figures")).to_have_text("225 lbs × 8")


def test_on_another_machine_an_account_is_made_and_signed_in_to(
    open_page: OpenPage, stand_in: StandIn
) -> None:
    stand_in.local_allowed = False
    page = open_page()
    page.get_by_role("button", name="Talk", exact=True).click()
    page.get_by_label("Email").fill("ana@example.com")
    page.get_by_label("Password").fill("four words you remember")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("do not match")
    page.get_by_role("button", name="Create an account").click()
    type_text(page, FIRST)
    expect(page.locator(".card .figures")).to_have_text("225 lbs × 8")
    page.get_by_label("Settings").click()
    page.get_by_role("button", name="Sign out").click()

    page.get_by_role("button", name="Talk", exact=True).click()
    page.get_by_label("Password").fill("four words you remember")
    page.get_by_role("button", name="Sign in", exact=True).click()
    type_text(page, FIRST)
    expect(page.locator(".card .figures")).to_have_text("225 lbs × 8")


def microphone_fails_with(name: str) -> str:
    """A script that makes the browser refuse the microphone with a DOMException of this name."""
    return f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{name}'))"


INSECURE = """
    Object.defineProperty(window, 'isSecureContext', {value: false});
    delete BaseAudioContext.prototype.audioWorklet;
"""
"""What a page that is open over plain http from another machine has not."""


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (microphone_fails_with("NotAllowedError"), "microphone is blocked"),
        (microphone_fails_with("NotFoundError"), "No microphone was found"),
        (microphone_fails_with("NotReadableError"), "Another program may be using it"),
        (INSECURE, "localhost"),
    ],
)
def test_without_a_microphone_the_page_says_why_and_typing_works(
    open_page: OpenPage, before: str, words: str
) -> None:
    page = open_page(before=before)
    page.get_by_role("button", name="Talk", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(words)
    expect(page.get_by_role("alert")).to_contain_text("Typing works")
    expect(page.locator(".talk-button")).to_have_attribute("aria-pressed", "false")
    type_text(page, FIRST)
    expect(page.locator(".card .figures")).to_have_text("225 lbs × 8")
