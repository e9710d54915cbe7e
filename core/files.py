"""Files that came with packages: where they are, and whether they are the ones that were pinned."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path


def sha256(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def package_folder(name: str) -> Path | None:
    """The folder of an installed package, found without importing (running) it; None if it is not there."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])
