"""Names that complete themselves: tags, people and sections, matched however they are spelt."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from posts import roles, text
from posts.models import Author, Category, Revision, Tag

from .answers import is_too_often, no_permission, question, refused, told, too_often

A_MINUTE = 240
FOUND = 10
KINDS = {"tag": (Tag, "tagged__tag"), "author": (Author, "author"), "category": (Category, "category")}


def answer(request: HttpRequest) -> HttpResponse:
    """{names: [{name, count, alias}], exact: the known spelling of what was typed, or ""}; most used first."""
    if not roles.may(request.user, "view"):
        return no_permission()
    if request.GET.get("kind") not in KINDS:
        return refused(_("That kind of name is not known."), 400)
    if is_too_often(request, "names", A_MINUTE):
        return too_often()
    model, field = KINDS[request.GET["kind"]]
    key = text.key(question(request))
    matched = _matched(model, key)
    counts = _counts(field, [row.pk for row, _alias in matched])
    found = [
        {"name": row.name, "alias": alias, "count": counts.get(row.pk, 0), "key": row.key}
        for row, alias in matched
    ]
    found.sort(key=lambda item: (item["key"] != key, not item["key"].startswith(key), -item["count"]))
    exact = next((row.name for row in model.objects.by_names([key]).values()), "") if key else ""
    return told({"names": found[:FOUND], "exact": exact})


def _matched(model, key: str) -> list[tuple]:
    """(row, the alias that matched or ""): by the folded name, then by other names."""
    rows = {row.pk: (row, "") for row in model.objects.filter(key__contains=key).defer("aliases")[:500]}
    for row in model.objects.exclude(aliases=[]) if key else ():
        alias = next((alias for alias in row.aliases if key in text.key(alias)), "")
        if alias and row.pk not in rows:
            rows[row.pk] = (row, alias)
    return list(rows.values())


def _counts(field: str, keys: list[int]) -> dict[int, int]:
    """{primary key: articles that readers can see with it now}."""
    public = Revision.objects.published().filter(Q(**{f"{field}__in": keys}))
    return dict(public.order_by().values_list(field).annotate(Count("pk")))
