"""Rules about the code itself: each is stated once."""

import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.pure

ROOT = Path(settings.BASE_DIR)
CODE = [p for p in (ROOT / "posts").rglob("*.py") if not {"tests", "migrations"} & set(p.parts)]
TEMPLATES = list((ROOT / "templates").rglob("*.html"))


def where(pattern: str, files=CODE) -> set[str]:
    found = re.compile(pattern)
    return {str(p.relative_to(ROOT)) for p in files if found.search(p.read_text("utf-8"))}


def test_what_is_public_is_said_in_one_place():
    order = r'(?!=F\("live_from"\))'  # the constraint that an interval ends after it begins
    assert where(rf"live_until__gt\b{order}|live_from__lte\b") <= {
        "posts/models/revisions.py",  # live(), begun()
        "posts/models/constraints.py",  # overlap of two intervals, another question
    }


def test_html_is_called_safe_in_one_place():
    assert where(r"mark_safe|SafeString\(|autoescape off|\|safe\b", CODE + TEMPLATES) == {
        "posts/templatetags/editorial.py"
    }


def test_one_file_sanitises():
    assert where(r"^(import|from) bleach") <= {"posts/rendering/sanitize.py", "posts/rendering/policy.py"}
    assert where(r"(?m)^(import|from) bleach")


def test_templates_hold_no_inline_script_or_style():
    data = r'(?! type="application/ld\+json">{{ structured\|json_ld }}</script>)'  # which no browser runs
    assert where(rf"(?i)<script(?![^>]*src=){data}|<style|\sstyle=|\son[a-z]+=", files=TEMPLATES) == set()


def test_status_and_interval_are_written_in_the_rule_book_only():
    assert {p.split("/")[1] for p in where(r"\.(status|live_from|live_until|end_set)\s*=[^=]")} <= {
        "workflow",
        "models",
    }
