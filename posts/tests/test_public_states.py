"""Every public address × every state: nothing that readers may not see shows anywhere, not even the name of its tag."""

import re
from datetime import timedelta
from urllib.parse import quote, unquote

import pytest
from django.test import Client
from django.utils import timezone

from posts import workflow
from posts.models import Author, Category, Revision, Tag

from . import rooms
from .make import NOON, PAGE, advance, make_post, make_user
from .permissions.addresses import PUBLIC

pytestmark = pytest.mark.django_db

WORD = "カナリア"
NOT_FOR_READERS = ("preview/", "shared/", "^media/")
STATES = (
    *("draft", "returned", "in_review", "approved", "scheduled", "ended", "retracted", "discarded"),
    *("replaced", "being_changed", "replaced_later"),
)
HIDDEN = {
    **dict.fromkeys(("title", "summary", "body", "cover_alt", "cover_credit", "author", "category"), WORD),
    "tags": [f"{WORD}札", "半導体"],
    "coauthors": [f"{WORD}人"],
    "also_in": [f"{WORD}面"],
    "slug": "canary",
    "extra": {"note": WORD},
}


def hide(state: str, clock) -> Revision:
    """A text full of the word that is in that state; readers have seen it before in some."""
    publisher = make_user("publisher")
    if state in ("draft", "returned", "in_review", "approved", "discarded"):
        return make_post(state, **HIDDEN)
    if state == "scheduled":
        return make_post("published", at=NOON + timedelta(days=2), **HIDDEN)
    if state in ("being_changed", "replaced_later"):
        live = make_post("published", title="読者が見る", slug="seen")
        clock.shift(60)
        draft = changed(live, **{name: value for name, value in HIDDEN.items() if name != "slug"})
        return draft if state == "being_changed" else advance(draft, "published", at=NOON + timedelta(days=2))
    text = make_post("published", **HIDDEN)
    clock.shift(60)
    if state == "ended":
        return workflow.perform("unpublish", text, by=publisher, comment="古くなったため")
    if state == "retracted":
        reason = {"comment": "事実に誤りがあったため", "notice": "取り下げました。"}
        return workflow.perform("retract", text, by=publisher, **reason)
    plain = dict.fromkeys(("summary", "body", "cover_alt", "cover_credit", "author", "category"), "平文")
    draft = changed(text, title="読者が見る", tags=["半導体"], coauthors=[], also_in=[], extra={}, **plain)
    advance(draft, "published")
    return text


def changed(live: Revision, **fields) -> Revision:
    writer = make_user("writer")
    draft = workflow.start_revision(live.post, by=writer, page=PAGE)
    document = draft.to_document().replace(update_kind="typo", **fields)
    return workflow.save_draft(draft, document, by=writer, version=draft.version, page=PAGE)


def addresses(hidden: Revision) -> list[str]:
    """Every public address of the table, met by an article that readers see and by the hidden one."""
    live = make_post(
        "published", title="公開", slug="public", category="経済", tags=["半導体"], author="北見"
    )
    names = {"live": live.post_id, "public": live.get_absolute_url()}
    found = []
    for slugs in (_slugs("経済", "半導体", "北見"), _slugs(WORD, f"{WORD}札", WORD)):
        days = {"year": "/2026/", "month": "/2026/03/", "day": "/2026/03/01/"}
        table = [
            row.example.format(**names, **days, **slugs)
            for route, row in PUBLIC.items()
            if not route.startswith(NOT_FOR_READERS)
        ]
        found += [*table, *(re.sub(r"feed\.\w+$", f"feed.{form}", path) for path in table for form in FORMS)]
    own = [f"/p/{hidden.post_id}/", "/2026/03/01/canary/", "/2026/03/03/canary/", "/2026/03/03/"]
    return list(
        dict.fromkeys([*found, *own, "/?page=2", f"/search/?q={quote('半導体')}", "/2026/03/01/canry/"])
    )


FORMS = ("xml", "rss", "json")


def _slugs(category: str, tag: str, author: str) -> dict[str, str]:
    wanted = {"category": (Category, category), "tag": (Tag, tag), "author": (Author, author)}
    return {
        f"{name}_slug": quote(row.slug if (row := model.objects.filter(name=value).first()) else "none")
        for name, (model, value) in wanted.items()
    }


@pytest.mark.parametrize("state", STATES)
def test_no_public_address_says_a_word_of_what_is_hidden(state, clock):
    hidden = hide(state, clock)
    clock.shift(60)
    told, seen = [], 0
    for address in addresses(hidden):
        answer = Client().get(address)
        assert answer.status_code < 500, address
        seen += answer.status_code == 200
        if WORD in unquote(rooms.body(answer)) + unquote(str(answer.headers)):
            told.append(address)
    assert told == []
    assert seen > 20


@pytest.mark.parametrize("state", STATES)
def test_search_finds_nothing_of_what_is_hidden(state, clock):
    hide(state, clock)
    clock.shift(60)
    page = rooms.body(Client().get(f"/search/?q={quote(WORD)}"))
    assert re.search(r"(?<!\d)0件", page)


def test_a_public_text_is_found_by_the_same_walk(clock):
    """A control: were the text public, most of these addresses would tell."""
    hidden = make_post("published", **HIDDEN)
    clock.shift(60)
    told = [a for a in addresses(hidden) if WORD in unquote(rooms.body(Client().get(a)))]
    assert len(told) > 20
    assert timezone.now() > NOON
