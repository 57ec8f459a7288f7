"""Addresses of all files before the first is written (I-27, I-31, I-35): two runs give the same ones."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from posts import text

from .names import is_bundle
from .surroundings import page_key, source_key, stem_key

_SUFFIXES = (".md", ".markdown", ".mkd", ".html")
Key = tuple[str, str]  # (site, source)


@dataclass(frozen=True)
class Place:
    """An address: the day and the slug; without a day there is none yet."""

    day: date | None
    slug: str

    @property
    def path(self) -> str:
        return f"/{self.day.year:04}/{self.day:%m/%d}/{self.slug}/" if self.day else ""


@dataclass(frozen=True)
class Header:
    """What planning needs of a file; bodies are not kept. `is_native`: export wrote it."""

    key: Key
    place: Place
    file_day: date | None
    origin_slug: str
    old_paths: tuple[str, ...]
    digest: str
    title: str = ""
    translation_of: str = ""
    is_native: bool = False


def plan(headers: Iterable[Header], kept: Mapping[Key, Place], taken: Iterable[Place]) -> dict[Key, Place]:
    """The address of every file.

    `kept`: files that were imported before keep theirs. `taken`: addresses of other articles, which are never given.
    Among files that ask for one address, the one whose name carries that day has it; then path order, -2, -3 and so on.
    """
    used = {*taken, *kept.values()}
    places = {}
    asking: dict[Place, list[Header]] = defaultdict(list)
    for header in sorted(headers, key=lambda header: header.key):
        if header.key in kept:
            places[header.key] = kept[header.key]
        else:
            asking[header.place].append(header)
    losers: list[Header] = []
    for place, group in asking.items():
        group.sort(key=lambda header: header.file_day != place.day)
        if place not in used:
            places[group.pop(0).key] = place
            used.add(place)
        losers += group
    for header in sorted(losers, key=lambda header: (header.file_day != header.place.day, header.key)):
        places[header.key] = _free(header.place, used)
        used.add(places[header.key])
    return places


def links(headers: Iterable[Header], places: Mapping[Key, Place]) -> dict[str, str]:
    """Page keys and sources -> address; an address that a file has goes before one that another file had."""
    headers = [header for header in headers if places[header.key].day]
    found = {page_key(places[header.key].path): places[header.key].path for header in headers}
    for header in headers:
        path, source = places[header.key].path, PurePosixPath(header.key[1])
        for old in old_paths(header, places[header.key]):
            found.setdefault(page_key(old), path)
        found.setdefault(source_key(header.key[1]), path)
        if is_bundle(header.key[1]):  # it goes by its folder
            source = source.parent
            found.setdefault(source_key(str(source)), path)
        found.setdefault(stem_key(source.stem if source.suffix in _SUFFIXES else source.name), path)
    return found


def old_paths(header: Header, place: Place) -> list[str]:
    """Paths that led to the file where it comes from, the address it has now left out."""
    days = {place.day, header.file_day} - {None}
    slugs = {place.slug, text.address(header.origin_slug), header.origin_slug} - {""}
    if place.slug != header.place.slug:
        slugs.discard(place.slug)
    spelt = [
        Place(day, slug).path
        for day in sorted(filter(None, days))
        for slug in sorted(slugs)
        if "/" not in slug
    ]
    return [
        path
        for path in dict.fromkeys([*header.old_paths, *spelt])
        if path.strip("/") != place.path.strip("/")  # `x.html` is another address than `x/`
    ]


def _free(place: Place, used: set[Place]) -> Place:
    number = 2
    while True:
        slug = f"{text.cut(place.slug, text.SLUG_COLUMN - 6)}-{number}"
        if Place(place.day, slug) not in used:
            return Place(place.day, slug)
        number += 1
