"""The page cache: nothing is asked for a page that is kept, and no reader sees anything but what stands now."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from posts import pictures, workflow
from posts.models import Author, Category, Image, Revision, SiteStamp, Tag, freshness, memory
from posts.models.post import SECONDS, STANDING
from posts.site import cache, store

from .answers import headers
from .make import NOON, PAGE, advance, make_page, make_post, make_user
from .test_pictures import in_mode, packed

HOME = "/"


@pytest.fixture
def kept(settings, monkeypatch):
    """The cache switched on and empty, with a watch of its own for what a process remembers."""
    settings.PAGE_CACHE = True
    caches["pages"].clear()
    STANDING.forget()
    watch = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(memory, "monotonic", lambda: watch.now)
    yield watch
    caches["pages"].clear()
    STANDING.forget()


@pytest.fixture
def act(django_capture_on_commit_callbacks):
    """Do something as a process does that commits it."""

    def do(what):
        with django_capture_on_commit_callbacks(execute=True):
            return what()

    return do


def get(path: str = HOME, **headers) -> HttpResponse:
    return Client().get(path, headers=headers)


def publish(**fields) -> Revision:
    return make_post("published", **fields)


# --- what it saves ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [HOME, "/2026/03/01/one/", "/tags/a/", "/feed.xml", "/corrections/", "/archive/"]
)
def test_a_kept_page_asks_the_database_nothing(path, kept, clock, django_assert_num_queries):
    publish(slug="one", tags=["a"])
    first = get(path)
    with django_assert_num_queries(0):
        again = get(path)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert headers(again) == headers(first)
    assert again["X-Request-ID"] != first["X-Request-ID"]


def test_a_page_that_is_asked_for_again_with_its_mark_is_304_with_the_same_headers(kept, clock):
    publish()
    first = get()
    again = get(if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    of_the_body = {"Content-Type", "Content-Length"}
    assert headers(again) == {k: v for k, v in headers(first).items() if k not in of_the_body}
    assert get(if_none_match='"another"').status_code == 200


def test_the_mark_is_of_the_bytes_with_and_without_the_cache(kept, clock, settings):
    publish()
    with_cache = get()
    settings.PAGE_CACHE = False
    without = get()
    assert without["ETag"] == with_cache["ETag"]
    assert without["Cache-Control"] == with_cache["Cache-Control"]
    assert get(if_none_match=without["ETag"]).status_code == 304


@pytest.mark.parametrize(
    "path", ["/search/?q=a", "/?utm_source=x", "/?page=01", "/?at=2026-03-01", "/?page=1&page=1"]
)
def test_what_is_asked_in_other_ways_is_never_kept(path, kept, clock):
    publish()
    get(path)
    assert not caches["pages"]._cache


def test_who_is_signed_in_passes_by(kept, clock, editor):
    publish()
    browser = Client()
    browser.force_login(editor)
    browser.get(HOME)
    assert not caches["pages"]._cache


@pytest.mark.parametrize("path", ["/nothing/", "/p/1/", "/2026/03/01/one"])
def test_only_a_page_that_is_there_is_kept(path, kept, clock):
    publish(slug="one")
    get(path)
    assert not caches["pages"]._cache


def test_a_head_is_answered_from_what_a_get_has_left(kept, clock, django_assert_num_queries):
    publish()
    first = get()
    with django_assert_num_queries(0):
        head = Client().head(HOME)
    assert head["ETag"] == first["ETag"]


def test_another_host_name_release_or_scheme_has_pages_of_its_own(kept, clock, monkeypatch):
    now = freshness.Freshness(1, None)
    asked = RequestFactory().get(HOME)
    other = RequestFactory().get(HOME, headers={"host": "localhost"})
    keys = {
        store.key(asked, now),
        store.key(other, now),
        store.key(RequestFactory().get(HOME, secure=True), now),
    }
    monkeypatch.setattr(store, "release", lambda: "another")
    assert len(keys | {store.key(asked, now)}) == 4
    assert store.key(asked, now) == store.key(RequestFactory().get(HOME), now)


# --- what it never shows ----------------------------------------------------------------------------------------------


def test_the_process_that_publishes_shows_it_at_once(kept, clock, act):
    publish(title="ひとつめ")
    get()
    act(lambda: publish(title="ふたつめ"))
    assert "ふたつめ" in get().content.decode()


def test_another_process_shows_it_when_what_it_remembers_is_old(kept, clock):
    publish(title="ひとつめ")
    get()
    publish(title="ふたつめ")  # nothing is committed here: this process does not hear of it
    assert "ふたつめ" not in get().content.decode()
    kept.now += SECONDS
    assert "ふたつめ" in get().content.decode()


def test_a_schedule_is_met_at_its_second_although_pages_are_kept(kept, clock):
    publish(title="ひとつめ")
    make_post("published", title="予約したもの", at=NOON + timedelta(hours=1))
    STANDING.forget()
    for seconds, shown in ((3599, False), (3600, True), (3601, True)):
        clock.move_to(NOON + timedelta(seconds=seconds))
        assert ("予約したもの" in get().content.decode()) is shown
        get()  # the kept one is asked next


def test_an_end_is_met_at_its_second_although_pages_are_kept(kept, clock, publisher):
    live = publish(slug="one", title="終わるもの")
    ends = NOON + timedelta(hours=1)
    clock.shift(60)
    workflow.perform("unpublish", live, by=publisher, at=ends, comment="期間が終わるため")
    STANDING.forget()
    for seconds, status in ((3599, 200), (3600, 404)):
        clock.move_to(NOON + timedelta(seconds=seconds))
        assert get("/2026/03/01/one/").status_code == status


def test_a_page_made_while_an_act_goes_on_is_made_again(kept, clock):
    SiteStamp.objects.bump()
    said = iter(["一部は前、一部は後", "後"])

    def view(request):
        text = next(said)
        if text != "後":
            SiteStamp.objects.bump()
        request.resolver_match = SimpleNamespace(url_name="home")
        return HttpResponse(text)

    middleware = cache.PageCache(view)
    assert middleware(RequestFactory().get(HOME)).content.decode() == "後"
    assert middleware(RequestFactory().get(HOME)).content.decode() == "後"  # and that one is kept


CHANGES = {
    "publish": lambda by, s: publish(title="新しい", tags=["札"], author="人", category="面", slug="new"),
    "change": lambda by, s: _changed(s.live),
    "retract": lambda by, s: workflow.perform(
        "retract", s.live, by=by, comment="事実に誤りがあったため", notice="取り下げました。"
    ),
    "unpublish": lambda by, s: workflow.perform("unpublish", s.live, by=by, comment="古くなったため"),
    "address": lambda by, s: workflow.change_address(s.other.post, slug="moved", by=by),
    "tag": lambda by, s: _named(Tag, "札", by, name="札二"),
    "section": lambda by, s: _named(Category, "面", by, disclaimer="勧誘ではありません。", name="面二"),
    "author": lambda by, s: _named(Author, "人", by, bio="新しい紹介", name="人二"),
    "merge": lambda by, s: workflow.merge([Tag.objects.get(name="札")], Tag.objects.get(name="別"), by=by),
    "order": lambda by, s: workflow.order_sections(
        [*Category.objects.order_by("pk").values_list("pk", flat=True)], by=by
    ),
    "page": lambda by, s: make_page(title="新しいページ", slug="policy"),
}
WATCHED = [HOME, "/2026/03/01/one/", "/2026/03/01/two/", "/2026/03/01/moved/", "/tags/札/", "/tags/別/"]
WATCHED += [
    "/categories/面/",
    "/authors/人/",
    "/archive/",
    "/feed.xml",
    "/feed.json",
    "/corrections/",
    "/pages/about/",
]


@pytest.mark.walk
@pytest.mark.parametrize("change", CHANGES)
def test_after_each_act_every_kept_page_is_what_it_would_be_without_the_cache(
    change, kept, clock, act, settings
):
    names = {"tags": ["札"], "category": "面", "author": "人"}
    site = SimpleNamespace(
        live=publish(slug="one", title="一", **names), other=publish(slug="two", title="二", **names)
    )
    publish(slug="three", title="三", tags=["別"], category="別の面")
    make_page()
    clock.shift(60)
    before = {path: get(path).content for path in WATCHED}
    act(lambda: CHANGES[change](make_user("admin"), site))
    after = {path: (get(path).status_code, get(path).content) for path in WATCHED}
    settings.PAGE_CACHE = False
    assert after == {path: (get(path).status_code, get(path).content) for path in WATCHED}
    assert {
        path: content for path, (_status, content) in after.items()
    } != before  # the act is seen somewhere


def _changed(live: Revision) -> Revision:
    writer = make_user("writer")
    draft = workflow.start_revision(live.post, by=writer, page=PAGE)
    document = draft.to_document().replace(
        title="訂正後", update_kind="correction", update_note="数を直しました。"
    )
    draft = workflow.save_draft(draft, document, by=writer, version=draft.version, page=PAGE)
    return advance(draft, "published")


def _named(model, known, by, **fields):
    row = model.objects.get(name=known)
    for field, value in fields.items():
        setattr(row, field, value)
    return workflow.save_name(row, by=by)


@pytest.mark.parametrize("field", ["alt", "credit"])
def test_words_of_a_picture_show_at_once(field, kept, clock, act, chief):
    image = Image.objects.take(pictures.take(packed(in_mode("RGB"), "PNG")), "前の代替", "前の撮影者")
    publish(slug="one", author="人")
    person = Author.objects.get(name="人")
    person.portrait = image
    workflow.save_name(person, by=chief)
    STANDING.forget()
    get("/authors/人/")
    browser = Client()
    browser.force_login(chief)
    said = {"alt": "前の代替", "credit": "前の撮影者"} | {field: "後の語"}
    act(lambda: browser.post(f"/admin/posts/image/{image.pk}/change/", said))
    assert getattr(Image.objects.get(), field) == "後の語"
    known = freshness.current()
    assert known.stamp == SiteStamp.objects.get().value
    assert ("後の語" in get("/authors/人/").content.decode()) is (field == "alt")


# --- when something is gone -------------------------------------------------------------------------------------------


def test_a_cache_that_is_away_costs_no_answer(kept, clock, settings):
    away = {"BACKEND": "editorial.steady.SteadyRedis", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "pages": away}
    publish()
    browser = Client()
    assert [browser.get(HOME).status_code for _time in range(3)] == [200] * 3


@pytest.fixture
def no_database(monkeypatch):
    """The database goes away, as far as the state of the site and the pages of articles are concerned."""

    def gone(*args, **more):
        raise OperationalError("server closed the connection")

    def go():
        monkeypatch.setattr(freshness, "freshness", gone)
        monkeypatch.setattr(Revision.objects, "published", gone)

    return go


def test_kept_pages_are_shown_while_the_database_is_gone(kept, clock, no_database):
    publish(slug="one")
    get(HOME)
    no_database()
    kept.now += 60
    clock.shift(60)
    browser = Client(raise_request_exception=False)
    assert browser.get(HOME).status_code == 200
    assert browser.get("/2026/03/01/one/").status_code == 503  # nobody had asked for it
    clock.shift(cache.OLD)
    assert browser.get(HOME).status_code == 503


def test_no_kept_page_outlives_its_end_while_the_database_is_gone(kept, clock, publisher, no_database):
    live = publish(slug="one")
    clock.shift(10)
    workflow.perform("unpublish", live, by=publisher, at=NOON + timedelta(seconds=40), comment="終わるため")
    STANDING.forget()
    get("/2026/03/01/one/")
    no_database()
    kept.now += 20
    clock.shift(20)
    browser = Client(raise_request_exception=False)
    assert browser.get("/2026/03/01/one/").status_code == 200
    clock.shift(10)
    assert browser.get("/2026/03/01/one/").status_code == 503


# --- what a process remembers -----------------------------------------------------------------------------------------


def test_what_was_asked_before_an_act_is_not_remembered_after_it():
    remembered = memory.Memory(10)

    def ask():
        remembered.forget()  # another thread commits while this one waits for its answer
        return "before"

    assert remembered.asked(ask) == "before"
    assert remembered.last() is None
    assert remembered.known(lambda: "after") == "after"
