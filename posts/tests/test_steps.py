"""Every step: who may take it, from where, with what, and what follows (DESIGN 4 to 6, attacks B01 to B19)."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from posts import workflow
from posts.models import (
    CONTENT_FIELDS,
    Author,
    Category,
    Coauthorship,
    HistoryEntry,
    Image,
    Placement,
    Post,
    Redirect,
    Revision,
    Sample,
    SampleItem,
    SiteStamp,
    Tag,
    TaggedRevision,
)
from posts.roles import SYSTEM
from posts.workflow import Refused

from .make import NOON, PAGE, advance, import_post, make_document, make_post, make_user

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOON + DAY
YESTERDAY = NOON - DAY

# A published text is scheduled, public, ending (public, with a planned end) or ended.
SITUATIONS = "draft returned in_review claimed approved scheduled public ending ended discarded".split()
TAKEN = {  # step: where it may be taken
    "submit": {"draft", "returned"},
    "withdraw": {"in_review", "claimed", "approved"},
    "request_changes": {"in_review", "claimed", "approved"},
    "approve": {"in_review", "claimed"},
    "accept_batch": {"draft", "in_review", "claimed"},
    "claim": {"in_review", "claimed"},
    "release": {"claimed"},
    "publish": {"approved"},
    "cancel": {"scheduled"},
    "unpublish": {"public", "ending"},
    "keep": {"ending"},
    "retract": {"public", "ending", "ended"},
    "discard": {"draft", "returned", "in_review", "claimed", "approved"},
    "comment": set(SITUATIONS),
    "adopt": {"draft"},
}
WRITERS, EDITORS, PUBLISHERS = {"writer"}, {"editor", "publisher", "admin"}, {"publisher", "admin"}
WHO = {  # step: (who may take it on an article of their own, who on another's)
    "submit": (WRITERS | EDITORS, EDITORS),
    "withdraw": (WRITERS | EDITORS, EDITORS),
    "request_changes": (EDITORS, EDITORS),
    "approve": (set(), EDITORS),
    "accept_batch": (set(), EDITORS),
    "claim": (set(), EDITORS),
    "release": (EDITORS, EDITORS),
    "publish": (PUBLISHERS, PUBLISHERS),
    "cancel": (PUBLISHERS, PUBLISHERS),
    "unpublish": (PUBLISHERS, PUBLISHERS),
    "keep": (PUBLISHERS, PUBLISHERS),
    "retract": (PUBLISHERS, PUBLISHERS),
    "discard": (WRITERS | EDITORS, EDITORS),
    "comment": (WRITERS | EDITORS, EDITORS),
    "adopt": (set(), set()),
}
AT_WORK = ["writer", "editor", "publisher", "admin"]
ROLES = [
    *AT_WORK,
    "nobody",
    "left",
    "anonymous",
]  # staff without a group; a publisher just deactivated; a visitor
REASON = "日付に誤りがありました。"
INPUTS = {
    "approve": {"acknowledged": True},
    "request_changes": {"comment": REASON},
    "unpublish": {"comment": REASON},
    "retract": {"comment": REASON, "notice": "取り下げました。"},
    "comment": {"comment": REASON},
}


def everything() -> dict:
    """Every row that an act could change."""
    models = (Post, Revision, HistoryEntry, Redirect, SiteStamp, TaggedRevision, Placement, Coauthorship)
    names = (Tag, Category, Author)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in (*models, *names)}


def act(step: str, revision: Revision, *, by=None, **inputs) -> Revision:
    """The step by somebody who may, with all that it asks for."""
    actor = by or (SYSTEM if step == "adopt" else make_user("admin"))
    return workflow.perform(step, revision, by=actor, **inputs_of(step, revision) | inputs)


def inputs_of(step: str, revision: Revision) -> dict:
    """What a step is given; a batch is accepted by a sample that stands for the text."""
    if step != "accept_batch":
        return INPUTS.get(step, {})
    sample = Sample.objects.create(
        label="見本", seed="1", size=2, allowed=1, by_name="x", at=timezone.now(), state="accepted"
    )
    SampleItem.objects.create(sample=sample, revision=revision, seal=revision.seal_now())
    return {"acknowledged": True, "sample": sample}


def refused(step: str, revision: Revision, *, by=None, **inputs) -> str:
    """The reason, after proof that the step changes nothing and explains itself in two languages."""
    actor = by or (SYSTEM if step == "adopt" else make_user("admin"))
    inputs = inputs_of(step, revision) | inputs
    before = everything()
    with pytest.raises(Refused) as caught:
        workflow.perform(step, revision, by=actor, **inputs)
    assert everything() == before
    fresh = Revision.objects.get(pk=revision.pk)
    reasons = {}
    for language in ("ja", "en"):
        with override(language):
            reasons[language] = workflow.refusal(step, fresh, by=actor, **inputs)
    assert reasons["ja"].strip() and reasons["en"].strip()
    assert reasons["ja"] != reasons["en"]
    assert str(caught.value) == reasons["ja"]
    return reasons["en"]


def bring(situation: str, clock, *, by=None, **fields) -> Revision:
    """A text in a situation, dated yesterday; an editor and a publisher have taken the steps that are theirs."""
    fields = {"date": YESTERDAY, **fields}
    if situation == "claimed":
        return act("claim", make_post("in_review", by=by, **fields), by=make_user("editor", name="claimer"))
    if situation not in {"scheduled", "public", "ending", "ended"}:
        return make_post(situation, by=by, **fields)
    revision = make_post("published", by=by, at=LATER if situation == "scheduled" else None, **fields)
    clock.shift(60)
    if situation in {"ending", "ended"}:
        end = LATER if situation == "ending" else None
        revision = act("unpublish", revision, by=make_user("publisher"), at=end)
        clock.shift(60)
    return revision


def person(role: str):
    if role == "anonymous":
        return AnonymousUser()
    user = make_user({"nobody": "", "left": "publisher"}.get(role, role), name=f"the {role}")
    if role == "left":
        user.is_active = False
        user.save()
    return user


def text_of(role: str, whose: str, situation: str, clock) -> tuple[Revision, object]:
    actor = person(role)
    revision = bring(situation, clock, by=actor if whose == "own" and role in AT_WORK else None)
    if whose == "own":
        Post.objects.filter(pk=revision.post_id).update(created_by=actor.pk)
    return Revision.objects.get(pk=revision.pk), actor


def is_taken(step: str, revision: Revision, actor) -> bool:
    """Whether perform() takes the step; undone afterwards."""
    point = transaction.savepoint()
    try:
        workflow.perform(step, revision, by=actor, **inputs_of(step, revision))
    except Refused:
        return False
    else:
        return True
    finally:
        transaction.savepoint_rollback(point)


def next_text(revision: Revision, status: str = "approved", *, at=None, **fields) -> Revision:
    """Another text of the same article, brought to a status."""
    base = make_document(**fields) if fields else None
    draft = workflow.start_revision(revision.post, by=make_user("writer"), base=base, page=PAGE)
    return advance(draft, status, at=at)


def now_of(*revisions: Revision) -> list[Revision]:
    return [Revision.objects.get(pk=revision.pk) for revision in revisions]


def stamp() -> int:
    return SiteStamp.objects.values_list("value", flat=True).first() or 0


# --- where and by whom --------------------------------------------------------------------------------------


def test_B01_every_step_is_in_these_tables():
    assert set(workflow.STEPS) == set(TAKEN) == set(WHO)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("step", TAKEN)
def test_step_is_taken_only_from_its_sources(step, situation, clock):
    revision = bring(situation, clock)
    if situation in TAKEN[step]:
        assert act(step, revision).pk == revision.pk
    else:
        refused(step, revision)
        refused(step, revision, by=SYSTEM)


@pytest.mark.parametrize("whose", ["own", "other"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_B01_step_is_taken_by_those_who_may_and_offered_to_nobody_else(situation, role, whose, clock):
    revision, actor = text_of(role, whose, situation, clock)
    wanted = {
        step for step in TAKEN if situation in TAKEN[step] and role in WHO[step][0 if whose == "own" else 1]
    }
    assert {step for step in TAKEN if is_taken(step, revision, actor)} == wanted
    assert set(workflow.available(revision, actor)) == wanted - {"accept_batch"}  # never for one text alone


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("step", TAKEN)
def test_B01_who_may_not_is_told_so_and_changes_nothing(step, role, clock):
    situation = next(name for name in SITUATIONS if name in TAKEN[step])
    for whose in ("own", "other"):
        if role not in WHO[step][0 if whose == "own" else 1]:
            revision, actor = text_of(role, whose, situation, clock)
            refused(step, revision, by=actor)


def test_assigned_writer_has_the_article_as_an_own_one(clock):
    draft, colleague = make_post(), make_user("writer", name="colleague")
    refused("submit", draft, by=colleague)
    Post.objects.filter(pk=draft.post_id).update(assignee=colleague)
    assert act("submit", draft, by=colleague).status == "in_review"


@pytest.mark.parametrize("step", TAKEN)
def test_missing_actor_means_nobody(step, clock):
    situation = next(name for name in SITUATIONS if name in TAKEN[step])
    revision, before = bring(situation, clock), everything()
    with pytest.raises(Refused):
        workflow.perform(step, revision, by=None, **inputs_of(step, revision))
    assert everything() == before
    assert workflow.available(revision, None) == []


def test_system_never_approves_nor_returns(clock):
    revision = bring("in_review", clock)
    refused("approve", revision, by=SYSTEM)
    refused("request_changes", revision, by=SYSTEM)
    assert not {"approve", "request_changes"} & set(workflow.available(revision, SYSTEM))


def test_not_even_a_superuser_adopts(clock):
    root = make_user(name="root", is_superuser=True)
    refused("adopt", bring("draft", clock), by=root)


@pytest.mark.parametrize("step", ["erase", "", "Submit", "submit ", "save"])
def test_unknown_step_is_an_error_and_changes_nothing(step, clock, chief):
    revision = bring("draft", clock)
    before = everything()
    with pytest.raises((KeyError, ValueError)):
        workflow.perform(step, revision, by=chief)
    with pytest.raises((KeyError, ValueError)):
        workflow.refusal(step, revision, by=chief)
    assert everything() == before


# --- what a step asks for -----------------------------------------------------------------------------------

ASKED = {
    "return without a reason": ("request_changes", "in_review", {"comment": ""}),
    "return for spaces": ("request_changes", "in_review", {"comment": " \u3000\n"}),
    "return for a NUL": ("request_changes", "in_review", {"comment": "\0"}),
    "return of an approved text without a reason": ("request_changes", "approved", {"comment": ""}),
    "unpublish without a reason": ("unpublish", "public", {"comment": ""}),
    "unpublish for spaces": ("unpublish", "public", {"comment": "　"}),
    "unpublish in the past": ("unpublish", "public", {"at": NOON + timedelta(seconds=59)}),
    "unpublish at its beginning": ("unpublish", "public", {"at": NOON}),
    "unpublish later than the planned end": ("unpublish", "ending", {"at": LATER + HOUR}),
    "retract without a reason": ("retract", "public", {"comment": ""}),
    "retract for nine characters": ("retract", "public", {"comment": "一二三四五六七八九"}),
    "retract for nine characters and spaces": ("retract", "public", {"comment": "  一二三四五六七八九  "}),
    "retract for nine characters and a NUL": ("retract", "public", {"comment": "一二三四五六七八九\0"}),
    "retract without a notice": ("retract", "public", {"notice": ""}),
    "retract with spaces for a notice": ("retract", "public", {"notice": " 　 "}),
    "empty comment": ("comment", "draft", {"comment": ""}),
    "comment of spaces": ("comment", "public", {"comment": "\n\t "}),
    "publish in the past": ("publish", "approved", {"at": NOON - timedelta(seconds=1)}),
}


@pytest.mark.parametrize("case", ASKED)
def test_step_is_refused_without_what_it_asks_for(case, clock):
    step, situation, inputs = ASKED[case]
    refused(step, bring(situation, clock), **inputs)


@pytest.mark.parametrize("case", ASKED)
def test_button_is_offered_before_it_is_filled_in(case, clock, chief):
    step, situation, _inputs = ASKED[case]
    assert step in workflow.available(bring(situation, clock), chief)


def test_reason_of_ten_characters_is_enough_to_retract(clock):
    revision = act("retract", bring("public", clock), comment="一二三四五六七八九十")
    assert revision.history.get(step="retract").comment == "一二三四五六七八九十"


def test_document_date_later_than_the_moment_is_refused(clock):
    revision = make_post("approved", date=LATER)
    refused("publish", revision)
    refused("publish", revision, at=LATER - timedelta(seconds=1))
    assert act("publish", revision, at=LATER).live_from == LATER


def test_embargo_holds_until_its_moment(clock):
    revision = make_post("approved")
    Post.objects.filter(pk=revision.post_id).update(embargo_until=LATER)
    refused("publish", revision)
    refused("publish", revision, at=LATER - timedelta(seconds=1))
    assert act("publish", revision, at=LATER).live_from == LATER


def test_taken_address_is_refused_until_the_slug_changes(clock, writer):
    make_post("published", slug="a")
    second = make_post("approved", slug="a")
    refused("publish", second)
    workflow.change_address(second.post, slug="b", by=writer)
    assert act("publish", second).get_absolute_url() == "/2026/03/01/b/"


def test_same_slug_on_another_day_is_another_address(clock):
    make_post("published", slug="a")
    assert act("publish", make_post("approved", slug="a"), at=LATER).post.date == date(2026, 3, 2)


def test_address_of_a_scheduled_article_is_taken_too(clock):
    make_post("published", slug="a", at=NOON + HOUR)
    refused("publish", make_post("approved", slug="a"))


def test_two_texts_of_an_article_never_start_at_the_same_moment(clock):
    first = make_post("published")
    second = next_text(first)
    refused("publish", second)
    clock.shift(60)
    act("publish", second, at=LATER)
    refused("publish", next_text(first), at=LATER)


def test_only_system_names_a_past_moment(clock):
    revision = make_post("approved")
    refused("publish", revision, at=YESTERDAY)
    published = act("publish", revision, by=SYSTEM, at=YESTERDAY)
    assert (published.live_from, published.post.date) == (YESTERDAY, date(2026, 2, 28))


@pytest.mark.parametrize(
    "step, status", [("approve", "in_review"), ("publish", "approved"), ("adopt", "draft")]
)
def test_text_that_cannot_be_shown_gets_no_further(step, status, clock):
    revision = make_post(status, date=YESTERDAY)
    Revision.objects.filter(pk=revision.pk).update(rendered_with="", render_problem="too_slow")
    refused(step, revision)


# --- four eyes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["editor", "publisher", "admin"])
def test_B13_nobody_approves_an_own_text(role, clock):
    author = make_user(role, name="author")
    revision = make_post("in_review", by=author)
    refused("approve", revision, by=author)
    assert act("approve", revision, by=make_user("editor")).approved_by == make_user("editor")


@pytest.mark.parametrize("role", ["editor", "publisher", "admin"])
def test_house_of_one_person_may_turn_four_eyes_off(role, clock, settings):
    settings.EDITORIAL_FOUR_EYES = False
    author = make_user(role, name="author")
    revision = make_post("in_review", by=author)
    assert "approve" in workflow.available(revision, author)
    assert act("approve", revision, by=author).status == "approved"


def test_history_says_that_four_eyes_were_off(clock, settings):
    """DESIGN 6: "a setting turns this off for one-person desks, and the history then says so"."""
    settings.EDITORIAL_FOUR_EYES = False
    author = make_user("editor", name="author")
    own = act("approve", make_post("in_review", by=author), by=author)
    others = act("approve", make_post("in_review"), by=author)
    said = [revision.history.get(step="approve").comment for revision in (own, others)]
    assert said[0] and said[0] != said[1]


def test_a_writer_does_not_approve_with_four_eyes_off_either(clock, settings, writer):
    settings.EDITORIAL_FOUR_EYES = False
    refused("approve", make_post("in_review"), by=writer)


# --- the seal -----------------------------------------------------------------------------------------------


def _rows(model, owner, field, make):
    return lambda revision: model.objects.create(**{owner: revision, field: make()})


def _set(**values):
    return lambda revision: Revision.objects.filter(pk=revision.pk).update(
        **{name: value() if callable(value) else value for name, value in values.items()}
    )


def _image() -> Image:
    return Image.objects.create(file="images/a.png", sha256="a" * 64, width=1, height=1)


TAMPERING = {  # content field: a change past the rule book
    "title": _set(title="別の見出し"),
    "summary": _set(summary="別の要約"),
    "body": _set(body="別の本文です。"),
    "format": _set(format="html"),
    "date": _set(date=YESTERDAY),
    "lang": _set(lang="en"),
    "translation_of": _set(translation_of=lambda: make_post(slug="original").post),
    "category": _set(category=lambda: Category.objects.create(name="別の分類")),
    "also_in": _rows(Placement, "revision", "category", lambda: Category.objects.create(name="別の分類")),
    "author": _set(author=lambda: Author.objects.create(name="別の著者")),
    "coauthors": _rows(Coauthorship, "revision", "author", lambda: Author.objects.create(name="別の著者")),
    "tags": _rows(TaggedRevision, "content_object", "tag", lambda: Tag.objects.create(name="別の話題")),
    "cover": _set(cover=_image),
    "cover_alt": _set(cover_alt="別の説明"),
    "cover_credit": _set(cover_credit="別の撮影者"),
    "sponsorship": _set(sponsorship="ad"),
    "ai_use": _set(ai_use="generated"),
    "disclosure": _set(disclosure="筆者は同社の株を持っています。"),
    "update_kind": _set(update_kind="correction"),
    "update_note": _set(update_note="別の注記"),
    "canonical_url": _set(canonical_url="https://example.com/"),
    "noindex": _set(noindex=True),
    "extra": _set(extra={"layout": "post"}),
}


def test_every_content_field_is_tampered_with_below():
    assert set(TAMPERING) == set(CONTENT_FIELDS)


@pytest.mark.parametrize("field", CONTENT_FIELDS)
def test_B19_text_changed_after_its_approval_is_not_published(field, clock):
    revision = make_post("approved")
    TAMPERING[field](revision)
    refused("publish", revision)


def test_tags_in_another_order_are_another_text(clock):
    revision = make_post("approved", tags=["甲", "乙"])
    first, second = TaggedRevision.objects.order_by("pk")
    TaggedRevision.objects.filter(pk=first.pk).delete()
    TaggedRevision.objects.create(tag=first.tag, content_object=revision)
    assert [tag.name for tag in Revision.objects.get(pk=revision.pk).tag_list] == ["乙", "甲"]
    refused("publish", revision)


@pytest.mark.parametrize("seal", ["", "0" * 64])
def test_without_the_right_seal_nothing_is_published(seal, clock):
    revision = make_post("approved")
    Revision.objects.filter(pk=revision.pk).update(seal=seal)
    refused("publish", revision)


def test_I4_what_is_public_is_what_was_approved(clock):
    revision = make_post("approved", tags=["甲"], category="技術")
    seal = revision.history.get(step="approve").seal
    live = act("publish", revision)
    assert live.seal == live.seal_now() == seal
    assert live.approved_by == make_user("editor")


@pytest.mark.parametrize("status", ["in_review", "approved"])
@pytest.mark.parametrize(
    "step, target", [("withdraw", "draft"), ("request_changes", "returned"), ("discard", "discarded")]
)
def test_B19_step_back_clears_the_approval(step, target, status, clock):
    revision = act(step, make_post(status))
    assert (revision.status, revision.approved_by, revision.seal) == (target, None, "")
    [stored] = now_of(revision)
    assert (stored.status, stored.approved_by, stored.seal) == (target, None, "")


# --- the database's row decides -----------------------------------------------------------------------------


@pytest.mark.parametrize("step", sorted(set(TAKEN) - {"comment", "retract"}))
def test_second_try_is_refused_and_leaves_one_entry(step, clock):
    revision = bring(next(name for name in SITUATIONS if name in TAKEN[step]), clock)
    count = revision.history.filter(step=step).count()
    act(step, revision)
    with pytest.raises(Refused):
        clock.shift(60)
        act(step, revision)
    assert revision.history.filter(step=step).count() == count + 1


@pytest.mark.parametrize(
    "step, inputs", [("retract", {}), ("unpublish", {"at": LATER})], ids=["retract", "end"]
)
def test_D02_double_click_leaves_one_entry(step, inputs, clock):
    revision = bring("public", clock)
    act(step, revision, **inputs)
    refused(step, revision, **inputs)
    assert revision.history.filter(step=step).count() == 1


def test_I3_a_made_up_instance_is_judged_by_its_row(clock, publisher):
    draft = make_post()
    before = everything()
    draft.status, draft.seal, draft.approved_by = "approved", draft.seal_now(), publisher
    with pytest.raises(Refused):
        workflow.perform("publish", draft, by=publisher)
    assert everything() == before


def test_I3_a_made_up_owner_is_judged_by_its_row(clock):
    draft, stranger = make_post(), make_user("writer", name="stranger")
    before = everything()
    draft.post.created_by = draft.post.assignee = draft.created_by = stranger
    with pytest.raises(Refused):
        workflow.perform("submit", draft, by=stranger)
    assert everything() == before


def test_stale_instance_is_no_hindrance_to_a_step_that_its_row_allows(clock, editor):
    draft = make_post()
    act("submit", draft)
    assert draft.status == "draft"
    assert act("approve", draft, by=editor).status == "approved"


def test_revoked_role_counts_at_once(clock):
    user = make_user("publisher", name="moved")
    revision = make_post("approved")
    assert workflow.refusal("publish", revision, by=user) == ""
    user.groups.clear()
    refused("publish", revision, by=type(user).objects.get(pk=user.pk))


# --- intervals ----------------------------------------------------------------------------------------------


def test_publish_makes_public_from_now_on(clock):
    live = act("publish", make_post("approved"))
    assert (live.status, live.live_from, live.live_until) == ("published", NOON, None)
    assert list(Revision.objects.published()) == [live]


def test_B21_scheduled_text_is_public_from_that_second(clock):
    scheduled = make_post("published", at=LATER)
    assert not Revision.objects.published(LATER - timedelta(seconds=1)).exists()
    assert list(Revision.objects.published(LATER)) == [scheduled]


def test_unpublish_ends_the_interval_at_once(clock):
    ended = act("unpublish", bring("public", clock))
    assert ended.live_until == NOON + timedelta(seconds=60)
    assert not Revision.objects.published().exists()


def test_unpublish_later_is_public_until_then(clock):
    revision = act("unpublish", bring("public", clock), at=LATER)
    assert (revision.status, revision.live_until) == ("published", LATER)
    assert list(Revision.objects.published(LATER - timedelta(seconds=1))) == [revision]
    assert not Revision.objects.published(LATER).exists()


@pytest.mark.parametrize("step", ["unpublish", "retract"])
def test_interval_is_never_empty(step, clock):
    refused(step, make_post("published"))


def test_planned_end_may_come_earlier_but_not_later(clock):
    revision = bring("ending", clock)
    refused("unpublish", revision, at=LATER + timedelta(seconds=1))
    assert act("unpublish", revision, at=LATER - HOUR).live_until == LATER - HOUR


def test_before_its_beginning_a_text_is_cancelled_not_unpublished(clock):
    revision = bring("scheduled", clock)
    refused("unpublish", revision, at=LATER + HOUR)
    refused("retract", revision)


def test_nothing_is_unpublished_nor_retracted_before_a_scheduled_version(clock):
    live = bring("public", clock)
    next_text(live, "published", at=LATER)
    refused("unpublish", live)
    refused("retract", live)


def test_keep_takes_the_planned_end_back(clock):
    revision = act("keep", bring("ending", clock))
    assert (revision.status, revision.live_until) == ("published", None)
    refused("keep", revision)


def test_keep_is_refused_where_a_successor_ends_the_text(clock):
    live = bring("public", clock)
    next_text(live, "published", at=LATER)
    refused("keep", live)


def test_each_text_ends_where_the_next_begins(clock):
    first = bring("public", clock)
    second = next_text(first, "published", at=LATER)
    third = next_text(first, "published", at=LATER + DAY)
    assert [row.live_until for row in now_of(first, second, third)] == [LATER, LATER + DAY, None]


def test_urgent_version_before_a_scheduled_one_keeps_both_in_turn(clock):
    first = bring("public", clock)
    planned = next_text(first, "published", at=LATER)
    urgent = next_text(first, "published")
    assert [row.live_until for row in now_of(first, urgent, planned)] == [urgent.live_from, LATER, None]
    act("cancel", planned)
    assert now_of(urgent)[0].live_until is None


def test_cancelled_urgent_version_gives_the_end_back(clock):
    first = bring("public", clock)
    planned = next_text(first, "published", at=LATER + DAY)
    urgent = next_text(first, "published", at=LATER)
    act("cancel", urgent)
    act("discard", urgent)
    assert [row.live_until for row in now_of(first, planned)] == [LATER + DAY, None]


@pytest.mark.parametrize("start", [LATER - HOUR, LATER + HOUR], ids=["before the end", "after the end"])
def test_cancel_gives_back_the_end_that_a_person_had_set(start, clock):
    ending = bring("ending", clock)
    successor = next_text(ending, "published", at=start)
    assert now_of(ending)[0].live_until == min(start, LATER)
    act("cancel", successor)
    assert now_of(ending)[0].live_until == LATER


def test_end_that_was_taken_back_does_not_return(clock):
    revision = act("keep", bring("ending", clock))
    successor = next_text(revision, "published", at=LATER + HOUR)
    act("cancel", successor)
    assert now_of(revision)[0].live_until is None


def test_a_past_end_never_changes(clock):
    ended = bring("ended", clock)
    again = next_text(ended, "published")
    assert now_of(ended)[0].live_until == NOON + timedelta(seconds=60)
    assert list(Revision.objects.published()) == [again]


def test_cancelled_approval_stays_approved(clock):
    scheduled = bring("scheduled", clock)
    seal = scheduled.seal
    revision = act("cancel", scheduled)
    assert (revision.status, revision.seal, revision.approved_by) == ("approved", seal, make_user("editor"))
    assert (revision.live_from, revision.live_until, revision.published_at) == (None, None, None)
    assert act("publish", revision).status == "published"


def test_cancelled_adoption_becomes_a_draft(clock):
    adopted = act("adopt", import_post(date=LATER))
    assert (adopted.status, adopted.live_from) == ("published", LATER)
    revision = act("cancel", adopted)
    assert (revision.status, revision.seal, revision.live_from) == ("draft", "", None)


def test_cancel_waits_for_the_open_draft(clock):
    scheduled = bring("scheduled", clock)
    draft = next_text(scheduled, "draft")
    refused("cancel", scheduled)
    act("discard", draft)
    assert act("cancel", scheduled).status == "approved"


# --- adopt --------------------------------------------------------------------------------------------------


def test_adopted_text_is_public_since_its_date_and_never_approved(clock):
    adopted = act("adopt", import_post(date=YESTERDAY))
    assert (adopted.live_from, adopted.published_at) == (YESTERDAY, YESTERDAY)
    assert (adopted.approved_by, adopted.seal) == (None, "")
    assert not adopted.history.filter(step="approve").exists()


def test_adopt_needs_a_date(clock):
    refused("adopt", import_post())


def _adopt_again(first: Revision, **fields) -> Revision:
    draft = workflow.start_revision(first.post, by=SYSTEM, base=make_document(**fields), page=PAGE)
    return act("adopt", draft)


def test_later_adoption_is_public_from_now_on(clock):
    first = act("adopt", import_post(date=YESTERDAY))
    second = _adopt_again(first, title="直した", date=YESTERDAY)
    assert (second.live_from, second.published_at) == (NOON, YESTERDAY)
    assert now_of(first)[0].live_until == NOON


def test_later_adoption_discards_an_adopted_text_that_waits(clock):
    waiting = act("adopt", import_post(date=LATER))
    second = _adopt_again(waiting, title="直した", date=LATER)
    assert (second.status, second.live_from) == ("published", LATER)
    [old] = now_of(waiting)
    assert (old.status, old.live_from, old.live_until) == ("discarded", None, None)


def test_adoption_leaves_an_approved_schedule_alone(clock):
    first = act("adopt", import_post(date=YESTERDAY))
    planned = next_text(first, "published", at=LATER)
    second = _adopt_again(first, title="直した", date=YESTERDAY)
    assert [row.live_until for row in now_of(first, second, planned)] == [NOON, LATER, None]


@pytest.mark.parametrize("step", ["unpublish", "retract"])
def test_what_a_person_ended_is_not_adopted_again(step, clock):
    first = act("adopt", import_post(date=YESTERDAY))
    act(step, first)
    draft = workflow.start_revision(first.post, by=SYSTEM, page=PAGE)
    refused("adopt", draft)


def test_adopt_refuses_a_taken_address(clock):
    make_post("published", slug="a")
    refused("adopt", import_post(slug="a", date=NOON))


# --- retract ------------------------------------------------------------------------------------------------


def test_B22_retraction_leaves_a_notice_at_once(clock):
    live = bring("public", clock)
    revision = act("retract", live, notice="誤りのため取り下げました。")
    moment = NOON + timedelta(seconds=60)
    post = Post.objects.get()
    assert revision.live_until == moment
    assert (post.notice, post.notice_at) == ("誤りのため取り下げました。", moment)
    assert post.is_retracted() and not Revision.objects.published().exists()


def test_retraction_of_an_ended_text_keeps_its_end(clock):
    revision = act("retract", bring("ended", clock))
    assert revision.live_until == NOON + timedelta(seconds=60)
    assert Post.objects.get().is_retracted()


def test_retraction_comes_before_a_planned_end(clock):
    assert act("retract", bring("ending", clock)).live_until == NOON + timedelta(seconds=120)


def test_only_the_latest_text_is_retracted(clock):
    first = bring("public", clock)
    second = next_text(first, "published")
    clock.shift(60)
    refused("retract", first)
    act("retract", second)


def test_publishing_again_clears_the_notice(clock):
    retracted = act("retract", bring("public", clock))
    clock.shift(60)
    next_text(retracted, "published")
    post = Post.objects.get()
    assert (post.notice, post.notice_at, post.is_retracted()) == ("", None, False)


def test_notice_stands_until_a_scheduled_text_begins(clock):
    retracted = act("retract", bring("public", clock))
    next_text(retracted, "published", at=LATER)
    post = Post.objects.get()
    assert post.notice == "取り下げました。"
    assert post.is_retracted() and post.is_retracted(LATER - timedelta(seconds=1))
    assert not post.is_retracted(LATER)


def test_cancelled_publication_leaves_the_retraction(clock):
    retracted = act("retract", bring("public", clock))
    act("cancel", next_text(retracted, "published", at=LATER))
    assert Post.objects.get().is_retracted(LATER + DAY)


# --- the day in the address, and the date that is shown -----------------------------------------------------


def test_document_date_gives_the_day_in_the_address(clock):
    live = make_post("published", date=NOON - 3 * DAY)
    assert (live.post.date, live.published_at) == (date(2026, 2, 26), NOON - 3 * DAY)


def test_first_moment_gives_the_day_where_the_document_has_no_date(clock):
    moment = datetime.fromisoformat("2026-03-01T15:30:00+00:00")  # 0:30 of the next day in Tokyo
    revision = make_post("published", at=moment)
    assert (revision.post.date, revision.published_at) == (date(2026, 3, 2), moment)


def test_day_is_worked_out_anew_until_the_article_is_public(clock):
    revision = make_post("published", at=LATER)
    assert revision.post.date == date(2026, 3, 2)
    revision = act("cancel", revision)
    assert Post.objects.get().date is None
    act("publish", revision, at=LATER + DAY)
    assert Post.objects.get().date == date(2026, 3, 3)


def test_earlier_text_moves_the_day_of_a_scheduled_article_and_back(clock):
    later = make_post("published", at=LATER + DAY)
    earlier = next_text(later, "published", at=LATER)
    assert Post.objects.get().date == date(2026, 3, 2)
    assert {row.published_at for row in now_of(later, earlier)} == {LATER}
    act("cancel", earlier)
    assert Post.objects.get().date == date(2026, 3, 3)
    assert now_of(later)[0].published_at == LATER + DAY


def test_day_never_moves_once_the_article_was_public(clock):
    first = make_post("published")
    clock.shift(DAY)
    next_text(first, "published", title="続報", date=NOON - 9 * DAY)
    assert Post.objects.get().date == date(2026, 3, 1)


def test_not_even_an_earlier_past_moves_the_day(clock):
    first = bring("public", clock, date=None)
    refused("publish", next_text(first), by=SYSTEM, at=NOON - 3 * DAY)
    assert Post.objects.get().date == date(2026, 3, 1)


def test_day_stays_when_the_article_is_ended_and_published_again(clock):
    ended = bring("ended", clock, date=None)
    clock.shift(3 * DAY)
    next_text(ended, "published")
    assert Post.objects.get().date == date(2026, 3, 1)


def test_later_text_without_a_date_shows_the_first_moment(clock):
    first = bring("public", clock, date=None)
    second = next_text(first, "published")
    assert (second.live_from, second.published_at) == (NOON + timedelta(seconds=60), NOON)


def test_later_text_with_a_date_shows_its_own(clock):
    first = bring("public", clock, date=None)
    second = next_text(first, "published", date=YESTERDAY)
    assert second.published_at == YESTERDAY
    assert now_of(first)[0].published_at == NOON


def test_tags_carry_the_dates_of_their_text(clock):
    first = bring("public", clock, tags=["甲"])
    next_text(first, "published", at=LATER)
    for row in TaggedRevision.objects.select_related("content_object"):
        text = row.content_object
        dates = (row.published_at, row.live_from, row.live_until)
        assert dates == (text.published_at, text.live_from, text.live_until)


# --- stamp and history --------------------------------------------------------------------------------------

RAISING = {"publish", "cancel", "unpublish", "keep", "retract", "adopt"}


@pytest.mark.parametrize("step", TAKEN)
def test_stamp_rises_with_what_readers_see(step, clock):
    revision = bring(next(name for name in SITUATIONS if name in TAKEN[step]), clock)
    before = stamp()
    act(step, revision)
    assert (stamp() > before) == (step in RAISING)


def test_scheduling_raises_the_stamp(clock):
    revision = make_post("approved")
    before = stamp()
    act("publish", revision, at=LATER)
    assert stamp() > before


@pytest.mark.parametrize("step", TAKEN)
def test_each_act_writes_one_entry(step, clock):
    revision = bring(next(name for name in SITUATIONS if name in TAKEN[step]), clock)
    last = HistoryEntry.objects.latest("pk").pk
    after = act(step, revision)
    [entry] = HistoryEntry.objects.filter(pk__gt=last)
    actor = None if step == "adopt" else make_user("admin")
    assert (entry.step, entry.actor, entry.revision, entry.post) == (step, actor, after, after.post)
    assert entry.actor_name == ("SYSTEM" if step == "adopt" else "admin")
    assert (entry.source, entry.target) == (revision.status, after.status)
    assert (entry.live_from, entry.live_until) == (after.live_from, after.live_until)
    seen = "確認した警告：title.length" if step == "approve" else ""
    if step == "accept_batch":
        assert "見本" in entry.comment  # it names the sample
    else:
        assert entry.comment == INPUTS.get(step, {}).get("comment", seen)
    assert entry.at == timezone.now()


@pytest.mark.parametrize("step", ["publish", "cancel"])
def test_predecessor_whose_end_changed_has_its_entry_too(step, clock):
    first = bring("public", clock)
    second = next_text(first, "published" if step == "cancel" else "approved", at=LATER)
    last = HistoryEntry.objects.latest("pk").pk
    act(step, second, **({"at": LATER} if step == "publish" else {}))
    entries = HistoryEntry.objects.filter(pk__gt=last)
    ends = {entry.revision_id: entry.live_until for entry in entries}
    assert len(entries) == 2
    assert ends == {first.pk: LATER if step == "publish" else None, second.pk: None}
    assert {entry.step for entry in entries} == {step}


def test_predecessor_that_had_ended_before_has_no_entry(clock):
    ended = bring("ended", clock)
    second = next_text(ended)
    last = HistoryEntry.objects.latest("pk").pk
    act("publish", second)
    assert [entry.revision_id for entry in HistoryEntry.objects.filter(pk__gt=last)] == [second.pk]


def test_I2_newest_entry_of_each_text_tells_its_interval(clock):
    first = bring("ending", clock)
    planned = next_text(first, "published", at=LATER - HOUR)
    next_text(first, "published")
    act("discard", act("cancel", planned))
    next_text(first, "published", at=LATER)
    for row in Revision.objects.all():
        entry = row.history.first()
        told = (entry.target, entry.live_from, entry.live_until)
        assert told == (row.status, row.live_from, row.live_until)
