"""Hostile and odd HTML: what comes out, and that an independent sanitiser finds nothing left to remove."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import markdown

from posts.rendering import policy, render, sanitize_html
from posts.tests.rendering.oracle import leftovers

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
REL = 'rel="nofollow noopener noreferrer"'

HTML = {
    "script_goes_with_its_code": ("a<script>alert(1)</script>b", "ab"),
    "style_goes_with_its_code": ("a<style>p{}</style>b", "ab"),
    "svg_goes_whole": ('a<svg onload="x"><text>t</text></svg>b', "ab"),
    "math_goes_whole": ("a<math><mi>t</mi></math>b", "ab"),
    "noscript_ends_as_in_a_browser": (
        'a<noscript><p title="</noscript><img src=x onerror=alert(1)>">b',
        'a<img src="x" loading="lazy" decoding="async">"&gt;b',
    ),
    "template_goes_whole": ("a<template><b>t</b></template>b", "ab"),
    "object_goes_whole": ("a<object data=x>t</object>b", "ab"),
    "textarea_goes_whole": ("a<textarea><b>t</b></textarea>b", "ab"),
    "nested_dropped": ("a<object><object>t</object>u</object>b", "ab"),
    "unclosed_script": ("a<script>alert(1)", "a"),
    "comment": ("a<!-- <b>c</b> -->b", "ab"),
    "unknown_element_keeps_its_text": ("<blink>a</blink><center>b</center>", "ab"),
    "form_keeps_its_text": ("<form action=x><button>a</button></form>", "a"),
    "handler": ('<b onclick="alert(1)">a</b>', "<b>a</b>"),
    "style_attribute": ('<b style="color:red">a</b>', "<b>a</b>"),
    "name_attribute": ('<a name="x">a</a>', "<a>a</a>"),
    "srcset": (
        '<img src="/a.png" srcset="javascript:alert(1)">',
        '<img src="/a.png" loading="lazy" decoding="async">',
    ),
    "javascript": ('<a href="javascript:alert(1)">a</a>', "<a>a</a>"),
    "javascript_in_entities": ('<a href="&#106;ava&Tab;script&colon;alert(1)">a</a>', "<a>a</a>"),
    "javascript_with_tab": ('<a href="java\tscript:alert(1)">a</a>', "<a>a</a>"),
    "javascript_escaped_twice": (
        '<a href="javascript&amp;colon;alert(1)">a</a>',
        '<a href="javascript&amp;colon;alert(1)">a</a>',
    ),
    "data_image": ('a<img src="data:image/png;base64,AAAA">b', "ab"),
    "external": ('<a href="https://a.example/">a</a>', f'<a href="https://a.example/" {REL}>a</a>'),
    "without_protocol": ('<a href="//a.example/b">a</a>', f'<a href="https://a.example/b" {REL}>a</a>'),
    "backslashes": (r'<a href="/\a.example">a</a>', f'<a href="https://a.example" {REL}>a</a>'),
    "image_without_protocol": (
        '<img src="//a.example/b.png" alt="x">',
        '<img alt="x" src="https://a.example/b.png" loading="lazy" decoding="async">',
    ),
    "relative": ('<a href="/a?b=1&copy=2">a</a>', '<a href="/a?b=1&amp;copy=2">a</a>'),
    "query_escaped_twice": ('<a href="/a?b=&amp;amp;lt;">a</a>', '<a href="/a?b=&amp;amp;lt;">a</a>'),
    "mail": ('<a href="mailto:a@b.example">a</a>', '<a href="mailto:a@b.example">a</a>'),
    "rel_is_ours": ('<a href="/a" rel="opener" target="_blank">a</a>', '<a href="/a">a</a>'),
    "fragment": ('<a href="#x">a</a><p id="x">b</p>', '<a href="#h-x">a</a><p id="h-x">b</p>'),
    "same_id_twice": ('<p id="x">a</p><p id="x">b</p>', '<p id="h-x">a</p><p id="h-x_1">b</p>'),
    "class_list": ('<p class="note evil k">a</p>', '<p class="note k">a</p>'),
    "iframe": (
        '<iframe src="https://a.example/v"></iframe>',
        f'<a href="https://a.example/v" {REL}>https://a.example/v</a>',
    ),
    "iframe_of_a_script": ('a<iframe src="javascript:alert(1)"></iframe>b', "ab"),
    "iframe_with_content": ('a<iframe srcdoc="<script>alert(1)</script>">c</iframe>b', "ab"),
    "iframe_in_a_link": (
        '<a href="/x"><iframe src="https://a.example"></iframe></a>',
        '<a href="/x">https://a.example</a>',
    ),
    "video_with_source": (
        '<video controls><source src="/v.mp4"><p>no</p></video>',
        '<a href="/v.mp4">/v.mp4</a>',
    ),
    "audio": ('<audio src="/a.mp3"></audio>', '<a href="/a.mp3">/a.mp3</a>'),
    "checkbox": ('<input type="checkbox">', ""),
    "text_field": (
        '<li class="task-list-item"><input type="text" autofocus></li>',
        '<li class="task-list-item"></li>',
    ),
    "ruby": (
        "<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>",
        "<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>",
    ),
    "figure": (
        "<figure><img src='/a.png'><figcaption>a</figcaption></figure>",
        '<figure><img src="/a.png" loading="lazy" decoding="async"><figcaption>a</figcaption></figure>',
    ),
    "progress": ('<progress value="3" max="10"></progress>', '<progress value="3" max="10"></progress>'),
    "table_gets_a_box_once": (
        '<div class="scroll"><table><tr><td>x</td></tr></table></div>',
        '<div class="scroll" tabindex="0"><table><tbody><tr><td>x</td></tr></tbody></table></div>',
    ),
    "blank_first_line_of_pre": ("<pre>\n\na</pre>", '<pre tabindex="0">\n\na</pre>'),
    "entities_stay_text": ("&lt;script&gt; &amp;lt;", "&lt;script&gt; &amp;lt;"),
}

# Own payloads; each runs as markdown and as HTML. Families follow attacks.md section 3.
PAYLOADS = [
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)//",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<form><math><mtext></form><form><mglyph><svg><mtext><style><p id="</style><img src onerror=alert(1)>">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<xmp><p title="</xmp><img src onerror=alert(1)>">',
    "<title><img src=x onerror=alert(1)></title>",
    "<template><img src=x onerror=alert(1)></template>",
    '<iframe srcdoc="&lt;script>alert(1)&lt;/script>">',
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="vbscript:x">x</a><a href="data:text/html,<script>alert(1)</script>">y</a>',
    "[x](javascript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](&#x6A;avascript&#58;alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x](x"onerror="alert(1))',
    '[x](https://a.example" onmouseover="alert(1))',
    '[x](/y){: onclick="alert(1)" style="color:red" href="javascript:alert(1)"}',
    "# x {: onclick=alert(1)}",
    '```"><img src=x onerror=alert(1)>\nx\n```',
    'x[^"><img src=x onerror=alert(1)>]\n\n[^"><img src=x onerror=alert(1)>]: y',
    '*[x]: "><img src=x onerror=alert(1)>\n\nx',
    "|<img src=x onerror=alert(1)>|b|\n|-|-|\n|<script>|alert(1)|",
    "<div id=cookie><a id=location name=body href=/>x</a></div>",
    '<p style="background:url(javascript:alert(1))" class="x">y</p>',
    "<link rel=stylesheet href=//x.invalid><meta http-equiv=refresh content=0><base href=//x.invalid>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video src=x onerror=alert(1)><audio src=javascript:alert(1)>",
    "<object data=javascript:alert(1)><embed src=javascript:alert(1)>",
    "<a href=x><table><a href=javascript:alert(1)>y",
    "<table><td><svg><desc><td><img src=x onerror=alert(1)>",
    "<b><p></b></p><table><tr><p>x",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml <img src=x onerror=alert(1)>?>",
    "<!--><img src=x onerror=alert(1)>-->",
    "</p><img/src=x/onerror=alert(1)>",
    "<IMG SRC=x ONERROR=alert(1)>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "\x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03 <b>x</b> klzzwxh:0001",
]


@pytest.mark.parametrize(("source", "expected"), HTML.values(), ids=HTML)
def test_html_becomes(source: str, expected: str) -> None:
    assert sanitize_html(source) == expected


@pytest.mark.parametrize("kind", ["markdown", "html"])
@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_nothing_is_left_to_remove(payload: str, kind: str) -> None:
    html = render(payload, kind).html
    assert leftovers(html) == ""
    assert sanitize_html(html) == html
    assert "alert(1)>" not in re.sub(r"&[lg]t;", "", html) or "<img src" not in html


def test_control_the_oracle_finds_what_was_not_sanitised() -> None:
    found = [payload for payload in PAYLOADS if leftovers(markdown(payload, extensions=["attr_list"]))]
    assert len(found) > len(PAYLOADS) / 2


_PIECES = st.sampled_from(
    [f"<{name}>" for name in sorted(policy.ELEMENTS | policy.DROPPED | policy.EMBEDS)]
    + [f"</{name}>" for name in sorted(policy.ELEMENTS | policy.DROPPED)]
    + [
        '<a href="#x">',
        '<img src="/x">',
        '<p id="x" class="note">',
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "x",
        "日本\n語",
        "&lt;",
        "&",
        "\n\n",
        "<",
        '"',
    ]
)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.lists(_PIECES, max_size=14).map("".join))
def test_sanitising_twice_changes_nothing(source: str) -> None:
    once = sanitize_html(source)
    assert sanitize_html(once) == once
    assert leftovers(once) == ""


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.sampled_from(PAYLOADS), min_size=1, max_size=3),
    st.integers(0, 200),
    st.sampled_from(["markdown", "html"]),
)
def test_mutated_payloads_leave_nothing(payloads: list[str], cut: int, kind: str) -> None:
    html = render("".join(payloads)[cut % 60 :], kind).html
    assert leftovers(html) == ""
    assert sanitize_html(html) == html


@pytest.mark.corpus
@pytest.mark.skipif(
    not (DATA / "xss_payloads.txt").exists(), reason="the data folder is not beside the repository"
)
def test_given_payloads_leave_nothing() -> None:
    rows = [
        line.split("\t", 3)
        for line in (DATA / "xss_payloads.txt").read_text().splitlines()
        if line[:1] != "#"
    ]
    payloads = [json.loads(row[3]) for row in rows if len(row) == 4]
    assert sum(bool(leftovers(markdown(payload))) for payload in payloads) > 100, (
        "the control must find faults"
    )
    for payload in payloads:
        for kind in ("markdown", "html"):
            html = render(payload, kind).html
            assert (leftovers(html), sanitize_html(html)) == ("", html), payload


@pytest.mark.corpus
@pytest.mark.skipif(not (DATA / "corpora").exists(), reason="the data folder is not beside the repository")
def test_posts_of_the_corpora_leave_nothing() -> None:
    files = sorted((DATA / "corpora").rglob("*.md"))
    for path in random.Random(7).sample(files, 60):
        html = render(path.read_text("utf-8-sig")).html
        assert (leftovers(html), sanitize_html(html)) == ("", html), path.name
