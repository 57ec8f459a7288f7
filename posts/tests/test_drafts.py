"""Saves, names, restores, addresses and hands: how a text changes, and what is kept of it (DESIGN 4 and 6)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import transaction
from django.test import Client
from django.utils.translation import override

from posts import roles, workflow
from posts.document import LIMITS, Document, DocumentError
from posts.models import (
    CONTENT_FIELDS,
    Author,
    Category,
    HistoryEntry,
    Image,
    Post,
    Redirect,
    Revision,
    Tag,
    TaggedRevision,
)
from posts.roles import SYSTEM
from posts.workflow import Refused, Stale
from posts.workflow.history import hands_on

from .make import NOON, PAGE, advance, import_post, make_document, make_post, make_user
from .test_steps import everything, stamp

LATER = NOON + timedelta(days=1)


def save(revision: Revision, *, by=None, version=None, **fields) -> Revision:
    """A save from the newest version, unless another is named."""
    current = Revision.objects.get(pk=revision.pk)
    version = current.version if version is None else version
    document = make_document(**fields)
    return workflow.save_draft(revision, document, by=by or make_user("writer"), version=version, page=PAGE)


def again(revision: Revision) -> Revision:
    return Revision.objects.get(pk=revision.pk)


def document_of(revision: Revision) -> Document:
    return again(revision).to_document()


def refused(call, *args, **more) -> str:
    """The reason, after proof that nothing changed and that it is worded in two languages."""
    before, reasons = everything(), {}
    for language in ("ja", "en"):
        with override(language), pytest.raises(Refused) as caught:
            call(*args, **more)
        reasons[language] = str(caught.value)
        assert everything() == before
    assert reasons["ja"].strip() and reasons["en"].strip()
    assert reasons["ja"] != reasons["en"]
    return reasons["en"]


# --- saves -------------------------------------------------------------------------------------------------


def test_save_writes_the_text_its_version_and_an_entry(clock, editor):
    draft = make_post()
    saved = save(draft, by=editor, title="新", body="新しい本文です。")
    assert (saved.title, saved.version, saved.saved_by) == ("新", 2, editor)
    entry = draft.history.first()
    assert (entry.step, entry.actor, entry.source, entry.target) == ("save", editor, "draft", "draft")
    assert Document.from_text(entry.text) == document_of(draft)


@pytest.mark.parametrize("version", [1, 2], ids=["old version", "this version"])
def test_save_of_the_same_text_changes_nothing(version, clock, editor):
    draft = save(make_post(), title="新", tags=["AI"])
    before = everything()
    saved = save(draft, by=editor, version=version, title="新", tags=["ＡＩ"])
    assert (saved.pk, saved.version) == (draft.pk, 2)
    assert everything() == before
    assert editor.pk not in hands_on(draft)


def test_save_that_names_another_slug_only_changes_nothing(clock):
    draft = make_post(slug="a")
    before = everything()
    save(draft, slug="b")
    assert everything() == before


def test_slug_of_a_save_is_ignored(clock):
    draft = make_post(slug="a")
    assert save(draft, slug="b", title="新").post.slug == "a"
    assert Post.objects.get().slug == "a"
    assert Document.from_text(draft.history.first().text).slug == "a"


def test_D01_save_from_an_old_version_is_kept_and_overwrites_nothing(clock, writer, editor):
    draft = make_post()
    save(draft, by=editor, body="甲")
    with pytest.raises(Stale) as caught:
        save(draft, by=writer, version=1, body="乙")
    assert again(draft).body == "甲"
    entry = caught.value.entry
    assert (entry.step, entry.actor, entry.revision) == ("conflict", writer, draft)
    assert Document.from_text(entry.text).body == "乙"


def test_reason_of_a_conflict_is_worded_in_two_languages(clock, writer):
    draft = make_post()
    save(draft, body="甲")
    reasons = []
    for language in ("ja", "en"):
        with override(language), pytest.raises(Stale) as caught:
            save(draft, version=1, body="乙")
        reasons.append(str(caught.value))
    assert all(reasons) and reasons[0] != reasons[1]


def test_D02_conflict_is_kept_once_however_often_it_is_sent(clock, writer):
    draft = make_post()
    save(draft, body="甲")
    for _ in range(3):
        with pytest.raises(Stale):
            save(draft, version=1, body="乙")
    assert draft.history.filter(step="conflict").count() == 1


def test_D02_two_conflicts_sent_in_turn_are_kept_once_each(clock, writer):
    draft = make_post()
    save(draft, body="甲")
    for body in ("乙", "丙", "乙"):
        with pytest.raises(Stale):
            save(draft, version=1, body=body)
    assert draft.history.filter(step="conflict").count() == 2


@pytest.mark.parametrize("status", ["in_review", "approved", "published", "discarded"])
def test_B14_save_into_a_text_that_is_no_draft_is_refused_and_kept(status, clock, writer):
    revision = make_post(status, body="甲")
    with pytest.raises(Stale) as caught:
        save(revision, body="乙")
    assert again(revision).body == "甲"
    assert again(revision).status == status
    assert Document.from_text(caught.value.entry.text).body == "乙"


def test_B19_approval_is_not_reused_for_another_text(clock, writer, publisher):
    revision = make_post("approved")
    with pytest.raises(Stale):
        save(revision, body="乙")
    draft = workflow.perform("withdraw", revision, by=writer)
    save(draft, body="乙")
    refused(workflow.perform, "publish", draft, by=publisher)


def test_returned_text_may_be_saved(clock):
    assert save(make_post("returned"), body="直しました。").body == "直しました。"


def test_I5_every_saved_text_is_in_history_and_comes_back(clock, writer):
    draft = make_post(body="一")
    for body in ("二", "三"):
        save(draft, body=body)
    entries = list(draft.history.exclude(text="").order_by("pk"))
    assert [Document.from_text(entry.text).body for entry in entries] == ["一", "二", "三"]
    for entry, body in zip(entries, "一二三", strict=True):
        assert workflow.restore(entry, by=writer).body == body


STRANGERS = {
    "another writer": lambda: make_user("writer", name="stranger"),
    "staff without a group": lambda: make_user(name="stranger"),
    "a visitor": AnonymousUser,
    "nobody": lambda: None,
}


@pytest.mark.parametrize("who", STRANGERS)
def test_B17_strangers_change_no_text(who, clock):
    draft, stranger = make_post(), STRANGERS[who]()
    entry = draft.history.get(step="create")
    refused(workflow.save_draft, draft, make_document(title="新"), by=stranger, version=1, page=PAGE)
    refused(workflow.save_draft, draft, make_document(title="新"), by=stranger, version=0, page=PAGE)
    refused(workflow.restore, entry, by=stranger)
    refused(workflow.change_address, draft.post, slug="b", by=stranger)
    live = make_post("published", slug="c")
    refused(workflow.start_revision, live.post, by=stranger, page=PAGE)


@pytest.mark.parametrize("who", list(STRANGERS)[1:])
def test_who_has_no_role_writes_no_article(who, clock):
    refused(workflow.new_post, make_document(), by=STRANGERS[who](), page=PAGE)


def test_only_one_draft_is_open(clock, writer, editor):
    draft = make_post()
    refused(workflow.start_revision, draft.post, by=editor, page=PAGE)


# --- limits ------------------------------------------------------------------------------------------------

LISTS = {"tags": "話題", "also_in": "分類", "coauthors": "著者"}


def _too_long(field: str):
    size = LIMITS[field] + 1
    return [f"{LISTS[field]}{number}" for number in range(size)] if field in LISTS else "a" * size


@pytest.mark.parametrize("field", LIMITS)
def test_longer_than_the_limit_is_refused_with_the_limit(field, clock, writer):
    document = make_document(**{field: _too_long(field)})
    reason = refused(workflow.new_post, document, by=writer, page=PAGE)
    assert f"{LIMITS[field]:,}" in reason
    draft = make_post()
    refused(workflow.save_draft, draft, document, by=writer, version=1, page=PAGE)


@pytest.mark.parametrize("name", ["a" * 101, "ﬃ" * 40], ids=["101 letters", "101 and more in NFKC"])
@pytest.mark.parametrize("field", ["category", "author", "also_in", "coauthors", "tags"])
def test_long_name_is_refused(field, name, clock, writer):
    value = [name] if field not in {"category", "author"} else name
    assert "100" in refused(workflow.new_post, make_document(**{field: value}), by=writer, page=PAGE)


def test_values_as_long_as_the_limit_are_kept(clock):
    fields = {name: "字" * LIMITS[name] for name in ("title", "summary", "cover_alt", "cover_credit")}
    fields |= {"update_note": "字" * 2_000, "body": "字" * 200_000, "lang": "a" * 15, "slug": "a" * 200}
    fields |= {"canonical_url": "https://example.com/".ljust(1_000, "a"), "category": "ΐ" * 100}
    fields |= {"author": "ß" * 100, "tags": ["字" * 100]}
    draft = make_post(**fields)
    assert document_of(draft) == make_document(**fields)


@pytest.mark.parametrize("title", ["", " \u3000", "\u200b\ufeff"], ids=["empty", "spaces", "invisible"])
def test_empty_title_is_refused(title, clock, writer):
    refused(workflow.new_post, make_document(title=title), by=writer, page=PAGE)
    refused(workflow.save_draft, make_post(), make_document(title=title), by=writer, version=1, page=PAGE)


@pytest.mark.parametrize("bad", ["\0", "\ud800"], ids=["NUL", "surrogate"])
@pytest.mark.parametrize("field", ["title", "body", "summary", "category", "author", "slug", "update_note"])
def test_C33_broken_character_makes_no_document(field, bad):
    with pytest.raises(DocumentError):
        make_document(**{field: f"前{bad}後"})


@pytest.mark.parametrize("field", ["tags", "also_in", "coauthors"])
def test_broken_character_in_a_name_makes_no_document(field):
    with pytest.raises(DocumentError):
        make_document(**{field: ["AI", "A\0I"]})


def test_broken_character_in_other_front_matter_makes_no_document():
    with pytest.raises(DocumentError):
        make_document(extra={"layout": ["a", {"b": "\0"}]})


@pytest.mark.parametrize("field", ["format", "sponsorship", "ai_use", "update_kind"])
def test_unknown_word_is_refused(field, clock, writer):
    refused(workflow.new_post, make_document(**{field: "unknown"}), by=writer, page=PAGE)


def test_cover_that_does_not_exist_is_refused(clock, writer):
    refused(workflow.new_post, make_document(cover="/media/images/none.png"), by=writer, page=PAGE)


# --- names -------------------------------------------------------------------------------------------------

NAMED = {"tags": Tag, "category": Category, "also_in": Category, "author": Author, "coauthors": Author}


def _named(field: str, name: str) -> dict:
    return {field: name if field in {"category", "author"} else [name]}


@pytest.mark.parametrize("field", NAMED)
@pytest.mark.parametrize("spelling", ["AI", "ai", "ＡＩ", "ａｉ", " AI ", "人工知能", "A.I.", "Ａ．Ｉ．"])
def test_C34_names_are_matched_by_key_and_alias(spelling, field, clock):
    row = NAMED[field].objects.create(name="AI", aliases=["人工知能", "A.I."])
    draft = make_post(**_named(field, spelling))
    assert list(NAMED[field].objects.all()) == [row]
    assert document_of(draft) == make_document(slug=draft.post.slug, **_named(field, "AI"))


@pytest.mark.parametrize(
    "names", [["AI", "ai"], ["ＡＩ", "AI", "ai"], ["AI", "人工知能", "ａｉ"]], ids="/".join
)
def test_one_tag_stands_once(names, clock):
    Tag.objects.create(name="AI", aliases=["人工知能"])
    draft = make_post(tags=names)
    assert document_of(draft).tags == ("AI",)


def test_unknown_name_is_made_in_NFKC(clock):
    make_post(tags=["ＡＩ　活用"])
    assert Tag.objects.get().name == "AI 活用"


def test_C34_names_that_differ_stay_apart(clock):
    draft = make_post(tags=["C", "C++", "C#"])
    assert document_of(draft).tags == ("C", "C++", "C#")
    assert len(set(Tag.objects.values_list("slug", flat=True))) == 3


@pytest.mark.parametrize("field", LISTS)
def test_lists_keep_their_order(field, clock):
    draft = make_post(**{field: ["い", "あ", "う"]})
    assert getattr(document_of(draft), field) == ("い", "あ", "う")
    saved = save(draft, **{field: ["う", "い", "え"]})
    assert saved.version == 2
    assert getattr(document_of(draft), field) == ("う", "い", "え")


@pytest.mark.parametrize("field", LISTS)
def test_another_order_is_another_text(field, clock):
    draft = make_post(**{field: ["甲", "乙"]})
    assert save(draft, **{field: ["乙", "甲"]}).version == 2
    assert getattr(document_of(draft), field) == ("乙", "甲")


@pytest.mark.parametrize("field", NAMED)
def test_rename_keeps_the_old_name_the_approval_and_every_text(field, clock, publisher):
    approved = make_post("approved", **_named(field, "旧名"))
    row = NAMED[field].objects.get()
    row.name = "新名"
    row.save()
    assert row.aliases == ["旧名"]
    assert document_of(approved) == make_document(slug=approved.post.slug, **_named(field, "新名"))
    assert workflow.perform("publish", approved, by=publisher).status == "published"
    make_post(**_named(field, "旧名"))
    assert list(NAMED[field].objects.all()) == [row]


@pytest.mark.parametrize("field", NAMED)
def test_save_under_the_old_name_changes_nothing(field, clock):
    draft = make_post(**_named(field, "旧名"))
    row = NAMED[field].objects.get()
    row.name = "新名"
    row.save()
    before = everything()
    save(draft, **_named(field, "旧名"))
    assert everything() == before


def test_name_given_back_is_no_alias_of_itself(clock):
    tag = Tag.objects.create(name="旧名")
    for name in ("新名", "旧名"):
        tag.name = name
        tag.save()
    assert (tag.name, tag.aliases) == ("旧名", ["新名"])


# --- history -----------------------------------------------------------------------------------------------

REWRITES = {
    "save": lambda entry: entry.save(),
    "save of one field": lambda entry: entry.save(update_fields=["comment"]),
    "delete": lambda entry: entry.delete(),
    "update": lambda entry: HistoryEntry.objects.update(comment="別"),
    "filtered update": lambda entry: HistoryEntry.objects.filter(pk=entry.pk).update(comment="別"),
    "update of an article's": lambda entry: entry.post.history.update(comment="別"),
    "delete of all": lambda entry: HistoryEntry.objects.all().delete(),
    "delete of an article's": lambda entry: entry.post.history.all().delete(),
    "bulk update": lambda entry: HistoryEntry.objects.bulk_update([entry], ["comment"]),
    "update or create": lambda entry: HistoryEntry.objects.update_or_create(
        pk=entry.pk, defaults={"comment": "別"}
    ),
}


@pytest.mark.parametrize("way", REWRITES)
def test_history_is_only_ever_added_to(way, clock):
    entry = make_post().history.get()
    before = everything()
    entry.comment = "別"
    with pytest.raises(TypeError), transaction.atomic():
        REWRITES[way](entry)
    assert everything() == before


# --- restores ----------------------------------------------------------------------------------------------


def test_earlier_text_comes_back_as_a_new_save(clock, editor):
    fields = {
        "title": "一",
        "tags": ["い", "あ"],
        "category": "技術",
        "coauthors": ["乙"],
        "extra": {"a": "b"},
    }
    draft = make_post(**fields)
    old = document_of(draft)
    save(draft, title="二")
    restored = workflow.restore(draft.history.get(step="create"), by=editor)
    assert (restored.pk, restored.version) == (draft.pk, 3)
    assert document_of(draft) == old
    assert (draft.history.first().step, draft.history.first().actor) == ("save", editor)


def test_conflict_comes_back_as_a_new_save(clock, editor, writer):
    draft = make_post()
    save(draft, body="甲")
    with pytest.raises(Stale) as caught:
        save(draft, version=1, body="乙")
    assert workflow.restore(caught.value.entry, by=writer).body == "乙"
    assert again(draft).version == 3


def test_restore_of_the_text_that_is_there_changes_nothing(clock, editor):
    draft = make_post()
    before = everything()
    workflow.restore(draft.history.get(), by=editor)
    assert everything() == before


def test_B17_text_of_a_live_article_comes_back_as_a_draft_only(clock, writer):
    live = make_post("published", title="公開")
    restored = workflow.restore(live.history.get(step="create"), by=writer)
    assert (restored.status, restored.number, restored.created_by) == ("draft", 2, writer)
    assert (restored.seal, restored.approved_by) == ("", None)
    assert [row.pk for row in Revision.objects.published()] == [live.pk]


def test_B18_restored_name_that_was_deleted_is_made_again(clock, writer):
    draft = make_post(tags=["消した"])
    save(draft, tags=[])
    Tag.objects.get().delete()
    workflow.restore(draft.history.get(step="create"), by=writer)
    assert document_of(draft).tags == ("消した",)


def test_discarded_text_comes_back_as_a_new_draft(clock, writer):
    discarded = make_post("discarded", title="捨てた", tags=["甲"])
    draft = workflow.start_revision(discarded.post, by=writer, base=discarded, page=PAGE)
    assert (draft.status, draft.number, draft.title) == ("draft", 2, "捨てた")
    assert document_of(draft) == document_of(discarded)
    assert again(discarded).status == "discarded"
    assert draft.history.get().step == "start"


@pytest.mark.parametrize("status", ["in_review", "approved"])
def test_restore_waits_for_the_review(status, clock, writer):
    draft = make_post(body="一")
    save(draft, body="二")
    advance(draft, status)
    with pytest.raises(Refused):
        workflow.restore(draft.history.get(step="create"), by=writer)
    assert (again(draft).body, again(draft).status) == ("二", status)


def test_entry_without_a_text_is_not_restored(clock, writer):
    revision = make_post("in_review")
    refused(workflow.restore, revision.history.get(step="submit"), by=writer)


def test_B11_text_of_another_article_is_no_base(clock, editor):
    live, other = make_post("published", slug="a"), make_post(slug="b")
    refused(workflow.start_revision, live.post, by=editor, base=other, page=PAGE)
    refused(workflow.start_revision, live.post, by=editor, base=other.history.get(), page=PAGE)


def test_new_draft_starts_from_what_is_public_now(clock, writer):
    live = make_post("published", title="今")
    advance(
        workflow.start_revision(live.post, by=writer, base=make_document(title="後"), page=PAGE),
        "published",
        at=LATER,
    )
    assert workflow.start_revision(live.post, by=writer, page=PAGE).title == "今"


# --- addresses ---------------------------------------------------------------------------------------------


def test_old_address_leads_to_the_new_one_in_one_hop(clock, publisher, client):
    live = make_post("published", slug="a")
    for slug in ("b", "c"):
        workflow.change_address(live.post, slug=slug, by=publisher)
    for old in ("a", "b"):
        answer = Client().get(f"/2026/03/01/{old}/")
        assert (answer.status_code, answer["Location"]) == (301, "/2026/03/01/c/")
    assert Client().get("/2026/03/01/c/").status_code == 200


def test_address_taken_back_is_no_redirect(clock, publisher):
    live = make_post("published", slug="a")
    for slug in ("b", "a"):
        workflow.change_address(live.post, slug=slug, by=publisher)
    assert Client().get("/2026/03/01/a/").status_code == 200
    assert Client().get("/2026/03/01/b/")["Location"] == "/2026/03/01/a/"


def test_old_address_gives_way_to_an_article(clock, publisher):
    first = make_post("published", slug="a", title="甲")
    workflow.change_address(first.post, slug="b", by=publisher)
    second = make_post("published", slug="a", title="乙")
    assert second.get_absolute_url() == "/2026/03/01/a/"
    assert not Redirect.objects.filter(path__startswith="/2026/03/01/a").exists()


def test_article_that_never_was_public_leaves_no_redirect(clock, writer):
    scheduled = make_post("published", slug="a", at=LATER)
    assert workflow.change_address(scheduled.post, slug="b", by=writer).slug == "b"
    assert not Redirect.objects.exists()


def test_approval_survives_another_address(clock, writer, publisher):
    approved = make_post("approved", slug="a")
    workflow.change_address(approved.post, slug="b", by=writer)
    assert workflow.perform("publish", approved, by=publisher).get_absolute_url() == "/2026/03/01/b/"


def test_address_of_a_public_article_is_changed_by_those_who_publish(clock, writer, editor, publisher):
    live = make_post("published", slug="a")
    for user in (writer, editor):
        refused(workflow.change_address, live.post, slug="b", by=user)
        assert not workflow.may_move(live.post, by=user)
    assert workflow.may_move(live.post, by=publisher)
    assert workflow.change_address(live.post, slug="b", by=publisher).slug == "b"


def test_address_of_an_ended_article_was_public_too(clock, writer, publisher):
    live = make_post("published", slug="a")
    clock.shift(60)
    workflow.perform("unpublish", live, by=publisher, comment="終了しました。")
    refused(workflow.change_address, live.post, slug="b", by=writer)


def test_taken_address_is_refused(clock, publisher):
    make_post("published", slug="a")
    other = make_post("published", slug="b")
    refused(workflow.change_address, other.post, slug="a", by=publisher)


@pytest.mark.parametrize("slug", ["", "///", " ", "\0", "..."])
def test_empty_address_is_refused(slug, clock, writer):
    refused(workflow.change_address, make_post(slug="a").post, slug=slug, by=writer)


def test_another_address_is_told_in_history_and_raises_the_stamp(clock, publisher):
    live = make_post("published", slug="a")
    before = stamp()
    workflow.change_address(live.post, slug="b", by=publisher)
    entry = live.post.history.first()
    assert (entry.step, entry.actor) == ("change_address", publisher)
    assert stamp() > before


def test_same_address_changes_nothing(clock, publisher):
    live = make_post("published", slug="a")
    before = everything()
    workflow.change_address(live.post, slug="a", by=publisher)
    assert everything() == before


# --- publishing writes no content --------------------------------------------------------------------------


def content(revision: Revision) -> dict:
    """What every content field holds, the rows of its lists with them."""
    row = again(revision)
    rows = {
        "tags": list(row.tagged.order_by("pk").values_list("pk", "tag")),
        "also_in": list(row.placements.values_list("pk", "category")),
        "coauthors": list(row.coauthorships.values_list("pk", "author")),
    }
    return {name: rows[name] if name in rows else getattr(row, name) for name in CONTENT_FIELDS}


def full_text() -> Document:
    Image.objects.create(file="images/a.png", sha256="a" * 64, width=1, height=1)
    original = make_post("published", slug="original")
    return make_document(
        summary="要約です。",
        date=NOON - timedelta(days=1),
        lang="ja",
        translation_of=original.post.reference,
        category="技術",
        also_in=["経済", "社会"],
        author="甲",
        coauthors=["丙", "乙"],
        tags=["い", "あ"],
        cover="/media/images/a.png",
        cover_alt="説明",
        cover_credit="撮影者",
        sponsorship="ad",
        ai_use="assisted",
        disclosure="筆者は同社の株を持っています。",
        update_kind="correction",
        update_note="訂正しました。",
        canonical_url="https://example.com/",
        noindex=True,
        extra={"layout": "post"},
    )


def test_publishing_writes_bookkeeping_only(clock, writer, editor, publisher, chief):
    revision = workflow.new_post(full_text(), by=writer, page=PAGE)
    before = content(revision)
    assert all(value for name, value in before.items())
    acts = [
        ("submit", writer, {}),
        ("approve", editor, {"acknowledged": True}),
        ("publish", publisher, {"at": LATER}),
    ]
    acts += [("cancel", publisher, {}), ("publish", publisher, {}), ("unpublish", chief, {"at": LATER})]
    acts += [("keep", chief, {}), ("retract", chief, {"notice": "取り下げました。"})]
    for step, user, more in acts:
        workflow.perform(step, revision, by=user, comment="日付に誤りがありました。", **more)
        clock.shift(60)
        assert content(revision) == before, step


def test_successor_leaves_the_content_of_its_predecessor_alone(clock, writer):
    live = advance(workflow.new_post(full_text(), by=writer, page=PAGE), "published")
    before, html = content(live), again(live).html
    clock.shift(60)
    draft = workflow.start_revision(live.post, by=writer, base=make_document(title="続報"), page=PAGE)
    advance(draft, "published")
    assert content(live) == before and again(live).html == html


# --- hands -------------------------------------------------------------------------------------------------


def test_hands_are_those_of_the_creator_and_everyone_who_saved(clock, writer, editor, publisher):
    draft = make_post(by=writer)
    save(draft, by=editor, body="甲")
    save(draft, by=writer, body="乙")
    assert hands_on(draft) == {writer.pk, editor.pk}
    advance(draft, "in_review")
    workflow.perform("request_changes", draft, by=publisher, comment="直してください")
    assert hands_on(draft) == {writer.pk, editor.pk}


def test_hands_stay_over_the_whole_life_of_a_text(clock, writer, editor, chief):
    draft = make_post(by=writer)
    save(draft, by=editor, body="甲")
    for _ in range(2):
        workflow.perform("submit", draft, by=writer)
        workflow.perform("approve", draft, by=chief, acknowledged=True)
        workflow.perform("withdraw", draft, by=writer)
    save(draft, by=writer)
    workflow.perform("submit", draft, by=writer)
    refused(workflow.perform, "approve", draft, by=editor)


def test_restore_is_a_hand_too(clock, writer, editor):
    draft = make_post(by=writer)
    save(draft, by=writer, body="甲")
    workflow.restore(draft.history.get(step="create"), by=editor)
    assert hands_on(draft) == {writer.pk, editor.pk}


def test_comment_and_conflict_are_no_hands(clock, writer, editor):
    draft = make_post(by=writer)
    save(draft, by=writer, body="甲")
    workflow.perform("comment", draft, by=editor, comment="読みました")
    with pytest.raises(Stale):
        save(draft, by=editor, version=1, body="乙")
    assert hands_on(draft) == {writer.pk}
    workflow.perform("submit", draft, by=writer)
    assert workflow.perform("approve", draft, by=editor, acknowledged=True).status == "approved"


def test_hands_on_one_text_are_none_on_the_next(clock, writer, editor):
    live = make_post("published", by=make_user("publisher", name="author"))
    draft = workflow.start_revision(live.post, by=editor, page=PAGE)
    assert hands_on(draft) == {editor.pk}


# --- imported drafts ---------------------------------------------------------------------------------------

FIRST = {
    "save": lambda draft, user: save(draft, by=user, title="新"),
    "submit": lambda draft, user: workflow.perform("submit", draft, by=user),
}


@pytest.mark.parametrize("way", FIRST)
def test_first_writer_of_an_imported_draft_becomes_its_assignee(way, clock, writer):
    draft, second = import_post(), make_user("writer", name="second")
    assert roles.may_edit(writer, draft.post) and roles.may_edit(second, draft.post)
    FIRST[way](draft, writer)
    assert Post.objects.get().assignee == writer
    before = everything()
    for refused_way in FIRST.values():
        with pytest.raises(Refused):
            refused_way(draft, second)
    assert everything() == before
    assert not roles.may_see(second, Post.objects.get())


@pytest.mark.parametrize("role", ["editor", "publisher", "admin"])
@pytest.mark.parametrize("way", FIRST)
def test_editor_takes_no_imported_draft_away(way, role, clock, writer):
    draft = import_post()
    FIRST[way](draft, make_user(role))
    assert Post.objects.get().assignee is None
    assert roles.may_edit(writer, Post.objects.get())


def test_system_takes_no_imported_draft_away(clock):
    draft = import_post()
    save(draft, by=SYSTEM, title="新")
    assert Post.objects.get().assignee is None


def test_save_of_the_same_text_takes_no_imported_draft(clock, writer):
    draft = import_post()
    before = everything()
    save(draft, by=writer)
    assert everything() == before


def test_refused_save_takes_no_imported_draft(clock, writer):
    draft = import_post()
    save(draft, by=SYSTEM, title="新")
    with pytest.raises(Stale):
        save(draft, by=writer, version=1, title="別")
    assert Post.objects.get().assignee is None


def test_own_article_has_no_assignee_by_saving(clock, writer):
    save(make_post(), title="新")
    assert Post.objects.get().assignee is None


# --- roles -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", roles.ROLES)
def test_group_has_exactly_the_permissions_of_its_role(role):
    names = list(roles.ROLES)
    wanted = {f"posts.{code}" for name in names[: names.index(role) + 1] for code in roles.ROLES[name][1]}
    wanted |= set(roles.ADMIN_EXTRA) if role == "admin" else set()
    assert make_user(role).get_all_permissions() == wanted
    assert roles.group(role) == Group.objects.get(name=roles.ROLES[role][0])


def test_migrate_takes_back_what_was_given_by_hand():
    writers, publishers = roles.group("writer"), roles.group("publisher")
    writers.permissions.set(publishers.permissions.all())
    publishers.permissions.clear()
    roles.keep_groups()
    assert not make_user("writer").has_perm("posts.publish_revision")
    assert make_user("publisher").has_perm("posts.publish_revision")


def test_visible_articles_are_those_that_may_be_seen(clock, writer):
    mine, others, imported = (
        make_post(slug="a"),
        make_post(slug="b", by=make_user("editor")),
        import_post(slug="c"),
    )
    seen = roles.visible_posts(writer, Post.objects.all())
    assert {post.pk for post in seen} == {mine.post_id, imported.post_id}
    assert {post.pk for post in Post.objects.all() if roles.may_see(writer, post)} == {p.pk for p in seen}
    assert others.post not in seen


# --- a text that cannot be shown ---------------------------------------------------------------------------


def test_C41_text_that_cannot_be_rendered_is_kept_but_not_approved(writer, editor):
    draft = workflow.new_post(make_document(body="> " * 3000), by=writer)
    stored = again(draft)
    assert (stored.status, stored.html, stored.rendered_with) == ("draft", "", "")
    assert stored.render_problem and stored.body.startswith("> > ")
    workflow.perform("submit", draft, by=writer)
    refused(workflow.perform, "approve", draft, by=editor)
    workflow.perform("withdraw", draft, by=writer)
    saved = workflow.save_draft(draft, make_document(body="本文です。"), by=writer, version=1)
    assert (saved.render_problem, "本文です。" in saved.html) == ("", True)


def test_tag_rows_of_a_draft_carry_no_dates(clock):
    make_post(tags=["甲"])
    assert list(TaggedRevision.objects.values_list("published_at", "live_from", "live_until")) == [
        (None,) * 3
    ]
