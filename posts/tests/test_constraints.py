"""What the database itself refuses: each constraint is broken here by writes that ask nobody (DESIGN 4)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState

from posts.document import FIELDS, LIMITS, NAME_LIMIT
from posts.models import (
    AccountEntry,
    Author,
    Buffer,
    Category,
    CheckSetting,
    Coauthorship,
    HistoryEntry,
    HouseRule,
    Image,
    KeptFinding,
    Look,
    Note,
    Notice,
    NoticeSettings,
    ParagraphHash,
    Placement,
    Post,
    Presence,
    PreviewLink,
    Redirect,
    Remark,
    RepairBatch,
    RepairItem,
    Revision,
    Sample,
    SampleItem,
    SiteStamp,
    StockDay,
    Tag,
    TaggedRevision,
    Waiver,
)
from posts.models.constraints import NoOverlap
from posts.models.revision import BOOKKEEPING, CONTENT_FIELDS

from .make import make_user

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def day(number):
    return DAY + timedelta(days=number)


def post(**fields):
    return Post.objects.create(**{"slug": f"p{Post.objects.count()}", **fields})


def row(of=None, status="draft", **fields):
    """A revision that is not saved yet; of a post of its own when none is given."""
    of = of or post()
    return Revision(
        **{"post": of, "number": of.revisions.count() + 1, "status": status, "title": "題", "saved_at": DAY}
        | fields
    )


def revision(of=None, status="draft", **fields):
    made = row(of, status, **fields)
    made.save()
    return made


def public(of=None, start=0, end=None, **fields):
    """A published revision from day `start` to day `end`, saved."""
    made = public_row(of, start, end, **fields)
    made.save()
    return made


def public_row(of=None, start=0, end=None, **fields):
    end = None if end is None else day(end)
    return row(
        of, "published", **{"live_from": day(start), "live_until": end, "published_at": day(start), **fields}
    )


def change(made, **fields):
    type(made)._base_manager.filter(pk=made.pk).update(**fields)


def entry(step, **fields):
    return HistoryEntry.objects.create(post=post(), step=step, actor_name="x", at=DAY, **fields)


def account_entry(**fields):
    return AccountEntry.objects.create(**{"person_name": "x", "act": "role", "at": DAY, **fields})


def named(model, number, **fields):
    """Rows made in bulk: no save() fills in key and address."""
    model.objects.bulk_create(
        [model(**{"name": f"n{number}", "key": f"k{number}", "slug": f"s{number}", **fields})]
    )


def image(**fields):
    Image.objects.bulk_create([Image(**{"file": "a.png", "sha256": "a", "width": 1, "height": 1, **fields})])


def twice(make, *args, **fields):
    make(*args, **fields)
    make(*args, **fields)


def link(model, **fields):
    """The same link two times."""
    made = revision()
    name = "content_object" if model is TaggedRevision else "revision"
    twice(model.objects.create, **{name: made}, **fields)


def same_name(model, field):
    named(model, 1, **{field: "x"})
    named(model, 2, **{field: "x"})


def two_open(first, second):
    of = post()
    revision(of, first)
    revision(of, second)


def discarded_comes_back():
    two_open("draft", "discarded")
    Revision.objects.update(status="draft")


def two_accounts():
    user = make_user("writer")
    named(Author, 1, user=user)
    named(Author, 2, user=user)


def at_desk(model, **fields):
    """The same row of a person at an article, two times."""
    fields = {"user": make_user("writer"), "post": post(), **fields}
    times = {"since": DAY, "seen_at": DAY, "saved_at": DAY, "at": DAY}
    fields |= {name: times[name] for name in times if name in {f.name for f in model._meta.fields}}
    twice(model.objects.create, **fields)


def note(**fields):
    return Note.objects.create(
        **{"revision": revision(), "author_name": "x", "created_at": DAY, "text": "x"} | fields
    )


def shared(**fields):
    maker = {"created_by": make_user("writer"), "created_at": DAY, "expires_at": day(1)}
    return PreviewLink.objects.create(**{"revision": revision(), **maker} | fields)


def remark(**fields):
    return Remark.objects.create(**{"link": shared(), "name": "x", "text": "x", "at": DAY} | fields)


def notices(**fields):
    due = {"channel": "mail", "why": "x", "created_at": DAY, "due_at": DAY}
    twice(Notice.objects.create, **{"entry": entry("submit"), **due} | fields)


def told(**fields):
    return NoticeSettings.objects.create(**{"user": make_user("writer"), **fields})


def finding(of, **fields):
    fields = {"check_id": "ai.marker", "severity": "error", "field": "body", "fingerprint": "f", **fields}
    return KeptFinding.objects.create(revision=of, **fields)


def rule(**fields):
    return HouseRule.objects.create(**{"name": "r", "pattern": "x", **fields})


def waiver(of, **fields):
    said = {"check_id": "ai.marker", "fingerprint": "f", "reason": "x", "by_name": "x", "at": DAY}
    return Waiver.objects.create(post=of, **said | fields)


def repair(**fields):
    return RepairBatch.objects.create(label="x", by_name="x", at=DAY, **fields)


def sample(**fields):
    said = {"label": "x", "seed": "s", "size": 80, "allowed": 2, "by_name": "x", "at": DAY}
    return Sample.objects.create(**said | fields)


# what is broken, how, and the writes that do it
BREAKS = [
    ("finding_once", "", lambda: twice(finding, revision())),
    ("finding_severity_known", "", lambda: finding(revision(), severity="grave")),
    ("paragraph_once", "", lambda: twice(ParagraphHash.objects.create, revision=revision(), hash64=1)),
    ("setting_known", "", lambda: CheckSetting.objects.create(check_id="a", severity="")),
    ("posts_checksetting.check_id", "", lambda: twice(CheckSetting.objects.create, check_id="a", severity="off")),
    ("rule_pattern_not_empty", "", lambda: rule(pattern="")),
    ("rule_name_not_empty", "", lambda: rule(name="")),
    ("rule_severity_known", "", lambda: rule(severity="off")),
    ("posts_houserule.name", "", lambda: twice(rule)),
    ("waiver_once", "", lambda: twice(waiver, post())),
    ("waiver_has_reason", "", lambda: waiver(post(), reason="")),
    ("stock_day_once", "", lambda: twice(StockDay.objects.create, day=DAY, check_id="", severity="error", posts=1)),
    ("repair_once", "", lambda: twice(RepairItem.objects.create, batch=repair(), post=post(), outcome="prepared")),
    ("sample_size_and_allowed", "all may be rejected", lambda: sample(size=2)),
    ("sample_size_and_allowed", "nothing drawn", lambda: sample(size=0, allowed=0)),
    ("sample_item_once", "", lambda: twice(SampleItem.objects.create, sample=sample(), revision=revision())),
    ("sample_place_once", "", lambda: [of := sample()]
        and [SampleItem.objects.create(sample=of, revision=revision(), place=1) for _ in "ab"]),
    ("post_address", "two posts at one address", lambda: twice(post, date=DAY.date(), slug="a")),
    ("post_address", "moved to a taken day", lambda: [post(date=day(n).date(), slug="a") for n in (0, 1)]
        and Post.objects.update(date=DAY.date())),
    ("post_page_address", "two pages at one address", lambda: twice(post, is_page=True, slug="a")),
    ("post_page_without_day", "a page of a day", lambda: post(is_page=True, slug="a", date=DAY.date())),
    ("post_import_key", "one file twice", lambda: twice(post, site="s", source="a.md")),
    ("post_once_a_form", "", lambda: [post(created_by=make_user("writer"), form_token="t") for _ in "ab"]),
    ("post_slug_not_empty", "created", lambda: post(slug="")),
    ("post_slug_not_empty", "updated", lambda: change(post(), slug="")),
    ("post_import_key_whole", "site alone", lambda: post(site="s")),
    ("post_import_key_whole", "source alone", lambda: post(source="a.md")),
    ("redirect_one_target", "none", lambda: Redirect.objects.create(path="/a/")),
    ("redirect_one_target", "two", lambda: Redirect.objects.create(path="/a/", post=post(), url="/b/")),
    ("redirect_one_target", "taken away", lambda: change(Redirect.objects.create(path="/a/", url="/b/"), url="")),
    ("stamp_one_row", "second row", lambda: SiteStamp.objects.create(pk=2)),
    ("stamp_one_row", "row beside the first", lambda: [SiteStamp.objects.bump(), SiteStamp.objects.create(pk=3)]),
    ("account_act_known", "another word", lambda: account_entry(act="liked")),
    ("account_act_known", "updated", lambda: change(account_entry(), act="")),
    ("rev_number", "one number twice", lambda: twice(revision, post(), "discarded", number=1)),
    ("rev_one_open", "two drafts", lambda: two_open("draft", "draft")),
    ("rev_one_open", "returned beside approved", lambda: two_open("returned", "approved")),
    ("rev_one_open", "in review beside returned", lambda: two_open("in_review", "returned")),
    ("rev_one_open", "approved beside draft", lambda: two_open("approved", "draft")),
    ("rev_one_open", "discarded comes back", discarded_comes_back),
    ("rev_one_openended", "two without an end", lambda: [of := post(), public(of, 0), public(of, 1)]),
    ("rev_interval_order", "ends before it begins", lambda: public(start=2, end=1)),
    ("rev_interval_order", "ends as it begins", lambda: public(start=1, end=1)),
    ("rev_interval_order", "updated", lambda: change(public(start=1, end=2), live_until=day(0))),
    ("rev_dates_only_published", "draft with a beginning", lambda: revision(live_from=DAY)),
    ("rev_dates_only_published", "draft with an end", lambda: revision(live_until=DAY)),
    ("rev_dates_only_published", "approved with a date", lambda: revision(status="approved", published_at=DAY)),
    ("rev_dates_only_published", "discarded while public", lambda: change(public(), status="discarded")),
    ("rev_published_dates", "without a beginning", lambda: public(live_from=None)),
    ("rev_published_dates", "with an end alone", lambda: public(live_from=None, live_until=DAY)),
    ("rev_published_dates", "without a date", lambda: public(published_at=None)),
    ("rev_published_dates", "dated after its beginning", lambda: public(published_at=DAY + timedelta(seconds=1))),
    ("rev_published_dates", "status alone", lambda: change(revision(), status="published")),
    ("rev_title_not_empty", "created", lambda: revision(title="")),
    ("rev_title_not_empty", "updated", lambda: change(revision(), title="")),
    ("rev_status_known", "no status", lambda: revision(status="")),
    ("rev_status_known", "another word", lambda: revision(status="deleted")),
    ("rev_no_overlap", "see OVERLAPS", lambda: [of := post(), public(of, 0, 9), public(of, 3, 5)]),
    ("presence_once", "", lambda: at_desk(Presence)),
    ("buffer_once", "", lambda: at_desk(Buffer)),
    ("buffer_new_once", "", lambda: at_desk(Buffer, post=None)),
    ("look_once", "", lambda: at_desk(Look, entry=entry("save"))),
    ("note_not_empty", "", lambda: note(text="")),
    ("note_answer_plain", "that must be settled", lambda: note(parent=note(), must=True)),
    ("note_answer_plain", "with a passage", lambda: note(parent=note(), quote="x")),
    ("note_answer_plain", "settled by itself", lambda: note(parent=note(), resolved_at=DAY)),
    ("preview_link_expires", "before it begins", lambda: shared(expires_at=DAY)),
    ("remark_says_something", "", lambda: remark(text="")),
    ("remark_verdict_known", "", lambda: remark(verdict="approved")),
    ("notice_once", "", lambda: notices(user=make_user("writer"))),
    ("notice_newsroom_once", "", lambda: notices(user=None, channel="webhook")),
    ("notice_hour", "", lambda: told(digest_hour=24)),
    ("notice_pace_known", "", lambda: told(pace="hourly")),
    ("posts_noticesettings.user_id", "two settings of one person", lambda: twice(told)),
    ("placement_once", "", lambda: link(Placement, category=Category.objects.create(name="a"))),
    ("coauthorship_once", "", lambda: link(Coauthorship, author=Author.objects.create(name="a"))),
    ("tagged_once", "", lambda: link(TaggedRevision, tag=Tag.objects.create(name="a"))),
    *(("history_reason_given", step, lambda step=step: entry(step))
      for step in ("request_changes", "unpublish", "retract", "comment")),
    *((f"{model.__name__.lower()}_slug_not_empty", "in bulk", lambda model=model: named(model, 1, slug=""))
      for model in (Category, Author, Tag)),
    *((f"{model.__name__.lower()}_slug_not_empty", "updated",
       lambda model=model: change(model.objects.create(name="a"), slug=""))
      for model in (Category, Author, Tag)),
    *((f"posts_{model.__name__.lower()}.{field}", "twice", lambda model=model, field=field: same_name(model, field))
      for model in (Category, Author, Tag) for field in ("key", "name", "slug")),
    ("posts_author.user_id", "two authors of one account", two_accounts),
    ("posts_image.sha256", "one picture twice", lambda: twice(image)),
    ("posts_redirect.path", "one path twice", lambda: twice(Redirect.objects.create, path="/a/", url="/b/")),
]  # fmt: skip


def said(error):
    """The constraint as the database names it; SQLite names a unique one by its columns."""
    if connection.vendor == "postgresql":
        return error.__cause__.diag.constraint_name
    return re.search(r"constraint failed: (.+)", str(error))[1]


def wording(name):
    """What `said` answers for a constraint or, written table.column, a unique column."""
    table, _dot, column = name.partition(".")
    if column:
        return name if connection.vendor == "sqlite" else f"{table}_{column}_key"
    model, constraint = CONSTRAINTS[name]
    if connection.vendor == "sqlite" and isinstance(constraint, models.UniqueConstraint):
        columns = (model._meta.get_field(field).column for field in constraint.fields)
        return ", ".join(f"{model._meta.db_table}.{column}" for column in columns)
    return name


MODELS = list(apps.get_app_config("posts").get_models())
CONSTRAINTS = {c.name: (model, c) for model in MODELS for c in model._meta.constraints}
UNIQUE = {
    f"{model._meta.db_table}.{field.column}"
    for model in MODELS
    for field in model._meta.local_fields
    if field.unique and not field.primary_key
}


def refused(writes):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        writes()
    return said(caught.value)


@pytest.mark.parametrize(
    ("name", "writes"),
    [pytest.param(name, writes, id=f"{name}-{how}") for name, how, writes in BREAKS],
)
def test_database_refuses(name, writes):
    assert refused(writes) == wording(name)


def test_every_constraint_is_broken_above():
    assert {name for name, _how, _writes in BREAKS} == {*CONSTRAINTS, *UNIQUE}
    assert not any(model._meta.unique_together for model in MODELS)
    assert len(MODELS) >= 12


@pytest.mark.parametrize(
    "writes",
    [
        pytest.param(lambda: twice(post, slug="a"), id="two posts of one slug without a day"),
        pytest.param(lambda: [post(date=day(n).date(), slug="a") for n in (0, 1)], id="one slug on two days"),
        pytest.param(lambda: twice(post), id="two posts of our own"),
        pytest.param(lambda: [post(site=s, source="a.md") for s in "ab"], id="one path in two roots"),
        pytest.param(lambda: [named(Author, n) for n in (1, 2)], id="two authors without an account"),
        pytest.param(lambda: two_open("draft", "discarded"), id="draft beside a discarded one"),
        pytest.param(lambda: [of := post(), public(of), revision(of)], id="draft beside a public one"),
        pytest.param(lambda: public(published_at=day(-9)), id="dated before it goes live"),
        pytest.param(lambda: entry("submit"), id="step without a reason where none is asked"),
        pytest.param(lambda: entry("retract", comment="誤報のため"), id="reason given"),
        pytest.param(lambda: [SiteStamp.objects.bump() for _ in "ab"], id="stamp raised twice"),
    ],
)
def test_database_takes_what_is_right(writes):
    with transaction.atomic():
        writes()


# --- intervals of one post (specs/intervals.md 4) ---------------------------------------------------------------------


def beside(start, end, *others):
    """Public from `start` to `end`, then each of `others` in the same post."""

    def writes():
        of = post()
        public(of, start, end)
        for other in others:
            public(of, *other)

    return writes


def updated_into():
    of = post()
    public(of, 0, 2)
    later = public(of, 4, 6)
    Revision.objects.filter(pk=later.pk).update(live_from=day(1), published_at=day(1))


def opened_again():
    of = post()
    first = public(of, 0, 2)
    public(of, 4, 6)
    change(first, live_until=None)


def status_flip():
    of = post()
    public(of, 0, 9)
    change(revision(of), status="published", live_from=day(3), live_until=day(4), published_at=day(3))


def moved_post():
    public(of := post(), 0, 9)
    change(public(post(), 3, 4, number=7), post=of)


def in_bulk():
    of = post()
    Revision.objects.bulk_create([public_row(of, 0, 4, number=1), public_row(of, 3, 6, number=2)])


def saved():
    of = post()
    public(of, 0, 2)
    later = public(of, 4, 6)
    later.live_from = later.published_at = day(1)
    later.save()


def closed_then_published():
    of = post()
    first = public(of, 0)
    change(first, live_until=day(5))
    public(of, 5)


OVERLAPS = {
    "closed in closed": ("rev_no_overlap", beside(0, 9, (3, 5))),
    "spanning": ("rev_no_overlap", beside(3, 5, (0, 9))),
    "over the end": ("rev_no_overlap", beside(0, 5, (3, 9))),
    "over the beginning": ("rev_no_overlap", beside(3, 9, (0, 5))),
    "closed after open-ended": ("rev_no_overlap", beside(0, None, (3, 5))),
    "open-ended around closed": ("rev_no_overlap", beside(3, 5, (0, None))),
    "identical": ("rev_no_overlap", beside(0, 5, (0, 5))),
    "queryset update": ("rev_no_overlap", updated_into),
    "end taken away": ("rev_no_overlap", opened_again),
    "status flip": ("rev_no_overlap", status_flip),
    "moved post": ("rev_no_overlap", moved_post),
    "bulk_create": ("rev_no_overlap", in_bulk),
    "save": ("rev_no_overlap", saved),
    "two open-ended": ("rev_one_openended", beside(0, None, (5, None))),
    "new before the old is closed": ("rev_no_overlap", beside(0, None, (5, 6))),
    "two open": ("rev_one_open", lambda: two_open("draft", "draft")),
    "inverted": ("rev_interval_order", beside(0, 1, (5, 4))),
    "missing dates": ("rev_published_dates", lambda: public(live_from=None)),
}
LEGAL = {
    "abutting": beside(3, 5, (5, 7), (0, 3)),
    "gap": beside(0, 2, (4, 6), (9, None)),
    "other post": lambda: [public(post(), 0), public(post(), 0)],
    "draft": lambda: [of := post(), public(of, 0), revision(of)],
    "close, then publish": closed_then_published,
}


@pytest.mark.parametrize("name", OVERLAPS)
def test_overlap_is_refused(name):
    constraint, writes = OVERLAPS[name]
    assert refused(writes) == wording(constraint)


@pytest.mark.parametrize("name", LEGAL)
def test_intervals_apart_are_taken(name):
    with transaction.atomic():
        LEGAL[name]()


def test_full_clean_reports_an_overlap():
    public(of := post(), 0, 5)
    with pytest.raises(ValidationError, match=str(NoOverlap.default_violation_error_message)):
        public_row(of, 3, 9).full_clean(exclude=["created_by", "saved_by", "approved_by", "toc"])
    for clash in [(0, 5), (-3, 1), (1, 2), (-3, None), (4, None)]:
        with pytest.raises(ValidationError):
            public_row(of, *clash).validate_constraints()


def test_full_clean_lets_intervals_apart_pass():
    made = public(of := post(), 2, 5)
    made.validate_constraints()
    for apart in [public_row(of, 5), public_row(of, 0, 2), public_row(post(), 3, 4), row(of)]:
        apart.validate_constraints()


# --- a table that is built anew ---------------------------------------------------------------------------------------

OTHER = models.ForeignKey("posts.Story", models.CASCADE, null=True, related_name="+")
REBUILDS = {
    "AlterField": [migrations.AlterField("Span", "status", models.CharField(max_length=30, default="draft"))],
    "AddField": [migrations.AddField("Span", "note", models.CharField(max_length=5, default="x"))],
    "AddField of a key": [
        migrations.AddField("Span", "other", OTHER)
    ],
    "RemoveField": [migrations.RemoveField("Span", "title")],
    "RenameField": [migrations.RenameField("Span", "title", "name")],
    "another constraint": [
        migrations.AddConstraint("Span", models.CheckConstraint(condition=~models.Q(title="x"), name="span_title")),
        migrations.RemoveConstraint("Span", "span_title"),
    ],
    "taken away and back": [
        migrations.RemoveConstraint("Span", "span_no_overlap"),
        migrations.AddConstraint("Span", NoOverlap(name="span_no_overlap")),
    ],
    "AlterModelTable": [migrations.AlterModelTable("Span", "posts_test_span_moved")],
    "two in a row": [
        migrations.AlterField("Span", "status", models.CharField(max_length=30)),
        migrations.AlterField("Span", "title", models.TextField()),
    ],
}  # fmt: skip


def throw_away_tables():
    key = [("id", models.BigAutoField(primary_key=True))]
    story = migrations.CreateModel("Story", key, {"db_table": "posts_test_story"})
    fields = [
        *key,
        ("post", models.ForeignKey("posts.Story", models.CASCADE)),
        ("status", models.CharField(max_length=20)),
        ("live_from", models.DateTimeField(null=True)),
        ("live_until", models.DateTimeField(null=True)),
        ("title", models.CharField(max_length=9, default="a")),
    ]
    options = {"db_table": "posts_test_span", "constraints": [NoOverlap(name="span_no_overlap")]}
    return [story, migrations.CreateModel("Span", fields, options)]


def run(operations, state):
    for operation in operations:
        before, state = state, state.clone()
        operation.state_forwards("posts", state)
        with connection.schema_editor() as editor:
            operation.database_forwards("posts", editor, before, state)
    return state


def overlap(state):
    story, span = (state.apps.get_model("posts", name) for name in ("Story", "Span"))
    of = story.objects.create()
    shape = {"post": of, "status": "published"}
    first = span.objects.create(**shape, live_from=day(0), live_until=day(2))
    second = span.objects.create(**shape, live_from=day(2), live_until=day(4))
    return [
        lambda: span.objects.create(**shape, live_from=day(1), live_until=day(3)),
        lambda: span.objects.filter(pk=first.pk).update(live_until=day(3)),
        lambda: span.objects.filter(pk=second.pk).update(live_from=day(1)),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", REBUILDS)
def test_no_overlap_survives_a_new_table(name):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite builds a table anew")
    state = run(throw_away_tables(), ProjectState())
    try:
        assert [refused(writes) for writes in overlap(state)] == ["span_no_overlap"] * 3
        state = run(REBUILDS[name], state)
        assert [refused(writes) for writes in overlap(state)] == ["span_no_overlap"] * 3
    finally:
        run([migrations.DeleteModel("Span"), migrations.DeleteModel("Story")], state)


@pytest.mark.django_db(transaction=True)
def test_no_overlap_taken_away_is_gone():
    """The control of the test above, and what a migration backwards asks for."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite builds a table anew")
    state = run(throw_away_tables(), ProjectState())
    try:
        state = run([migrations.RemoveConstraint("Span", "span_no_overlap")], state)
        for writes in overlap(state):
            writes()
    finally:
        run([migrations.DeleteModel("Span"), migrations.DeleteModel("Story")], state)


# --- the two lists of fields ------------------------------------------------------------------------------------------


def test_every_field_of_revision_is_content_or_bookkeeping():
    every = [field.name for field in (*Revision._meta.fields, *Revision._meta.many_to_many)]
    assert sorted([*CONTENT_FIELDS, *BOOKKEEPING]) == sorted(every)


def test_content_is_what_a_document_says():
    assert set(CONTENT_FIELDS) == set(FIELDS) - {"slug"}


def test_columns_hold_what_a_document_may_say():
    for name in CONTENT_FIELDS:
        longest = getattr(Revision._meta.get_field(name), "max_length", None)
        assert longest is None or LIMITS[name] <= longest
    assert Post._meta.get_field("slug").max_length == LIMITS["slug"] == 200
    assert {model._meta.get_field("name").max_length for model in (Category, Author, Tag)} == {NAME_LIMIT}
