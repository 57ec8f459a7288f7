"""An article in each state of `permissions.articles`, with all that hangs on it, and the request for each act."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from posts import roles, workflow
from posts.models import HistoryEntry, Note, Post, PreviewLink, Revision
from posts.roles import SYSTEM

from . import rooms
from .make import NOON, PAGE, advance, import_post, make_document, make_user

DAY = timedelta(days=1)
REASON = "理由は十文字以上あります。"
TITLE = "見出し"
NEW = {"title": "新しい題", "body": "新しい本文です。", "format": "markdown"}
MOMENT = "%Y-%m-%dT%H:%M:%S"


class World:
    """One article in one state, written by `author`; a colleague, who reviews, has left two notes and a link."""

    def __init__(self, state: str, author, clock, secret: str = ""):
        self.state, self.author, self.clock, self.secret = state, author, clock, secret
        self.colleague = make_user("editor", name="colleague")
        self.revision = getattr(self, f"_{state}", self._plain)()
        self.post = Post.objects.get(pk=self.revision.post_id)
        self.entry = self.post.history.filter(step="create").last()
        self.file = self.post.history.filter(step="conflict").first() or self.entry
        now, more = timezone.now(), {"revision": self.revision, "author": self.colleague, "author_name": "c"}
        self.note = Note.objects.create(text=secret or "ここは", created_at=now, **more)
        self.settled = Note.objects.create(text="済み", created_at=now, resolved_at=now, **more)
        self.newest = HistoryEntry.objects.order_by("-pk").first().pk
        self.link = PreviewLink.objects.create(
            revision=self.revision,
            created_by=self.colleague,
            created_at=now,
            expires_at=now + DAY,
            label=secret,
        )

    def must(self) -> Note:
        """The note becomes one that has to be settled; it would hold an approval up, so it is none before."""
        Note.objects.filter(pk=self.note.pk).update(must=True)
        return self.note

    # --- how an article comes to its state -------------------------------------------------------------------------

    def _plain(self) -> Revision:
        return self._to(self.state)

    def _first(self) -> Revision:
        """A draft with an earlier text in its history."""
        words = {"summary": self.secret, "body": self.secret or "本文です。"}
        first = make_document(title=self.secret or "früher", **words)
        revision = workflow.new_post(first, by=self.author, page=PAGE)
        later = make_document(title=self.secret or TITLE, **words, cover_alt="x" if self.secret else "")
        return workflow.save_draft(revision, later, by=self.author, version=1, page=PAGE)

    def _to(self, status: str, **more) -> Revision:
        return advance(self._first(), status, by=self.author, **more)

    def _claimed(self) -> Revision:
        return workflow.perform("claim", self._to("in_review"), by=self.colleague)

    def _scheduled(self) -> Revision:
        return self._to("published", at=timezone.now() + DAY)

    def _live(self) -> Revision:
        revision = self._to("published")
        self.clock.shift(3600)
        return revision

    def _ending(self) -> Revision:
        return self._step("unpublish", self._live(), at=timezone.now() + DAY)

    def _ended(self) -> Revision:
        revision = self._step("unpublish", self._live())
        self.clock.shift(60)
        return revision

    def _retracted(self) -> Revision:
        revision = self._step("retract", self._live(), notice="おわび")
        self.clock.shift(60)
        return revision

    def _copy(self) -> Revision:
        self.live = self._live()
        draft = workflow.start_revision(self.live.post, by=self.author)
        document = draft.to_document().replace(title="差し替え", update_kind="typo")
        return workflow.save_draft(draft, document, by=self.author, version=1, page=PAGE)

    def _trash(self) -> Revision:
        return self._to("discarded")

    def _imported(self) -> Revision:
        revision = import_post(title="früher")
        return workflow.save_draft(revision, make_document(title=TITLE), by=SYSTEM, version=1, page=PAGE)

    def _waiting(self) -> Revision:
        revision = self._imported()
        text = make_document(title="aus der Datei").to_text()
        filed = {"text": text, "original": text, "digest": "f" * 64, "at": timezone.now()}
        HistoryEntry.objects.create(step="conflict", post=revision.post, revision=revision, **filed)
        saved = make_document(title="am Tisch")
        return workflow.save_draft(revision, saved, by=self.author, version=2, page=PAGE)

    def _step(self, name: str, revision: Revision, **more) -> Revision:
        return workflow.perform(name, revision, by=make_user("publisher"), comment=REASON, **more)

    # --- what its pages offer --------------------------------------------------------------------------------------

    def pages(self) -> dict[str, str]:
        return {
            "change": self.page(),
            "review": self.page("review"),
            "notes": self.page("notes"),
            "share": self.page("share"),
            "purge": self.page("purge"),
            "entry": self.page("entry", self.entry.pk),
            "file": self.page("entry", self.file.pk),
            "reschedule": self.page("step", "reschedule"),
        }

    def page_of(self, act: str, page: str) -> str:
        return "reschedule" if act == "reschedule" else "change" if page == "step" else page

    def marks(self, act: str) -> list[tuple[str, str | None]]:
        """The fields and buttons by which the form of an act is known."""
        writing = self.revision.status in (
            "draft",
            "returned",
        )  # then the step stands in the form of the text
        named = {
            "save": [("_save", "1")],
            "save_and_submit": [("_submit", "1")],
            "start": [("_start", "now")],
            "restore": [("", "")],
            "take_over": [("_take_over", "1")],
            "decline": [("_decline", "1")],
            "move_unseen": [("_move", "1")],
            "move_seen": [("_move", "1")],
            "due": [("card-due", None)],
            "planned": [("card-planned_for", None)],
            "assign": [("card-assignee", None)],
            "priority": [("card-priority", None)],
            "embargo": [("card-embargo_until", None)],
            "note": [("_note", "add")],
            "note_must": [("_note", "add"), ("must", None)],
            "reply": [("_note", "reply"), ("note", str(self.note.pk))],
            "settle": [("_note", "resolve"), ("note", str(self.note.pk))],
            "settle_must": [("_note", "resolve"), ("note", str(self.note.pk))],
            "reopen": [("_note", "reopen"), ("note", str(self.settled.pk))],
            "look": [("_looked", "1")],
            "share": [("_make", "1")],
            "revoke": [("_revoke", str(self.link.pk))],
            "revoke_all": [("_revoke_all", "1")],
            "reschedule": [("at", None), ("comment", None)],
            "purge": [("reason", None)],
        }
        if act == "submit" and writing:
            return [("_submit", "1")]
        return named.get(act, [("_step", act)])

    # --- what a browser sends --------------------------------------------------------------------------------------

    def page(self, name: str = "change", *more) -> str:
        return reverse(f"admin:posts_post_{name}", args=[self.post.pk, *more])

    def about(self, act: str) -> Revision:
        """The text that an act is about: where a draft is open beside a public text, either."""
        return (
            self.live
            if self.state == "copy" and act in ("unpublish", "retract", "keep", "cancel")
            else self.revision
        )

    def words(self, act: str) -> dict:
        """What somebody fills in for a step."""
        at = {"publish": 1, "reschedule": 2}.get(act)
        found = {"comment": REASON, "notice": "別のおわび"} | (
            {"acknowledged": "on"} if act == "approve" else {}
        )
        return found | ({"at": timezone.localtime(NOON + (at + 1) * DAY).strftime(MOMENT)} if at else {})

    def doors(self, act: str) -> list[tuple[str, dict]]:
        """Every address that takes the act, with the form it takes."""
        if maker := getattr(self, f"_ask_{act}", None):
            return maker()
        target = self.about(act)
        named = {"_step": act, "_revision": target.pk}
        named |= {f"{act}-{target.pk}-{name}": value for name, value in self.words(act).items()}
        alone = (self.page("step", act), {"revision": target.pk, **self.words(act)})
        if act == "reschedule":
            return [alone]
        return [(self.page(), named), alone, (self.page("review"), named)]

    def _text(self, **more) -> list:
        kind = {"update_kind": "typo"} if self.state == "copy" else {}
        return [
            (
                self.page(),
                {**NEW, **kind, "version": self.revision.version, "_draft": self.revision.pk, **more},
            )
        ]

    def _ask_save(self):
        return self._text(_save="1")

    def _ask_save_and_submit(self):
        return self._text(_submit="1")

    def _ask_start(self):
        return [(self.page(), {"_start": "now"}), (self.page(), {"_start": self.revision.pk})]

    def _ask_restore(self):
        return [(self.page("entry", self.entry.pk), {})]

    def _ask_take_over(self):
        return [(self.page("entry", self.file.pk), {"_take_over": "1"})]

    def _ask_decline(self):
        return [(self.page("entry", self.file.pk), {"_decline": "1"})]

    def _ask_move_seen(self):
        return [(self.page(), {"_move": "1", "slug": "moved"})]

    _ask_move_unseen = _ask_move_seen

    def _card(self, name: str, value) -> list:
        return [
            (self.page("card"), {f"card-{name}": value, f"initial-card-{name}": "", **self._priority(name)})
        ]

    def _priority(self, name: str) -> dict:
        return {} if name == "priority" else {"card-priority": "0", "initial-card-priority": "0"}

    def _ask_due(self):
        return self._card("due", "2026-05-01T12:00:00")

    def _ask_planned(self):
        moved = reverse("admin:posts_calendar_move", args=[self.post.pk])
        return [*self._card("planned_for", "2026-05-01"), (moved, {"day": "2026-05-01"})]

    def _ask_assign(self):
        return self._card("assignee", self.colleague.pk)

    def _ask_priority(self):
        return self._card("priority", "2")

    def _ask_embargo(self):
        return self._card("embargo_until", "2026-05-01T12:00:00")

    def _noted(self, act: str, **more) -> list:
        return [(self.page("notes"), {"_note": act, "back": "change", **more})]

    def _ask_note(self):
        return self._noted("add", revision=self.revision.pk, comment="新しいメモ")

    def _ask_note_must(self):
        return self._noted("add", revision=self.revision.pk, comment="新しいメモ", must="1")

    def _ask_reply(self):
        return self._noted("reply", note=self.note.pk, comment="返事")

    def _ask_settle(self):
        return self._noted("resolve", note=self.note.pk)

    _ask_settle_must = _ask_settle

    def _ask_reopen(self):
        return self._noted("reopen", note=self.settled.pk)

    def _ask_look(self):
        return [(self.page("review"), {"_looked": "1", "_revision": self.revision.pk})]

    def _ask_share(self):
        return [
            (self.page("share"), {"_make": "1", "revision": self.revision.pk, "hours": "24", "label": "X"})
        ]

    def _ask_revoke(self):
        return [(self.page("share"), {"_revoke": self.link.pk})]

    def _ask_revoke_all(self):
        return [(self.page("share"), {"_revoke_all": "1"})]

    def _ask_presence(self):
        return [(reverse("admin:posts_presence", args=[self.post.pk]), {})]

    def _ask_unsaved(self):
        return [(reverse("admin:posts_buffer"), {"post": self.post.pk, "fields": '{"title": "x"}'})]

    def _ask_purge(self):
        title = workflow.survey(self.post).title
        return [(self.page("purge"), {"title": title, "reason": REASON})]


def author_of(role: str):
    """Who has written the article; somebody without a role wrote it before losing theirs."""
    return rooms.person("writer" if role == "staff" else role, f"{role}-own")


def lose_role(user) -> None:
    user.groups.remove(roles.group("writer"))
