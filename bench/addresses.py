"""Which addresses of the desk are measured, and with what of the made-up newsroom.

The list is checked against the resolver: each pattern below /admin/ and /preview/ has to be met by one address here, so
that a new page cannot stay unmeasured. Nothing is left out; what answers something else than a page says so.
"""

from collections.abc import Iterable, Iterator

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count
from django.http import HttpRequest
from django.urls import URLResolver, get_resolver, resolve
from django.utils import timezone

from posts import quality
from posts.admin.calendar import SIGNS, VIEWS
from posts.admin.mydesk import KINDS
from posts.admin.review.page import TABS
from posts.admin.timeline import KINDS as ENTRIES
from posts.models import (
    Author,
    Category,
    HistoryEntry,
    HouseRule,
    Image,
    ImportReport,
    Post,
    RepairBatch,
    Revision,
    Sample,
    Status,
    Tag,
)

ARTICLES = (
    "longest",
    "draft",
    "returned",
    "in_review",
    "approved",
    "scheduled",
    "public",
    "ended",
    "retracted",
)
CATCH_ALL = r"admin/(?P<url>.*)$"  # answers what no pattern met
PREFIXES = ("admin/", "preview/")

# Of every kind of article; "/admin/posts/post/{}…"
EACH = ["change/", "history/", "review/", "findings/", "share/", "record/", "purge/", "difference/"]

PLAIN = """
/admin/ /admin/roles/ /admin/second-factor/ /admin/password_change/ /admin/password_change/done/ /admin/password_reset/
/admin/password_reset/sent/ /admin/password_reset/done/ /admin/password_reset/MQ/no-token/ /admin/jsi18n/
/admin/posts/post/ /admin/posts/post/?p=90 /admin/posts/post/?p=190 /admin/posts/post/?q=半導体
/admin/posts/post/?q=demand /admin/posts/post/?q=note-77 /admin/posts/post/?q=見つからない言葉
/admin/posts/post/?q=半導体&p=10 /admin/posts/post/?q=demand&status=draft /admin/posts/post/?q=ＣＨＩＰ
/admin/posts/post/add/ /admin/posts/post/pages/ /admin/notices/ /admin/notices/?show=sent /admin/notices/settings/
/admin/needs-work/ /admin/needs-work/?infos=1 /admin/needs-work/?page=150 /admin/needs-work/?check=ai.marker
/admin/needs-work/?check=body.repeat&severity=error&state=public /admin/needs-work/?state=open&section={section}
/admin/needs-work/?site=archive&assignee=nobody&tag=市場 /admin/needs-work/common/ /admin/repairs/
/admin/repairs/new/ /admin/repairs/new/?check=ai.marker /admin/repairs/{repair}/
/admin/posts/post/board/ /admin/posts/post/board/?section={section} /admin/posts/post/board/?assignee={writer}
/admin/posts/post/calendar/?section={section} /admin/posts/post/calendar/?assignee=none
/admin/posts/post/calendar/?moved={draft}&from=2026-01-01
/admin/posts/post/find/?q= /admin/posts/post/find/?q=半導体 /admin/posts/post/find/?q=見つからない言葉
/admin/posts/post/names/?kind=tag&q=市場 /admin/posts/post/names/?kind=author&q=writer
/admin/posts/post/names/?kind=category&q= /admin/posts/post/unsaved/ /admin/posts/post/unsaved/?post={longest}
/admin/posts/post/{trash}/change/ /admin/posts/post/{imported}/change/ /admin/posts/post/{imported}/history/
/admin/posts/post/{longest}/change/?restore /admin/posts/post/{longest}/notes/
/admin/posts/post/{longest}/history/?before={entry} /admin/posts/post/{longest}/history/?person={person}
/admin/posts/post/{longest}/history/?revision=9&since=2020-01-01&until=2999-01-01
/admin/posts/post/{longest}/difference/?from={entry}&to={later} /admin/posts/post/{longest}/card/
/admin/posts/post/{longest}/difference/?from=live&to=draft
/admin/posts/post/{longest}/entries/{entry}/ /admin/posts/post/{longest}/entries/{refused}/conflict/
/admin/posts/post/{longest}/record/?format=json
/admin/posts/post/{longest}/preview/{revision}/
/admin/posts/post/{draft}/steps/submit/ /admin/posts/post/{in_review}/steps/request_changes/
/admin/posts/post/{approved}/steps/publish/ /admin/posts/post/{scheduled}/steps/reschedule/
/admin/posts/post/{public}/steps/retract/
/preview/{revision}/ /preview/{revision}/frame/ /preview/{revision}/front/
/admin/posts/category/ /admin/posts/category/?q=科学 /admin/posts/category/add/
/admin/posts/category/{section}/change/ /admin/posts/category/merge/?ids={section},{section2}
/admin/posts/category/merge/?ids={section},{section2}&into={section}
/admin/posts/category/{section}/history/
/admin/posts/tag/ /admin/posts/tag/?q=市場 /admin/posts/tag/?q=Old /admin/posts/tag/?p=3 /admin/posts/tag/?o=-5
/admin/posts/tag/add/ /admin/posts/tag/{tag}/change/ /admin/posts/tag/{tag}/history/
/admin/posts/tag/merge/?ids={tags} /admin/posts/tag/merge/?ids={tags}&into={tag}
/admin/posts/author/ /admin/posts/author/?q=佐藤 /admin/posts/author/?o=-7 /admin/posts/author/add/
/admin/posts/author/{author}/change/ /admin/posts/author/{author}/history/
/admin/posts/author/merge/?ids={author},{author2} /admin/posts/author/merge/?ids={author},{author2}&into={author}
/admin/posts/image/ /admin/posts/image/?q=図 /admin/posts/image/add/ /admin/posts/image/{image}/change/
/admin/posts/image/{image}/history/ /admin/posts/image/{image}/delete/
/admin/posts/post/waivers/ /admin/posts/post/waivers/?show=dismissed /admin/posts/post/waivers/?show=ended
/admin/posts/houserule/ /admin/posts/houserule/checks/ /admin/posts/houserule/add/
/admin/posts/houserule/{rule}/change/ /admin/posts/houserule/{rule}/history/ /admin/posts/houserule/{rule}/delete/
/admin/auth/user/ /admin/auth/user/?q=佐藤 /admin/auth/user/add/ /admin/auth/user/{writer}/change/
/admin/auth/user/{writer}/history/ /admin/auth/user/record/ /admin/auth/user/record/?person={writer}
/admin/posts/importreport/ /admin/posts/importreport/{report}/change/ /admin/posts/importreport/{report}/change/?p=90
/admin/posts/importreport/{report}/change/?outcome=failed&rule=link.unknown
/admin/posts/samples/ /admin/posts/samples/?report={report} /admin/posts/samples/{sample}/
/?at=2026-12-24 /tags/{tag_slug}/?at=2026-12-24 /categories/{section_slug}/?at=2026-12-24
/authors/{author_slug}/?at=2026-12-24 {public_address}?at=2999-12-24
"""

# What is no page, or not for this role: address and the status of its answer to the role with the most to see.
OTHERWISE = """
/admin/login/ 302
/admin/posts/ 302
/admin/login/code/ 302
/admin/second-factor/set-up/ 302
/admin/second-factor/picture/ 404
/admin/logout/ 405
/admin/language/ 302
/admin/autocomplete/?app_label=posts&model_name=post&field_name=assignee&term=a 404
/admin/r/{content_type}/{public}/ 404
/admin/posts/post/{longest}/ 302
/admin/posts/post/{erased}/change/ 200
/admin/posts/post/{longest}/delete/ 404
/admin/posts/post/{longest}/presence/ 405
/admin/posts/post/{longest}/planned/ 404
/admin/posts/post/preview-text/ 405
/admin/posts/post/check-text/ 405
/admin/posts/post/fix/ 405
/admin/posts/post/upload/ 405
/admin/posts/category/order/ 405
/admin/posts/category/{section}/delete/ 302
/admin/posts/category/{section}/ 302
/admin/posts/tag/{tag}/delete/ 302
/admin/posts/tag/{tag}/ 302
/admin/posts/author/{author}/delete/ 302
/admin/posts/author/{author}/ 302
/admin/posts/image/{image}/ 302
/admin/posts/houserule/{rule}/ 302
/admin/auth/user/{writer}/invite/ 405
/admin/auth/user/{writer}/second-factor/ 405
/admin/auth/user/{writer}/delete/ 403
/admin/auth/user/{writer}/ 302
/admin/posts/importreport/add/ 403
/admin/posts/importreport/{report}/history/ 404
/admin/posts/importreport/{report}/delete/ 403
/admin/posts/importreport/{report}/ 302
"""


# Measured and printed, not judged: no pages of the daily work, but what takes as long as there are articles.
BESIDE = {
    "/admin/needs-work/?format=csv": "a file of all findings, streamed five hundred articles at a time",
    "/admin/repairs/new/?check=ai.marker&recipe=ai.marker&look=1": "judges and compares five texts when asked",
    "/admin/posts/post/csv/": "a file of all articles, streamed five hundred at a time",
    "/admin/posts/post/{longest}/purge/?look=1": "reads every text of the newsroom for pictures and links when asked",
}


def beside(people: dict[str, list]) -> list[str]:
    things = _things(people)
    return [one.format(**things) for one in BESIDE]


def addresses(people: dict[str, list]) -> dict[str, int]:
    """{address: status of its answer to the role with the most to see}."""
    things = _things(people)
    found = dict.fromkeys((one.format(**things) for one in PLAIN.split()), 200)
    found |= dict.fromkeys(_by_tables(things, people["admin"][0]), 200)
    for line in OTHERWISE.strip().splitlines():
        address, status = line.split()
        found[address.format(**things)] = int(status)
    return found


def judge(people: dict[str, list]) -> None:
    """Give the texts that are shown the verdicts of the checks, as each save leaves them."""
    things = _things(people)
    texts = Revision.objects.filter(post__in=[things[name] for name in (*ARTICLES, "trash", "imported")])
    for revision in texts.for_documents().defer(None):
        quality.refresh(revision)


def unmet(found: Iterable[str]) -> list[str]:
    """The patterns of the resolver below PREFIXES that no address meets."""
    met = {resolve(address.partition("?")[0]).route.replace("^", "") for address in found}
    return [route for route in _routes(get_resolver()) if route not in met and route != CATCH_ALL]


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern).removeprefix("^")
        if isinstance(one, URLResolver):
            yield from _routes(one, route)
        elif route.startswith(PREFIXES):
            yield route


def _by_tables(things: dict, chief) -> Iterator[str]:
    """The addresses that tables of the desk make: sections, tabs, kinds, and the filters of every list."""
    yield from (f"/admin/?section={name}" for name in KINDS)
    for article in ARTICLES:
        yield from (f"/admin/posts/post/{things[article]}/{page}" for page in EACH)
    yield from (f"/admin/posts/post/{things['longest']}/review/?show={tab}" for tab in TABS)
    yield from (f"/admin/posts/post/{things['longest']}/history/?kind={kind}" for kind in ENTRIES)
    yield from (f"/admin/posts/post/calendar/?view={view}" for view in VIEWS)
    yield from (f"/admin/posts/post/calendar/?kind={kind}" for kind in SIGNS)
    request = HttpRequest()
    request.user = chief
    for model, desk in admin.site._registry.items():
        for kind in desk.list_filter:
            if isinstance(kind, type) and issubclass(kind, SimpleListFilter):
                name, place = kind.parameter_name, f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
                choices = list(kind(request, {}, model, desk).lookup_choices)
                yield from (f"{place}?{name}={value}" for value, _label in choices[:12])


def _things(people: dict[str, list]) -> dict[str, object]:
    """{word in an address: what stands for it}; articles of the first writer, who is measured too."""
    writer = people["writer"][0]
    own = Revision.objects.filter(post__created_by=writer).exclude(post__slug="note-9999")
    longest = Post.objects.annotate(n=Count("history")).latest("n")
    saves = HistoryEntry.objects.filter(post=longest, step="save")
    now = timezone.now()
    open_now = Revision.objects.open()
    states = {status: own.filter(status=status) for status in (*Status.values[:4], Status.DISCARDED)}
    public = own.published().exclude(post__in=open_now.values("post"))
    ended = own.begun().filter(live_until__lt=now).exclude(post__in=own.published().values("post"))
    some = states | {
        "scheduled": own.scheduled().exclude(post__in=open_now.values("post")),
        "public": public,
        "ended": ended.filter(post__notice_at=None),
        "retracted": ended.exclude(post__notice_at=None),
        "imported": open_now.filter(history__step="conflict", history__digest__gt="0"),
    }
    articles = {name: rows.order_by("pk").values_list("post_id", flat=True)[0] for name, rows in some.items()}
    tags, sections, authors = (list(model.objects.order_by("pk")[:9]) for model in (Tag, Category, Author))
    return articles | {
        "longest": longest.pk,
        "trash": articles[Status.DISCARDED],
        "erased": Post.objects.exclude(erased_at=None).latest("pk").pk,
        "public_address": Post.objects.get(pk=articles["public"]).get_absolute_url(),
        "revision": longest.revisions.open().get().pk,
        "entry": saves.order_by("pk")[150].pk,
        "later": saves.order_by("-pk")[0].pk,
        "refused": HistoryEntry.objects.get(post=longest, step="conflict").pk,
        "person": saves[0].actor_name.replace(" ", "+"),
        "writer": writer.pk,
        "section": sections[0].pk,
        "section2": sections[1].pk,
        "section_slug": sections[0].slug,
        "tag": tags[0].pk,
        "tags": ",".join(str(tag.pk) for tag in tags),
        "tag_slug": tags[0].slug,
        "author": authors[0].pk,
        "author2": authors[1].pk,
        "author_slug": authors[0].slug,
        "image": Image.objects.latest("pk").pk,
        "report": ImportReport.objects.latest("pk").pk,
        "rule": HouseRule.objects.latest("pk").pk,
        "sample": Sample.objects.latest("pk").pk,
        "repair": RepairBatch.objects.latest("pk").pk,
        "content_type": ContentType.objects.get_for_model(Post).pk,
    }
