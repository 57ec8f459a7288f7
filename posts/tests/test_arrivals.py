"""Many at once is the same as one by one: arrive() against new_post() and adopt()."""

import contextlib
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from posts import workflow
from posts.models import HistoryEntry, Post, Redirect, Revision, SiteStamp
from posts.rendering import RenderError
from posts.roles import SYSTEM
from posts.tests.make import NOON, PAGE, make_document
from posts.workflow import Arrival, Interval, history

DAY = NOON - timedelta(days=30)
FULL = {
    "tags": ["円安", "ＡＩ", "ai"],
    "category": "経済",
    "also_in": ["投資", "AI"],
    "author": "山田",
    "coauthors": ["佐藤", "鈴木"],
    "extra": {"layout": "post"},
    "update_kind": "correction",
}


def documents() -> list:
    """A full one, one of the future, one without a date, two that ask for one address."""
    return [
        make_document(slug="full", date=DAY, **FULL),
        make_document(slug="later", date=NOON + timedelta(days=3), tags=["AI"]),
        make_document(slug="undated", author="佐藤"),
        make_document(slug="same", date=DAY, title="一"),
        make_document(slug="same", date=DAY, title="二", category="ＡＩ"),
    ]


def arrival(document, **more) -> Arrival:
    interval = Interval(document.date) if document.date else None
    number = f"{document.title}-{document.slug}.md"
    given = {"page": PAGE, "site": "s", "source": number, "digest": "d", "original": "原文"}
    return Arrival(document=document, **{**given, "interval": interval, **more})


def one_by_one() -> None:
    for document in documents():
        revision = workflow.new_post(document, by=SYSTEM, page=PAGE)
        source = f"{document.title}-{document.slug}.md"
        Post.objects.filter(pk=revision.post_id).update(site="s", source=source, source_hash="d")
        if document.date:
            with contextlib.suppress(workflow.Refused):
                revision = workflow.perform("adopt", revision, by=SYSTEM)
        history.record("import", revision, SYSTEM, text="原文", digest="d")
        Post.objects.filter(pk=revision.post_id).update(desk_seal=revision.seal_now())


def at_once() -> None:
    with transaction.atomic():
        workflow.arrive([arrival(document) for document in documents()])


def told() -> list:
    """All rows without the numbers that a sequence gives."""
    rows = []
    for revision in Revision.objects.order_by("pk"):
        post = revision.post
        own = {name: value for name, value in model_to_dict(revision).items() if not isinstance(value, list)}
        for name in ("id", "post", "category", "author"):
            own.pop(name)
        entries = [
            (e.step, e.source, e.target, e.live_from, e.live_until, e.actor_name, e.seal, e.digest, e.text)
            for e in post.history.order_by("pk")
        ]
        tags = list(revision.tagged.order_by("pk").values_list("tag__name", "published_at", "live_from"))
        address = (post.slug, post.date, post.site, post.source, post.source_hash, post.notice)
        rows.append((own, revision.to_document(), tags, entries, address))
        assert post.desk_seal == revision.seal_now()
    return rows


def test_rows_are_those_of_the_steps(clock):
    Redirect.objects.create(path=f"/{DAY:%Y/%m/%d}/full/", url="https://example.org/")
    with transaction.atomic():
        one_by_one()
        expected = told()
        transaction.set_rollback(True)
    at_once()
    assert told() == expected
    assert not Redirect.objects.exists() and SiteStamp.objects.get().value == 1


def test_queries_do_not_grow_with_the_number(clock):
    workflow.arrive([arrival(make_document(slug="a", date=DAY, **FULL))])  # the names are there afterwards
    with CaptureQueriesContext(connection) as few:
        workflow.arrive([arrival(make_document(slug=f"a{n}", date=DAY, **FULL)) for n in range(3)])
    with CaptureQueriesContext(connection) as many:
        workflow.arrive([arrival(make_document(slug=f"b{n}", date=DAY, **FULL)) for n in range(30)])
    assert len(many) <= len(few) + 4 <= 24  # SQLite takes so many values at once and no more


def test_a_text_that_cannot_be_shown_or_has_no_time_stays_a_draft(clock):
    end = Interval(DAY, end=DAY - timedelta(days=1))
    late = Interval(DAY - timedelta(days=1))
    document = make_document(date=DAY, slug="x")
    arrivals = [
        arrival(document, page=RenderError("too_slow"), source="a"),
        arrival(document, interval=end, source="b"),
        arrival(document, interval=late, source="c"),
    ]
    made = workflow.arrive(arrivals)
    assert [one.revision.status for one in made] == ["draft"] * 3
    assert all(one.refusal for one in made) and not Revision.objects.published().exists()


def test_an_article_comes_back_as_it_stood(clock):
    began = datetime(2020, 1, 1, tzinfo=NOON.tzinfo)
    stood = Interval(
        DAY, end=NOON - timedelta(days=1), day=began.date(), first=began, notice="取り下げ", notice_at=NOON
    )
    [one] = workflow.arrive([arrival(make_document(slug="back"), interval=stood)])
    post = Post.objects.get()
    assert post.get_absolute_url() == "/2020/01/01/back/" and post.is_retracted()
    assert one.revision.published_at == began
    successor = workflow.start_revision(post, by=SYSTEM, page=PAGE)
    successor = workflow.perform("comment", successor, by=SYSTEM, comment="続き")
    document = successor.to_document().replace(date=NOON - timedelta(minutes=1))
    successor = workflow.save_draft(successor, document, by=SYSTEM, version=1, page=PAGE)
    adopted = workflow.perform("adopt", successor, by=SYSTEM)
    assert adopted.post.get_absolute_url() == "/2020/01/01/back/"  # its address never moves


def test_a_lost_race_leaves_nothing(clock):
    workflow.arrive([arrival(make_document(slug="x"))])
    with pytest.raises(workflow.Refused), transaction.atomic():
        workflow.arrive([arrival(make_document(slug="y"), source="new"), arrival(make_document(slug="x"))])
    assert Post.objects.count() == 1 and HistoryEntry.objects.count() == 2


def test_drafts_adopted_later_stand_as_those_that_arrived_public(clock):
    """With the gate of an import the texts come in as drafts first (docs/importing.md)."""
    at_once()
    wanted = told()
    HistoryEntry.objects.all()._raw_delete("default")
    for model in (Revision, Post):
        model.objects.all().delete()
    with transaction.atomic():
        made = workflow.arrive([arrival(document, interval=None) for document in documents()])
        asked = [(one.revision, Interval(d.date)) for one, d in zip(made, documents(), strict=True) if d.date]
        refused = workflow.adopt_drafts(asked)
    assert [bool(reason) for reason in refused] == [False, False, False, True]  # two ask for one address
    now = told()
    assert [(row[:3], row[4]) for row in now] == [(row[:3], row[4]) for row in wanted]
    steps = [[entry[0] for entry in row[3]] for row in now]
    assert steps[0] == ["create", "import", "adopt"] and steps[4] == ["create", "import"]


def test_an_exported_interval_is_kept_by_a_later_adoption(clock):
    document = make_document(slug="full", date=DAY, **FULL)
    interval = Interval(
        DAY,
        DAY + timedelta(days=9),
        day=DAY.date(),
        first=DAY - timedelta(days=5),
        notice="取り下げました。",
        notice_at=NOON,
    )
    with transaction.atomic():
        [one] = workflow.arrive([arrival(document, interval=None)])
        assert workflow.adopt_drafts([(one.revision, interval)]) == [""]
    post = Post.objects.get()
    assert (post.date, post.first_live, post.notice) == (DAY.date(), interval.first, "取り下げました。")
    revision = Revision.objects.get()
    assert (revision.live_from, revision.live_until, revision.end_set) == (DAY, interval.end, interval.end)
    assert revision.tagged.first().live_until == interval.end


def test_a_draft_that_somebody_has_changed_is_not_adopted(clock):
    [one] = workflow.arrive([arrival(make_document(slug="a", date=DAY), interval=None)])
    draft = Revision.objects.get()
    workflow.save_draft(
        draft, make_document(slug="a", date=DAY, body="別の文"), by=SYSTEM, version=1, page=PAGE
    )
    [reason] = workflow.adopt_drafts([(one.revision, Interval(DAY))])
    assert reason and Revision.objects.get().status == "draft"
