"""Lists of addresses: a sitemap, a sitemap of sitemaps beside it, either packed, or one address a line."""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

MOST = 256 * 1024 * 1024  # bytes of one unpacked file; a sitemap has 50 MB at most (sitemaps.org)


class Unreadable(ValueError):
    """A list that cannot be read; the words say which and why."""


def listed(path: str) -> Iterator[str]:
    """The addresses of a file, - for standard input, as they stand. Raises Unreadable, OSError."""
    data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    yield from _addresses(data, Path(path), {path})


def split(address: str) -> tuple[str, str]:
    """(host, path with its question) of an address or a bare path; host is "" for a path."""
    whole = address if "://" in address.partition("?")[0] else f"http:///{address.lstrip('/')}"
    try:
        parts = urlsplit(whole)
    except ValueError:  # brackets that hold no address
        return "", f"/{quote(address)}"
    return parts.hostname or "", (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _addresses(data: bytes, path: Path, seen: set[str]) -> Iterator[str]:
    data = _unpacked(data, path)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        yield from _of_sitemap(data, path, seen)
        return
    for line in data.decode("utf-8-sig", errors="replace").splitlines():
        if (line := line.strip()) and not line.startswith("#"):
            yield line


def _unpacked(data: bytes, path: Path) -> bytes:
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            plain = packed.read(MOST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"{path.name}: {error}") from None
    if len(plain) > MOST:
        raise Unreadable(f"{path.name}: > {MOST // 1024**2} MB")
    return plain


def _of_sitemap(data: bytes, path: Path, seen: set[str]) -> Iterator[str]:
    """The <loc> of a sitemap; an index names files that have to lie beside it."""
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - the operator's own file; expat limits its entities
    except ElementTree.ParseError as error:
        raise Unreadable(f"{path.name}: {error}") from None
    places = [
        (entry.tag.rpartition("}")[2], (place.text or "").strip())
        for entry in root
        for place in entry
        if place.tag.rpartition("}")[2] == "loc"
    ]
    for kind, address in places:
        if kind == "sitemap":
            yield from _beside(address, path, seen)
        elif address:
            yield address


def _beside(address: str, index: Path, seen: set[str]) -> Iterator[str]:
    name = Path(urlsplit(address).path).name
    found = next(
        (index.parent / one for one in (name, name.removesuffix(".gz")) if (index.parent / one).is_file()),
        None,
    )
    if found is None or not name:
        raise Unreadable(f"{index.name} → {address}: {name}?")
    if str(found) in seen:
        return
    seen.add(str(found))
    yield from _addresses(found.read_bytes(), found, seen)
