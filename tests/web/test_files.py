"""The page's files: what is vendored is what is recorded, and every import leads somewhere."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from api.pages import INLINE_SCRIPT, WEB

ROOT = Path(__file__).parents[2]
TSC = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
IMPORT = re.compile(r"(?:\bfrom\s*|\bimport\s*|new URL\((?=.\.))[\"']([^\"']+)[\"']")


def import_map() -> dict[str, str]:
    (text,) = INLINE_SCRIPT.findall((WEB / "index.html").read_text(encoding="utf-8"))
    imports: dict[str, str] = json.loads(text)["imports"]
    return imports


def test_vendored_files_are_what_is_recorded() -> None:
    record = json.loads((WEB / "vendor/vendor.json").read_text(encoding="utf-8"))
    assert {name: f"/vendor/{entry['file']}" for name, entry in record.items()} == import_map()
    for entry in record.values():
        code = (WEB / "vendor" / entry["file"]).read_bytes()
        assert hashlib.sha256(code).hexdigest() == entry["sha256"]
        assert (WEB / "vendor" / entry["licence_file"]).stat().st_size > 500


@pytest.mark.parametrize("path", sorted(WEB.glob("app/**/*.js")), ids=lambda path: str(path.relative_to(WEB)))
def test_every_import_leads_to_a_file(path: Path) -> None:
    names = import_map()
    code = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for name in IMPORT.findall(code):
        target = (path.parent / name) if name.startswith(".") else WEB / names.get(name, name).lstrip("/")
        assert target.is_file(), name


def test_what_the_page_links_to_is_there() -> None:
    html = (WEB / "index.html").read_text(encoding="utf-8")
    for link in re.findall(r"(?:href|src)=\"(/[^\"]+)\"", html):
        assert (WEB / link.lstrip("/")).is_file(), link


@pytest.mark.slow
@pytest.mark.alone
def test_the_types_hold() -> None:
    node = shutil.which("node")
    if node is None or not TSC.exists():
        pytest.skip("TypeScript is not installed: run `npm ci`")
    check = subprocess.run(
        [node, TSC, "--project", ROOT / "web/tsconfig.json"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert check.returncode == 0, check.stdout
