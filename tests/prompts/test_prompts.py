"""Prompts are files that say what they are, and are filled strictly."""

from __future__ import annotations

import pytest

from agent.grok import SILENT
from prompts import BadPrompt, all_names, load, phrase, prompt, read, versions

GOOD = "---\nversion: 3\npurpose: To greet.\nvariables: [name]\n---\nHello {{name}}, {{ name }}!\n"


def test_a_prompt_is_filled_with_all_that_it_lists_and_nothing_else() -> None:
    one = read("greeting", GOOD)
    assert one.render(name="{{other}} Ann") == "Hello {{other}} Ann, {{other}} Ann!"
    assert one.front.version == 3
    for values in ({}, {"name": "Ann", "age": "8"}, {"nam": "Ann"}):
        with pytest.raises(BadPrompt, match="greeting is filled with name"):
            one.render(**values)


@pytest.mark.parametrize(
    "written",
    [
        "Hello.",
        GOOD.replace("version: 3\n", ""),
        GOOD.replace("version: 3", "version: 0"),
        GOOD.replace("purpose: To greet.\n", ""),
        GOOD.replace("variables: [name]\n", ""),
        GOOD.replace("[name]", "[name, age]"),
        GOOD.replace("purpose", "colour: red\npurpose"),
        GOOD.replace("version: 3", "version: [3"),
    ],
)
def test_a_file_that_does_not_say_what_it_is_is_refused(written: str) -> None:
    with pytest.raises(BadPrompt, match="greeting"):
        read("greeting", written)


def test_every_packaged_prompt_is_as_it_should_be() -> None:
    assert {"coach", "phrases", "stt"} <= set(all_names())
    assert versions() == {name: load(name).front.version for name in all_names()}
    assert SILENT in prompt("coach")
    with pytest.raises(KeyError):
        phrase("there is none")
