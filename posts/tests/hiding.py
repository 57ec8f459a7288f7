"""Texts that readers must not see, in every state, and those that take the place of another."""

from datetime import timedelta

from django.test import Client

from posts import workflow
from posts.models import Revision

from .make import NOON, PAGE, advance, make_post, make_user

WORDS = "カナリア"  # stands in what is hidden and nowhere else
NAMES = {"tags": ["tag"], "category": "section", "author": "person"}
UNSEEN = ["draft", "returned", "in_review", "approved", "discarded", "scheduled"]  # never public
STATES = [*UNSEEN, "ended", "retracted"]


def text_of(path: str) -> str:
    """What anybody gets there."""
    return Client().get(path).content.decode()


def in_state(state: str, clock, *, at=NOON + timedelta(hours=1), **fields) -> Revision:
    """A text in one of STATES; `at` is when a scheduled one is due. One that has ended was public for a minute."""
    if state == "scheduled":
        return make_post("published", at=at, **fields)
    if state in UNSEEN:
        return make_post(state, **fields)
    text = make_post("published", **fields)
    clock.shift(60)
    step, more = {"ended": ("unpublish", {}), "retracted": ("retract", {"notice": "取り下げました。"})}[state]
    workflow.perform(step, text, by=make_user("publisher"), comment="事実に誤りがあったため", **more)
    return text


def changed(live: Revision, **fields) -> Revision:
    """A draft that changes a public text: a typo, where the fields do not say otherwise."""
    writer = make_user("writer")
    draft = workflow.start_revision(live.post, by=writer, page=PAGE)
    document = draft.to_document().replace(**{"update_kind": "typo", **fields})
    return workflow.save_draft(draft, document, by=writer, version=draft.version, page=PAGE)


def replaced(live: Revision, clock, kind: str, note: str, **fields) -> Revision:
    """A later text of the article, public an hour on."""
    clock.shift(3600)
    return advance(changed(live, update_kind=kind, update_note=note, **fields), "published")
