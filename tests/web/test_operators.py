"""The operators' pages in Chromium: who is let in, turns as bars, one turn, what was said."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import serving
from tests.web.operators import Operators, turn
from tests.web.test_accessibility import AXE, PHONE, violations

pytestmark = [pytest.mark.slow, pytest.mark.alone]

DESKTOP = {"width": 1280, "height": 800}
Open = Callable[..., Page]


@pytest.fixture
def server() -> Operators:
    return Operators()


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
