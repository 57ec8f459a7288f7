"""Puts people and articles in every state into the site of the tests; run by server.py, prints {name: key} as JSON.

The steps are the real ones: what the pages show is what the rule book allows.
"""

import json
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.tokens import default_token_generator  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models.functions import Length  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.encoding import force_bytes  # noqa: E402
from django.utils.http import urlsafe_base64_encode  # noqa: E402

from e2e.cast import PASSWORD, PEOPLE  # noqa: E402
from posts import quality, roles, workflow  # noqa: E402
from posts.document import Document  # noqa: E402
from posts.models import (  # noqa: E402
    HouseRule,
    Image,
    ImportReport,
    Post,
    Revision,
    Sample,
    SampleItem,
    StockDay,
)
from posts.site.redirects import NAMES, is_open  # noqa: E402

SAMPLE = Path(__file__).resolve().parent.parent / "sample"
BODY = """政府は方針を決めた。市場は静かだった。

## 見出しの段落

The second paragraph is in English, with a [link](https://example.com/) and `code`.

- 一つ目
- 二つ目

| 年 | 数 |
|---|---|
| 2026 | 12 |
"""
FIELDS = {"category": "経済", "author": "山田 太郎", "tags": ["市場", "電力"]}


@dataclass
class Newsroom:
    """The people, and the articles they have made so far."""

    people: dict = field(default_factory=dict)
    facts: dict = field(default_factory=dict)

    def hire(self) -> None:
        for role, name in PEOPLE.items():
            user = get_user_model()(username=role, last_name=name, email=f"{role}@example.com", is_staff=True)
            user.set_password(PASSWORD.format(role=role))
            user.save()
            user.groups.add(roles.group(role))
            self.people[role] = user
        workflow.factors.begin(self.people["publisher"])  # a set-up that waits for its first code
        careful = get_user_model()(username="careful", email="careful@example.com", is_staff=True)
        careful.set_password(PASSWORD.format(role="careful"))
        careful.save()
        careful.groups.add(roles.group("writer"))

    def write(self, name: str, *steps: tuple, body: str = BODY, **fields) -> Revision:
        """An article by the writer that has taken (step, role, extras) one after the other; its key under `name`."""
        own = {"title": f"記事 {name}", "summary": f"港の電力を賄う計画 {name} の中身と費用を伝える。"}
        document = Document(**own, **FIELDS | {"body": body} | fields)
        revision = workflow.new_post(document, by=self.people["writer"])
        self.facts[name] = revision.post_id
        return self.advance(revision, *steps)

    def advance(self, revision: Revision, *steps: tuple) -> Revision:
        for step, role, more in steps:
            revision = Revision.objects.get(pk=revision.pk)
            revision = workflow.perform(step, revision, by=self.people[role], **more)
        return revision

    def change(self, revision: Revision, by: str, body: str) -> Revision:
        """The next revision of a public article, with another body."""
        person = self.people[by]
        draft = workflow.start_revision(Post.objects.get(pk=revision.post_id), by=person)
        document = draft.to_document().replace(
            body=body, update_kind="update", update_note="数字を改めました。"
        )
        return workflow.save_draft(draft, document, by=person, version=draft.version)


SUBMIT = ("submit", "writer", {})
APPROVE = ("approve", "editor", {"acknowledged": True})  # the texts are short and name no source
PUBLISH = ("publish", "publisher", {})
PUBLIC = (SUBMIT, APPROVE, PUBLISH)


def fill(room: Newsroom) -> None:
    later = timezone.now() + timedelta(days=3)
    room.hire()
    call_command("import_markdown", str(SAMPLE), publish=True, site="sample", jobs=1, verbosity=0)
    draft = room.write("draft")
    saved = draft.to_document().replace(body=BODY.replace("静か", "活発"))
    workflow.save_draft(draft, saved, by=room.people["writer"], version=draft.version)
    room.write("returned", SUBMIT, ("request_changes", "editor", {"comment": "出典を加えてください。"}))
    _in_review(room)
    room.write("approved", SUBMIT, APPROVE)
    room.write("scheduled", SUBMIT, APPROVE, ("publish", "publisher", {"at": later}))
    live = room.write("live", *PUBLIC)
    changed = room.change(live, "writer", BODY.replace("二つ目", "三つ目"))
    room.facts["change"] = changed.pk
    room.write("plain", *PUBLIC)
    room.write("ended", *PUBLIC, ("unpublish", "publisher", {"comment": "誤りがありました。"}))
    notice = {"comment": "事実に誤りがあったためです。", "notice": "この記事は取り下げました。"}
    room.write("retracted", *PUBLIC, ("retract", "publisher", notice))
    room.write("trash", ("discard", "writer", {}))
    erased = room.write("erased", ("discard", "writer", {})).post
    workflow.purge(erased, by=room.people["admin"], reason="法に基づく消去です。")
    _to_walk(room)
    _conflicts(room)
    _shared(room)
    _planned(room, later)
    _sampled(room)
    _page(room)
    _stock(room)
    _keys(room)


def _to_walk(room: Newsroom) -> None:
    """Articles that one test each takes on."""
    for name in (
        "walk_conflict",
        "walk_history",
        "walk_difference",
        "walk_shared",
        "walk_plan",
        "walk_drag",
        "walk_plain",
    ):
        room.write(name)
    for name in ("walk_correct", "walk_retract", "walk_change"):
        room.write(name, *PUBLIC)
    room.write("walk_embargo", SUBMIT, APPROVE)
    for name in ("walk_one", "walk_two"):
        room.write(name, SUBMIT)
    workflow.add_note(
        room.write("walk_must", SUBMIT), by=room.people["editor"], text="出典は何ですか。", must=True
    )


def _in_review(room: Newsroom) -> None:
    revision = room.write("review", SUBMIT)
    note = workflow.add_note(
        revision, by=room.people["editor"], text="出典は何ですか。", quote="市場は静かだった", must=True
    )
    workflow.reply(note, by=room.people["writer"], text="統計です。")
    workflow.add_note(revision, by=room.people["editor"], text="全体によい記事です。")


def _conflicts(room: Newsroom) -> None:
    """One save that came too late, and one file that changed together with its article."""
    draft = room.write("conflict")
    document = draft.to_document()
    saves = (("editor", BODY.replace("静か", "活発")), ("writer", BODY.replace("静か", "平穏")))
    for role, body in saves:
        try:
            workflow.save_draft(draft, document.replace(body=body), by=room.people[role], version=1)
        except workflow.Stale as stale:
            room.facts["conflict_entry"] = stale.entry.pk
    room.facts["entry"] = Post.objects.get(pk=room.facts["draft"]).history.filter(step="save").first().pk


def _shared(room: Newsroom) -> None:
    draft = room.write("shared")
    link = workflow.share(draft, by=room.people["writer"], label="監修の先生")
    workflow.remark(link, name="佐藤", text="よいと思います。", verdict="ok")
    ended = workflow.share(draft, by=room.people["writer"], label="昔の相手")
    workflow.revoke(ended, by=room.people["writer"])
    links = {"link": link, "ended_link": ended}
    room.facts |= {name: one.token for name, one in links.items()}


def _planned(room: Newsroom, later) -> None:
    post = room.write("planned").post
    workflow.change_card(
        post, by=room.people["editor"], planned_for=timezone.localdate(), due=later, priority=2
    )


def _sampled(room: Newsroom) -> None:
    """A sample that is being read: one text is good, one waits."""
    report = ImportReport.objects.get()
    sample = Sample.objects.create(
        label="旧ブログ", report=report, seed="1", size=2, allowed=1, by_name="北見", at=timezone.now()
    )
    for place, name in enumerate(("planned", "review"), 1):
        text = Revision.objects.filter(post_id=room.facts[name]).latest("number")
        read = {"verdict": "good", "by_name": "北見", "at": timezone.now()} if place == 1 else {}
        SampleItem.objects.create(sample=sample, revision=text, seal=text.seal_now(), place=place, **read)
    room.facts["sample"] = sample.pk


def _page(room: Newsroom) -> None:
    """A page of the house, at the foot of every page."""
    document = Document(title="運営者情報", slug="about", summary="誰が運営しているか。", body=BODY)
    made = workflow.new_page(document, by=room.people["editor"])
    approved = ("approve", "publisher", {"acknowledged": True})
    room.advance(made, ("submit", "editor", {}), approved, PUBLISH)


def _stock(room: Newsroom) -> None:
    """Two imported articles with a generator's mark, one of them repaired; the stock was checked a week ago too."""
    for name in ("marked", "repaired"):
        fields = FIELDS | {"title": f"記号の残った記事 {name}", "date": timezone.now(), "slug": name}
        made = workflow.new_post(Document(**fields | {"body": f"{BODY}\n\n---END---"}), by=roles.SYSTEM)
        workflow.perform("adopt", made, by=roles.SYSTEM)
        room.facts[name] = made.post_id
    quality.check_stock(jobs=1)
    week_ago = timezone.localdate() - timedelta(days=7)
    StockDay.objects.create(day=week_ago, check_id="", severity="error", posts=5)
    editor = room.people["editor"]
    batch = workflow.begin_repair(["ai.marker"], by=editor, label="記号の削除")
    list(workflow.prepare_repairs(batch, [Post.objects.get(pk=room.facts["repaired"])], by=editor))
    room.facts["repair"] = batch.pk


def _keys(room: Newsroom) -> None:
    """The keys of what the import and the articles brought, and the parts of the addresses that readers have."""
    plain = Post.objects.get(pk=room.facts["plain"])
    idle = get_user_model().objects.create_user("idle")  # a sign-in would end the address of a new password
    for kind, (model, _word) in NAMES.items():
        name = model._meta.model_name
        one, other = model.objects.order_by("pk")[:2]
        shown = next(row for row in model.objects.order_by("pk") if is_open(kind, row, None))
        room.facts |= {name: one.pk, f"two_{name}": f"{one.pk},{other.pk}", f"{name}_slug": shown.slug}
    room.facts |= {
        "draft_revision": Revision.objects.get(post_id=room.facts["draft"]).pk,
        "image": Image.objects.order_by("pk").first().pk,
        "report": ImportReport.objects.get().pk,
        "rule": HouseRule.objects.create(name="弊社", pattern="弊社", suggestion="当社", kind="term").pk,
        "imported": Post.objects.filter(source__isnull=False).order_by("pk").first().pk,
        "user": idle.pk,
        "uid": urlsafe_base64_encode(force_bytes(idle.pk)),
        "reset": default_token_generator.make_token(idle),
        **_address(plain),
        **_address(Post.objects.get(pk=room.facts["retracted"]), "retracted_"),
        **_address(_richest(), "rich_"),
    }


def _address(post: Post, before: str = "") -> dict[str, str]:
    """The parts of the address that readers have."""
    parts = (*post.date.isoformat().split("-"), post.slug)
    return dict(zip((f"{before}{name}" for name in ("year", "month", "day", "slug")), parts, strict=True))


def _richest() -> Post:
    """The longest of the public articles that have a cover."""
    shown = Revision.objects.published().exclude(cover=None).order_by(Length("html").desc())
    return shown.select_related("post")[0].post


if __name__ == "__main__":
    room = Newsroom()
    fill(room)
    json.dump(room.facts, sys.stdout)
