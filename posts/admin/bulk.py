"""One step for many articles: asked once, taken one by one, with a reason for each that is left out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import roles, workflow
from posts.models import Post, Revision, Verdict

from .forms import Person, StepForm
from .standing import Standing, standings

MOST = 200  # articles of one act: a few seconds
_ROWS = "@@rows@@"  # where the rows go in the page


@dataclass(frozen=True)
class Act:
    """`needs` is the permission without which it is not offered; `inputs` what is asked once for all articles."""

    name: str
    label: str | Promise
    needs: str
    inputs: tuple[str, ...]
    text: Callable[[Standing], Revision | None] = lambda standing: standing.open


ACTS = {
    act.name: act
    for act in [
        Act("submit", gettext_lazy("Submit for review"), "change", ("comment", "reviewer")),
        Act("approve", gettext_lazy("Approve"), "review", ("comment", "acknowledged")),
        Act("request_changes", gettext_lazy("Return for changes"), "review", ("comment",)),
        Act("publish", gettext_lazy("Publish"), "publish", ("comment", "at")),
        Act(
            "unpublish",
            gettext_lazy("Unpublish"),
            "publish",
            ("comment", "at"),
            text=lambda standing: standing.live,
        ),
        Act("assign", gettext_lazy("Assign"), "see_every", ("assignee",)),
    ]
}


class BulkForm(StepForm):
    """What one act asks of all chosen articles."""

    assignee = Person(
        label=gettext_lazy("Assignee"), required=False, queryset=None, empty_label=gettext_lazy("Nobody")
    )

    def __init__(self, *args, inputs: tuple[str, ...], **kwargs):
        super().__init__(*args, zone=settings.TIME_ZONE, **kwargs)
        self.fields["assignee"].queryset = roles.writers()
        self.fields = {name: self.fields[name] for name in inputs}


@dataclass(frozen=True)
class Outcome:
    """What became of one article; `reason` says why it was left out."""

    post: Post
    title: str
    reason: str = ""


def actions(request: HttpRequest) -> dict:
    """What the list offers the person, in the form of Django's admin."""
    return {
        f"bulk_{act.name}": (_action(act), f"bulk_{act.name}", act.label)
        for act in ACTS.values()
        if roles.may(request.user, act.needs)
    }


def _action(act: Act):
    def action(model_admin, request: HttpRequest, queryset) -> HttpResponse | None:
        return page(request, model_admin.admin_site, act, queryset)

    action.__name__ = f"bulk_{act.name}"
    return action


def page(request: HttpRequest, site, act: Act, queryset) -> HttpResponse | None:
    """The page that asks; with `_confirm` the act, and what became of each article. None: back to the list."""
    posts = list(queryset.select_related("assignee").order_by("pk")[: MOST + 1])
    if len(posts) > MOST:
        messages.error(
            request,
            _("At most %(most)d articles at once. Nothing was done: choose fewer.") % {"most": MOST},
        )
        return None
    is_sent = "_confirm" in request.POST
    rows = [] if is_sent else _forecast(act, posts)
    warned = sum(row["warns"] for row in rows)
    inputs = act.inputs if is_sent or warned else tuple(one for one in act.inputs if one != "acknowledged")
    form = BulkForm(request.POST if is_sent else None, inputs=inputs)
    if is_sent and form.is_valid():
        return _streamed(request, site, act, posts, form.cleaned_data)
    context = _context(request, site, act) | {
        "form": form,
        "rows": rows or _forecast(act, posts),
        "warned": warned,
        "chosen": [post.pk for post in posts],
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    response = TemplateResponse(
        request, "admin/posts/post/bulk.html", context, status=422 if is_sent else 200
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _forecast(act: Act, posts: list[Post]) -> list[dict]:
    """Each article with its text, and whether its status already rules the act out."""
    found = standings(posts)
    calm = (
        _without_warnings(act.text(one) for one in found.values()) if "acknowledged" in act.inputs else set()
    )
    rows = []
    for post in posts:
        standing = found[post.pk]
        revision = act.text(standing)
        step = workflow.STEPS.get(act.name)
        fits = step is None or (revision is not None and revision.status in step.sources)
        warns = "acknowledged" in act.inputs and fits and revision is not None and revision.pk not in calm
        rows.append(
            {"post": post, "standing": standing, "title": _title(standing), "fits": fits, "warns": warns}
        )
    return rows


def _without_warnings(revisions: Iterable[Revision | None]) -> set[int]:
    """The texts whose verdict knows of no warning; where there is none nobody knows. One query."""
    keys = [one.pk for one in revisions if one is not None]
    known = Verdict.objects.filter(revision__in=keys, warnings=0).exclude(basis="")
    return set(known.values_list("revision", flat=True))


def _streamed(request: HttpRequest, site, act: Act, posts: list[Post], asked: dict) -> HttpResponse:
    """The page of outcomes, a row as soon as its article is done: whoever waits sees how far it is."""
    context = _context(request, site, act) | {"total": len(posts), "mark": _ROWS}
    head, tail = render_to_string("admin/posts/post/bulk_done.html", context, request).split(_ROWS)
    language = translation.get_language()

    def parts() -> Iterator[str]:
        yield head
        with translation.override(language):
            done = 0
            for number, outcome in enumerate(outcomes(act, posts, asked, by=request.user), 1):
                done += not outcome.reason
                yield render_to_string(
                    "admin/posts/post/_bulk_row.html", {"outcome": outcome, "number": number}
                )
            sums = {"done": done, "skipped": len(posts) - done}
            yield render_to_string("admin/posts/post/_bulk_sum.html", sums)
        yield tail

    response = StreamingHttpResponse(parts())
    response["Cache-Control"] = "private, no-store"
    return response


def outcomes(act: Act, posts: list[Post], asked: dict, *, by) -> Iterator[Outcome]:
    """Take the act on each article in a transaction of its own; the decision is made on the article as it is then."""
    for post in posts:
        standing = standings([post])[post.pk]
        try:
            _take(act, standing, asked, by)
            yield Outcome(post, _title(standing))
        except workflow.Refused as refused:
            yield Outcome(post, _title(standing), str(refused))


def _take(act: Act, standing: Standing, asked: dict, by) -> None:
    if act.name == "assign":
        workflow.change_card(standing.post, by=by, assignee=asked["assignee"])
        return
    revision = act.text(standing)
    if revision is None:
        words = _("No text of it is open.") if act.name != "unpublish" else _("It is not public now.")
        raise workflow.Refused(words)
    workflow.perform(act.name, revision, by=by, **asked)


def _title(standing: Standing) -> str:
    return str(standing.shown or standing.post.slug)


def _context(request: HttpRequest, site, act: Act) -> dict:
    return {
        **site.each_context(request),
        "opts": Post._meta,
        "act": act,
        "title": act.label,
        "list_url": reverse("admin:posts_post_changelist"),
    }
