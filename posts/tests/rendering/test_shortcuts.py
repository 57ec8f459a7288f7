"""The short ways through bleach and Python-Markdown, held against both as they are delivered."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from bleach._vendor.html5lib.constants import tokenTypes
from bleach.html5lib_shim import BleachHTMLTokenizer
from bleach.sanitizer import Cleaner
from markdown.treeprocessors import InlineProcessor
from markdown.util import BLOCK_LEVEL_ELEMENTS

from posts.rendering import lines, policy, rules, sanitize, tokens
from posts.rendering.blocks import Blocks
from posts.rendering.dropped import without_dropped
from posts.rendering.finish import Finish, Notes
from posts.rendering.pipeline import Engine, tidy
from posts.rendering.scroll import Scroll

_KNOWN = sorted(policy.ELEMENTS | policy.DROPPED | policy.EMBEDS | {"source", "center", "form"})
_TAGS = (
    [f"<{name}>" for name in _KNOWN]
    + [f"</{name}>" for name in _KNOWN]
    + "<br/> <p/> <B> </B> </b/> <b\"c> <b'c> <b<c> <3 < <> </> <b <! <!-- --> <!--> <? ]]> <![CDATA[".split()
    + "<a:b> <x-y> & &amp; &lt; &#1; &#x41; &copy &; \" ' > = é 日本 𠮷 \ufffe \x00 x word".split(" ")
    + ['<a href="/x?a=1&amp;b=2&c">', "<a href='/x' >", "<a href=//h/y>", '<a href="#x" title="a>b">']
    + ["<a a=1 a=2>", '<p id="x" id="y">', '<p id="x" class="note evil">', '<p class = "k">', "<p class>"]
    + ['<b title=">" class="a&amp;b">', "<b title='\"'>", '<b title="x', '<p title="a\n<b">', "<b ", "</ b>"]
    + ['<li class="task-list-item">', '<input type="checkbox" checked>', '<img src="/i.png" alt="&quot;">']
    + ['<div class="scroll">', "<td {a}b=c>", "<br />", "<!DOCTYPE html>", "<svg><a>", "<math><b>"]
    + [" ", "\n", "\t", "\f", "\r\n", "\n\n", "a b ", " &amp; b"]
)
_MARKS = (
    "* ** _ __ *** ` `` ``` ~ ~~ [ ] ( ) ![ [x](/y) [ref] [ref][] ![i](/p.png) [^1] # > - + = | ! & &amp;".split()
    + "\\ \\* \\[ <b> </b> <!-- --> <https://a.example> <a@b.example> a@b.example www.a.example".split()
    + "https://a.example/?x&y {: .note} { AI x word 日本 語。 1. １. : ~~~ === --- |-| |a|b|".split()
    + ["[x](</y> 't')", "\u3000", "\x07", " ", "    ", "\t", "\n", "\n", "\n\n", "  \n", "\\\n", "\n- "]
    + ["\n> ", "\n1. ", "\n|a|b|\n|-|-|\n", "\n[ref]: /a 't'\n", "\n[^1]: x\n", "\n*[AI]: words\n"]
)
_STARTS = (lines.heading, lines.fence, lines.is_quote, lines.is_rule, lines.html_end, lines.marker)


def soup(pieces: list[str], seed: int, count: int, longest: int) -> Iterator[str]:
    """Random texts; each from a few of the pieces, so that these meet each other."""
    chance = random.Random(seed)
    for _ in range(count):
        few = chance.sample(pieces, chance.choice((5, 20, len(pieces))))
        yield "".join(chance.choices(few, k=chance.randint(1, longest)))


def html_soup() -> list[str]:
    return [*soup(_TAGS, 1, 3000, 30), *soup(_TAGS, 2, 12, 6000)]


def _tokens(tokenizer: type, html: str) -> list[Any]:
    parser = sanitize._Parser()
    parser.tokenizer = tokenizer(stream=html, consume_entities=False, parser=parser)
    return list(parser.tokenizer)


def _stock_clean(html: str) -> sanitize.Clean:
    """The whole stage with nothing but bleach's own parts (the form it had before the short ways)."""
    notes = Notes()
    cleaner = Cleaner(
        tags=policy.ELEMENTS | policy.DROPPED | policy.EMBEDS | {"source"},
        attributes=policy.is_allowed,
        protocols=policy.PROTOCOLS,
        strip=True,
        filters=[lambda source: Finish(source, notes), Scroll],
    )
    cleaner.tags, walker = policy.ELEMENTS, cleaner.walker
    cleaner.walker = lambda dom: without_dropped(walker(dom))
    return sanitize.Clean(cleaner.clean(html), notes)


def test_tokens_are_those_of_bleach() -> None:
    for html in html_soup():
        assert _tokens(sanitize._Tokenizer, html) == _tokens(BleachHTMLTokenizer, html), html[:500]


def test_html_and_notes_are_those_of_bleach() -> None:
    for html in html_soup():
        assert sanitize.clean_once(html) == _stock_clean(html), html[:500]


def test_control_plain_html_takes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> None:
        raise AssertionError("the stock tokenizer was asked")

    html = 'x<p class="note">a &amp; b <a href="/x?a&amp;b">c</a><br /></p>\n<ul><li>日本</li></ul>'
    monkeypatch.setattr(BleachHTMLTokenizer, "tagOpenState", refuse)
    monkeypatch.setattr(BleachHTMLTokenizer, "entityDataState", refuse)
    assert "c</a>" in sanitize.sanitize_html(html)
    with pytest.raises(AssertionError, match="stock"):
        sanitize.sanitize_html("x<p class=note>")


def test_remembered_attributes_are_decided_by_element() -> None:
    for _ in range(2):
        assert sanitize.sanitize_html('<td align="left"></td><p align="left">x</p>') == "<p>x</p>"
        assert sanitize.sanitize_html('<a href="javascript:x">x</a>') == "<a>x</a>"
    sanitize._allowed.cache_clear()
    sanitize.sanitize_html(f'<p title="{"x" * 400}">x</p><p {"y" * 400}="1">x</p>')
    assert sanitize._allowed.cache_info().currsize == 0


def test_token_numbers_are_those_of_html5lib() -> None:
    ours = (tokens.CHARACTERS, tokens.SPACES, tokens.START, tokens.END, tokens.PARSE_ERROR)
    names = ("Characters", "SpaceCharacters", "StartTag", "EndTag", "ParseError")
    assert ours == tuple(tokenTypes[name] for name in names)


def test_inline_patterns_find_what_they_find_when_all_are_asked() -> None:
    ours, stock = Engine("ja"), Engine("ja")
    stock.treeprocessors.register(InlineProcessor(stock), "inline", 20)
    for source in map(tidy, soup(_MARKS, 3, 3000, 40)):
        assert ours.reset().convert(source) == stock.reset().convert(source), source


def test_a_line_without_a_sign_begins_nothing_but_a_paragraph_or_a_table() -> None:
    blocks, parent = Blocks(Engine("ja")), Element("div")
    begun = [rule for rule in rules.RULES if rule not in rules.RUNNING]
    signless = [line for line in soup(_MARKS, 4, 6000, 4) if not lines.SIGN.match(line)]
    assert len(signless) > 1000
    for line in signless:
        assert not any(rule(blocks, parent, [line, "|-|"], 0) for rule in begun), line
        assert not any(start(line) for start in _STARTS) and lines.attributes(line) is None, line
        assert not lines.footnote(line) and not lines.abbreviation(line), line


def test_block_elements_are_those_of_python_markdown() -> None:
    assert Engine("en").block_level_elements == BLOCK_LEVEL_ELEMENTS
