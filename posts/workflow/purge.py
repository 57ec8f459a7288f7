"""Erasing an article for good, when the law demands it. The only act that takes texts and history away.

What stays is a tombstone: the post without its words, and one entry of history with who, when and why. Everything else
goes in one transaction (docs/decisions/0016).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Func, IntegerField, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import roles, search
from posts.models import (
    Author,
    Buffer,
    HistoryEntry,
    Image,
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
)

from . import history
from .guards import REASON_LENGTH
from .refused import Refused, races_refused
from .stamp import raise_stamp

_ADDRESS = re.compile(re.escape(settings.MEDIA_URL) + r"([\w./-]+)")


@dataclass(frozen=True)
class Survey:
    """What a purge takes away: rows by what they are, files of pictures, and articles of others that link here."""

    title: str
    address: str
    is_public: bool
    counts: dict[str, int]
    files: tuple[str, ...]
    linking: tuple[int, ...]


def survey(post: Post, *, thorough: bool = True) -> Survey:
    """What would go. Reads only; a thorough one looks through all texts for pictures and links, which takes a while."""
    return Survey(
        title=str(post),
        address=post.get_absolute_url(),
        is_public=post.revisions.live().exists(),
        counts=_counts(post),
        files=tuple(str(image.file.name) for image in _images(post)) if thorough else (),
        linking=_linking(post) if thorough else (),
    )


def purge(post: Post, *, by, reason: str) -> Survey:
    """Erase the article. Raises Refused with the cause; then nothing has changed. Cannot be taken back."""
    reason = reason.replace("\0", "").strip()
    if not roles.may(by, "purge"):
        raise Refused(_("You do not have the permission to erase articles."))
    if len(reason) < REASON_LENGTH:
        raise Refused(_("Give a reason of %(count)d characters or more.") % {"count": REASON_LENGTH})
    with races_refused(), transaction.atomic():
        post = Post.objects.select_for_update().get(pk=post.pk)
        if post.erased_at:
            raise Refused(_("This article has been erased already."))
        gone, images = survey(post), _images(post)
        keys = _keys(post)
        _delete_rows(post)
        if post.source:
            ImportReport.objects.forget(post)
        _bury(post, keys)
        _delete_files(images)
        history.note("purge", post, by, comment=reason)
        raise_stamp()
    return gone


def file_key(site: str, source: str) -> str:
    """What a tombstone remembers of a file: no name can be read from it."""
    return _hash(f"{site}\0{source}")


def address_key(day: date, slug: str) -> str:
    """What a tombstone remembers of an address, for the articles that come back from an export."""
    return _hash(f"{day:%Y-%m-%d}/{slug}")


def erased_keys() -> set[str]:
    """All that tombstones remember."""
    found = Post.objects.exclude(erased_at=None).values_list("erased_keys", flat=True)
    return {key for keys in found for key in keys}


def _rows(post: Post) -> dict[str, QuerySet[Any]]:
    """The rows of the article by what they are called, those that point at others first."""
    texts = Revision.objects.filter(post=post)
    return {
        "notices": Notice.objects.filter(entry__post=post),
        "looks": Look.objects.filter(Q(post=post) | Q(entry__post=post)),
        "remarks": Remark.objects.filter(link__revision__post=post),
        "visits": PreviewVisit.objects.filter(link__revision__post=post),
        "links": PreviewLink.objects.filter(revision__post=post),
        "notes": Note.objects.filter(revision__post=post),
        "unsaved": Buffer.objects.filter(Q(post=post) | Q(draft__post=post)),
        "presences": Presence.objects.filter(post=post),
        "redirects": Redirect.objects.filter(_redirects(post)),
        "log": LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Post), object_id=str(post.pk)
        ),
        "history": HistoryEntry.objects.filter(post=post),
        "texts": texts,
    }


def _counts(post: Post) -> dict[str, int]:
    """How many rows of each kind there are, in one query."""
    count = Func(F("pk"), function="COUNT", output_field=IntegerField())
    counted = {
        f"n_{name}": Coalesce(Subquery(rows.order_by().annotate(count=count).values("count")), 0)
        for name, rows in _rows(post).items()
    }
    found = Post.objects.filter(pk=post.pk).annotate(**counted).values(*counted).get()
    return {name.removeprefix("n_"): number for name, number in found.items()}


def _redirects(post: Post) -> Q:
    address = post.get_absolute_url()
    return Q(post=post) | Q(url__in=[address, address.rstrip("/")]) if address else Q(post=post)


def _delete_rows(post: Post) -> None:
    search.remove(post.revisions.values_list("pk", flat=True))
    for name, rows in _rows(post).items():
        if name == "history":
            HistoryEntry.objects.erase(post)
        else:
            rows.delete()


def _bury(post: Post, keys: list[str]) -> None:
    """The post without a word: its number, when it was made, when it was erased."""
    for name in ("date", "site", "source", "first_live", "notice_at", "assignee", "due", "planned_for"):
        setattr(post, name, None)
    post.embargo_until = post.created_by = post.form_token = None
    post.source_hash = post.desk_seal = post.notice = ""
    post.priority, post.slug = 0, f"erased-{post.pk}"
    post.erased_at, post.erased_keys = timezone.now(), keys
    post.save()


def _keys(post: Post) -> list[str]:
    keys = [file_key(post.site, post.source)] if post.site and post.source else []
    keys += [post.source_hash] if post.source_hash else []
    return keys + ([address_key(post.date, post.slug)] if post.date else [])


def _images(post: Post) -> list[Image]:
    """Pictures that only this article shows or has ever shown in its texts."""
    names = {name for text in _texts(post) for name in _ADDRESS.findall(text)}
    mine = Image.objects.filter(Q(file__in=names) | Q(covers__post=post)).distinct()
    elsewhere = _shown_elsewhere(list(mine), post)
    return [image for image in mine if str(image.file.name) not in elsewhere]


def _texts(post: Post) -> Iterable[str]:
    for row in post.revisions.values_list("body", "html").iterator():
        yield from row
    for row in post.history.values_list("text", "original").iterator():
        yield from row


def _shown_elsewhere(images: list[Image], post: Post) -> set[str]:
    """The files of those that something else shows: a portrait, a cover, a text of now or of the history."""
    keys = [image.pk for image in images]
    left = {str(image.file.name) for image in images}
    others = {"post": post.pk}
    shown = Q(pk__in=Author.objects.filter(portrait__in=keys).values("portrait"))
    shown |= Q(pk__in=Revision.objects.exclude(**others).filter(cover__in=keys).values("cover"))
    found = {str(name) for name in Image.objects.filter(shown, pk__in=keys).values_list("file", flat=True)}
    places: list[tuple[Any, tuple[str, str]]] = [
        (Revision, ("body", "html")),
        (HistoryEntry, ("text", "original")),
    ]
    for model, columns in places:
        if wanted := left - found:
            naming = Q()
            for column in columns:
                for name in wanted:
                    naming |= Q(**{f"{column}__contains": name})
            for row in model.objects.exclude(**others).filter(naming).values_list(*columns).iterator():
                found |= {name for name in wanted if any(name in text for text in row)}
                if wanted <= found:
                    break
    for fields in Buffer.objects.exclude(**others).values_list("fields", flat=True).iterator():
        found |= {name for name in left - found if name in str(fields)}
    return found


def _delete_files(images: list[Image]) -> None:
    """The rows now, the files once the act stands."""
    files = [(one.file.storage, name) for one in images for name in (str(one.file.name), *one.form_names)]
    Image.objects.filter(pk__in=[image.pk for image in images]).delete()
    for storage, name in files:
        transaction.on_commit(partial(storage.delete, name))


def _linking(post: Post) -> tuple[int, ...]:
    """Other articles whose text names this one's address; they are not changed."""
    address = post.get_absolute_url()
    if not address:
        return ()
    texts = Revision.objects.exclude(post=post).filter(Q(body__contains=address) | Q(html__contains=address))
    return tuple(texts.order_by("post").values_list("post", flat=True).distinct()[:50])


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
