"""The editor's bundle: made from the sources that are here, with the licences of what is inside."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.pure

FRONTEND = Path(settings.BASE_DIR) / "frontend"
BUILT = Path(settings.BASE_DIR) / "static" / "js"


def source_hash() -> str:
    """As `sourceHash` in frontend/build.mjs."""
    names = ["build.mjs", "package-lock.json", "package.json"]
    names += [f"src/{path.name}" for path in (FRONTEND / "src").iterdir()]
    found = hashlib.sha256()
    for name in sorted(names):
        found.update(f"{name}\n".encode() + (FRONTEND / name).read_bytes() + b"\n")
    return found.hexdigest()


def test_bundle_was_built_from_the_sources_that_are_here():
    head = (BUILT / "editor.js").read_text("utf-8")[:300]
    built = re.search(r"sha256:([0-9a-f]{64})", head)
    assert built, "the bundle names no source: make bundle"
    assert built[1] == source_hash(), "frontend/ has changed: make bundle"


def test_licences_of_all_that_is_inside_are_there():
    text = (BUILT / "editor.LICENSES.txt").read_text("utf-8")
    for name in ("@codemirror/view", "@codemirror/lang-markdown", "@lezer/markdown", "style-mod"):
        assert re.search(rf"(?m)^{re.escape(name)} \d+\.\d+\.\d+ \(MIT\)$", text)


def test_lock_file_names_no_registry():
    assert "resolved" not in (FRONTEND / "package-lock.json").read_text("utf-8")


def test_bundle_evaluates_no_text_as_code():
    assert not re.search(r"\beval\(|new Function\(", (BUILT / "editor.js").read_text("utf-8"))
