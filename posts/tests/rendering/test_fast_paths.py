"""Each short way by itself, where whole texts seldom lead: ends of chunks, foreign elements, odd tokens."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest
from bleach._vendor.html5lib.constants import voidElements
from bleach.html5lib_shim import (
    BleachHTMLParser,
    BleachHTMLSerializer,
    BleachHTMLTokenizer,
    HTMLTokenizer,
    getTreeWalker,
)
from bleach.sanitizer import BleachSanitizerFilter

from posts.rendering import policy, sanitize, tree

Token = dict[str, Any]

CHUNK = 10240
KNOWN = policy.ELEMENTS | policy.DROPPED | policy.EMBEDS | {"source"}

# What may stand at the end of a chunk.
PIECES = (
    '<a href="/x?a&amp;b" title="c>d">e</a>',
    "<P CLASS=note>x</P >",
    "<p title='a\"b' id=x id=y/>",
    "<br/><br /><hr >",
    "&amp;&#x41;&lt&",
    " \t\n \f x \r\n\r\r\n",
    'a\x00b<b\x00c><p title="\x00">',
    "<!-- a --><!DOCTYPE p><![CDATA[x]]><?y>",
    "<textarea>\n<b></textarea><title>&amp;</title>",
    "<script>a<b>'</script><style><p></style>",
    "<pre>\n\nx</pre>",
    '<svg><a href="x"/></svg><math><mi><b>',
    "日本𠮷\ufffe\U0001f600<日>",
    '<p title="a',
    '</ b></b c="d"><b<c>',
)
# Elements that meet each other's rules: tables, choices, other languages, what formats, the rest.
FAMILIES = (
    "table tbody thead tr td th caption colgroup col p b a input select form svg".split(),
    "select option optgroup table td input textarea p b script template".split(),
    "svg math foreignObject desc title mi mo mtext mglyph malignmark annotation-xml p b a table br font".split(),
    "a b i em nobr font p div marquee object applet button li h1 h2 center table".split(),
    "ruby rb rt rp ul ol li dl dt dd pre listing form br hr head body html frameset plaintext image".split(),
    sorted(KNOWN),
)
ATTRIBUTES = (
    *(" ", "/", " /", " =", " a", ' {a}b="c"', ' xlink:href="#x"', ' encoding="text/html"', " type=hidden"),
    *(' color="red"', ' title="&amp;b>"', ' HREF="X"', ' a="1" a="2"', ' definitionurl="x"', "", "", ""),
)
TEXTS = "a & &amp; <!-- c --> <![CDATA[d]]> 日本 \x00".split(" ") + [" ", " b ", "\n", "\n\n", "\f", "\r"]

VALUES = ["", "x", "=", ">", '"', "'", "\"'", "<", "&", "&am;", "&amp;lt;", "&lt;", "a=b", " ", "日本", "a\n"]
DATA = "= == \" ' > < & &am; &amp;lt; &#0; &amp &copy; x 日本 \x01 a\x0bb".split(" ") + ["", "= ", "\f"]
TITLED = ("title", "href", "class", "open", "checked", "disabled", "start", "value", "name")


def markup(seed: int, count: int) -> Iterator[str]:
    """Random tags, most of them of elements that the parser treats in a way of their own."""
    chance = random.Random(seed)
    for _ in range(count):
        names = chance.sample(chance.choice(FAMILIES), 6)
        yield "".join(
            chance.choice(
                (
                    f"<{chance.choice(names)}{chance.choice(ATTRIBUTES)}>",
                    f"<{chance.choice(names)}>",
                    f"</{chance.choice(names)}>",
                    chance.choice(TEXTS),
                )
            )
            for _ in range(chance.randint(1, 40))
        )


def streams(seed: int, count: int) -> Iterator[list[Token]]:
    """Random tokens such as a walker gives, with no regard to what belongs together."""
    chance = random.Random(seed)

    def token() -> Token:
        kind = chance.choice(
            ("StartTag", "EmptyTag", "EndTag", "Characters", "Characters", "SpaceCharacters")
        )
        if kind == "Characters":
            return {"type": kind, "data": "".join(chance.choices(DATA, k=chance.choice((1, 1, 1, 2, 5))))}
        if kind == "SpaceCharacters":
            return {"type": kind, "data": chance.choice((" ", "\n", "\f", "\t "))}
        name = chance.choice(("a", "b", "p", "details", "input", "script", "blink"))
        if kind == "EndTag":
            return {"type": kind, "name": name, "namespace": None}
        some = chance.sample(TITLED, chance.choice((0, 0, 1, 1, 3)))
        data = {(None, key): chance.choice(VALUES) for key in some}
        return {"type": kind, "name": name, "namespace": None, "data": data}

    for _ in range(count):
        yield [token() for _ in range(chance.randint(1, 12))]


def tokens_of(tokenizer: Any, html: str) -> list[Token]:
    parser = BleachHTMLParser(KNOWN, strip=True, consume_entities=False, namespaceHTMLElements=False)
    parser.tokenizer = tokenizer(stream=html, consume_entities=False, parser=parser)
    return list(parser.tokenizer)


def test_tokens_are_the_same_wherever_a_chunk_ends() -> None:
    for piece in PIECES:
        for place in range(len(piece) + 2):
            html = "<p>" + "x" * (CHUNK - 3 - place) + piece + "<b>y</b>"
            assert tokens_of(sanitize._Tokenizer, html) == tokens_of(BleachHTMLTokenizer, html), (
                piece,
                place,
            )


def test_tokens_are_the_same_in_text_of_many_chunks() -> None:
    chance = random.Random(6)
    for _ in range(12):
        html = "".join(chance.choice(PIECES) + " " * chance.choice((0, 1, 97)) for _ in range(1200))
        assert tokens_of(sanitize._Tokenizer, html) == tokens_of(BleachHTMLTokenizer, html)


def test_no_plain_name_changes_how_the_tokenizer_reads() -> None:
    for name in sanitize._Between.plain_names:
        parser = BleachHTMLParser(KNOWN, strip=True, consume_entities=False, namespaceHTMLElements=False)
        parser.parseFragment(f"<{name}>")
        assert parser.tokenizer.state == parser.tokenizer.dataState, name


def test_the_loop_stands_between_bleach_and_html5lib() -> None:
    order = sanitize._Tokenizer.__mro__
    assert order.index(BleachHTMLTokenizer) < order.index(sanitize._Between) < order.index(HTMLTokenizer)


def test_tree_and_walk_are_those_of_bleach() -> None:
    ours = sanitize._Parser()
    stock = BleachHTMLParser(KNOWN, strip=True, consume_entities=False, namespaceHTMLElements=False)
    # more than the site lets through: the tree's rules about elements of other languages count as well
    ours.tags = stock.tags = KNOWN | {name.lower() for family in FAMILIES for name in family}
    walker, foreign = getTreeWalker("etree"), 0
    for html in markup(7, 4000):
        theirs = list(walker(stock.parseFragment(html)))
        assert list(tree.walk(ours.parseFragment(html), voidElements)) == theirs, html
        foreign += any(token.get("namespace") for token in theirs)
    assert foreign > 100


def test_filter_is_that_of_bleach() -> None:
    for stream in streams(8, 8000):
        theirs = list(BleachSanitizerFilter(copy.deepcopy(stream), **sanitize._RULES))
        assert list(sanitize._Filter(copy.deepcopy(stream), **sanitize._RULES)) == theirs, stream


def test_serializer_is_that_of_bleach() -> None:
    options = {"quote_attr_values": "always", "omit_optional_tags": False}
    stock = BleachHTMLSerializer(**options, escape_lt_in_attrs=True, resolve_entities=False)
    for stream in streams(9, 8000):
        filtered = list(BleachSanitizerFilter(stream, **sanitize._RULES))
        # as if `Finish` had left out what stood between two texts
        for tokens in (filtered, [token for token in filtered if token["type"] != "EmptyTag"]):
            assert sanitize._SERIALIZER.render(iter(tokens)) == stock.render(iter(tokens)), tokens


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<b>x</b>=&am;", "<b>x</b>=&amp;am;"),
        ("<b>x</b>=&lt;<i>&am;</i>", "<b>x</b>=&lt;<i>&am;</i>"),
        ('<p title=">">x</p>a&amp;lt;b', '<p title=">">x</p>a&lt;b'),
        ('<p title=">" class="note">x</p>a&amp;lt;b', '<p title=">" class="note">x</p>a&lt;b'),
    ],
    ids=["equals_behind_a_tag", "reference_behind_it", "value_like_the_end_of_a_tag", "and_another_value"],
)
def test_slips_of_bleach_stay_as_they_are(html: str, shown: str) -> None:
    assert sanitize.clean_once(html).html == shown
