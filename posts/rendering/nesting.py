"""An open element of the sanitised stream, with what it inherits: nobody has to look through all that are open."""

from __future__ import annotations

from typing import NamedTuple

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_FOOTNOTE_LINKS = frozenset({"footnote-ref", "footnote-backref"})


class Open(NamedTuple):
    """`silent`: its text is not read; `task`: a checkbox may stand in it; `hidden`: its tags are left out."""

    name: str = ""
    silent: bool = False
    code: bool = False
    task: bool = False
    in_link: bool = False
    in_pre: bool = False
    in_heading: bool = False
    hidden: bool = False


OUTSIDE = Open()


def inside(outer: Open, name: str, classes: str) -> Open:
    """An element `name` within `outer`."""
    names = classes.split() if classes else ()
    return Open(
        name,
        outer.silent or name in ("rt", "rp") or not _FOOTNOTE_LINKS.isdisjoint(names),
        outer.code or name in ("pre", "code"),
        "task-list-item" in names if name == "li" else outer.task and name == "p",
        outer.in_link or name == "a",
        outer.in_pre or name == "pre",
        outer.in_heading or name in HEADINGS,
    )
