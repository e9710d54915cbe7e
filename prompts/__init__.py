"""What models are told and what the agent says of itself, as text files beside this one.

A file begins with what it is, between two lines of `---`: its `version`, which goes up with every change, its
`purpose`, and the `variables` that stand in it as `{{name}}`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import VoiceFitError

FRONT = re.compile(r"---\n(?P<front>.*?)\n---\n(?P<text>.*)", re.DOTALL)
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class BadPrompt(VoiceFitError):
    """A prompt's file, or what it is to be filled with, is not as it should be."""


class Front(BaseModel):
    """What a prompt's file says of itself."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1)
    purpose: str = Field(min_length=1)
    variables: list[str] = []


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as its file has it."""

    name: str
    front: Front
    text: str

    def render(self, **values: str) -> str:
        """The text with each variable's value. Raises `BadPrompt` when one is missing or unknown."""
        if set(values) != set(self.front.variables):
            wanted = ", ".join(self.front.variables) or "nothing"
            raise BadPrompt(
                f"{self.name} is filled with {wanted}, not with {', '.join(values) or 'nothing'}."
            )
        return VARIABLE.sub(lambda found: values[found[1]], self.text)


def read(name: str, written: str) -> Prompt:
    """The prompt `name` whose file has the text `written`. Raises `BadPrompt`."""
    found = FRONT.fullmatch(written)
    if found is None:
        raise BadPrompt(
            f"prompts/{name}.txt does not begin with its version and purpose between two lines of ---."
        )
    try:
        front = Front.model_validate(yaml.safe_load(found["front"]))
    except (ValidationError, yaml.YAMLError) as error:
        raise BadPrompt(f"prompts/{name}.txt: {error}") from None
    text = found["text"].strip()
    used = set(VARIABLE.findall(text))
    if used != set(front.variables):
        names = ", ".join(sorted(used ^ set(front.variables)))
        raise BadPrompt(f"prompts/{name}.txt: what it lists and what stands in it differ: {names}.")
    return Prompt(name, front, text)


@lru_cache
def load(name: str) -> Prompt:
    """`prompts/<name>.txt`. Raises `BadPrompt`."""
    return read(name, files("prompts").joinpath(f"{name}.txt").read_text(encoding="utf-8"))


def prompt(name: str, **values: Any) -> str:
    """The text of `prompts/<name>.txt` with `values` for its variables. Raises `BadPrompt`."""
    return load(name).render(**values)


def versions(*names: str) -> dict[str, int]:
    """Which version each of these prompts is; of all that there are when none is named."""
    return {name: load(name).front.version for name in names or all_names()}


def all_names() -> list[str]:
    """The names of all prompts."""
    found = (one.name for one in files("prompts").iterdir())
    return sorted(name.removesuffix(".txt") for name in found if name.endswith(".txt"))


@lru_cache
def _phrases() -> dict[str, str]:
    lines = (line.partition(":") for line in prompt("phrases").splitlines() if ":" in line)
    return {name.strip(): text.strip() for name, _, text in lines}


def phrase(name: str) -> str:
    """A fixed reply of `prompts/phrases.txt`. Raises `KeyError`."""
    return _phrases()[name]
