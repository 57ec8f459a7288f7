"""What stands beside the articles: notes, shared previews, conflicts, reports of imports, notices, unsaved texts."""

from datetime import timedelta
from typing import TYPE_CHECKING

from bench.articles import moments
from posts.document import Document
from posts.models import (
    Buffer,
    HistoryEntry,
    HouseRule,
    ImportReport,
    Look,
    Note,
    Notice,
    Post,
    Presence,
    PreviewLink,
    PreviewVisit,
    Redirect,
    Remark,
    Revision,
    Sample,
    SampleItem,
    Status,
    Waiver,
)
from posts.roles import name_of
from posts.transfer.reports import MOST_BYTES
from posts.workflow.history import WRITES

if TYPE_CHECKING:
    from bench.newsroom import Cast

NOTES, LINKS, VISITS, REMARKS = 60, 15, 200, 20  # on the longest article
REPORTS, LINES = 30, 3_000
LARGEST_REPORT = 12_000  # files; their report is just under MOST_BYTES
RULES, WAIVERS = 60, 3_000
NOTICES, REDIRECTS, CONFLICTS, ERASED = 5_000, 500, 30, 5
_HOUR = timedelta(hours=1)
_OUTCOMES = ("created", "updated", "unchanged", "conflict", "failed")


def write(cast: "Cast") -> None:
    longest = Revision.objects.open().select_related("post").latest("post_id")
    some = list(Revision.objects.open().exclude(pk=longest.pk).select_related("post").order_by("pk")[:600])
    _notes(cast, longest, some)
    _links(cast, longest, some)
    _conflicts(cast, longest)
    _people(cast, longest, some)
    _reports(cast)
    _house(cast)
    _sample(cast)
    _notices(cast)
    posts = Post.objects.exclude(date=None).order_by("pk")[:REDIRECTS]
    Redirect.objects.bulk_create(Redirect(path=f"/old/{post.pk}/", post=post) for post in posts)
    _erased(cast)


def _notes(cast: "Cast", longest: Revision, some: list[Revision]) -> None:
    """60 notes with two answers each on one text, two on every second other one."""
    wanted = [(longest, number) for number in range(NOTES)]
    wanted += [(revision, number) for revision in some[::2] for number in range(2)]
    editors = cast.people["editor"]
    at = moments(cast.now - 300 * _HOUR)
    notes = [
        Note(
            revision=revision,
            author=editors[number % 6],
            author_name=name_of(editors[number % 6]),
            must=number % 7 == 3,
            created_at=next(at),
            resolved_at=cast.now if number % 3 == 0 else None,
            quote=revision.text[number * 40 : number * 40 + 30].strip(),
            text="この数字の出典はどこでしょうか。本文の前半と合っていないように見えます。",
        )
        for revision, number in wanted
    ]
    Note.objects.bulk_create(notes)
    Note.objects.bulk_create(
        Note(
            revision=note.revision,
            parent=note,
            author=cast.people["writer"][0],
            author_name="Writer",
            created_at=next(at),
            text="確かめました。",
        )
        for note in notes
        for _ in range(2)
    )


def _links(cast: "Cast", longest: Revision, some: list[Revision]) -> None:
    rows = [longest] * LINKS + some[:300]
    links = PreviewLink.objects.bulk_create(
        PreviewLink(
            revision=revision,
            label=f"取材先 {number}",
            created_by=cast.people["writer"][number % 12],
            created_at=cast.now - 20 * _HOUR,
            expires_at=cast.now + (number % 9 * 10 - 15) * _HOUR,
            revoked_at=cast.now if number % 10 == 0 else None,
        )
        for number, revision in enumerate(rows)
    )
    looks = [(link, n) for link in links[:LINKS] for n in range(VISITS)]
    looks += [(link, n) for link in links[LINKS:] for n in range(5)]
    PreviewVisit.objects.bulk_create(
        PreviewVisit(link=link, at=cast.now - n * _HOUR, agent="Safari, iPhone") for link, n in looks
    )
    said = [(link, n) for link in links[:LINKS] for n in range(REMARKS)]
    said += [(link, 0) for link in links[LINKS::3]]
    Remark.objects.bulk_create(
        Remark(link=link, name="取材先", verdict="ok", text="三段落目をもう一度ご確認ください。", at=cast.now)
        for link, n in said
    )


def _conflicts(cast: "Cast", longest: Revision) -> None:
    """A refused save of the longest article, and changed files that wait."""
    saves = HistoryEntry.objects.filter(revision=longest, step__in=WRITES)
    base, last = saves[20], saves[0]
    mine = Document.from_text(base.text)
    mine = mine.replace(
        title=mine.title + "（私の版）", body=mine.body.replace("。", "、", 1) + "\n\n終わり。"
    )
    made = [_conflict(cast, last.post, longest, mine.to_text(), base=base)]
    imported = Revision.objects.open().filter(post__source__isnull=False, number=1).select_related("post")
    for revision in imported[:CONFLICTS]:
        words = revision.to_document().replace(title="変わったファイル").to_text()
        digest = f"f{revision.pk:063x}"
        made.append(_conflict(cast, revision.post, revision, words, digest=digest, original=words))
    HistoryEntry.objects.bulk_create(made)


def _conflict(cast: "Cast", post: Post, revision: Revision, words: str, **more) -> HistoryEntry:
    return HistoryEntry(
        post=post,
        revision=revision,
        step="conflict",
        actor=cast.people["writer"][0],
        actor_name="Writer",
        at=cast.now,
        text=words,
        **more,
    )


def _people(cast: "Cast", longest: Revision, some: list[Revision]) -> None:
    """Who is there now, what they typed, what they looked at."""
    near = [(person, revision) for n, person in enumerate(cast.everybody) for revision in some[n::25]]
    Presence.objects.bulk_create(
        Presence(user=person, post=revision.post, since=cast.now, seen_at=cast.now + _HOUR)
        for person, revision in [*near[::4], *((person, longest) for person in cast.everybody[:8])]
    )
    typed = {"title": "書きかけ", "body": longest.body + "\n\nまだ保存していない段落。"}
    Buffer.objects.bulk_create(
        Buffer(user=person, post=revision.post, draft=revision, version=1, saved_at=cast.now, fields=typed)
        for person, revision in [*near[::40], *((person, longest) for person in cast.everybody)]
    )
    entry = HistoryEntry.objects.filter(revision=longest, step="save").earliest("pk")
    Look.objects.bulk_create(
        Look(user=person, post=longest.post, entry=entry, at=cast.now) for person in cast.everybody
    )


def _house(cast: "Cast") -> None:
    """Rules that judge nothing here, and waivers of many articles."""
    HouseRule.objects.bulk_create(
        HouseRule(name=f"規則{number}", pattern=f"見つからない言葉{number}", changed_at=cast.now)
        for number in range(RULES)
    )
    texts = Post.objects.order_by("-pk").values_list("pk", flat=True)[:WAIVERS]
    Waiver.objects.bulk_create(
        Waiver(
            post_id=post,
            check_id="para.cut",
            fingerprint=f"{post:032x}",
            by_name="北見",
            at=cast.now,
            reason="引用のため、このままにします。",
            is_dismissal=number % 2 == 0,
        )
        for number, post in enumerate(texts)
    )


def _reports(cast: "Cast") -> None:
    for number in range(REPORTS):
        lines = LARGEST_REPORT if number == REPORTS - 1 else LINES if number % 10 == 0 else 100
        files = [_file(line) for line in range(lines)]
        counts = {outcome: sum(file["outcome"] == outcome for file in files) for outcome in _OUTCOMES}
        ImportReport.objects.create(
            site="archive",
            by_name="operator",
            started_at=cast.now - (REPORTS - number) * 24 * _HOUR,
            finished_at=cast.now - (REPORTS - number) * 24 * _HOUR + timedelta(minutes=3),
            options={"publish": True},
            counts=counts,
            report={"files": files, "missing": [f"_posts/gone-{n}.md" for n in range(200)]},
        )
    assert MOST_BYTES  # what a report may hold at most; the last one is near it


def _sample(cast: "Cast") -> None:
    """One that stands for every article, read to the end; its first texts are open ones."""
    report = ImportReport.objects.latest("pk")
    sample = Sample.objects.create(
        label="archive", report=report, seed="1", size=80, allowed=2, by_name="editor", at=cast.now
    )
    texts = Revision.objects.open().order_by("pk").values_list("pk", flat=True)
    shown = Revision.objects.published().order_by("pk").values_list("pk", flat=True)
    SampleItem.objects.bulk_create(
        SampleItem(
            sample=sample,
            revision_id=number,
            seal="0" * 64,
            place=place if place <= 80 else None,
            verdict="good" if place <= 79 else "",
            by_name="editor" if place <= 79 else "",
            at=cast.now if place <= 79 else None,
        )
        for place, number in enumerate([*texts, *shown], 1)
    )


def _file(line: int) -> dict:
    said = [["warning", "link.unknown", line % 90, {"address": f"/2019/03/{line}/の記事"}]]
    said.append(["info", "key.unknown", 3, {"key": "layout"}])
    if line % 2:
        said.append(["warning", "dropped.style", 12, {"count": line % 30}])
    path = f"_posts/2019-03-{line % 28 + 1:02}-note-{line}.md"
    return {
        "site": "archive",
        "path": path,
        "outcome": _OUTCOMES[line % 5],
        "post": line + 1 if line < 10_000 else None,
        "problems": said,
    }


def _notices(cast: "Cast") -> None:
    people = cast.everybody
    told = HistoryEntry.objects.filter(step__in=("submit", "request_changes", "approve", "publish"))
    entries = told.order_by("-pk").values_list("pk", flat=True)[:NOTICES]
    Notice.objects.bulk_create(
        Notice(
            entry_id=entry,
            user=people[number % len(people)],
            channel="mail",
            why="mine",
            created_at=cast.now,
            due_at=cast.now,
            sent_at=cast.now if number % 5 else None,
        )
        for number, entry in enumerate(entries)
    )


def _erased(cast: "Cast") -> None:
    """Tombstones: an article without a text, and the entry that says why."""
    posts = Post.objects.bulk_create(
        Post(slug=f"erased-{n}", erased_at=cast.now, erased_keys=["0" * 64]) for n in range(ERASED)
    )
    chief = cast.people["admin"][0]
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            post=post,
            step="purge",
            actor=chief,
            actor_name=name_of(chief),
            at=cast.now,
            comment="請求による。",
        )
        for post in posts
    )
    assert not Post.objects.filter(erased_at=None, revisions=None).exists()
    assert Revision.objects.exclude(status=Status.DISCARDED).exists()
