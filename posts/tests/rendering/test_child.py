"""Rendering under limits: hostile text ends as a result or a refusal, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from posts import processes
from posts.rendering import RenderError, child, render, render_safely

ROOT = Path(__file__).resolve().parents[3]

# attacks.md section 2: pattern → text of n characters. Only the first ones reach the limit.
SLOW: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "[" * n,
    "links": lambda n: "[a](" * (n // 4),
}
QUICK: dict[str, Callable[[int], str]] = {
    "cdata": lambda n: "<![CDATA[" * (n // 9),
    "open_tags": lambda n: "<a " * (n // 3),
    "tags_in_tags": lambda n: "<a<a" * (n // 4),
    "attributes": lambda n: '<a b="' * (n // 6),
    "at_signs": lambda n: "<a@" * (n // 3),
    "addresses": lambda n: "<http:" * (n // 6),
    "fence_and_spaces": lambda n: "```" + " " * n + "x",
    "toc_markers": lambda n: "[TOC]\n\n" * (n // 7),
    "backticks": lambda n: " ".join("`" * length for length in range(1, int((2 * n) ** 0.5))),
    "definitions": lambda n: "a\n: b\n\n" * (n // 7),
    "equal_headings": lambda n: "## a\n\n" * (n // 6),
}
DEEP = {
    "dashes": "- " * 500 + "a",
    "quotes": ">" * 500 + "a",
    "lists": "".join("  " * level + "- a\n" for level in range(150)),
    "definitions": "".join("  " * level + ": a\n" for level in range(150)).replace(":", "a\n:", 1),
}


@pytest.fixture(autouse=True)
def _no_children_left() -> Iterator[None]:
    child._pool.end()  # of whatever ran before in this process
    yield
    child._pool.end()


def test_result_is_the_same_as_in_this_process() -> None:
    source = "## 見出し\n\n**本文**\n\n```python\nx = 1\n```"
    assert render_safely(source) == render(source)
    assert render_safely("<b>x</b>", "html") == render("<b>x</b>", "html")


def test_a_child_is_used_again() -> None:
    render_safely("a")
    before = [other.process.pid for other in child._pool.idle]
    render_safely("b")
    assert [other.process.pid for other in child._pool.idle] == before


@pytest.mark.parametrize("pattern", SLOW.values(), ids=SLOW)
def test_slow_text_is_refused_and_the_next_one_rendered(pattern: Callable[[int], str]) -> None:
    start = time.monotonic()
    with pytest.raises(RenderError) as error:
        render_safely(pattern(64_000))
    assert error.value.code == "too_slow"
    assert time.monotonic() - start < child.WALL_SECONDS
    assert render_safely("a").html == "<p>a</p>"


@pytest.mark.parametrize("pattern", QUICK.values(), ids=QUICK)
def test_hostile_text_ends_in_time(pattern: Callable[[int], str]) -> None:
    start = time.monotonic()
    for size in (4_000, 20_000):
        try:
            render_safely(pattern(size))
        except RenderError as error:
            assert error.code in ("too_slow", "too_deep")
    assert time.monotonic() - start < child.WALL_SECONDS


@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_refused_in_words(source: str) -> None:
    for rendering in (render, render_safely):
        with pytest.raises(RenderError) as error:
            rendering(source)
        assert error.value.code == "too_deep"
        assert str(error.value) == "The text is nested too deeply."


def test_large_text_is_refused_without_a_child() -> None:
    with pytest.raises(RenderError) as error:
        render_safely("a" * 2_000_001)
    assert error.value.code == "too_large"
    assert child._pool.idle == []


def test_text_that_grows_without_measure_is_refused() -> None:
    with pytest.raises(RenderError) as error:
        render_safely(f"*[a]: {'x' * 20_000}\n\n" + "a " * 2_000)
    assert error.value.code in ("too_large", "too_slow")
    assert render_safely("a").html == "<p>a</p>"


def test_a_child_killed_at_work_is_replaced() -> None:
    render_safely("a")
    process = child._pool.idle[0].process
    threading.Timer(0.3, process.kill).start()
    with pytest.raises(RenderError):
        render_safely("[" * 20_000)
    assert render_safely("a").html == "<p>a</p>"
    assert process.returncode == -9


def test_an_interrupted_answer_is_not_given_to_the_next_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(stream: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(processes, "receive", interrupted)
        render_safely("first")
    assert render_safely("second").text == "second"


def test_a_child_killed_while_idle_is_replaced_unseen() -> None:
    render_safely("a")
    child._pool.idle[0].process.kill()
    time.sleep(0.1)
    assert render_safely("b").html == "<p>b</p>"


def test_no_zombies() -> None:
    render_safely("a")
    pid = child._pool.idle[0].process.pid
    with pytest.raises(RenderError):
        render_safely("[" * 20_000)
    child._pool.end()
    assert not Path(f"/proc/{pid}").exists()


def test_many_threads_get_their_own_answers() -> None:
    answers: dict[int, str] = {}

    def work(number: int) -> None:
        answers[number] = render_safely(f"text {number}").text

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: f"text {number}" for number in range(12)}
    assert len(child._pool.idle) <= processes.KEPT_CHILDREN


def test_after_a_fork_the_children_stay_with_the_parent() -> None:
    render_safely("a")
    before = child._pool.idle[0].process.pid
    fork = os.fork()
    if not fork:
        ok = child._pool.idle == [] and render_safely("b").html == "<p>b</p>"
        child._pool.end()
        os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1]) == 0
    assert render_safely("c").html == "<p>c</p>"
    assert child._pool.idle[0].process.pid == before


def test_children_end_with_their_parent_and_say_nothing() -> None:
    code = (
        "import os; from posts.rendering import child, render_safely; render_safely('a');"
        "print(child._pool.idle[0].process.pid, flush=True); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    deadline = time.monotonic() + 3
    while Path(f"/proc/{int(done.stdout)}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(int(done.stdout))


def _runs(pid: int) -> bool:
    try:
        return "posts.rendering" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False
