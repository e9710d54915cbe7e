"""What models are told and what the agent says of itself, as text files beside this one."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache
def prompt(name: str) -> str:
    """The text of `prompts/<name>.txt`."""
    return files("prompts").joinpath(f"{name}.txt").read_text(encoding="utf-8").strip()


@lru_cache
def _phrases() -> dict[str, str]:
    lines = (line.partition(":") for line in prompt("phrases").splitlines() if ":" in line)
    return {name.strip(): text.strip() for name, _, text in lines}


def phrase(name: str) -> str:
    """A fixed reply of `prompts/phrases.txt`. Raises `KeyError`."""
    return _phrases()[name]
