"""The content's YAML files as values. (Apart from `files`, so that a warm start need not import YAML.)"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from db.catalogue.faults import Faults
from db.catalogue.files import read_text


class _Loader(yaml.CSafeLoader):
    """libyaml's loader (ten times as fast as Python's) that takes no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!r} is there twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(folder: Path, name: str, faults: Faults) -> Any:
    """The value of a YAML file; None, and the fault noted, if it is not YAML."""
    text = read_text(folder, name, faults)
    if text is None:
        return None
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}" if mark else ""
        faults.add(name, line, f"is not YAML: {error.problem or error.context}")
    except (yaml.YAMLError, ValueError) as error:
        # ValueError: a date such as 2026-02-30.
        faults.add(name, "", f"is not YAML: {error}")
    return None


def read_entries(folder: Path, name: str, faults: Faults) -> list[tuple[str, dict[str, Any]]]:
    """The entries of a YAML file that is a list of mappings with an `id`, by what to call them in a fault."""
    value = read_yaml(folder, name, faults)
    if value is None:
        return []
    if not isinstance(value, list):
        faults.add(name, "", "must be a list of entries that begin with `- id:`")
        return []
    entries: list[tuple[str, dict[str, Any]]] = []
    for number, entry in enumerate(value, start=1):
        if not isinstance(entry, dict):
            faults.add(name, f"entry {number}", "must be a mapping with an `id`")
            continue
        entries.append((str(entry.get("id", f"entry {number}")), entry))
    return entries
