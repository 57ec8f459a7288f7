"""One file per oddity of the wild: what it becomes, or the rule and line by which it is not taken."""

import pytest

from posts.transfer.problems import problem_of

from .stages import ODDITIES, converted, oddity, rules

# file: values of the document, or of the whole
TAKEN = {
    "bom-and-blank-lines-before-front-matter.md": {
        "title": "先頭に見えない文字",
        "tags": ("港", "船"),
        "body": "本文です。",
    },
    "crlf-and-mixed-line-ends.md": {"body": "first\nsecond\nthird\nfourth\nfifth"},
    "tab-after-key.md": {"title": "Tabs in the head", "author": "maki"},
    "unquoted-colon-in-title.md": {"title": "Harbour: a history"},
    "keys-twice.md": {"title": "Second"},
    "keys-in-odd-case.md": {
        "title": "Odd case",
        "canonical_url": "https://example.com/odd",
        "extra": {"linkTitle": "kept"},
    },
    "title-false.md": {"title": "false", "slug": "h"},
    "title-2014.md": {"title": "2014"},
    "title-with-entities-and-markup.md": {"title": "Fish & chips: a cargo story – part 1"},
    "title-with-bom-and-line-break.md": {"title": "Two lines", "slug": "two-lines"},
    "title-missing.md": {"title": "A heading for a title", "body": "Text."},
    "2021-09-03-date-as-printed-by-date.md": {"date": "2021-09-03T00:00:00+09:00"},
    "2021-02-08-date-with-corrupt-clock.md": {"date": "2021-02-08T00:00:00+09:00"},
    "date-missing.md": {"date": None, "holds": ("hold.no_date",)},
    "2025-03-31-date-in-another-zone.md": {"date": "2025-04-01T05:00:00+09:00"},
    "2020-04-21-.md": {"slug": "post-20200421-1"},
    "2025-04-01-slug%20with%e2%80%8a.md": {"slug": "slug-with"},
    "2025-04-01-Rust-1.30.0.md": {"slug": "Rust-1.30.0"},
    "slug-with-slashes.md": {"slug": "harbour", "old_paths": ("/archive/2012/harbour/",)},
    "slug-integer.md": {"slug": "007", "date": "2025-04-01T09:05:00+09:00"},
    "categories-as-text.md": {"category": "解説", "also_in": ("港",)},
    "category-with-a-space.md": {"category": "Developer Tools", "also_in": ()},
    "tags-with-signs.md": {"tags": ("C++", "C#", "a, b", "TCP/IP", "ＡＩ", "#港")},
    "tags-under-another-key.md": {"tags": ("港", "船")},
    "authors-as-mappings.md": {"author": "編集部", "coauthors": ("Ada Example",)},
    "values-nested-in-known-keys.md": {
        "tags": (),
        "extra": {
            "tags_source": {"a": "b"},
            "menu": {"main": {"weight": 2}},
            "related": [{"slug": "x", "n": 3}],
        },
    },
    "html-spilt-into-a-key.md": {"summary": "Short & bold."},
    "claims-of-rights.md": {
        "is_draft": False,
        "extra": {"id": 1, "status": "published", "is_superuser": True, "live_from": "2000-01-01"},
    },
    "canonical-javascript.md": {
        "canonical_url": "",
        "noindex": True,
        "extra": {"canonical_url_source": "javascript:alert(1)"},
    },
    "old-addresses.md": {
        "old_paths": ("/2012/harbour.html", "/old/harbour/"),
        "extra": {
            "permalink": "/:year/:title/",
            "redirect_from": "//evil.example/x",
            "url": "https://elsewhere.example/post",
        },
    },
    "draft-true.md": {"is_draft": True},
    "draft-null.md": {"is_draft": False},
    "published-false.md": {"is_draft": True},
    "front-matter-closed-by-dots.md": {"title": "Dots close", "body": "Before.\n\n---\n\nAfter."},
    "front-matter-missing.md": {"title": "港の話", "holds": ("hold.no_frontmatter", "hold.no_date")},
    "control-characters-in-the-body.md": {"body": "before and after"},
    "replacement-characters.md": {"body": "line\n\nここが\ufffd\ufffdです。"},
    "conflict-markers.md": {"holds": ("hold.conflict_markers",)},
    "json-after-blank-lines.md": {
        "title": "JSON after blank lines",
        "tags": ("C++ C#", "港"),
        "extra": {"nested": {"on": True, "n": 3}},
        "body": "本文です。",
    },
    "pelican-headers.md": {
        "title": "Headers: Pelican’s own",
        "date": "2025-04-01T09:05:00+09:00",
        "tags": ("social media", "港"),
        "category": "Developer Tools",
        "author": "Ada Example",
        "coauthors": ("編集部",),
        "summary": "One line and the next.",
        "is_draft": True,
        "body": "本文です。",
    },
    "toml-typed-values.md": {
        "title": "2014",
        "date": "2025-04-01T05:00:00+09:00",
        "slug": "012",
        "tags": ("no", "on"),
        "old_paths": ("/2012/harbour.html",),
        "extra": {
            "aliases": ["2012/harbour.html", "//evil.example/x"],
            "extra": {"hero": {"src": "a.png", "wide": True}},
        },
    },
    "path-with-a-date.md": {"date": "2017-03-16T00:00:00+09:00", "slug": "Rust-1.16", "holds": ()},
    "hugo-shortcodes.md": {
        "holds": (),
        "body": "See [the other](/missing/#part) and <https://www.youtube.com/watch?v=w7Ft2ymGmfc>.\n\n"
        ">\n> Mind `{{< this >}}`.\n\n\n\nThe **text** inside.\n\n\nhawser\n\n"
        '```\n{{< figure src="x.png" >}}\n```',
    },
    "wordpress-caption.md": {
        "body": '<figure><a href="/b/"><img src="https://example.com/b.png" alt="B" /></a>'
        "<figcaption>The port at night</figcaption></figure>"
    },
    "toml-front-matter.md": {"title": "Later", "body": "text", "holds": ("hold.no_date",)},
    "conflict-markers-in-code.md": {"holds": ()},
    "h1-equal-to-the-title.md": {"body": "## Part\n\ntext"},
    "h1-beside-the-title.md": {
        "body": "Lead\n----\n\n### Part\n\n### Sub\n\n\n###### Deep\n\n```\n# comment\n```"
    },
    "more-marker.md": {
        "summary": "The lead says it.",
        "body": "The [lead](/x/) says **it**.\n\n\n\nThe rest. `<!--more-->`",
    },
    "liquid-loops.md": {"holds": ("hold.liquid",)},
    "protocol-relative-addresses.md": {
        "body": "[a](https://example.com/a) ![b](https://example.com/b.png) "
        '<a href="https://example.com/c">c</a>\n\n[d]: https://example.com/d\n\n`//example.com/e`'
    },
    "a-whole-post.html": {"title": "A bad good title", "format": "html"},
    "bookmarklet.md": {"body": "[drag me](javascript:alert(1)) and [mail](mailto:a@example.com)"},
    "attribute-lists.md": {"body": '[Go](/x/){: .cta onclick="alert(1)"}\n\nNote.\n{: .note}'},
}
REFUSED = {
    "date-day-first-without-file-date.md": ("date.unreadable", 3),
    "date-that-is-no-day.md": ("date.unreadable", 4),
    "front-matter-never-closed.md": ("frontmatter.unclosed", 1),
    "front-matter-is-a-list.md": ("frontmatter.mapping", 2),
    "one-byte.md": ("source.empty", 0),
    "toml-dotted-key.md": ("frontmatter.refused", 3),
    "alias-bomb.md": ("frontmatter.refused", 2),
    "python-object-tag.md": ("frontmatter.refused", 3),
    "brackets-too-deep.md": ("frontmatter.refused", 3),
    "lone-surrogate.md": ("frontmatter", 2),
    "shift-jis.md": ("encoding.other", 2),
    "euc-jp.md": ("encoding.other", 2),
    "iso-2022-jp.md": ("encoding.other", 0),
    "utf-16.md": ("encoding.other", 0),
    "nul.md": ("encoding.nul", 5),
}
ELSEWHERE = {
    "liquid-known-tags.md",
    "data-image.md",
    "image-paths-that-climb-out.md",
}  # have a test of their own
WARNED = {
    "tab-after-key.md": "frontmatter.tabs",
    "unquoted-colon-in-title.md": "frontmatter.colon",
    "keys-twice.md": "key.twice",
    "title-missing.md": "title.made",
    "2021-09-03-date-as-printed-by-date.md": "date.unreadable_name_used",
    "2025-03-31-date-in-another-zone.md": "date.differs",
    "values-nested-in-known-keys.md": "key.unfit",
    "claims-of-rights.md": "key.unknown",
    "replacement-characters.md": "encoding.replaced",
    "conflict-markers.md": "hold.conflict_markers",
    "liquid-loops.md": "liquid.left",
    "hugo-shortcodes.md": "shortcode.unknown",
    "toml-typed-values.md": "address.kept",
}


@pytest.mark.parametrize("name", TAKEN)
def test_oddity_becomes(name):
    made = oddity(name)
    done = converted(made)
    for field, expected in TAKEN[name].items():
        holder = next(item for item in (done, made, done.document) if hasattr(item, field))
        value = getattr(holder, field)
        assert (value.isoformat() if field == "date" and value else value) == expected, field


@pytest.mark.parametrize("name", REFUSED)
def test_oddity_is_refused_by_rule_and_line(name):
    with pytest.raises(ValueError) as caught:
        oddity(name)
    rule, line = REFUSED[name]
    problem = problem_of(caught.value)
    assert problem.rule.startswith(rule) and problem.line == line


@pytest.mark.parametrize("name", WARNED)
def test_oddity_is_reported(name):
    assert WARNED[name] in rules(converted(oddity(name)))


def test_every_oddity_is_tested():
    assert {path.name for path in ODDITIES.iterdir()} == set(TAKEN) | set(REFUSED) | ELSEWHERE


def test_shift_jis_is_named_with_the_first_byte_that_is_not_utf8():
    with pytest.raises(ValueError) as caught:
        oddity("shift-jis.md")
    assert dict(caught.value.problem.params) == {"encoding": "Shift_JIS", "offset": 11}
