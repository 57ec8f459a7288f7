"""Group A without a browser: what the sanitiser lets through, where HTML is called safe, what machines are told.

The same payloads are opened in Chromium by e2e/test_attacks.py.
"""

import ast
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from markdown import markdown

from posts.models import Post, Revision, Tag
from posts.rendering import RenderError, policy, render, sanitize_html
from posts.tests.make import make_post
from posts.tests.rendering.oracle import leftovers
from posts.tests.test_desk import browser
from posts.transfer import run as running
from posts.transfer.run import Order, run

from ..transfer.stages import Alone
from .strings import FILES, TEXT, mutations, payloads

SEED = 20261125
ROOT = Path(settings.BASE_DIR)


def stands(words: str, kind: str = "markdown") -> str:
    """What is wrong with the page of a text: nh3 would remove something, a second time changes it; "" if nothing."""
    try:
        html = render(words, kind).html
    except RenderError:
        return ""  # nothing is shown
    again = sanitize_html(html)
    return leftovers(html) or ("" if again == html else f"twice: {again}")


class Found(HTMLParser):
    """Elements and attributes of a piece of HTML, as they are written."""

    def __init__(self, html: str):
        super().__init__()
        self.pairs: list[tuple[str, str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.pairs += [(tag, "", "")] + [(tag, name, value or "") for name, value in attrs]

    def values(self, *names: str) -> list[str]:
        return [value for _tag, name, value in self.pairs if name in names]


def pages(*groups: str) -> list[Found]:
    return [Found(render(words, kind).html) for words in payloads(*groups) for kind in ("markdown", "html")]


# --- the sanitiser ----------------------------------------------------------------------------------------------------


@pytest.mark.pure
@pytest.mark.parametrize("kind", ["markdown", "html"])
def test_A00_another_sanitiser_finds_nothing_to_remove(kind):
    assert len(payloads()) > 280
    assert {words: wrong for words in payloads() if (wrong := stands(words, kind))} == {}


@pytest.mark.pure
def test_A00_control_it_finds_most_of_what_markdown_alone_lets_through():
    found = [words for words in payloads() if leftovers(markdown(words, extensions=["attr_list", "extra"]))]
    assert len(found) > len(payloads()) * 0.6


@pytest.mark.pure
def test_A08_mutations_stand_the_second_time():
    assert {words: wrong for words in mutations(150, SEED) if (wrong := stands(words))} == {}


@pytest.mark.pure
@pytest.mark.walk
@pytest.mark.parametrize("kind", ["markdown", "html"])
def test_A08_two_thousand_mutations_stand_the_second_time(kind):
    drawn = list(mutations(2000, SEED + 1))
    assert len(set(drawn)) > 1800
    assert {words: wrong for words in drawn if (wrong := stands(words, kind))} == {}


@pytest.mark.pure
def test_A03_addresses_are_of_the_three_protocols_or_our_own():
    odd, links = [], 0
    for page in pages("url-html", "url-md", "mxss", "attr"):
        for tag, name, value in page.pairs:
            if name in ("href", "src"):
                links += 1
                scheme = urlsplit(re.sub(r"[\x00-\x20\u00ad\u200b-\u206f\ufeff]", "", value)).scheme
                if scheme not in ("", *policy.PROTOCOLS) or re.match(r"[/\\]{2}", value):
                    odd.append((tag, value))
    assert odd == [] and links > 40


@pytest.mark.pure
def test_A04_no_attribute_but_those_of_the_list():
    added = {"loading", "decoding", "rel", "tabindex"}
    allowed = {name for _tag, name in policy.ATTRIBUTES} | added | {""}
    assert {name for page in pages() for _tag, name, _value in page.pairs} <= allowed


@pytest.mark.pure
def test_A07_ids_have_their_prefix_and_stand_once():
    for page in pages("clobber", "attr"):
        ids = page.values("id")
        assert not page.values("name") and len(ids) == len(set(ids))
        assert all(one.startswith(policy.PREFIX) for one in ids)


@pytest.mark.pure
def test_A17_templates_in_a_text_are_letters():
    html = render("{{ 7*7 }} {% csrf_token %} {{< ref >}} {% include '/etc/passwd' %}").html
    assert "{{ 7*7 }} {% csrf_token %}" in html and "49" not in html and "root:" not in html


# --- where HTML is called safe ----------------------------------------------------------------------------------------

SAFE = r"mark_safe|SafeString\(|SafeText|SafeData|__html__|html_safe|autoescape off|\|\s*safe\b|safeseq|\.escape\(False"
CALLED_SAFE = {
    "posts/templatetags/editorial.py: return mark_safe(html)  # noqa: S308",  # what the sanitiser made
    "posts/templatetags/editorial.py: return mark_safe(short.translate(_IN_SCRIPT))  # noqa: S308",  # JSON-LD
    "posts/templatetags/editorial.py: from django.utils.safestring import SafeString, mark_safe",
}
MADE_OF_CONSTANTS = {"posts/templatetags/difference.py: tag"}  # one of a table of four


def _sources(*endings: str):
    for folder in ("posts", "editorial", "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings and not {"tests", "migrations"} & set(path.parts):
                yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def called_safe(sources) -> set[str]:
    return {
        f"{name}: {line.strip()}"
        for name, text in sources
        for line in text.splitlines()
        if re.search(SAFE, line)
    }


def pasted(name: str, source: str) -> set[str]:
    """Calls of format_html whose pattern is no constant: words pasted into it would not be escaped."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [call for call in calls if getattr(call.func, "id", "").startswith("format_html")]
    places = [call.args[call.func.id == "format_html_join"] for call in named if call.args]
    return {f"{name}: {ast.unparse(one)}" for one in places if not isinstance(one, ast.Constant)}


@pytest.mark.pure
def test_A10_html_is_called_safe_in_three_lines():
    assert called_safe(_sources(".py", ".html")) == CALLED_SAFE
    plain = called_safe(_sources(".txt"))  # mails and their subjects, sent as plain text
    assert plain and all(
        line.split(":")[0].startswith(("templates/registration/", "templates/notices/")) for line in plain
    )


@pytest.mark.pure
def test_A10_no_word_is_pasted_into_a_pattern():
    found = {one for name, text in _sources(".py") for one in pasted(name, text)}
    assert found == MADE_OF_CONSTANTS


@pytest.mark.pure
def test_A10_control_the_search_finds_each_way():
    lines = ["x = mark_safe(y)", "{{ x|safe }}", "{% autoescape off %}", "def __html__(self):"]
    assert len(called_safe([("a", "\n".join(lines))])) == len(lines)
    assert pasted("a", "format_html(f'<b>{x}</b>')") and pasted("a", "format_html_join('', '<b>' + x, y)")
    assert not pasted("a", "format_html('<b>{}</b>', x)")


# --- titles and names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["title", "tags", "category", "author"])
def test_A15_what_turns_or_hides_letters_is_no_part_of_a_name(field, clock):
    hidden = "甲\u202e乙\u2066\u200b\u2069丙\ufeff"
    value = [hidden] if field == "tags" else hidden
    revision = make_post("draft", **{field: value})
    made = revision.tags.get().name if field == "tags" else str(getattr(revision, field))
    assert made == "甲乙丙"


@pytest.mark.parametrize("field", ["title", "tags", "category", "author"])
def test_A15_marks_do_not_tower(field, clock):
    tower = "題" + "\u0301\u0353\u20e3" * 30 + "名"
    value = [tower] if field == "tags" else tower
    revision = make_post("draft", **{field: value})
    made = revision.tags.get().name if field == "tags" else str(getattr(revision, field))
    assert made[0] == "題" and made[-1] == "名" and len(made) <= 9


@pytest.mark.parametrize("words", ["Việt Nam", "ガギグゲゴ", "שָׁלוֹם", "ที่นี้", "é̂", "e\u0301\u0302"])
def test_A15_control_marks_that_people_write_stay(words, clock):
    assert make_post("draft", title=words).title == unicodedata.normalize("NFC", words)


def test_A13_no_answer_has_a_header_that_a_text_wrote(editor, clock):
    client = browser(editor)
    for words in payloads(TEXT):
        word = words.replace("\0", "")
        revision = make_post("draft", title=word, slug=word)
        asked = [
            client.post("/admin/language/", {"language": "ja", "next": word}),
            client.get("/admin/login/", {"next": word}),
            client.get(reverse("admin:posts_post_csv"), {"q": word}),
            client.get(f"{revision.get_absolute_url().upper()}?{word}={word}"),
        ]
        for answer in asked:
            assert answer.status_code < 500
            assert not {"x-injected", "set-cookie"} & {name.lower() for name in answer.headers}
            assert not [value for value in answer.headers.values() if "\n" in value or "\r" in value]
            leads = urlsplit(urljoin("http://testserver/x/", answer.headers.get("Location", "")))
            assert (leads.scheme, leads.netloc) == ("http", "testserver"), words


# --- files ------------------------------------------------------------------------------------------------------------


def test_A18_nothing_in_a_file_acts_grants_or_leads_elsewhere(tmp_path, monkeypatch, clock, client):
    monkeypatch.setattr(running, "Crew", Alone)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "blog"
    folder.mkdir()
    for number, words in enumerate(payloads(FILES)):
        (folder / f"{number}.md").write_text(words, "utf-8")
    report = run(Order([folder]))
    assert len(report.results) == len(payloads(FILES))
    assert sum(result.outcome == "failed" for result in report.results) >= 3
    assert not (tmp_path / "hit").exists()
    assert set(Revision.objects.values_list("status", "approved_by", "live_from")) == {("draft", None, None)}
    for revision in Revision.objects.all():
        assert urlsplit(revision.canonical_url).scheme in ("", "http", "https")
        assert (
            not revision.cover
            and "<script" not in revision.html
            and "onerror=" not in re.sub(r"&[^;]+;", "", revision.html)
        )
    assert not [post.slug for post in Post.objects.all() if set("/\\:") & set(post.slug)]
    for path in ("/admin/", "/feed.xml"):
        assert "/20" not in client.get(path).headers.get("Location", "")


# --- the policy -------------------------------------------------------------------------------------------------------

POLICY = {
    **dict.fromkeys(
        ("script-src", "style-src", "font-src", "connect-src", "manifest-src", "form-action"), {"'self'"}
    ),
    **dict.fromkeys(("default-src", "base-uri"), {"'none'"}),
    "img-src": {"'self'", "https:"},
}


def directives(answer) -> dict[str, set[str]]:
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {name: set(values) for name, *values in parts}


def test_A19_every_answer_has_the_one_policy(clock, chief, client):
    revision = make_post("published", title="見出し", slug="a", tags=["甲"], category="乙", author="丙")
    draft = make_post("draft")
    desk = browser(chief)
    public = [
        "/",
        "/archive/",
        "/2026/",
        "/corrections/",
        "/search/?q=a",
        "/feed.xml",
        "/sitemap.xml",
        "/robots.txt",
    ]
    public += [
        revision.get_absolute_url(),
        "/nowhere/",
        "/tags/none/",
        "/site.webmanifest",
        "/2026/03/01/A",
        "/media/x",
    ]
    public += [
        f"/tags/{Tag.objects.get().slug}/",
        "/admin/login/",
        "/admin/",
        "/favicon.ico",
        "/%00",
        "/admin/nowhere/",
    ]
    inside = [
        "admin:index",
        "admin:posts_post_changelist",
        "admin:posts_post_add",
        "desk_roles",
        "admin:posts_checks",
    ]
    answers = [client.get(path) for path in public] + [desk.get(reverse(name)) for name in inside]
    answers += [
        desk.get(reverse(name, args=[draft.pk])) for name in ("preview", "preview_frame", "preview_front")
    ]
    answers += [
        desk.get(f"/admin/posts/post/{draft.post_id}/{page}/") for page in ("change", "history", "review")
    ]
    answers += [
        client.post("/admin/login/"),
        client.post("/"),
        Client(enforce_csrf_checks=True).post("/admin/login/"),
    ]
    assert len({answer.status_code for answer in answers}) >= 5
    for answer in answers:
        found = directives(answer)
        assert found.pop("frame-ancestors") in ({"'none'"}, {"'self'"})
        assert found == POLICY


@pytest.mark.pure
def test_A19_nothing_loosens_the_policy_but_the_two_frames():
    found = {
        (name, line.strip())
        for name, text in _sources(".py")
        for line in text.splitlines()
        if re.search(r"@?csp_(exempt|update|replace|ro)", line)
    }
    assert {name for name, _line in found} == {"posts/site/preview.py", "posts/admin/preview.py"}
    assert {line for _name, line in found if line.startswith("@")} == {
        '@csp_replace({"frame-ancestors": [SELF]})',
        '@csp_update({"frame-src": [SELF]})',
    }
