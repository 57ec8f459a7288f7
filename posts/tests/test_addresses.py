"""Every address of the site against the table of addresses: who may ask, in which spelling, by which method."""

import re
from itertools import product
from urllib.parse import quote, unquote, urlsplit

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from posts import workflow
from posts.models import (
    Author,
    Category,
    HouseRule,
    ImportReport,
    PreviewLink,
    RepairBatch,
    Sample,
    SampleItem,
    Tag,
)

from . import rooms
from .make import make_document, make_page, make_post, make_user
from .permissions.addresses import ADDRESSES, ARTICLES, ASKERS, PUBLIC, Address

CANARY = "まだ誰にも言えない話"
DAY = timezone.timedelta(days=1)


def routes(resolver, before: str = "") -> list[str]:
    """Every route that the site answers, as one string each."""
    found = []
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        found += routes(entry, route) if hasattr(entry, "url_patterns") else [route]
    return found


def test_no_address_is_missing_from_the_table():
    known = set(routes(get_resolver()))
    missing, gone = known - set(ADDRESSES), set(ADDRESSES) - known
    words = "\n".join(f"    {route!r}: Address('/{route}', get=…, post=…)," for route in sorted(missing))
    assert not missing, (
        f"Say in permissions/addresses.py who may ask for these, and what is answered:\n{words}"
    )
    assert not gone, f"These rows of permissions/addresses.py have no address any more: {sorted(gone)}"


def test_an_address_that_is_not_in_the_table_is_noticed(monkeypatch):
    """A control: the test above can fail."""
    monkeypatch.delitem(ADDRESSES, "admin/roles/")
    with pytest.raises(AssertionError, match="admin/roles/"):
        test_no_address_is_missing_from_the_table()


class World:
    """A draft that its writer alone knows of, a public article, and one of everything else; by its name in examples."""

    def __init__(self):
        self.people = {
            role: rooms.person(role, role) for role in ("account", "staff", "editor", "publisher", "admin")
        }
        self.people |= {"own": make_user("writer", name="own"), "other": make_user("writer", name="other")}
        self.people["anonymous"] = None
        own = self.people["own"]
        fields = {"category": "経済", "tags": ["半導体"], "author": "北見"}
        live = make_post("published", title="公開", slug="public", by=own, **fields)
        make_page(slug="about", title="運営者情報")
        image = rooms.stored_picture()
        hidden = dict.fromkeys(("title", "body", "slug", "summary"), CANARY) | {"cover": image.address}
        self.draft = make_post("draft", by=own, **hidden)
        kept = workflow.keep_conflict(self.draft, make_document(title=CANARY), by=own)
        now = timezone.now()
        link = PreviewLink.objects.create(revision=live, created_by=own, created_at=now, expires_at=now + DAY)
        names = {
            name: model.objects.get()
            for name, model in {"category": Category, "tag": Tag, "author": Author}.items()
        }
        report = ImportReport.objects.create(started_at=now, finished_at=now)
        sample = Sample.objects.create(label="x", seed="1", size=2, allowed=1, by_name="x", at=now)
        SampleItem.objects.create(sample=sample, revision=live, seal="", place=1)
        repair = RepairBatch.objects.create(by_name="editor", label="記号", at=now)
        self.names = {name: row.pk for name, row in names.items()}
        self.names |= {f"{name}_slug": quote(row.slug) for name, row in names.items()}
        self.names |= {
            "post": self.draft.post_id,
            "revision": self.draft.pk,
            "entry": self.draft.post.history.get(step="create").pk,
            "kept": kept.pk,
            "live": live.post_id,
            "public": live.get_absolute_url(),
            "year": live.get_absolute_url()[:6],
            "month": live.get_absolute_url()[:9],
            "day": live.get_absolute_url()[:12],
            "token": quote(link.token),
            "person": own.pk,
            "image": image.pk,
            "report": report.pk,
            "rule": HouseRule.objects.create(name="弊社", pattern="弊社").pk,
            "sample": sample.pk,
            "repair": repair.pk,
        }
        self.clients = {name: rooms.browser(user) for name, user in self.people.items()}
        self.free = {name: Client() for name in ("other", "admin")}  # their forms need no token
        for name, client in self.free.items():
            client.force_login(self.people[name])
        self.watch = rooms.Watch()

    def at(self, address: Address) -> str:
        return address.example.format(**self.names)

    def may_see_the_draft(self, asker: str) -> bool:
        return asker in ("own", "editor", "publisher", "admin")


@pytest.fixture
def world():
    with rooms.hush():
        yield World()


def answered(answer) -> str:
    leads_to = answer.headers.get("Location", "")
    return "login" if urlsplit(leads_to).path == reverse("admin:login") else str(answer.status_code)


def tells(answer) -> bool:
    """Whether the answer says a word of the draft that its writer alone knows of."""
    said = unquote(rooms.body(answer)) + unquote(str(answer.headers))
    return CANARY in said


def asked(world: World, asker: str, address: str, method: str = "get", *, forged: bool = False) -> list[str]:
    """What is wrong with an answer that nobody has to expect: an error, a leak, a change."""
    client = world.free[asker] if forged else world.clients[asker]
    with world.watch.trial():
        try:
            answer = getattr(client, method)(address)
        except Exception as error:
            return [f"{type(error).__name__}: {error}"]
        faults = [f"status {answer.status_code}"] if answer.status_code >= 500 else []
        faults += ["leak"] if tells(answer) and not world.may_see_the_draft(asker) else []
        return faults + ([] if address.startswith("/shared/") else world.watch.changed())


@pytest.mark.walk
def test_each_address_answers_who_may_ask_and_nobody_else(world):
    """GET changes nothing whoever asks, and no draft shows through to who may not see it."""
    wrong = []
    for route, address in ADDRESSES.items():
        for asker, wanted in zip(ASKERS, address.get, strict=True):
            with world.watch.trial():
                answer = world.clients[asker].get(world.at(address))
                leaks = tells(answer) and not world.may_see_the_draft(asker)
                changed = [] if route == "shared/<path:token>/" else world.watch.changed()
            if answered(answer) != wanted or leaks or changed:
                wrong.append((route, asker, f"GET {wanted}", answered(answer), leaks, changed))
    assert not wrong, "\n".join(map(str, wrong))


REFUSALS = ("login", "401", "403", "404", "405")


@pytest.mark.walk
def test_an_empty_form_is_taken_from_who_may_send_one_and_from_nobody_else(world):
    wrong = []
    for route, address in ADDRESSES.items():
        for asker, wanted in zip(ASKERS, address.post, strict=True):
            client = rooms.browser(world.people[asker])
            with world.watch.trial():
                answer = rooms.send(client, world.at(address), {})
                changed = world.watch.changed() if wanted in REFUSALS else []
                leaks = tells(answer) and not world.may_see_the_draft(asker)
            if answered(answer) != wanted or leaks or changed:
                wrong.append((route, asker, f"POST {wanted}", answered(answer), leaks, changed))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.walk
def test_no_form_without_its_token_changes_anything(world):
    """Whoever is signed in: another site's form has no token. A shared preview has no session to misuse."""
    wrong = []
    for route, address in ADDRESSES.items():
        with world.watch.trial():
            answer = world.clients["admin"].post(world.at(address), {"_save": "1", "title": "x"})
            changed = world.watch.changed()
        fine = answer.status_code in (403, 405) or route == "shared/<path:token>/"
        if not fine or changed:
            wrong.append((route, answer.status_code, changed))
    assert not wrong, "\n".join(map(str, wrong))


SPELLINGS = [
    lambda path: path.rstrip("/"),
    lambda path: f"{path}/",
    lambda path: f"/{path}",
    lambda path: path.replace("/post/", "//post//"),
    lambda path: f"{path}%2e%2e/",
    lambda path: path.replace("/posts/", "/posts/x/%2e%2e/"),
    lambda path: path.upper(),
    lambda path: f"{path[:-1]}%2F",
    lambda path: f"{path[:-1]}%2f%2e%2e%2f",
    lambda path: f"{path}x",
    lambda path: f"{path}%00",
    lambda path: f"{path}%0a",
    lambda path: f"{path}%ff/",
    lambda path: f"{path};a=b",
    lambda path: f"{path[:-1]}%20/",
    *(
        lambda path, number=number: re.sub(r"(?<=/)\d{1,9}(?=/)", number, path)
        for number in (
            "999999",
            "9" * 18,
            "9" * 30,
            "１２",
            "-1",
            "0",
            "1.0",
            "0x1",
            "%2B1",
            "1_0",
            "None",
            "1%00",
        )
    ),
]
QUERIES = [  # WORD is a part of the hidden title, so that an echo of the question is no leak
    "_to_field=id&_popup=1",
    "_popup=1&_to_field=password",
    "_changelist_filters=status%3Dtrash",
    "q=WORD&title=WORD",
    "title__startswith=WORD&revisions__title__startswith=WORD",
    "status=trash&all=&o=-99.1&p=-1",
    "at=2027-12-24T09:00&e=1",
    "day=2026-11-25&moved={post}&from=none&section=99999999999999999999",
    "revision={revision}&from={entry}&to={kept}&post={post}",
    "ids={post},１,%00&into={post}&other=%00",
    "next=//evil.example/&format=json&show=live",
]
ASKING = ["admin/", "admin/posts/image/", "admin/posts/tag/", "admin/posts/author/merge/", "admin/auth/user/"]


@pytest.mark.walk
def test_an_odd_spelling_tells_nothing_breaks_nothing_and_changes_nothing(world):
    """Each spelling of each address: by the writer of another article; and every third by one of the others in turn."""
    seen, wrong = set(), []
    for number, (address, spell) in enumerate(product(ADDRESSES.values(), SPELLINGS)):
        spelt = spell(world.at(address))
        if spelt in seen:
            continue
        seen.add(spelt)
        others = (("anonymous", "admin", "staff")[number // 3 % 3],) if number % 3 == 0 else ()
        for asker in ("other", *others):
            if faults := asked(world, asker, spelt):
                wrong.append((spelt, asker, *faults))
    assert len(seen) > 1500
    assert not wrong, f"{len(wrong)} of {len(seen)}\n" + "\n".join(map(str, wrong))


@pytest.mark.walk
def test_an_odd_question_tells_nothing_breaks_nothing_and_changes_nothing(world):
    asking = {
        route: address for route, address in ADDRESSES.items() if route in {*ARTICLES, *PUBLIC, *ASKING}
    }
    wrong = []
    for number, (address, query) in enumerate(product(asking.values(), QUERIES)):
        words = query.format(**world.names).replace("WORD", quote(CANARY[2:8]))
        spelt = f"{world.at(address).partition('?')[0]}?{words}"
        others = (("anonymous", "staff", "admin", "account")[number // 2 % 4],) if number % 2 == 0 else ()
        for asker in ("other", *others):
            if faults := asked(world, asker, spelt):
                wrong.append((spelt, asker, *faults))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.walk
def test_no_other_method_tells_or_changes_anything(world):
    """Also from who has every right: an act is a POST. The buffer of unsaved text, which a DELETE drops, is empty."""
    wrong = []
    methods = {"other": ("head", "put", "delete", "patch", "options", "trace"), "admin": ("put", "delete")}
    for address, asker in product(ADDRESSES.values(), methods):
        for method in methods[asker]:
            if faults := asked(world, asker, world.at(address), method, forged=True):
                wrong.append((method, world.at(address), asker, *faults))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("path", ["autocomplete/", "r/{kind}/{row}/", "taggit/tag/", "taggit/tag/add/"])
def test_doors_that_nothing_uses_are_shut(path, admin_client):
    """Also for a superuser. `r/` told anybody who is signed in the address of every row, drafts included."""
    row = make_post("draft").post
    kind = ContentType.objects.get_for_model(row).pk
    assert admin_client.get("/admin/" + path.format(kind=kind, row=row.pk)).status_code == 404


def test_who_has_signed_out_sees_a_page_without_the_desk(world):
    answer = rooms.send(world.clients["own"], reverse("admin:logout"), {})
    assert answer.status_code == 200
    assert reverse("admin:posts_post_changelist") not in rooms.body(answer)
