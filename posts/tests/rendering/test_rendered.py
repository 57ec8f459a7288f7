"""What a text gives besides its HTML: contents, plain text, minutes; and that odd input does no harm."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from posts.rendering import VERSION, Heading, RenderError, render

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data"

TEXTS = {
    "blocks": ("# a\n\nb **c**\nd\n\n- e\n- f", "a\nb c d\ne\nf"),
    "table": ("|a|b|\n|-|-|\n|c|d|", "a b\nc d"),
    "ruby": ("<ruby>漢字<rp>（</rp><rt>かんじ</rt><rp>）</rp></ruby>です", "漢字です"),
    "footnote": ("a[^1]。\n\n[^1]: b", "a。\nb"),
    "entities": ("&lt;a&gt; &amp; b &copy;", "<a> & b ©"),
    "code": ("`a` b\n\n```\nc\nd\n```", "a b\nc\nd"),
    "dropped": ("a <script>b</script>c", "a c"),
    "break": ("a  \nb", "a\nb"),
    "image": ("a ![b](/c.png) d", "a d"),
    "japanese_lines": ("日本\n語", "日本語"),
}


@pytest.mark.parametrize(("source", "text"), TEXTS.values(), ids=TEXTS)
def test_plain_text(source: str, text: str) -> None:
    assert render(source).text == text


def test_contents_hold_the_second_to_fourth_level() -> None:
    toc = render("# a\n## **b** & `c`[^1]\n### d\n#### e\n##### f\n\n<h2>g</h2>\n\n[^1]: x").toc
    assert [asdict(heading) for heading in toc] == [
        {"level": 2, "id": "h-b--c", "name": "b & c"},
        {"level": 3, "id": "h-d", "name": "d"},
        {"level": 4, "id": "h-e", "name": "e"},
        {"level": 2, "id": "h-g", "name": "g"},
    ]


def test_headings_in_html_are_in_the_contents_too() -> None:
    assert render("<h2 id=a>b</h2>", "html").toc == (Heading(2, "h-a", "b"),)


MINUTES = {
    "nothing": ("", 1),
    "japanese": ("あ" * 2500, 5),
    "english": ("word " * 1000, 5),
    "mixed": ("あ" * 1000 + " word" * 600, 5),
    "images": ("![a](/b.png)\n\n" * 15, 3),
    "code_is_not_counted": ("```\n" + "word " * 1000 + "\n```", 1),
    "inline_code_is_not_counted": ("`word` " * 1000, 1),
    "ruby_is_not_counted": ("<ruby>字<rt>" + "あ" * 2000 + "</rt></ruby>", 1),
    "addresses_are_not_counted": ("https://example.com/a/b/c/d/e/f/g/h " * 300, 1),
}


@pytest.mark.parametrize(("source", "minutes"), MINUTES.values(), ids=MINUTES)
def test_minutes(source: str, minutes: int) -> None:
    assert render(source).minutes == minutes


@pytest.mark.corpus
@pytest.mark.skipif(not (DATA / "seed").exists(), reason="the data folder is not beside the repository")
def test_minutes_of_the_seed() -> None:
    body = next((DATA / "seed").glob("*.md")).read_text().split("---\n", 2)[2]
    assert 19 <= render(body).minutes <= 21


ODD = {
    "empty": ("", ""),
    "blank": (" \n\t\n", ""),
    "nul": ("a\0b", "<p>ab</p>"),
    "controls": ("a\x02b\x03c\x1bd", "<p>abcd</p>"),
    "lone_surrogate": ("a\ud800b", "<p>a\ufffdb</p>"),
    "byte_order_mark": ("\ufeff# a", '<h1 id="h-a">a</h1>'),
    "windows_lines": ("a\r\n\r\nb\rc", "<p>a</p>\n<p>b\nc</p>"),
    "placeholders": ("klzzwxh:0001 wzxhzdk:0 zz1337820767766393449qq", None),
    "smuggled_placeholders": ("<b>x</b> \x02wzxhzdk:0\x03 \x02klzzwxh:0000\x03 \x02amp\x03lt;", None),
    "placeholder_in_code": ("`\x02wzxhzdk:0\x03` <b>x</b>", None),
    "template": ("{{ a }} {% b %} {{< c >}}", "<p>{{ a }} {% b %} {{&lt; c &gt;}}</p>"),
    "cdata": ("<![", "<p>&lt;![</p>"),
}


@pytest.mark.parametrize(("source", "expected"), ODD.values(), ids=ODD)
def test_odd_input_does_no_harm(source: str, expected: str | None) -> None:
    html = render(source).html
    assert not set(html) & set("\0\x02\x03\x04\x05\x06")
    assert expected is None or html == expected


def test_smuggled_placeholders_show_only_the_own_text() -> None:
    html = render("<b>x</b> \x02wzxhzdk:0\x03").html
    assert html == "<p><b>x</b> wzxhzdk:0</p>"


def test_output_is_stable() -> None:
    source = "a[^1] *[b]: c\n\n- [ ] d\n\n```python\ne\n```\n\n[^1]: f"
    assert len({render(source).html for _ in range(3)}) == 1


def test_one_text_leaves_nothing_for_the_next() -> None:
    render("[a]: /x\n*[HTML]: y\n[^1]: z\n\n# t")
    assert render("[a] HTML [^1]\n\n# t").html == '<p>[a] HTML [^1]</p>\n<h1 id="h-t">t</h1>'


def test_a_refusal_leaves_nothing_for_the_next() -> None:
    with pytest.raises(RenderError):
        render("[a]: /x\n\n" + ">" * 500)
    assert render("[a]").html == "<p>[a]</p>"


def test_the_package_does_not_know_django() -> None:
    code = "import sys, posts.rendering; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_only_one_file_knows_bleach() -> None:
    files = [path for path in (ROOT / "posts").rglob("*.py") if "tests" not in path.parts]
    knowing = [
        path.name for path in files if re.search(r"^\s*(?:import|from) bleach", path.read_text(), re.M)
    ]
    assert knowing == ["sanitize.py"]


def test_version_is_short_enough_for_a_column() -> None:
    assert 0 < len(VERSION) <= 20
