"""What the database says before and after a run; reads only."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from posts import workflow
from posts.models import Post, Redirect, Revision
from posts.workflow.purge import address_key, file_key

from .plan import Header, Key, Place


@dataclass(frozen=True)
class Known:
    """An article that came from a file earlier; `place.day` is None until it has been public."""

    digest: str
    place: Place


def known(sites: Iterable[str]) -> dict[Key, Known]:
    """The articles of these import roots by their files."""
    names = ("site", "source", "source_hash", "date", "slug")
    rows = Post.objects.filter(site__in=set(sites), source__isnull=False).values_list(*names).iterator()
    return {(str(row[0]), str(row[1])): Known(row[2], Place(row[3], row[4])) for row in rows}


def numbers(sites: Iterable[str]) -> dict[Key, int]:
    """The numbers of the articles of these import roots, by their files."""
    rows = Post.objects.filter(site__in=set(sites), source__isnull=False)
    return {(str(site), str(source)): pk for site, source, pk in rows.values_list("site", "source", "pk")}


def drafts(sites: Iterable[str]) -> set[Key]:
    """The files whose article has an open draft: with a gate they are looked at again, changed or not."""
    rows = Revision.objects.filter(status="draft", post__site__in=set(sites), post__source__isnull=False)
    return {(str(site), str(source)) for site, source in rows.values_list("post__site", "post__source")}


def old_paths(sites: Iterable[str]) -> dict[Key, tuple[str, ...]]:
    """What leads to the articles of these import roots, as redirects spell it."""
    found: dict[Key, tuple[str, ...]] = {}
    rows = Redirect.objects.filter(post__site__in=set(sites), post__source__isnull=False)
    for site, source, path in rows.values_list("post__site", "post__source", "path").iterator():
        key = str(site), str(source)
        found[key] = (*found.get(key, ()), path)
    return found


def planned_days(sites: Iterable[str]) -> dict[Key, date]:
    """The day that the address of an imported draft is going to have, by what its text says."""
    drafts = Revision.objects.open().filter(post__site__in=set(sites), post__date=None).exclude(date=None)
    rows = drafts.values_list("post__site", "post__source", "date").iterator()
    return {(str(site), str(source)): timezone.localtime(day).date() for site, source, day in rows if day}


def twins(headers: Iterable[Header]) -> set[Key]:
    """Exported files of articles that are here already: under the same address, with the same title."""
    asking = [header for header in headers if header.is_native]
    if not asking:
        return set()
    names = ("post__date", "post__slug", "title", "post__site", "post__source")
    rows = Revision.objects.filter(title__in={header.title for header in asking}).values_list(*names)
    keys = {header.key for header in asking}
    here = {row[:3] for row in rows.iterator() if row[3:] not in keys}
    return {h.key for h in asking if (h.place.day, h.place.slug, h.title) in here}


def erased() -> set[str]:
    """What the tombstones of erased articles remember, as hashes."""
    return workflow.erased_keys()


def marks(header: Header) -> set[str]:
    """The same hashes for a file: its name, its bytes, and the address that an export gave it."""
    found = {file_key(*header.key), header.digest}
    if header.is_native and header.place.day:
        found.add(address_key(header.place.day, header.place.slug))
    return found


def strangers(sites: Mapping[str, set[str]]) -> dict[str, tuple[str, int]]:
    """Of files (site -> hashes) that are not known there: the label that has most of these bytes, and how many."""
    found = {}
    for site, digests in sites.items():
        counts: Counter[str] = Counter()
        for part in _parts(sorted(digests), 500):
            rows = Post.objects.filter(source_hash__in=part, site__isnull=False).exclude(site=site)
            counts.update(
                {digest: str(label) for digest, label in rows.values_list("source_hash", "site")}.values()
            )
        if counts:
            found[site] = counts.most_common(1)[0]
    return found


def _parts(items: list[str], size: int) -> Iterator[list[str]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def taken(but: set[Key]) -> set[Place]:
    """Addresses of articles, and those that drafts are going to have; the files of this run left out."""
    posts = Post.objects.exclude(date=None).values_list("site", "source", "date", "slug")
    places = {Place(day, slug) for site, source, day, slug in posts.iterator() if (site, source) not in but}
    drafts = Revision.objects.open().filter(post__date=None).exclude(date=None)
    rows = drafts.values_list("post__site", "post__source", "date", "post__slug")
    waiting = (row for row in rows.iterator() if row[:2] not in but)
    return places | {Place(timezone.localtime(moment).date(), slug) for _, _, moment, slug in waiting}


def public_addresses(sites: Iterable[str]) -> dict[Key, str]:
    """The address of each imported article that a reader can open now."""
    rows = Revision.objects.published().filter(post__site__in=set(sites)).select_related("post")
    rows = rows.only("post__date", "post__slug", "post__site", "post__source")
    return {(row.post.site, row.post.source): row.post.get_absolute_url() for row in rows.iterator()}
