"""What a reader's browser gets: valid HTML, no weight, nothing that jumps, and nothing missing without scripts."""

import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from .pages import PUBLIC

JUDGE = Path(__file__).resolve().parent / "html"
READERS = [page for page in PUBLIC if not page.who]
MOST_BYTES = 60_000  # of an article without its pictures (issue 6)
SHIFTS = """() => new Promise(done => {
  let sum = 0
  new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value })
    .observe({ type: 'layout-shift', buffered: true })
  setTimeout(() => done(sum), 500)
})"""


def _get(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        return error.read()


def _judged(folder: Path) -> str:
    """What html-validate says of the files in the folder, "" when nothing."""
    command = ["node_modules/.bin/html-validate", "--config", ".htmlvalidate.json", str(folder / "*.html")]
    done = subprocess.run(command, cwd=JUDGE, capture_output=True, text=True, timeout=120, check=False)
    return f"{done.stdout}{done.stderr}" if done.returncode else ""


def test_every_public_page_is_valid_html(site, tmp_path):
    for number, page in enumerate(READERS):
        (tmp_path / f"{number:02}-{page.name}.html").write_bytes(
            _get(site.address + page.address(site.facts))
        )
    assert len(list(tmp_path.iterdir())) == len(READERS) > 10
    assert _judged(tmp_path) == ""


def test_a_page_that_is_not_valid_is_found(tmp_path):
    page = '<!DOCTYPE html><html lang="ja"><head><title>x</title></head><body><p><div>x</p><img src="a"></body></html>'
    (tmp_path / "bad.html").write_text(page)
    assert "error" in _judged(tmp_path)


@pytest.mark.parametrize("page", [page for page in READERS if page.name in ("post", "home")], ids=str)
def test_a_page_is_light_and_nothing_jumps(crowd, page):
    sizes: dict[str, int] = {}
    tab = crowd.anybody()
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.on("response", lambda one: sizes.__setitem__(one.request.resource_type, _size(one, sizes)))
    crowd.watch.expected = {page.status}
    tab.goto(page.address(crowd.site.facts), wait_until="networkidle")
    tab.mouse.wheel(0, 4000)
    assert tab.evaluate(SHIFTS) == 0
    words = sum(size for kind, size in sizes.items() if kind != "image")
    assert 2_000 < words <= MOST_BYTES, sizes
    assert set(sizes) <= {"document", "stylesheet", "script", "image", "manifest", "other"}


def _size(response, sizes: dict[str, int]) -> int:
    kind = response.request.resource_type
    return sizes.get(kind, 0) + response.request.sizes()["responseBodySize"]


def test_an_article_reads_without_a_script(site, browser):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    page = next(page for page in READERS if page.name == "post")
    tab.goto(site.address + page.address(site.facts))
    assert tab.locator("article.article h1").is_visible()
    assert tab.locator(".prose").inner_text().strip()
    assert tab.locator(".share button:visible").count() == 0  # copying needs a script
    context.close()
