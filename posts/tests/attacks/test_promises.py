"""SECURITY.md against the tests: every promise names one that exists, and the version in use is a supported one."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SAID = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = re.compile(r"`(posts/tests/[\w/]+\.py)::(\w+)`")

pytestmark = pytest.mark.pure


def missing(text: str) -> list[str]:
    return [f"{path}::{name}" for path, name in NAMED.findall(text) if not _is_there(ROOT / path, name)]


def _is_there(path: Path, name: str) -> bool:
    return path.is_file() and f"def {name}(" in path.read_text("utf-8")


@pytest.mark.parametrize("number", range(1, 11))
def test_each_invariant_is_promised_and_kept_by_a_test(number):
    [row] = [line for line in SAID.splitlines() if line.startswith(f"| I{number}: ")]
    assert NAMED.search(row) and not missing(row)


def test_control_a_test_that_is_not_there_is_noticed():
    assert missing("`posts/tests/test_steps.py::test_nothing_of_the_kind`")
    assert missing("`posts/tests/test_nowhere.py::test_x`")


def test_the_version_in_use_gets_fixes_and_every_version_has_an_end():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    ends = dict(re.findall(r"^\| (\d+\.\d+) \| (\d{4}-\d\d-\d\d) \|", SAID, re.M))
    assert version.rpartition(".")[0] in ends and all(map(date.fromisoformat, ends.values()))


def test_one_package_is_accepted_without_a_maintainer_and_looked_at_again():
    assert len(re.findall(r"looked at again by \*\*\d{4}-\d\d-\d\d\*\*", SAID)) == 1
    assert "bleach" in SAID and not missing(SAID)
