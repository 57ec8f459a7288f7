"""Kept findings as lists: what `check_posts` prints and the desk hands out as a file."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from posts.models import Post, Revision, Verdict

from .neighbours import in_stock

FINDING = ("severity", "line", "count", "snippet")
_PART = 500


@dataclass(frozen=True)
class Entry:
    """An article with its findings. `path` is where it was imported from, `url` its public path; either may be ""."""

    number: int
    title: str
    path: str
    url: str
    findings: list[dict[str, Any]]
    params: dict[str, dict[str, Any]]  # of the findings, by their ids: what their sentences are about

    def as_json(self) -> dict[str, Any]:
        return {"path": self.path, "url": self.url, "findings": self.findings}


def entries(posts: Iterable[int] | None = None, *, without: Collection[int] = ()) -> Iterator[Entry]:
    """One entry an article of the stock that was judged, in the order of their numbers; all when none are named.

    What is waived or dismissed is not among the findings.
    """
    judged = Verdict.objects.filter(revision__in=in_stock()).exclude(basis="").order_by("revision__post_id")
    keys = list(judged.values_list("revision__post", "pk"))
    wanted = None if posts is None else set(posts)
    chosen = [pk for post, pk in keys if (wanted is None or post in wanted) and post not in without]
    for start in range(0, len(chosen), _PART):
        yield from _entries(judged.filter(pk__in=chosen[start : start + _PART]))


def with_errors(posts: Collection[int] | None = None) -> int:
    """How many of these articles have an error that stands."""
    rows = Verdict.objects.filter(revision__in=in_stock(), errors__gt=0).values_list(
        "revision__post", flat=True
    )
    return len({post for post in rows if posts is None or post in posts})


def numbers(lines: Collection[str]) -> dict[str, set[int]]:
    """{line: articles of the stock that it names}: by number, else by the path they were imported from."""
    found: dict[str, set[int]] = {}
    stock = Post.objects.filter(pk__in=in_stock().values("post"))
    for part in _parts([line for line in lines if _is_number(line)]):
        for pk in stock.filter(pk__in=map(int, part)).values_list("pk", flat=True):
            found[str(pk)] = {pk}
    for part in _parts([line for line in lines if line.lstrip("0") not in found]):
        for pk, source in stock.filter(source__in=part).values_list("pk", "source"):
            found.setdefault(str(source), set()).add(pk)
    return found


def _is_number(line: str) -> bool:
    return line.isascii() and line.isdigit() and len(line) < 19


def _parts(lines: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(lines), _PART):
        yield lines[start : start + _PART]


def _entries(verdicts: QuerySet[Verdict]) -> Iterator[Entry]:
    live = Revision.objects.live().filter(post=OuterRef("revision__post"))
    rows = verdicts.annotate(is_live=Exists(live)).select_related("revision__post")
    names = (
        "said",
        "revision__title",
        "revision__post__source",
        "revision__post__date",
        "revision__post__slug",
    )
    for row in rows.only(*names):
        post = row.revision.post
        standing = [one for one in row.said if not one["is_settled"]]
        yield Entry(
            number=post.pk,
            title=row.revision.title,
            path=post.source or "",
            url=post.get_absolute_url() if row.is_live else "",
            findings=[_finding(one) for one in standing],
            params={one["check_id"]: one["params"] for one in standing},
        )


def _finding(said: dict[str, Any]) -> dict[str, Any]:
    return {"id": said["check_id"], **{name: said[name] for name in FINDING}}
