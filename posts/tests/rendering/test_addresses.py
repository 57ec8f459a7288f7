"""Links changed in sanitised HTML: only in tags, however their values are quoted."""

import pytest

from posts.rendering.addresses import absolute
from posts.rendering.sanitize import sanitize_html

BASE = "https://news.example/2026/03/01/a/"


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ('<a href="/b/">', '<a href="https://news.example/b/">'),
        ('<a href="../b/?x=1&amp;y=2#z">', '<a href="https://news.example/2026/03/01/b/?x=1&amp;y=2#z">'),
        ('<a href="#h-1">', '<a href="https://news.example/2026/03/01/a/#h-1">'),
        ('<a title=\'" href="/x"\' href="/y">', '<a title=\'" href="/x"\' href="https://news.example/y">'),
        ("<img alt='\"' src='/a' srcset=\"/b 2x\" sizes='1'>", "<img alt='\"' src=\"https://news.example/a\">"),
        ('<a href="mailto:a@b.example">', '<a href="mailto:a@b.example">'),
        ('<a href="https://[">', '<a href="https://[">'),
        ('href="/x" <code>src="/y"</code> a < b', 'href="/x" <code>src="/y"</code> a < b'),
        ('<input checked disabled type="checkbox">', '<input checked disabled type="checkbox">'),
    ],
)  # fmt: skip
def test_addresses_become_whole_in_tags_only(html, wanted):
    assert absolute(html, BASE) == wanted


def test_what_the_sanitiser_writes_is_read_as_it_is_meant():
    html = sanitize_html(
        """<p><img src=/a.png alt='a " b' title="it's > <b"><a href=/c title='"><a href="/d">'>e</a>"""
    )
    whole = absolute(html, BASE)
    assert whole.count("https://news.example/") == 2
    assert whole.replace("https://news.example", "") == html


@pytest.mark.parametrize("part", ["<a ", "<a b", '<a b="', "<a b='", '<a b="c" ', 'a="b" '])
def test_long_text_that_is_no_tag_takes_no_time(part):
    assert absolute(part * 20_000, BASE) == part * 20_000
