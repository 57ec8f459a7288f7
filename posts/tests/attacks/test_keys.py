"""Keys that can be guessed: the program does not start with one."""

import os
import re
import secrets
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from editorial import keys

pytestmark = pytest.mark.pure
GOOD = secrets.token_urlsafe(64)
START = [sys.executable, "-c", "import django; django.setup()"]
WEAK = {
    "missing": "",
    "short": secrets.token_urlsafe(30),
    "of-DEBUG": keys.FOR_DEBUG + "x" * 40,
    "of-Django": "django-insecure-" + GOOD,
    "of-a-manual": "change-me-change-me-change-me-change-me-change-me-change-me",
    "one-letter": "a" * 80,
    "few-letters": "abab1212" * 10,
    "a-piece-again-and-again": "q8Zr5T-w2LxV" * 6,
    "a-row": "0123456789" * 8,
}


def start(**more) -> subprocess.CompletedProcess:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("SECRET_KEY", "SECRET_KEY_FALLBACKS")
    }
    env = kept | {"DJANGO_SETTINGS_MODULE": "editorial.settings", "DEBUG": "0"} | more
    return subprocess.run(START, env=env, capture_output=True, text=True, cwd=settings.BASE_DIR)


@pytest.mark.parametrize("name", WEAK)
def test_E33_a_key_that_can_be_guessed_is_refused(name):
    with pytest.raises(ImproperlyConfigured) as refused:
        keys.check(WEAK[name], [], may_be_weak=False)
    assert "SECRET_KEY" in str(refused.value)
    assert not WEAK[name] or WEAK[name] not in str(refused.value)
    if name != "missing":
        with pytest.raises(ImproperlyConfigured, match="FALLBACKS"):
            keys.check(GOOD, [GOOD, WEAK[name]], may_be_weak=False)


@pytest.mark.parametrize("make", [lambda: secrets.token_urlsafe(64), lambda: secrets.token_hex(32)])
def test_E33_random_keys_are_taken(make):
    for _ in range(200):
        assert keys.weakness(make()) == ""


def test_E33_the_program_starts_with_a_good_key_only():
    assert start(SECRET_KEY=GOOD).returncode == 0  # the control
    for weak in ({}, {"SECRET_KEY": "short"}, {"SECRET_KEY": GOOD, "SECRET_KEY_FALLBACKS": "short"}):
        done = start(**weak)
        assert done.returncode != 0
        assert "SECRET_KEY" in done.stderr
    assert start(DEBUG="1").returncode == 0


@pytest.mark.parametrize(
    "setting", [{"SECOND_FACTOR": "requried"}, {"PROXY_COUNT": "1"}, {"LOGIN_COOLOFF_MINUTES": "0"}]
)
def test_E33_a_setting_of_the_door_with_a_slip_of_the_pen_is_refused(setting):
    done = start(SECRET_KEY=GOOD, **setting)
    assert done.returncode != 0
    assert next(iter(setting)) in done.stderr


def test_E33_no_key_that_would_be_taken_stands_in_the_repository():
    names = subprocess.run(
        ["git", "ls-files"], cwd=settings.BASE_DIR, capture_output=True, text=True
    ).stdout.split()
    if not names:
        pytest.skip("no repository")
    held = re.compile(r"""SECRET_KEY["']?\s*[:=]\s*["']?([^\s"',)}]+)""")
    found = []
    for name in names:
        path = settings.BASE_DIR / name
        if path.suffix in (".py", ".md", ".yml", ".yaml", ".toml", ".service", ".env", "") and path.is_file():
            for word in held.findall(path.read_text("utf-8", "replace")):
                found += [(name, word)] if not keys.weakness(word) else []
    assert found == []
    assert held.findall(f"SECRET_KEY={GOOD}") == [GOOD]  # the control
