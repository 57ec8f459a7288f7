"""Many articles at once, forms that name what belongs to another article, and acts that are about no article."""

import pytest
from django.urls import reverse

from posts.models import Author, Category, HistoryEntry, Note, Post, PreviewLink, Revision, Tag

from . import rooms
from .make import make_user
from .permissions import newsroom
from .permissions.articles import ACTS, MANY
from .worlds import REASON, World

pytestmark = pytest.mark.walk

LIST = reverse("admin:posts_post_changelist")
CANARY = "まだ誰にも言えない話"
ENTRY = {"bulk_assign": "assign", "restore": "start"}  # what history says; else the step's own name


@pytest.fixture
def quiet():
    with rooms.hush():
        yield


@pytest.fixture
def many(clock, quiet):
    """{(whose, state): world}: articles of two writers, each in the states that a bulk act tells apart."""
    states = ("draft", "in_review", "approved", "scheduled", "live", "trash")
    writers = {whose: make_user("writer", name=f"writer-{whose}") for whose in ("own", "other")}
    return {(whose, state): World(state, user, clock) for whose, user in writers.items() for state in states}


@pytest.mark.parametrize("role", ["account", "staff", "writer", "editor", "publisher", "admin"])
def test_an_act_on_a_list_is_taken_on_exactly_the_articles_of_who_may(role, many, monkeypatch):
    """All rows are chosen by forged numbers, seen or not, with others that are none; `select_across` asks for more."""
    user = make_user("writer", name="writer-own") if role == "writer" else rooms.person(role, f"{role}-x")
    client, watch, wrong = rooms.browser(user), rooms.Watch(), []
    newest = HistoryEntry.objects.order_by("-pk").first().pk
    chosen = [world.post.pk for world in many.values()]
    unseen = [w.post.pk for (whose, _s), w in many.items() if role == "writer" and whose == "other"]
    for name, (single, who) in MANY.items():
        step = ENTRY.get(name, single)
        in_list = {"trash"} if name == "restore" else {"draft", "in_review", "approved", "scheduled", "live"}
        may = {
            world.post.pk
            for (whose, state), world in many.items()
            if role in who.split() and state in in_list
            if ACTS[single].may(f"{role}:{whose if role == 'writer' else 'other'}", state)
        }
        form = {"action": name, "index": "0", "_confirm": "1", "comment": REASON}
        form |= {"acknowledged": "on", "assignee": next(iter(many.values())).colleague.pk}
        for numbers, across in (
            (chosen, "0"),
            (chosen[:1], "1"),
            ([*chosen, 999_999, "１２", "-1", "x"], "0"),
        ):
            with watch.trial():
                query = "?status=trash" if name == "restore" else ""
                sent = form | {"_selected_action": numbers, "select_across": across}
                said = rooms.body(rooms.send(client, LIST + query, sent))
                taken = set(
                    HistoryEntry.objects.filter(pk__gt=newest, step=step).values_list("post", flat=True)
                )
                changed = watch.changed()
            is_odd = "x" in numbers
            if taken - may or (taken != may and not is_odd) or (changed and not may):
                wrong.append((name, across, sorted(taken), sorted(may), changed))
            if any(f"/post/{pk}/" in said for pk in unseen):
                wrong.append((name, "tells of articles that are not to be seen"))
    assert not wrong, "\n".join(map(str, wrong))


def test_an_act_that_no_list_offers_does_nothing(many):
    client, watch = rooms.browser(make_user("admin", name="chief")), rooms.Watch()
    chosen = [world.post.pk for world in many.values()]
    for name in ("delete_selected", "bulk_retract", "bulk_discard", "bulk_purge", "__class__", ""):
        with watch.trial():
            rooms.send(
                client, LIST, {"action": name, "_selected_action": chosen, "_confirm": "1", "post": "yes"}
            )
            assert watch.changed() == [], name


@pytest.mark.parametrize("kind", ["post", "tag", "category", "author"])
def test_a_chosen_row_that_is_no_number_breaks_no_list(kind, quiet):
    client, watch = rooms.browser(make_user("admin", name="chief")), rooms.Watch()
    with watch.trial():
        form = {
            "action": "bulk_submit" if kind == "post" else "merge",
            "_selected_action": ["x", "９", "9" * 30],
        }
        assert rooms.send(client, reverse(f"admin:posts_{kind}_changelist"), form).status_code == 302
        assert watch.changed() == []


# --- what belongs to another article --------------------------------------------------------------------------------


def held(world: World) -> list:
    """All rows of an article."""
    post = Post.objects.filter(pk=world.post.pk)
    rows = [post, Revision.objects.filter(post__in=post), HistoryEntry.objects.filter(post__in=post)]
    rows += [
        Note.objects.filter(revision__post__in=post),
        PreviewLink.objects.filter(revision__post__in=post),
    ]
    return [list(some.order_by("pk").values_list()) for some in rows]


@pytest.mark.parametrize("state", ["draft", "in_review", "live", "trash"])
@pytest.mark.parametrize("role", ["writer", "publisher"])
def test_what_belongs_to_another_article_is_reached_through_none(state, role, clock, quiet):
    """Every form of one article is sent to the addresses of another one that is the sender's own."""
    author = make_user(role, name="own")
    mine, theirs = World(state, author, clock), World(state, make_user("writer", name="other"), clock, CANARY)
    client, watch, before, wrong = rooms.browser(author), rooms.Watch(), held(theirs), []
    for name in ACTS:
        for address, form in theirs.doors(name):
            here = address.replace(f"/post/{theirs.post.pk}/", f"/post/{mine.post.pk}/")
            form = {key: mine.post.pk if key == "post" else value for key, value in form.items()}
            with watch.trial():
                answer = rooms.send(client, here, form)
                if held(theirs) != before or (CANARY in rooms.body(answer) and "reason" not in form):
                    wrong.append((name, here, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


def test_what_belongs_to_another_article_is_shown_on_no_page_of_this_one(clock, quiet):
    author = make_user("writer", name="own")
    mine, theirs = (
        World("draft", author, clock),
        World("draft", make_user("writer", name="other"), clock, CANARY),
    )
    client = rooms.browser(author)
    asked = [
        mine.page("entry", theirs.entry.pk),
        mine.page("conflict", theirs.entry.pk),
        mine.page("preview", theirs.revision.pk),
        f"{mine.page('difference')}?from={theirs.entry.pk}&to=draft",
        f"{mine.page('difference')}?to={theirs.entry.pk}",
        f"{mine.page('step', 'comment')}?revision={theirs.revision.pk}",
        theirs.page("preview", mine.revision.pk),
        theirs.page("entry", mine.entry.pk),
        reverse("preview", args=[theirs.revision.pk]),
    ]
    for address in asked:
        answer = client.get(address)
        assert (answer.status_code, CANARY in rooms.body(answer)) == (404, False), address


# --- the newsroom ---------------------------------------------------------------------------------------------------


class House:
    """Names in use and not, a picture, a person and a superuser, by their names in the table."""

    def __init__(self):
        self.names = {}
        for name, model in {"category": Category, "tag": Tag, "author": Author}.items():
            for kind in ("", "_unused"):
                row = model.objects.create(name=f"{name}{kind}", slug=f"{name}{kind}", key=f"{name}{kind}")
                self.names[name + kind] = row.pk
        person = make_user("writer", name="person", email="p@example.com", password="x")
        chief = make_user("", name="top", is_superuser=True, email="t@example.com")
        self.names |= {"image": rooms.stored_picture().pk, "person": person.pk, "chief": chief.pk}

    def address(self, act: newsroom.Act) -> str:
        return act.address.format(**self.names)

    def form(self, act: newsroom.Act) -> dict:
        return {
            name: rooms.picture("green") if value == "{file}" else value.format(**self.names)
            for name, value in act.form.items()
        }


@pytest.mark.parametrize("role", newsroom.ROLES)
def test_the_newsroom_is_changed_and_offered_to_be_changed_by_who_may(role, clock, quiet):
    house, client, wrong = House(), rooms.browser(rooms.person(role, f"{role}-x")), []
    watch = rooms.Watch()
    for name, act in newsroom.ACTS.items():
        with watch.trial():
            answer = rooms.send(client, house.address(act), house.form(act))
            changed = watch.changed()
        if bool(changed) != act.may(role):
            wrong.append((name, answer.status_code, changed))
        if act.page:
            page = act.page.format(**house.names)
            shown = client.get(page)
            goal = house.address(act).partition("?")[0]
            found = [form for form in rooms.forms(rooms.body(shown)) if shown.status_code == 200]
            offered = any(
                (form.action or page).partition("?")[0] == goal and (not act.button or form.holds(act.button))
                for form in found
            )
            if offered != act.may(role):
                wrong.append((name, "offered" if offered else "not offered", shown.status_code))
    assert not wrong, "\n".join(map(str, wrong))
