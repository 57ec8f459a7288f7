"""Every address of the desk: as pages with real data, or left out with the reason. test_pages.py compares the list
with the URL resolver, so that a new page cannot be forgotten."""

from dataclasses import dataclass
from itertools import chain

from django.urls import URLPattern, get_resolver, reverse


@dataclass(frozen=True)
class Page:
    """One page to look at: the URL's name, what its arguments are called in the facts, and who looks."""

    name: str
    keys: tuple[str, ...] = ()
    query: str = ""
    who: str = "admin"
    status: int = 200
    leads_to: str = ""  # the end of the address that a redirect leads to

    def address(self, facts: dict) -> str:
        """Where it is: a key is the name of a fact, or itself (the slug of a step)."""
        return reverse(self.name, args=[facts.get(key, key) for key in self.keys]) + self.query.format(
            **facts
        )

    def __str__(self) -> str:
        return "-".join([self.name.removeprefix("admin:"), *self.keys, *filter(None, [self.query]), self.who])


ARTICLES = (
    *("draft", "returned", "review", "approved", "scheduled", "live", "plain", "ended", "retracted"),
    *("trash", "erased", "conflict", "planned", "imported"),
)
STEPS = (  # the article, the step that it could take next
    *(("approved", "publish"), ("review", "approve"), ("review", "request_changes"), ("draft", "submit")),
    *(("plain", "unpublish"), ("plain", "retract"), ("scheduled", "reschedule"), ("draft", "discard")),
)
_CHANGE, _LIST = "admin:posts_post_change", "admin:posts_post_changelist"


def _of(*names: str, queries: tuple[str, ...] = ("",), **more) -> list[Page]:
    return [Page(name, query=query, **more) for name in names for query in queries]


def _taxonomy(model: str) -> list[Page]:
    ids = f"?ids={{two_{model}}}"
    return [
        *_of(f"admin:posts_{model}_changelist", queries=("", "?q=%E7%B5%8C")),
        *_of(f"admin:posts_{model}_add"),
        *_of(*(f"admin:posts_{model}_{page}" for page in ("change", "history")), keys=(model,)),
        *_of(f"admin:posts_{model}_merge", queries=(ids, ids + f"&into={{{model}}}")),
    ]


PAGES = [
    *(Page("admin:index", who=role) for role in ("writer", "editor", "publisher", "admin")),
    *_of("admin:index", queries=("?section=drafts",), who="writer"),
    *_of("admin:password_change", "admin:password_change_done"),
    *_of("desk_roles", "admin:posts_notices", "admin:posts_notice_settings"),
    *_of("admin:posts_notice_settings", "admin:second_factor", who="writer"),
    *_of("admin:second_factor_set_up", who="publisher"),
    *_of("admin:posts_needs_work", queries=("", "?infos=1", "?check=ai.marker", "?state=open&tag=none")),
    *_of("admin:posts_needs_work", who="writer"),
    *_of("admin:posts_common_paragraphs", "admin:posts_repairs"),
    *_of("admin:posts_repair_new", queries=("", "?check=ai.marker&look=1&recipe=ai.marker")),
    *_of("admin:posts_repair", keys=("repair",)),
    *_of("admin:login", "admin_password_reset", "password_reset_done", "password_reset_complete", who=""),
    *_of("password_reset_confirm", keys=("uid", "reset"), who="", leads_to="/set-password/"),
    *_of(_LIST, queries=("", "?status=draft", "?status=trash", "?q=%E8%A8%98%E4%BA%8B", "?q=nothing-there")),
    *_of(_LIST, who="writer"),
    *_of("admin:posts_post_add", who="writer"),
    *(Page(_CHANGE, (article,)) for article in ARTICLES),
    *(Page(_CHANGE, (article,), who="writer") for article in ("draft", "returned", "live")),
    *(Page("admin:posts_post_history", (article,)) for article in ("live", "review", "conflict")),
    *_of("admin:posts_post_entry", keys=("draft", "entry")),
    *_of("admin:posts_post_conflict", keys=("conflict", "conflict_entry"), who="writer"),
    *_of("admin:posts_post_record", keys=("live",)),
    *(Page("admin:posts_post_review", ("review",), who=who) for who in ("editor", "writer")),
    *_of("admin:posts_post_review", keys=("live",)),
    *(Page("admin:posts_post_findings", (article,)) for article in ("review", "live")),
    *_of("admin:posts_post_purge", keys=("plain",), queries=("", "?look=1")),
    *_of("admin:posts_post_difference", keys=("live",), queries=("?from=live&to=draft",)),
    *_of("admin:posts_post_share", keys=("shared",)),
    *_of("admin:posts_post_preview", keys=("draft", "draft_revision")),
    *_of("admin:posts_calendar", queries=("", "?view=week", "?view=day")),
    *_of("admin:posts_calendar", "admin:posts_board", who="writer"),
    *_of("admin:posts_board", "admin:posts_pages"),
    *_of("admin:posts_post_card", keys=("planned",)),
    *(Page("admin:posts_post_step", (article, step)) for article, step in STEPS),
    *_of("admin:posts_waivers", queries=("", "?show=dismissed", "?show=soon", "?show=ended")),
    *_of("admin:posts_checks", "admin:posts_houserule_changelist", "admin:posts_houserule_add"),
    *_of("admin:posts_checks", who="editor"),
    *_of(*(f"admin:posts_houserule_{page}" for page in ("change", "history", "delete")), keys=("rule",)),
    *_of("admin:posts_importreport_changelist"),
    *_of("admin:posts_importreport_change", keys=("report",)),
    *_of("admin:posts_samples", queries=("", "?report={report}")),
    *_of("admin:posts_sample", keys=("sample",)),
    *chain.from_iterable(map(_taxonomy, ("tag", "category", "author"))),
    *_of("admin:posts_image_changelist", "admin:posts_image_add"),
    *_of(*(f"admin:posts_image_{page}" for page in ("change", "history", "delete")), keys=("image",)),
    *_of("admin:auth_user_changelist", "admin:auth_user_add", "admin:auth_user_record"),
    *_of("admin:auth_user_change", "admin:auth_user_history", keys=("user",)),
]
ADDRESS = ("year", "month", "day", "slug")  # the parts of an article's
PUBLIC = [
    *_of("home", who=""),
    *_of("home", who="editor", queries=("?at=2030-01-01T00:00",)),
    *(Page("post", tuple(f"{kind}{part}" for part in ADDRESS), who="") for kind in ("", "rich_")),
    *_of("tag", keys=("tag_slug",), who=""),
    *_of("category", keys=("category_slug",), who=""),
    *_of("author", keys=("author_slug",), who=""),
    *_of("archive", "corrections", who=""),
    *_of("search", queries=("", "?q=%E8%A8%98%E4%BA%8B", "?q=nothing-there"), who=""),
    *_of("page", keys=("about",), who=""),
    *_of("year", keys=("year",), who=""),
    *_of("month", keys=("year", "month"), who=""),
    *_of("day", keys=("year", "month", "day"), who=""),
    *_of("post", keys=("year", "month", "day", "no-such-article"), who="", status=404),
    Page("post", tuple(f"retracted_{part}" for part in ADDRESS), who="", status=410),
    *_of("preview", "preview_frame", "preview_front", keys=("draft_revision",), who="editor"),
    *_of("shared", keys=("link",), who=""),
    *_of("shared", keys=("ended_link",), who="", status=404),
]
_POST_ONLY = "takes a form and leads on"
_FOR_SCRIPTS = "answers scripts with JSON or a piece of a page"
EXCLUDED = {
    "admin:logout": _POST_ONLY,
    "set_language": _POST_ONLY,
    "admin:posts_category_order": _POST_ONLY,
    "admin:posts_calendar_move": _POST_ONLY,
    "admin:auth_user_invite": _POST_ONLY,
    "admin:auth_user_second_factor": _POST_ONLY,
    "admin:second_factor_picture": "a picture",
    "admin:second_step": "takes a password before: looked at in test_second_factor.py",
    "admin:jsi18n": _FOR_SCRIPTS,
    "admin:posts_presence": _FOR_SCRIPTS,
    "admin:posts_post_notes": _FOR_SCRIPTS,
    "admin:posts_preview_text": _FOR_SCRIPTS,
    "admin:posts_check_text": _FOR_SCRIPTS,
    "admin:posts_fix_text": _POST_ONLY,
    "admin:posts_upload": _FOR_SCRIPTS,
    "admin:posts_find_posts": _FOR_SCRIPTS,
    "admin:posts_names": _FOR_SCRIPTS,
    "admin:posts_buffer": _FOR_SCRIPTS,
    "admin:posts_post_csv": "a spreadsheet",
    "admin:app_list": "leads to My desk",
    "admin:posts_tag_delete": "leads to the page of merging",
    "admin:posts_category_delete": "leads to the page of merging",
    "admin:posts_author_delete": "leads to the page of merging",
    "admin:posts_post_delete": "404: texts are discarded, never deleted",
    "admin:posts_importreport_add": "403: reports come from imports",
    "admin:posts_importreport_delete": "403: reports stay",
    "admin:posts_importreport_history": "404: nobody changes a report",
    "admin:auth_user_delete": "403: accounts are closed, never deleted",
}


FOR_MACHINES = {  # of the public site
    *("feed", "tag_feed", "category_feed", "author_feed", "corrections_feed"),
    *("sitemap", "sitemap_part", "news_sitemap", "robots", "manifest", "favicon", "security"),
    "permanent",  # leads on
    *("healthz", "readyz", "metrics"),
}


def named(desk: bool = True) -> set[str]:
    """The names of all addresses of the desk, or of the site; Django's second spellings and its catch-all have none."""
    return {name for name, path in _walk(get_resolver()) if path.startswith("admin/") == desk and name}


def _walk(resolver, prefix: str = "", space: str = ""):
    for one in resolver.url_patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield (f"{space}{one.name}" if one.name else ""), path
        else:
            yield from _walk(one, path, f"{one.namespace}:" if one.namespace else space)
