"""Many new articles at once: what new_post, adopt and the import's history would write, in few statements.

A test holds this against the steps taken one by one. Everything happens in the caller's transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from posts import search
from posts.document import Document
from posts.models import HistoryEntry, Post, Redirect, Revision, Status, TaggedRevision
from posts.rendering import Rendered, RenderError
from posts.roles import SYSTEM

from . import content, guards, history, intervals
from .refused import races_refused
from .stamp import raise_stamp


@dataclass(frozen=True)
class Interval:
    """When an arriving article is public; moments are aware. `end` None: until further notice.

    `day` of its address and `first`, when it first was public, only where they do not follow from the document and
    `start`. `notice` and `notice_at` are those of a retraction.
    """

    start: datetime
    end: datetime | None = None
    day: date | None = None
    first: datetime | None = None
    notice: str = ""
    notice_at: datetime | None = None


@dataclass(frozen=True)
class Arrival:
    """A text from a file; its slug is settled. `interval` None: it stays a draft. `original`: the file as it was.

    `translation` is the file (site, source) of the article that this one translates, where the document does not
    name it.
    """

    document: Document
    page: Rendered | RenderError
    site: str
    source: str
    digest: str
    original: str
    interval: Interval | None = None
    translation: tuple[str, str] | None = None


@dataclass(kw_only=True)
class Adoption:
    """A draft that is to be taken as already public during an interval; `refusal` says why it was not."""

    revision: Revision
    interval: Interval | None
    refusal: str = ""
    entries: list[HistoryEntry] = field(default_factory=list)


@dataclass(kw_only=True)
class Arrived(Adoption):
    """What became of an arrival: its draft or public revision, and why it did not become public."""

    arrival: Arrival
    names: content.Names


def arrive(arrivals: Sequence[Arrival]) -> list[Arrived]:
    """Store the arrivals as articles of SYSTEM. Raises Refused when a race was lost; nothing is stored then."""
    with races_refused():
        found = content.names([one.document for one in arrivals], [one.page for one in arrivals])
        made = [_made(arrival, found) for arrival in arrivals]
        for one in made:
            one.entries.append(history.unsaved("create", one.revision, SYSTEM))
        public = _adopted(made)
        _store(made)
        _make_room(public)
    return made


def adopt_drafts(asked: Sequence[tuple[Revision, Interval]]) -> list[str]:
    """Take drafts of articles that never were public as public; for each the reason why it stays a draft, or "".

    What `arrive` does at once, for an import that asks the checks between (docs/importing.md). In the caller's
    transaction; the posts are locked, and what somebody at the desk has done since stands.
    """
    with races_refused():
        list(Post.objects.select_for_update().filter(pk__in=[one.post_id for one, _ in asked]).order_by("pk"))
        rows = Revision.objects.select_related("post").defer("body", "html", "text", "toc", "extra")
        now = rows.in_bulk([one.pk for one, _ in asked])
        made = [
            Adoption(revision=now[one.pk], interval=interval, refusal=_changed(now[one.pk], one))
            for one, interval in asked
        ]
        for one in made:
            one.refusal = one.refusal or (_unfit(one.revision, one.interval) if one.interval else "")
        public = _adopted(made)
        dates = ["published_at", "live_from", "live_until"]
        Revision.objects.bulk_update([one.revision for one in public], ["status", "end_set", *dates])
        for one in public:
            copies = {name: getattr(one.revision, name) for name in dates}
            TaggedRevision.objects.filter(content_object=one.revision).update(**copies)
        fields = ["date", "first_live", "notice", "notice_at"]
        Post.objects.bulk_update([one.revision.post for one in public], fields)
        HistoryEntry.objects.bulk_create([entry for one in public for entry in one.entries])
        _make_room(public)
    return [one.refusal for one in made]


def _changed(now: Revision, judged: Revision) -> str:
    if (now.status, now.version) == (Status.DRAFT, judged.version):
        return ""
    return _("Somebody at the desk has worked on the article meanwhile.")


def _adopted(made: Sequence[Adoption]) -> list[Adoption]:
    """Those that become public; nothing is saved."""
    _refuse_taken(made)
    public = [one for one in made if one.interval and not one.refusal]
    for one in public:
        _adopt(one)
    return public


def _make_room(public: Sequence[Adoption]) -> None:
    """Old addresses give way to the articles, and readers' caches to the new state."""
    if public:
        paths = [path for one in public for path in intervals.paths(one.revision.post)]
        Redirect.objects.filter(path__in=paths).delete()
        raise_stamp()


def _made(arrival: Arrival, names: content.Names) -> Arrived:
    post = Post(
        slug=arrival.document.slug, site=arrival.site, source=arrival.source, source_hash=arrival.digest
    )
    revision = Revision(post=post, number=1, saved_at=timezone.now())
    content.fill(revision, arrival.document, arrival.page, names)
    interval = arrival.interval
    made = Arrived(arrival=arrival, names=names, revision=revision, interval=interval)
    if interval:
        made.refusal = _unfit(revision, interval)
    return made


def _unfit(revision: Revision, interval: Interval) -> str:
    """The guards of `adopt` that look at the text and at what is asked."""
    now = timezone.now()
    ask = guards.Ask(now=now, at=interval.start, until=interval.end)
    asked = (guards.rendered, guards.date_not_later, guards.end_after_start)
    return next(filter(None, (guard(revision, SYSTEM, ask) for guard in asked)), "")


def _refuse_taken(made: Iterable[Adoption]) -> None:
    """`address_free` for all of them; of two that ask for one address the first has it."""
    asking = [one for one in made if one.interval and not one.refusal]
    standing: dict[tuple[date, str], Post] = Post.objects.at_places(_place(one) for one in asking)
    for one in asking:
        holder = standing.setdefault(_place(one), one.revision.post)
        if holder is not one.revision.post:
            one.refusal = guards.address_taken(one.revision.post.slug)


def _place(one: Adoption) -> tuple[date, str]:
    interval, revision = one.interval, one.revision
    assert interval
    first = revision.date or interval.first or interval.start
    return interval.day or timezone.localtime(first).date(), revision.post.slug


def _adopt(one: Adoption) -> None:
    interval, revision, post = one.interval, one.revision, one.revision.post
    assert interval
    revision.status = Status.PUBLISHED
    revision.live_from, revision.end_set = interval.start, interval.end
    [revision.live_until] = intervals.ends([(interval.start, interval.end)])
    revision.published_at = revision.date or interval.first or interval.start
    post.date, post.first_live = _place(one)[0], interval.first
    post.notice, post.notice_at = interval.notice, interval.notice_at
    one.entries.append(history.unsaved("adopt", revision, SYSTEM, source=Status.DRAFT))


def _store(made: list[Arrived]) -> None:
    """Rows in the order of what they point at; the seal of each text is worked out from the rows at hand."""
    Post.objects.bulk_create([one.revision.post for one in made])
    originals = _originals(made)
    for one in made:
        document = one.arrival.document
        key = one.arrival.translation or document.translation_of
        one.revision.translation_of = originals.get(key) if key else None
    Revision.objects.bulk_create([one.revision for one in made])
    content.store_lists([(one.revision, one.arrival.document, one.names) for one in made])
    search.index([one.revision for one in made])
    for one in made:
        spelt = content.as_stored(one.revision, one.arrival.document, one.names)
        one.entries[0].text = spelt.to_text()
        one.entries.append(
            history.unsaved(
                "import", one.revision, SYSTEM, text=one.arrival.original, digest=one.arrival.digest
            )
        )
        one.revision.post.desk_seal = content.seal_of(one.revision, one.arrival.document, one.names)
    Post.objects.bulk_update([one.revision.post for one in made], ["desk_seal"])
    HistoryEntry.objects.bulk_create([entry for one in made for entry in one.entries])


def _originals(made: list[Arrived]) -> Mapping[object, Post]:
    """The articles that these translate, by the reference or the file that names them."""
    found: dict[object, Post] = {}
    for one in made:
        reference, key = one.arrival.document.translation_of, one.arrival.translation
        if key and key not in found:
            original = Post.objects.filter(site=key[0], source=key[1]).first()
        elif reference and reference not in found:
            key, original = None, Post.objects.at(reference)
        else:
            continue
        if original:
            found[key or reference] = original
    return found
