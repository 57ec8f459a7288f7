"""The record of accounts at the desk: for who may see accounts, newest first; it can be changed by nobody."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from posts import roles
from posts.models import AccountEntry
from posts.models.accounts import Act

from . import duties
from .draw import draw
from .numbers import number

PAGE = 50


def page(request: HttpRequest, site) -> HttpResponse:
    """GET: `person` (the key of an account, "" for all), `page`."""
    if not roles.may_see_outbox(request.user):
        raise PermissionDenied
    rows, person = AccountEntry.objects.all(), request.GET.get("person", "")
    if person:
        rows = rows.filter(person=number(person) or 0)
    try:
        shown = Paginator(rows, PAGE).page(number(request.GET.get("page", "1")) or 0)
    except EmptyPage:
        raise Http404 from None
    shown.object_list = [(row, _said(row)) for row in shown.object_list]
    context = {"title": _("Record of accounts"), "page": shown, "person": number(person) if person else None}
    return draw(request, site, "admin/people_record.html", context)


def _said(row: AccountEntry) -> str:
    """The detail of a row, with roles in words: they are stored by the names of the table."""
    if row.act not in (Act.CREATED, Act.ROLE):
        return row.detail
    return " → ".join(str(duties.LABELS.get(word, word)) for word in row.detail.split(" → "))
