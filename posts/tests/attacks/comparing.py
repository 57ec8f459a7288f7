"""An answer against the table of headers: what is missing, what is another, what should not be there."""

import re

from . import headers
from .headers import ABSENT


def kind(path: str, status: int) -> dict:
    """The row of the table for an answer at a path."""
    row = headers.KINDS[max((start for start in headers.KINDS if path.startswith(start)), key=len)]
    if status not in (403, 404) and path.startswith("/preview/"):
        row = next((frame for end, frame in headers.ENDINGS.items() if path.endswith(end)), row)
    if status == 200 and re.fullmatch(headers.DESK_OF_PREVIEWS, path):
        row = headers.FRAMES
    is_public = row.get("Cache-Control") != headers.PRIVATE
    if is_public and status not in headers.PLAIN:
        return row | headers.NO_STORE
    if row is headers.FILE and status == 404:
        return headers.PUBLIC
    return row


def said(answer, name: str):
    """A header as the table writes it: a policy as a set, directives of a cache in order, a cookie as being there."""
    if name == "Set-Cookie":
        return "of ours" if answer.cookies else ABSENT
    value = answer.headers.get(name, ABSENT)
    if value and name == "Content-Security-Policy":
        return {one.strip() for one in value.split(";")}
    if value and name in ("Cache-Control", "Vary"):
        return _cache(sorted({one.strip() for one in value.split(",")}))
    return value


def _cache(words: list[str]) -> str:
    """Django's `never_cache` says the same in more words."""
    return headers.PRIVATE if {"private", "no-store"} <= {*words} else ", ".join(words)


def faults(answer, path: str, row: dict | None = None) -> list[str]:
    """What is not as the table says."""
    row = row or kind(path, answer.status_code)
    wrong = []
    for name, wanted in row.items():
        found = said(answer, name)
        if found not in (wanted if isinstance(wanted, tuple) else (wanted,)):
            wrong.append(f"{answer.status_code} {path} {name}: {found!r} instead of {wanted!r}")
    return wrong
