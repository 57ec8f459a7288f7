"""In which order files are written: after the ones that they translate, else by their paths."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from .discover import Found
from .plan import Header, Key, Place
from .surroundings import page_key


def originals(headers: Mapping[Key, Header], places: Mapping[Key, Place]) -> dict[Key, Key]:
    """File -> the file of this run that it says it translates, by that one's path or by its address."""
    by_path = {page_key(place.path): key for key, place in places.items() if place.day}
    found = {}
    for key, header in headers.items():
        if wanted := header.translation_of:
            beside = (key[0], wanted)
            if original := beside if beside in headers else by_path.get(page_key(wanted)):
                found[key] = original
    return found


def in_order(
    found: Iterable[Found], originals: Mapping[Key, Key], headers: Collection[Key]
) -> Iterator[Found]:
    """The files that have a header, each once; two that name each other stand beside each other."""
    items = {item.key: item for item in found if item.key in headers}
    done: set[Key] = set()
    for first in items:
        chain: list[Key] = []
        key: Key | None = first
        while key is not None and key not in done:
            done.add(key)
            chain.append(key)
            key = originals.get(key)
        yield from (items[link] for link in reversed(chain))
