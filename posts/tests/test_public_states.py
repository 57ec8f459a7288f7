"""Every public address × every state: nothing that readers may not see shows anywhere, not even the name of its tag."""

import re
from datetime import timedelta
from urllib.parse import quote, unquote

import pytest
from django.test import Client
from django.utils import timezone

from posts.models import Author, Category, Revision, Tag

from . import hiding, rooms
from .hiding import WORDS, changed, in_state
from .make import NOON, advance, make_post
from .permissions.addresses import PUBLIC

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=2)
NOT_FOR_READERS = ("preview/", "shared/", "^media/")
STATES = (*hiding.STATES, "replaced", "being_changed", "replaced_later")
HIDDEN = {
    **dict.fromkeys(("title", "summary", "body", "cover_alt", "cover_credit", "author", "category"), WORDS),
    "tags": [f"{WORDS}札", "半導体"],
    "coauthors": [f"{WORDS}人"],
    "also_in": [f"{WORDS}面"],
    "slug": "canary",
    "extra": {"note": WORDS},
}


def hide(state: str, clock) -> Revision:
    """A text full of the word that is in that state; readers have seen it before in some."""
    if state in hiding.STATES:
        return in_state(state, clock, at=LATER, **HIDDEN)
    if state in ("being_changed", "replaced_later"):
        live = make_post("published", title="読者が見る", slug="seen")
        clock.shift(60)
        draft = changed(live, **{name: value for name, value in HIDDEN.items() if name != "slug"})
        return draft if state == "being_changed" else advance(draft, "published", at=LATER)
    text = make_post("published", **HIDDEN)
    clock.shift(60)
    plain = dict.fromkeys(("summary", "body", "cover_alt", "cover_credit", "author", "category"), "平文")
    draft = changed(text, title="読者が見る", tags=["半導体"], coauthors=[], also_in=[], extra={}, **plain)
    advance(draft, "published")
    return text


def addresses(hidden: Revision) -> list[str]:
    """Every public address of the table, met by an article that readers see and by the hidden one."""
    live = make_post(
        "published", title="公開", slug="public", category="経済", tags=["半導体"], author="北見"
    )
    names = {"live": live.post_id, "public": live.get_absolute_url()}
    found = []
    for slugs in (_slugs("経済", "半導体", "北見"), _slugs(WORDS, f"{WORDS}札", WORDS)):
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


@pytest.mark.walk
@pytest.mark.parametrize("state", STATES)
def test_no_public_address_says_a_word_of_what_is_hidden(state, clock):
    hidden = hide(state, clock)
    clock.shift(60)
    told, seen = [], 0
    for address in addresses(hidden):
        answer = Client().get(address)
        assert answer.status_code < 500, address
        seen += answer.status_code == 200
        if WORDS in unquote(rooms.body(answer)) + unquote(str(answer.headers)):
            told.append(address)
    assert told == []
    assert seen > 20


@pytest.mark.parametrize("state", STATES)
def test_search_finds_nothing_of_what_is_hidden(state, clock):
    hide(state, clock)
    clock.shift(60)
    page = rooms.body(Client().get(f"/search/?q={quote(WORDS)}"))
    assert re.search(r"(?<!\d)0件", page)


def test_a_public_text_is_found_by_the_same_walk(clock):
    """A control: were the text public, most of these addresses would tell."""
    hidden = make_post("published", **HIDDEN)
    clock.shift(60)
    told = [a for a in addresses(hidden) if WORDS in unquote(rooms.body(Client().get(a)))]
    assert len(told) > 20
    assert timezone.now() > NOON
