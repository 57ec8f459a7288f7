"""The record of approvals: which text was approved, by whom, who wrote it, when it was public, and how to prove it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from posts import text
from posts.document import Document, DocumentError, FrontMatterError, sealed_text
from posts.models import Author, Category, HistoryEntry, Image, Note, Post, Revision, Tag
from posts.models.choices import Approval as Way

from .history import WRITES

GIVEN = ("approve", "accept_batch")
ENDINGS = ("withdraw", "request_changes", "discard")  # what takes an approval back
PUBLIC = ("publish", "cancel", "unpublish", "keep", "retract", "adopt")


@dataclass(frozen=True)
class Approval:
    """One approval. `text` is the whole document as it was approved; `sealed` what its seal is the hash of, "" where
    that can no longer be made out; `writers` {name: how often they saved}; `ended` the act that took it back."""

    entry: HistoryEntry
    revision: Revision
    text: str
    sealed: str
    writers: Mapping[str, int]
    submitted: HistoryEntry | None
    ended: HistoryEntry | None
    public: tuple[HistoryEntry, ...]
    resealed: tuple[HistoryEntry, ...]
    notes: tuple[Note, ...]

    @property
    def way(self) -> str:
        """How it came about: the text was read, or a sample stood for it (posts.models.choices.Approval)."""
        return Way.SAMPLED if self.entry.step == "accept_batch" else Way.REVIEWED

    @property
    def way_label(self) -> str:
        return str(Way(self.way).label)

    @property
    def is_proved(self) -> bool:
        return bool(self.sealed)

    @property
    def stands(self) -> bool:
        """Whether it is the one that the revision holds now."""
        return self.ended is None


def approvals(post: Post) -> list[Approval]:
    """Every approval of an article, the newest first, in a handful of queries."""
    entries = list(post.history.defer("text", "original").order_by("pk"))
    given = [entry for entry in entries if entry.step in GIVEN]
    revisions = {
        row.pk: row for row in post.revisions.filter(pk__in={e.revision_id for e in given}).for_documents()
    }
    held = {entry.pk: _held(entry, entries) for entry in given}
    texts = dict(post.history.filter(pk__in=filter(None, held.values())).values_list("pk", "text"))
    approved = {pk: texts.get(at, "") for pk, at in held.items()}
    sealed = _sealed(given, revisions, approved)
    notes = list(Note.objects.filter(revision__in=revisions, parent=None).order_by("pk"))
    return [
        _approval(entry, revisions[entry.revision_id], approved[entry.pk], sealed[entry.pk], entries, notes)
        for entry in reversed(given)
        if entry.revision_id in revisions
    ]


def matches(entry: HistoryEntry) -> bool | None:
    """Whether the revision of an approval still holds the text that was approved; None for other entries."""
    if entry.step not in GIVEN or entry.revision is None:
        return None
    return entry.revision.seal_now() == entry.seal


def _held(approve: HistoryEntry, entries: Iterable[HistoryEntry]) -> int:
    """The save whose text was approved."""
    saves = [
        e.pk
        for e in entries
        if e.revision_id == approve.revision_id and e.step in WRITES and e.pk < approve.pk
    ]
    return saves[-1] if saves else 0


def _approval(
    entry: HistoryEntry,
    revision: Revision,
    words: str,
    sealed: str,
    entries: list[HistoryEntry],
    notes: list[Note],
) -> Approval:
    own = [e for e in entries if e.revision_id == revision.pk]
    before = [e for e in own if e.pk < entry.pk]
    after = [e for e in own if e.pk > entry.pk]
    ended = next((e for e in after if e.step in ENDINGS), None)
    until = ended.pk if ended else float("inf")
    writers: dict[str, int] = {}
    for e in before:
        if e.step in WRITES:
            writers[e.actor_name] = writers.get(e.actor_name, 0) + 1
    return Approval(
        entry=entry,
        revision=revision,
        text=words,
        sealed=sealed,
        writers=writers,
        submitted=next((e for e in reversed(before) if e.step == "submit"), None),
        ended=ended,
        public=tuple(e for e in after if e.step in PUBLIC and e.pk < until),
        resealed=tuple(e for e in entries if e.step == "reseal" and e.pk > entry.pk),
        notes=tuple(n for n in notes if n.revision_id == revision.pk and n.created_at <= entry.at),
    )


def _sealed(
    given: Iterable[HistoryEntry], revisions: Mapping[int, Revision], texts: Mapping[int, str]
) -> dict[int, str]:
    """{approval: what its seal is the hash of}: from the row that still holds it, else from the names in its text."""
    now = {pk: row.sealed_now() for pk, row in revisions.items()}
    found = {entry.pk: now.get(entry.revision_id or 0, "") for entry in given}
    found = {entry.pk: found[entry.pk] if _proves(found[entry.pk], entry) else "" for entry in given}
    missing = {
        entry.pk: document for entry in given if not found[entry.pk] and (document := _read(texts[entry.pk]))
    }
    if missing:
        keys = _Keys(missing.values())
        for entry in given:
            if entry.pk in missing:
                sealed = sealed_text(missing[entry.pk], keys.of(missing[entry.pk]))
                found[entry.pk] = sealed if _proves(sealed, entry) else ""
    return found


def _proves(sealed: str, entry: HistoryEntry) -> bool:
    return bool(sealed) and hashlib.sha256(sealed.encode()).hexdigest() == entry.seal


def _read(source: str) -> Document | None:
    try:
        return Document.from_text(source) if source else None
    except (DocumentError, FrontMatterError):
        return None


class _Keys:
    """What stands for names in a seal, for texts that no row holds any more: names and aliases as they are today."""

    def __init__(self, documents: Iterable[Document]):
        documents = list(documents)
        self.sections = Category.objects.by_names(n for d in documents for n in (d.category, *d.also_in) if n)
        self.people = Author.objects.by_names(n for d in documents for n in (d.author, *d.coauthors) if n)
        self.tags = Tag.objects.by_names(n for d in documents for n in d.tags)
        self.covers = Image.objects.at_addresses(d.cover for d in documents if d.cover)
        originals = {d.translation_of for d in documents if d.translation_of}
        self.originals = {name: Post.objects.at(name) for name in originals}

    def of(self, document: Document) -> dict[str, Any]:
        cover = self.covers.get(document.cover)
        original = self.originals.get(document.translation_of)
        return {
            "category": _pk(document.category, self.sections),
            "also_in": [_pk(name, self.sections) for name in document.also_in],
            "author": _pk(document.author, self.people),
            "coauthors": [_pk(name, self.people) for name in document.coauthors],
            "tags": [_pk(name, self.tags) for name in document.tags],
            "cover": cover.sha256 if cover else "",
            "translation_of": original.pk if original else None,
        }


def _pk(name: str, rows: Mapping[str, Any]) -> int | None:
    row = rows.get(text.key(name)) if name else None
    return row.pk if row else None
