"""Several sections, people or tags become one: rows move, names become aliases, addresses lead on, seals are renewed.

DESIGN 4: a merge re-points the rows of all texts, frozen ones too, keeps the merged names as aliases, seals what was
sealed anew as SYSTEM, and history names both seals.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from posts import roles, text
from posts.models import (
    Author,
    Category,
    Coauthorship,
    HistoryEntry,
    Placement,
    Post,
    Revision,
    Status,
    Tag,
    TaggedRevision,
)

from . import history
from .naming import Name, been_public, lead
from .refused import Refused, races_refused
from .stamp import raise_stamp

PART = 500  # rows of one statement
_SEALED = Q(status__in=(Status.APPROVED, Status.PUBLISHED)) & ~Q(seal="")
BROKEN = "0" * 64  # the seal of an approval that did not match before; no text has it


@dataclass(frozen=True)
class Kind:
    """Where texts name rows of a model: a column of the revision, and the rows of a list in its order."""

    column: str
    rows: type[models.Model]
    owner: str
    field: str
    filled: tuple[str, ...]  # columns that the target takes over when its own is empty


KINDS: dict[type, Kind] = {
    Tag: Kind("", TaggedRevision, "content_object", "tag", ()),
    Category: Kind("category", Placement, "revision", "category", ("description",)),
    Author: Kind("author", Coauthorship, "revision", "author", ("bio", "portrait", "user")),
}


@dataclass(frozen=True)
class Prospect:
    """What a merge would do, or why it would be refused: articles that readers see, others; aliases; old paths."""

    public: int
    others: int
    sealed: int
    aliases: tuple[str, ...]
    paths: tuple[str, ...]
    refusal: str = ""

    @property
    def articles(self) -> int:
        return self.public + self.others


@dataclass(frozen=True)
class Merged:
    """What a merge did."""

    into: Name
    articles: int
    resealed: int
    aliases: tuple[str, ...]
    paths: tuple[str, ...]


def merge(sources: Iterable[Name], into: Name, *, by) -> Merged:
    """Make the sources one with `into`. Raises Refused with the reason; then nothing has changed."""
    with races_refused(), transaction.atomic():
        into, *rows = _locked([into, *sources])
        if reason := _refusal(rows, into, by):
            raise Refused(reason)
        concerned = _revisions(type(into), [row.pk for row in rows])
        posts = {post for _key, post in concerned}
        keys = [key for key, _post in concerned]
        before = {row.pk: row.seal == row.seal_now() for row in _sealed(keys)}
        aliases, seen = _aliases(rows, into), been_public(rows)
        _move(rows, into, keys)
        for row in rows:
            lead(row, into, seen=row in seen)
        _take_in(rows, into, aliases)
        _seal_anew(keys, before, _words(rows, into, by))
        raise_stamp()
    return Merged(into, len(posts), sum(before.values()), tuple(aliases), tuple(row.path for row in seen))


def prospect(sources: Sequence[Name], into: Name, *, by) -> Prospect:
    """What `merge` would do, for the page that asks."""
    rows = [row for row in sources if row.pk != into.pk]
    texts = _texts(type(into), [row.pk for row in rows])
    posts = set(texts.values_list("post", flat=True))
    live = Revision.objects.live().filter(post__in=texts.values("post")).order_by()
    public = live.values("post").distinct().count()
    return Prospect(
        public=public,
        others=len(posts) - public,
        sealed=texts.filter(_SEALED).count(),
        aliases=tuple(_aliases(rows, into)[len(into.aliases) :]),
        paths=tuple(row.path for row in been_public(rows)),
        refusal=_refusal(rows, into, by),
    )


def _locked(rows: Sequence[Name]) -> list[Name]:
    """The rows as the database has them, first the target, locked after their articles: the order of every save."""
    keys, model = list(dict.fromkeys(row.pk for row in rows)), type(rows[0])
    if any(type(row) is not model for row in rows):
        raise TypeError("Only rows of one kind can become one.")
    posts = _lock_posts(model, keys)
    found = {
        row.pk: row for row in model._default_manager.select_for_update().filter(pk__in=keys).order_by("pk")
    }
    now = {post for _key, post in _revisions(model, keys[1:])}
    if len(found) < len(keys) or posts != now:
        raise Refused(_("Somebody else has changed these names or their articles. Look at the list again."))
    return [found[key] for key in keys]


def _lock_posts(model: type, keys: Sequence[int]) -> set[int]:
    wanted = {post for _key, post in _revisions(model, keys[1:])}
    for part in _parts(sorted(wanted)):
        list(Post.objects.select_for_update().filter(pk__in=part).order_by("pk").values_list("pk"))
    return wanted


def _refusal(rows: Sequence[Name], into: Name, by) -> str:
    if not roles.may_merge(by, type(into)):
        return _("You do not have the permission to change categories, authors or tags.")
    if not rows:
        return _("Choose another one to merge it into.")
    users = {row.user_id for row in (into, *rows) if isinstance(row, Author) and row.user_id}
    if len(users) > 1:
        names = ", ".join(row.name for row in (into, *rows) if isinstance(row, Author) and row.user_id)
        return _("These authors belong to different users: %(names)s. Take one link away first.") % {
            "names": names
        }
    return ""


def _revisions(model: type, keys: Sequence[int]) -> list[tuple[int, int]]:
    """(revision, article) of every text that names one of the rows."""
    return list(_texts(model, keys).order_by("pk").values_list("pk", "post_id"))


def _texts(model: type, keys: Sequence[int]) -> models.QuerySet[Revision]:
    kind = KINDS[model]
    listed = kind.rows._default_manager.filter(**{f"{kind.field}__in": keys}).values(kind.owner)
    wanted = Q(pk__in=listed)
    if kind.column:
        wanted |= Q(**{f"{kind.column}__in": keys})
    return Revision.objects.filter(wanted).order_by()


def _move(rows: Sequence[Name], into: Name, concerned: Sequence[int]) -> None:
    """Every text names the target where it named a source; one that named several names it once, in the first place."""
    kind, keys = KINDS[type(into)], [row.pk for row in rows]
    objects = kind.rows._default_manager
    for part in _parts(concerned):
        texts = Revision.objects.filter(pk__in=part)
        seen = set()
        if kind.column:
            seen = set(texts.filter(**{f"{kind.column}__in": [*keys, into.pk]}).values_list("pk", flat=True))
            texts.filter(**{f"{kind.column}__in": keys}).update(**{kind.column: into.pk})
        named = objects.filter(**{f"{kind.owner}__in": part, f"{kind.field}__in": [*keys, into.pk]})
        again = []
        for pk, owner in named.order_by("pk").values_list("pk", f"{kind.owner}_id"):
            again += [pk] if owner in seen else []
            seen.add(owner)
        objects.filter(pk__in=again).delete()
    objects.filter(**{f"{kind.field}__in": keys}).update(**{kind.field: into.pk})


def _take_in(rows: Sequence[Name], into: Name, aliases: list[str]) -> None:
    """The sources go; the target keeps what it says of itself and fills what it leaves empty."""
    for name in KINDS[type(into)].filled:
        if not getattr(into, name):
            setattr(into, name, next(filter(None, (getattr(row, name) for row in rows)), getattr(into, name)))
    into.aliases = aliases
    type(into)._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
    into.save()


def _aliases(rows: Sequence[Name], into: Name) -> list[str]:
    """The target's other names, then the names and other names of the sources, each once however it is spelt."""
    names = [*into.aliases, *(name for row in rows for name in (row.name, *row.aliases))]
    kept = {text.key(into.name): ""}
    for name in names:
        kept.setdefault(text.key(name), name)
    return list(filter(None, kept.values()))


def _sealed(keys: Sequence[int]) -> Iterator[Revision]:
    for part in _parts(keys):
        yield from Revision.objects.filter(_SEALED, pk__in=part).for_documents()


def _seal_anew(keys: Sequence[int], before: dict[int, bool], words: str) -> None:
    """Approvals that held go on holding; one that did not match before never does because of a merge."""
    changed, entries = [], []
    for row in _sealed(keys):
        old, now = row.seal, row.seal_now()
        row.seal = now if before[row.pk] else BROKEN if old == now else old
        if row.seal != old:
            comment = f"{words}\n{old} → {row.seal}"
            changed.append(row)
            entries.append(history.unsaved("reseal", row, roles.SYSTEM, source=row.status, comment=comment))
    Revision.objects.bulk_update(changed, ["seal"], batch_size=PART)
    HistoryEntry.objects.bulk_create(entries, batch_size=PART)


def _words(rows: Sequence[Name], into: Name, by) -> str:
    names = "、".join(f"“{row.name}”" for row in rows)
    said = {"who": roles.name_of(by), "names": names, "into": into.name}
    return _("%(who)s merged %(names)s into “%(into)s”.") % said


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[at : at + PART] for at in range(0, len(keys), PART))
