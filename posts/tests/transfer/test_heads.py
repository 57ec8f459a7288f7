"""Front matter in TOML, JSON and Pelican's headers: chosen by the first characters, read as text, measured first."""

import time

import pytest

from posts.transfer import people
from posts.transfer.decode import is_encoding
from posts.transfer.parse import parse
from posts.transfer.problems import problem_of

from .stages import normal, rules

TOML = """+++
title = 2014
date = 2025-04-01T09:05:00Z
draft = false
tags = ["C++", "港"]
weight = 0x10
[extra]
hero = {image = "a.png", wide = true}
+++

本文です。
"""
JSON = """

  {"title": "港の話", "date": "2025-04-01", "tags": ["a, b"],
   "weight": 3, "deep": {"on": true, "none": null}}

本文です。
"""
PELICAN = """Title: Harbour: a history
Date: 2025-04-01 09:05
Category: Developer Tools
Tags: 港, 船
Authors: 編集部; Ada Example
Summary: One line
    and the next.
Slug: harbour
Status: draft

本文です。
"""


def test_toml_values_are_text_as_in_every_format():
    made = normal(TOML)
    document = made.document
    assert (document.title, document.tags, document.body) == ("2014", ("C++", "港"), "本文です。")
    assert document.date.isoformat() == "2025-04-01T18:05:00+09:00" and not made.is_draft
    assert document.extra == {"weight": 16, "extra": {"hero": {"image": "a.png", "wide": True}}}


def test_json_object_after_blank_lines():
    document = normal(JSON).document
    assert (document.title, document.tags, document.body) == ("港の話", ("a, b",), "本文です。")
    assert document.extra == {"weight": 3, "deep": {"on": True, "none": None}}


def test_pelican_headers_end_at_the_blank_line():
    made = normal(PELICAN)
    document = made.document
    assert (document.title, document.category, document.also_in) == (
        "Harbour: a history",
        "Developer Tools",
        (),
    )
    assert (document.author, document.coauthors) == ("編集部", ("Ada Example",))
    assert (document.summary, made.slug, made.is_draft) == ("One line and the next.", "harbour", True)
    assert document.body == "本文です。" and document.tags == ("港", "船")


@pytest.mark.parametrize(
    "text",
    [
        "Note: this is a sentence.\n\nMore.",
        '{% include "x" %}\n\ntext',
        "{{< youtube x >}}\n",
        "--- a rule\n",
        "+++ not alone on its line\n",
        "Plain text.",
    ],
)
def test_what_only_looks_like_front_matter_is_text(text):
    parsed = parse(text.encode(), "a.md")
    assert not parsed.has_head and parsed.body == text


def test_format_is_chosen_by_the_first_characters_never_by_the_extension():
    for start, title in (("+++\ntitle='T'\n+++\n", "T"), ('{"title": "J"}\n', "J"), ("Title: P\n\n", "P")):
        for name in ("a.md", "a.html", "a.mkd"):
            assert normal(f"\ufeff\n \n{start}text", name).document.title == title


def test_text_after_front_matter_is_never_eaten():
    assert parse(b'{"title": "x"} and more\n', "a.md").body == " and more\n"
    assert parse(b"Title: x\nno header\n", "a.md").body == "no header\n"
    assert parse(b"+++\ntitle='x'\n+++\n+++\n", "a.md").body == "+++\n"


def test_keys_that_come_twice_warn_and_the_last_one_wins():
    for text in ('{"title": "a",\n "title": "b"}\n\nx', "Title: a\nTitle: b\n\nx"):
        parsed = parse(text.encode(), "a.md")
        assert parsed.data[next(iter(parsed.data))] == "b"
        assert [(problem.rule, problem.line) for problem in parsed.problems] == [("key.twice", 2)]


def test_lines_of_the_body_and_of_keys_are_those_of_the_file():
    parsed = parse(TOML.encode(), "a.md")
    assert (parsed.body_line, parsed.line("date"), parsed.line("extra")) == (10, 3, 7)
    parsed = parse(JSON.encode(), "a.md")
    assert (parsed.body_line, parsed.line("weight"), parsed.line("date")) == (5, 4, 3)
    parsed = parse(PELICAN.encode(), "a.md")
    assert (parsed.body_line, parsed.line("Slug")) == (11, 8)


dots = ".".join("a" * 33)
BAD = {
    "TOML never closed": ("+++\ntitle = 'x'\n", "frontmatter.unclosed", 1),
    "TOML syntax": ("+++\ntitle = 'x'\nb = = 2\n+++\n", "frontmatter.syntax", 3),
    "TOML key twice": ("+++\ntitle = 'x'\ntitle = 'y'\n+++\n", "frontmatter.syntax", 3),
    "TOML dotted": (f"+++\ntitle = 'x'\n{dots} = 1\n+++\n", "frontmatter.refused", 3),
    "TOML dotted table": (f"+++\n[ {dots.replace('.', ' . ')} ]\n+++\n", "frontmatter.refused", 2),
    "TOML dotted quoted": ("+++\n" + ".".join(['"a"'] * 33) + " = 1\n+++\n", "frontmatter.refused", 2),
    "TOML dotted 20,000": ("+++\n" + ".".join("a" * 20_000) + " = 1\n+++\n", "frontmatter.refused", 2),
    "TOML brackets": ("+++\nx = " + "[" * 30_000 + "\n+++\n", "frontmatter.refused", 2),
    "TOML tables": ("+++\nx = " + "{a=" * 10_000 + "\n+++\n", "frontmatter.refused", 2),
    "TOML entries": ("+++\nx = [" + "1," * 11_000 + "]\n+++\n", "frontmatter.refused", 2),
    "TOML size": ("+++\nx = '" + "x" * 70_000 + "'\n+++\n", "frontmatter.size", 2),
    "TOML integer": ("+++\nx = " + "1" * 5_000 + "\n+++\n", "frontmatter.syntax", 2),
    "TOML hexadecimal": ("+++\nx = 0x" + "f" * 20_000 + "\n+++\n", "frontmatter.syntax", 2),
    "TOML NUL": ('+++\nx = "\\u0000"\n+++\n', "frontmatter.refused", 2),
    "TOML no day": ("+++\ndate = 2025-02-30\n+++\n", "frontmatter.syntax", 2),
    "JSON never closed": ('{"title": "x"\n', "frontmatter.unclosed", 1),
    "JSON syntax": ('{"title": "x",\n "b": }\n', "frontmatter.syntax", 2),
    "JSON brackets": ('{"a": ' + "[" * 30_000, "frontmatter.refused", 1),
    "JSON entries": ('{"a": [' + "1," * 11_000 + "1]}\n", "frontmatter.refused", 1),
    "JSON size": ('{"a": "' + "x" * 70_000 + '"}\n', "frontmatter.size", 1),
    "JSON surrogate": ('{"title": "\\ud800"}\n', "frontmatter.refused", 1),
    "Pelican size": ("Title: " + "x" * 70_000 + "\n\ntext", "frontmatter.size", 1),
    "Pelican entries": ("Title: x\n" + "a: b\n" * 3_000 + "\ntext", "frontmatter.refused", 2_502),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_front_matter_fails_by_rule_and_line_in_no_time(name):
    text, rule, line = BAD[name]
    start = time.process_time()
    with pytest.raises(ValueError) as caught:
        parse(text.encode(), "a.md")
    problem = problem_of(caught.value)
    assert (problem.rule, problem.line) == (rule, line)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "values", ["7 = [{x = 1}]", "a.b.c = 1.5", "d = 07:32:00", 's = """a\n[x\n"""', "# [[["]
)
def test_honest_toml_is_taken(values):
    assert normal(f"+++\ntitle = 'T'\ndate = 2025-04-01\n{values}\n+++\ntext").document.title == "T"


def test_zola_taxonomies_stand_for_tags_and_categories():
    text = '+++\ntitle="T"\n[taxonomies]\ntags=["港"]\ncategories=["解説"]\nseries=["s"]\n+++\nx'
    document = normal(text).document
    assert (document.tags, document.category, document.extra) == (("港",), "解説", {"series": ["s"]})


def test_path_gives_day_and_address_where_nothing_else_does():
    made = normal('+++\npath = "inside/2017/03/16/Rust-1.16"\ntitle = "T"\n+++\ntext', "a/post.md")
    assert (f"{made.day}", made.slug, made.holds) == ("2017-03-16", "Rust-1.16", ())
    assert made.old_paths == ("/inside/2017/03/16/Rust-1.16",)
    plain = normal('+++\npath = "about/us"\ntitle = "T"\n+++\ntext', "a/post.md")
    assert (plain.day, plain.slug, plain.old_paths) == (None, "post", ("/about/us",))


def test_bundle_takes_day_slug_and_language_from_its_folder_and_name():
    made = normal("---\ntitle: T\n---\nx", "ja/2025-04-01-harbour/index.md")
    assert (f"{made.day}", made.slug, made.document.lang) == ("2025-04-01", "harbour", "ja")
    made = normal("---\ntitle: T\n---\nx", "harbour/index.en.md")
    assert (made.slug, made.document.lang) == ("harbour", "en")


def test_drafts_by_folder_flag_status_and_11tys_permalink():
    for name, head in (
        ("_drafts/a.md", "title: T"),
        ("a.md", "Status: draft"),
        ("a.md", "draft: true"),
        ("a.md", "published: false"),
        ("a.md", "permalink: false"),
    ):
        assert normal(f"---\n{head}\ndate: 2025-04-01\n---\nx", name).is_draft, head


def test_old_addresses_are_checked():
    keys = {
        "permalink": ["pretty", "/:year/:title/"],
        "url": ["https://e.example/x", "//e.example/x", "/../x", "/%2e%2e/x", "/a?b", "\\x"],
        "aliases": ["[javascript:x]"],
    }
    for key, values in keys.items():
        for value in values:
            made = normal(f"---\ntitle: T\n{key}: '{value}'\n---\nx")
            assert made.old_paths == () and key in made.document.extra, value
            assert "address.kept" in rules(made)


def test_last_change_and_expiry_are_kept():
    made = normal("---\ntitle: T\nlastmod: 2025-05-01\nexpiryDate: 2030-01-01\n---\nx")
    assert made.document.extra == {"lastmod": "2025-05-01", "expiryDate": "2030-01-01"}
    assert made.expires.isoformat() == "2030-01-01T00:00:00+09:00"
    assert "expiry.kept" in rules(made) and "key.unknown" not in rules(made)
    made = normal("---\ntitle: T\nmodified: yesterday\n---\nx")
    assert made.document.extra == {"modified": "yesterday"} and "key.unfit" in rules(made)


ENCODED = "---\ntitle: 港①～の話\ndate: 2025-04-01\n---\n\n本文です。\n"


@pytest.mark.parametrize("encoding", ["cp932", "euc_jis_2004", "utf-16", "utf-16-le", "iso2022_jp_ext"])
def test_other_encodings_are_read_when_they_are_named(encoding):
    text = ENCODED.replace("①～", "") if encoding.startswith(("euc", "iso")) else ENCODED
    assert parse(text.encode(encoding), "a.md", encoding).verbatim.removeprefix("\ufeff") == text


def test_utf8_stays_utf8_and_what_fits_neither_fails_with_its_byte():
    assert parse(ENCODED.encode(), "a.md", "cp932").verbatim == ENCODED
    with pytest.raises(ValueError) as caught:
        parse("---\n港".encode("euc-jp") + b"\xff", "a.md", "ascii")
    problem = caught.value.problem
    assert (problem.rule, problem.params["offset"], problem.line) == ("encoding.wrong", 4, 2)


@pytest.mark.parametrize("name", ["rot13", "base64", "zlib", "unicode_escape", "punycode", "nowhere", "a\0b"])
def test_what_is_no_encoding_of_files_is_not_taken(name):
    assert not is_encoding(name)


KNOWN = {"maki": "牧 花子", "ken, jr": "Ken Example"}
PEOPLE = {
    "maki": ["牧 花子"],
    "nobody": ["nobody"],
    "編集部": ["編集部"],
    "編集部、Ada Example": ["編集部", "Ada Example"],
    "Ada Example; Bo van der Example": ["Ada Example", "Bo van der Example"],
    "Ada Example, Bo Example and Cy de Example": ["Ada Example", "Bo Example", "Cy de Example"],
    "Ada Example, Bo Example, and Cy Example": ["Ada Example", "Bo Example", "Cy Example"],
    "Ada Example & maki": ["Ada Example", "牧 花子"],
    "ken, jr": ["Ken Example"],
    "Example, Ada": ["Example, Ada"],
    "Ada Example, Jr.": ["Ada Example, Jr."],
    "Research and Development Team": ["Research and Development Team"],
    "Ada Example on behalf of the Example and Other Project Group": [
        "Ada Example on behalf of the Example and Other Project Group"
    ],
}


@pytest.mark.parametrize("text", PEOPLE)
def test_people_of_one_text(text):
    assert people.names([text], KNOWN) == PEOPLE[text]


def test_people_cost_no_time():
    start = time.process_time()
    people.names([" " * 60_000 + ",", "a, " * 20_000, "A B and " * 8_000], KNOWN)
    assert time.process_time() - start < 1
