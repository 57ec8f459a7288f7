"""Every act on an article in every state by everybody: as the page offers it, and as a forged form sends it."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.template import Template

from posts.models import Buffer, HistoryEntry, Look, Note, Post, Presence, PreviewLink, Revision

from . import rooms
from .make import NOON
from .permissions.articles import ACTS, NOBODY_ELSE, ROLES, STATES
from .worlds import DAY, World, author_of, lose_role

pytestmark = pytest.mark.walk

# Who has written the text matters beyond the writers where a text is judged; a former writer nowhere.
WALKS = [(state, "writer") for state in STATES]
WALKS += [
    (state, role) for role in ("editor", "publisher", "admin", "root") for state in ("in_review", "claimed")
]
WALKS += [(state, role) for role in ("editor", "staff") for state in ("draft", "approved", "copy", "trash")]
THOROUGH = ("in_review", "live", "trash")
DRAWN = 6  # one answer in so many is drawn; the pages themselves are tested elsewhere


def people(state: str, role: str, author) -> dict:
    """{person of the table: user}: the author, and in the writer's world all the others.

    Those whom no state makes a difference for are asked in three states, writers, editors and publishers in each.
    """
    found = {f"{role}:own": author}
    if role == "writer":
        everybody = (*NOBODY_ELSE, *ROLES) if state in THOROUGH else ("writer", "editor", "publisher")
        found |= {f"{other}:other": rooms.person(other, f"{other}-other") for other in everybody}
    return found


@pytest.fixture
def walk(clock):
    """walk(state, role): (world, {person: client}, watch)."""
    with rooms.hush():
        yield lambda state, role: _begun(state, role, clock)


@pytest.fixture
def pen(monkeypatch):
    """pen.up is whether templates draw nothing, which makes an answer four times as fast."""
    draw, pen = Template._render, SimpleNamespace(up=False)
    monkeypatch.setattr(Template, "_render", lambda self, context: "" if pen.up else draw(self, context))
    return pen


def _begun(state: str, role: str, clock):
    author = author_of(role)
    world = World(state, author, clock)
    if role == "staff":
        lose_role(author)
    clients = {name: rooms.browser(user) for name, user in people(state, role, author).items()}
    return world, clients, rooms.Watch()


def refused(answer) -> bool:
    """Not taken, and said: to the sign-in, not there, not allowed, or the page again with the reason."""
    return answer.status_code in (302, 303, 400, 401, 403, 404, 409, 422)


@pytest.mark.parametrize(("state", "role"), WALKS, ids=[f"{state}-{role}" for state, role in WALKS])
def test_a_form_is_taken_exactly_from_who_may(state, role, walk, pen):
    """Each act is sent with a valid token to one of its addresses, in turn, whatever the page offers.

    From who may: something changes, and what the act is for is so. From all others: not one row of the database does.
    """
    wrong = forged(state, *walk(state, role), pen)
    assert not wrong, "\n".join(map(str, wrong))


def forged(state: str, world: World, clients: dict, watch, pen) -> list[tuple]:
    wrong, turn = [], 0
    for name, act in ACTS.items():
        if not act.is_asked_in(state):
            continue
        if name == "settle_must":
            world.must()
            watch = rooms.Watch()
        for person, client in clients.items():
            doors = world.doors(name)
            address, form = doors[turn % len(doors)]
            turn += 1
            pen.up = turn % DRAWN > 0
            with watch.trial():
                answer = rooms.send(client, address, form)
                changed = watch.changed()
                late = act.kept and not act.may(person, state) and act.is_for(person, state)
                fault = judged(world, name, act.may(person, state), late, answer, changed)
            if fault:
                wrong.append((name, person, address, answer.status_code, fault, changed))
    pen.up = False
    return wrong


def test_a_rule_that_is_broken_is_noticed(walk, pen, monkeypatch):
    """A control: were every article everybody's, and four eyes one, the walk above would say so."""
    monkeypatch.setattr("posts.roles.may_edit", lambda actor, post: True)
    monkeypatch.setattr("posts.workflow.history.hands_on", lambda revision: set())
    wrong = {
        (name, person) for name, person, *_more in forged("in_review", *walk("in_review", "writer"), pen)
    }
    assert {("withdraw", "writer:other"), ("comment", "writer:other")} <= wrong
    assert ("withdraw", "writer:own") not in wrong


@pytest.mark.parametrize("state", STATES)
def test_the_pages_offer_exactly_what_is_taken(state, walk, pen):
    """A button is there exactly for who may; every third one is pressed, and does what it says."""
    world, clients, watch = walk(state, "writer")
    wrong, turn = [], 0
    for person in ("writer:own", "editor:other", "publisher:other"):
        for name, form, button in offers(world, clients[person]):
            act = ACTS[name]
            if not act.is_asked_in(state) or name == "settle_must":
                continue
            if bool(form) != act.is_offered(person, state):
                wrong.append((name, person, "offered" if form else "not offered"))
            turn += 1
            if not form or (turn + turn // len(ACTS)) % 3 or not act.may(person, state):
                continue
            with watch.trial():
                answer = press(clients[person], world, name, form, button)
                fault = judged(world, name, True, False, answer, watch.changed())
            if fault:
                wrong.append((name, person, "pressed", answer.status_code, fault))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ["editor", "writer"])
def test_what_must_be_settled_is_offered_to_who_has_not_written_the_text(role, walk):
    world, clients, _watch = walk("in_review", role)
    world.must()
    for person, client in clients.items():
        offered = {name for name, form, _button in offers(world, client) if form}
        assert ("settle" in offered) == ACTS["settle_must"].may(person, "in_review"), person
        assert ("approve" in offered) is False  # the note holds it up for everybody


FRAME = ("/admin/logout/", "/admin/language/")  # forms that stand on every page of the desk


def offers(world: World, client):
    """(act, the form that takes it or None, its button) for each act of the table that a page offers."""
    found = {}
    for page, address in world.pages().items():
        answer = client.get(address)
        shown = rooms.forms(rooms.body(answer)) if answer.status_code == 200 else []
        found[page] = [(address, form) for form in shown if form.action not in FRAME]
    for name, act in ACTS.items():
        if not act.page:
            continue
        marks = world.marks(name)
        page = world.page_of(name, act.page)
        fits = [
            (address, form)
            for address, form in found.get(page, ())
            if all(form.holds(mark, value) for mark, value in marks)
        ]
        yield (
            name,
            fits[0] if fits else None,
            next((b for b in marks if fits and b in fits[0][1].buttons), ("", "")),
        )


def press(client, world: World, name: str, offer, button):
    address, form = offer
    wanted = world.doors(name)[0][1]
    hidden = ("_", "version", "initial", "revision", "note", "back")
    typed = {key: value for key, value in wanted.items() if key in form.fields and not key.startswith(hidden)}
    name, value = button
    if value is None:
        value = next(held for known, held in form.buttons if known == name)
    return rooms.submit(client, address, form, (name, value), **typed)


def judged(world: World, name: str, may: bool, late: bool, answer, changed: list[str]) -> str:
    """What is wrong with the answer to a form, "" when nothing is."""
    if may:
        if answer.status_code not in (200, 302, 303) or not changed:
            return "should be taken"
        return "" if DONE[name](world) else "taken, but not done"
    if not refused(answer):
        return "should be refused"
    if late:
        entries = HistoryEntry.objects.filter(pk__gt=world.newest).values_list("step", flat=True)
        return (
            ""
            if changed == ["posts_historyentry"] and set(entries) == {"conflict"}
            else "should only be kept"
        )
    return "should change nothing" if changed else ""


def status_is(wanted: str):
    return lambda world: Revision.objects.get(pk=world.revision.pk).status == wanted


def text_is(title: str):
    """The newest text of the article has that title."""
    return lambda world: world.post.revisions.order_by("-number").first().title == title


def card_is(**wanted):
    return lambda world: Post.objects.filter(pk=world.post.pk, **wanted).exists()


def row_is(**wanted):
    """Of the text that the act is about."""
    return lambda world: world.post.revisions.filter(**wanted).exists()


def noted(**wanted):
    return lambda world: Note.objects.filter(revision__post=world.post, **wanted).exists()


def new_entry(step: str):
    return lambda world: HistoryEntry.objects.filter(post=world.post, pk__gt=world.newest, step=step).exists()


MAY = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
DONE = {  # what is so afterwards
    "save": text_is("新しい題"),
    "save_and_submit": lambda world: text_is("新しい題")(world) and status_is("in_review")(world),
    "start": row_is(status="draft"),
    "restore": text_is("früher"),
    "take_over": text_is("aus der Datei"),
    "decline": new_entry("decline"),
    "move_unseen": card_is(slug="moved"),
    "move_seen": lambda world: card_is(slug="moved")(world) and world.post.redirects.exists(),
    "submit": status_is("in_review"),
    "withdraw": status_is("draft"),
    "request_changes": status_is("returned"),
    "claim": row_is(claimed_at__isnull=False),
    "release": row_is(claimed_at=None, reviewer=None, status="in_review"),
    "approve": status_is("approved"),
    "publish": status_is("published"),
    "cancel": status_is("approved"),
    "reschedule": row_is(status="published", live_from=NOON + 3 * DAY),
    "keep": row_is(status="published", live_until=None),
    "unpublish": lambda world: not Revision.objects.published().filter(post=world.post).exists(),
    "retract": card_is(notice="別のおわび"),
    "discard": status_is("discarded"),
    "comment": new_entry("comment"),
    "due": card_is(due=MAY),
    "planned": card_is(planned_for=MAY.date()),
    "assign": card_is(assignee__username="colleague"),
    "priority": card_is(priority=2),
    "embargo": card_is(embargo_until=MAY),
    "note": noted(text="新しいメモ", must=False),
    "note_must": noted(text="新しいメモ", must=True),
    "reply": noted(text="返事", parent__isnull=False),
    "settle": noted(text="ここは", resolved_at__isnull=False),
    "settle_must": noted(text="ここは", resolved_at__isnull=False),
    "reopen": noted(text="済み", resolved_at=None),
    "look": lambda world: Look.objects.filter(post=world.post).exists(),
    "share": lambda world: PreviewLink.objects.filter(label="X").exists(),
    "revoke": lambda world: PreviewLink.objects.filter(pk=world.link.pk, revoked_at__isnull=False).exists(),
    "revoke_all": lambda world: not PreviewLink.objects.usable().exists(),
    "presence": lambda world: Presence.objects.filter(post=world.post).exists(),
    "unsaved": lambda world: Buffer.objects.filter(post=world.post).exists(),
    "purge": card_is(erased_at__isnull=False),
}
