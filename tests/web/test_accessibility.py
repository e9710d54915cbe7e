"""The page for everybody: axe-core's rules, the keyboard, narrow screens, the content security policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import OpenPage
from tests.web.standin import StandIn
from tests.web.test_page import FIRST, type_text

pytestmark = [pytest.mark.slow, pytest.mark.alone]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 360, "height": 640}


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, as `rule: element`."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run().then((result) => result.violations)")
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(open_page: OpenPage, stand_in: StandIn, scheme: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm ci`")
    stand_in.reply_seconds = 0.1
    page = open_page(color_scheme=scheme, reduced_motion="reduce", viewport=PHONE)
    assert violations(page) == []
    for text in (FIRST, "same again", "scratch that", "press 100 for 5", "rest two seconds"):
        type_text(page, text)
        expect(page.get_by_role("status")).to_have_text("Ready")
    page.get_by_label("Settings").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Workout").click()
    assert violations(page) == []


def test_sign_in_passes_axe(open_page: OpenPage, stand_in: StandIn) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm ci`")
    stand_in.local_allowed = False
    page = open_page(viewport=PHONE)
    page.locator(".talk-button").click()
    page.get_by_text("With a token").click()
    expect(page.get_by_label("paste the token")).to_be_visible()
    assert violations(page) == []


def test_nothing_is_wider_than_a_phone(open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    type_text(page, FIRST)
    expect(page.locator(".card .figures")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
    button = page.locator(".talk-button").bounding_box()
    assert button is not None
    assert min(button["width"], button["height"]) >= 96


def test_the_keyboard_reaches_everything_in_reading_order(open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    reached = []
    for _ in range(10):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                  const element = document.activeElement;
                  return element.getAttribute("aria-label") ?? element.innerText.trim();
                }"""
            )
        )
    assert [name.split("\n")[0] for name in reached[:3]] == ["Workout", "Settings", "Conversation"]
    assert reached[3].startswith("“bench press")
    assert reached[7] == "Talk"
    assert reached[9] == "Send"


def test_screen_readers_are_told_of_sets(open_page: OpenPage) -> None:
    page = open_page()
    type_text(page, FIRST)
    expect(page.get_by_role("log")).to_contain_text("Bench Press, set 1: 225 lbs × 8")


def test_the_policy_stops_inline_scripts(open_page: OpenPage) -> None:
    page = open_page(expected="violates the following Content Security Policy")
    ran = page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.injected = true";
          document.body.append(script);
          return Boolean(window.injected);
        }"""
    )
    assert ran is False
