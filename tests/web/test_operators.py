"""The operators' pages in Chromium: who is let in, turns as bars, one turn and its words, evaluation runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import serving
from tests.web.eval_runs import EvalRuns
from tests.web.operators import Operators, turn
from tests.web.test_accessibility import AXE, PHONE, violations

pytestmark = [pytest.mark.slow, pytest.mark.alone]

DESKTOP = {"width": 1280, "height": 800}
Open = Callable[..., Page]


@pytest.fixture
def server() -> Operators:
    return Operators()


@pytest.fixture
def runs(server: Operators) -> EvalRuns:
    """The evaluation runs that the server keeps."""
    return server.evaluation


@pytest.fixture
def open_admin(browser: Browser, server: Operators) -> Iterator[Open]:
    """Opens an operators' page. The test fails if the page reports an error."""
    contexts, errors = [], []

    def open_one(path: str = "/admin/turns", **options: Any) -> Page:
        context = browser.new_context(**({"viewport": DESKTOP, "timezone_id": "UTC"} | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"http://localhost:{port}{path}")
        return page

    with serving(server) as port:  # type: ignore[arg-type]
        yield open_one
        for context in contexts:
            context.close()
    assert not [error for error in errors if "Failed to load resource" not in error]


def rows(page: Page) -> list[str]:
    """The turns that are listed, by their outcome."""
    expect(page.locator(".turn").first).to_be_visible()
    return [text.strip() for text in page.locator(".turn .chip:first-child").all_inner_texts()]


def test_turns_are_listed_filtered_and_ordered(open_admin: Open, server: Operators) -> None:
    page = open_admin()
    assert rows(page)[:3] == ["done", "failed", "handed over"]
    assert len(rows(page)) == 25
    page.get_by_role("button", name="Further ones").click()
    expect(page.locator(".turn")).to_have_count(30)
    page.get_by_label("Outcome").select_option("failed")
    expect(page.locator(".turn")).to_have_count(1)
    assert "outcome=failed" in page.url
    expect(page.locator(".turn")).to_contain_text("OperationalError")
    page.get_by_label("Outcome").select_option("")
    page.get_by_label("Order").select_option("-waited_ms")
    expect(page.locator(".turn .chip").first).to_have_text("handed over")
    assert server.asked[-1]["sort"] == "-waited_ms"
    page.reload()  # the address says what is listed
    expect(page.locator(".turn .chip").first).to_have_text("handed over")


def test_new_turns_come_by_themselves(open_admin: Open, server: Operators) -> None:
    page = open_admin()
    assert rows(page)[0] == "done"
    server.turns.insert(0, turn(0, outcome="refused"))
    expect(page.locator(".turn .chip").first).to_have_text("refused", timeout=15_000)
    page.get_by_label("Live").uncheck()


def test_bars_are_where_the_time_went(open_admin: Open) -> None:
    page = open_admin()
    rows(page)
    strip = page.locator(".turn .strip").first
    assert strip.get_attribute("aria-label") == ("hear 420 ms, understand 7.9 ms, do 10 ms, speak 77 ms")
    boxes = [strip.locator(f".stage.{name}").bounding_box() for name in ("hear", "do", "speak")]
    assert all(boxes)
    hear, do, speak = (box for box in boxes if box is not None)
    assert hear["width"] > speak["width"] > do["width"] > 0
    assert hear["x"] + hear["width"] <= do["x"] + 1 <= speak["x"] + 2


def test_one_turn_has_its_parts_and_its_words_only_with_leave(open_admin: Open, server: Operators) -> None:
    page = open_admin()
    rows(page)
    page.locator(".turn").first.click()
    parts = page.locator(".waterfall tbody th").all_inner_texts()
    expect(page.get_by_role("heading", name="Parts")).to_be_visible()
    parts = [text.strip() for text in page.locator(".waterfall tbody th").all_inner_texts()]
    assert parts[:4] == ["hear", "speech", "stt", "endpointing"]
    assert parts[-3:] == ["speak", "tts", "playout"]
    expect(page.locator(".calls")).to_have_text("log_set(exercise: string, reps: number)")
    expect(page.get_by_text("It is the athlete’s.")).to_be_visible()
    assert page.get_by_role("button", name="Read it").count() == 0
    server.until = "2099-01-01T00:00:00Z"
    page.reload()
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("bench 225 for 8")).to_be_visible()
    assert len(server.read) == 1
    page.get_by_role("link", name="All turns").click()
    assert len(rows(page)) == 25


def test_who_is_no_operator_sees_why_and_nothing_else(open_admin: Open, server: Operators) -> None:
    server.role = "athlete"
    page = open_admin()
    expect(page.get_by_role("alert")).to_have_text("This is for those who run the server.")
    assert server.asked == []
    page.get_by_role("button", name="Sign in as somebody else").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.get_by_role("link", name="Turns").count() == 1


def test_runs_are_shown_over_time_and_by_set(open_admin: Open, runs: EvalRuns) -> None:
    page = open_admin("/admin/eval")
    expect(page.locator(".eval-runs tbody tr")).to_have_count(12)
    chart = page.get_by_role("img", name="Exact turns over time")
    expect(chart.locator("polyline")).to_have_count(3)
    expect(chart.locator("circle")).to_have_count(12)
    expect(page.get_by_label("Lines")).to_be_disabled()
    spoken = page.locator("tr", has_text="logging, not_for_the_agent: aloud, 6 voices").first
    expect(spoken).to_contain_text("75 % of 24")
    expect(spoken.locator(".alarm")).to_have_text("2")

    page.get_by_label("Set").select_option("packaged scenarios: typed")
    expect(page.locator(".eval-runs tbody tr")).to_have_count(4)
    page.get_by_label("Lines").select_option("By tool, the weakest")
    expect(chart.locator("polyline")).to_have_count(3)
    assert "log_set: 100 %" in (chart.get_attribute("aria-label") or "")
    page.get_by_label("Lines").select_option("By noise")
    expect(page.locator(".eval-legend").first).to_contain_text("plates 10 dB")


def test_two_runs_are_compared_and_a_report_is_read(open_admin: Open, runs: EvalRuns) -> None:
    page = open_admin("/admin/eval")
    compare = page.get_by_role("button", name="Compare A and B")
    expect(compare).to_be_disabled()
    spoken = page.locator(".eval-runs tr", has_text="aloud, 6 voices")
    spoken.first.get_by_role("radio").first.check()
    expect(compare).to_be_disabled()
    spoken.last.get_by_role("radio").last.check()
    compare.click()
    verdict = page.locator(".eval-compare")
    expect(verdict).to_contain_text("A is better: 6 turns exact in A only, 0 in B only")
    expect(verdict).to_contain_text("p = 0.0313")
    expect(verdict.locator(".eval-turns li")).to_have_text([f"log-{n:03} turn 1" for n in range(13, 19)])
    assert page.locator(".eval-runs").get_by_role("radio", checked=True).count() == 2

    page.locator(".eval-runs tr", has_text="in 1 other words").last.get_by_role("radio").last.check()
    with page.expect_popup() as opened:
        spoken.first.get_by_role("link").click()
    report = opened.value
    expect(report.get_by_text("What went wrong: 6 turns")).to_be_visible()


def test_no_run_or_no_answer_is_told(open_admin: Open, runs: EvalRuns) -> None:
    runs.fault = "The database is away."
    page = open_admin("/admin/eval")
    expect(page.get_by_role("alert")).to_have_text("The database is away.")
    runs.fault, runs.runs = "", {}
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="No run was saved yet")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_wrong_with_evaluation(
    open_admin: Open, runs: EvalRuns, scheme: str, size: dict[str, int]
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm ci`")
    page = open_admin("/admin/eval", color_scheme=scheme, viewport=size)
    chosen = page.locator(".eval-runs tr", has_text="aloud, 6 voices")
    chosen.first.get_by_role("radio").first.check()
    chosen.last.get_by_role("radio").last.check()
    page.get_by_role("button", name="Compare A and B").click()
    expect(page.locator(".eval-verdict")).to_be_visible()
    assert violations(page) == []
    _picture(page, f"eval-{scheme}-{size['width']}")
    assert page.evaluate("() => document.documentElement.scrollWidth") == size["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_wrong(
    open_admin: Open, server: Operators, scheme: str, size: dict[str, int]
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm ci`")
    server.until = "2099-01-01T00:00:00Z"
    page = open_admin(color_scheme=scheme, viewport=size)
    rows(page)
    assert violations(page) == []
    _picture(page, f"turns-{scheme}-{size['width']}")
    page.locator(".turn").nth(2).click()
    expect(page.get_by_role("heading", name="Parts")).to_be_visible()
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("bench 225 for 8")).to_be_visible()
    assert violations(page) == []
    _picture(page, f"turn-{scheme}-{size['width']}")
    assert page.evaluate("() => document.documentElement.scrollWidth") == size["width"]


def _picture(page: Page, name: str) -> None:
    """To be looked at, in the folder that `VOICEFIT_SCREENSHOTS` names."""
    if folder := os.environ.get("VOICEFIT_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
