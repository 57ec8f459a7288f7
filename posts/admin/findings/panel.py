"""The panel of findings: grouped by how grave they are, those that somebody has settled last."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import quality, roles, workflow
from posts.checks import CHECKS, ERROR, INFO, SEVERITIES, WARNING, Finding, is_locked
from posts.models import KeptFinding, Post, Revision, Waiver
from posts.quality.wording import said

GROUPS = {
    ERROR: gettext_lazy("Errors"),
    WARNING: gettext_lazy("Warnings"),
    INFO: gettext_lazy("Information"),
}
LABELS = {ERROR: gettext_lazy("Error"), WARNING: gettext_lazy("Warning"), INFO: gettext_lazy("Info")}
FIELDS = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("Summary"),
    "tags": gettext_lazy("Tags"),
    "sponsorship": gettext_lazy("Advertising"),
}


@dataclass(frozen=True)
class Shown:
    """One finding on a page. `waiver` covers it; `is_locked`: nothing can; `fixed`: "safe", "choice" or ""."""

    id: str
    level: str
    words: str
    field: str = ""
    line: int = 0
    snippet: str = ""
    count: int = 1
    waiver: Waiver | None = None
    is_locked: bool = False
    fixed: str = ""
    places: tuple[tuple[int, str], ...] = ()
    may_end: bool = False  # whether the person may take the waiver back

    @property
    def label(self) -> str | Promise:
        return LABELS[self.level]

    @property
    def field_name(self) -> str | Promise:
        """Where it is, when it is not in the body."""
        return FIELDS.get(self.field, "")

    @property
    def data(self) -> str:
        """For the editor's script: the places in the body as [[line, words], …]."""
        return json.dumps(self.places, ensure_ascii=False)


@dataclass(frozen=True)
class Group:
    level: str
    label: str | Promise
    findings: list[Shown]


@dataclass(frozen=True)
class Panel:
    """All findings on a text, and what the person may do about them.

    `post` is None for an article that is not saved yet; `back` names the page that shows the panel; `typed` is what was
    refused, with `refused` the reason.
    """

    findings: list[Shown]
    post: Post | None = None
    revision: Revision | None = None
    back: str = "review"
    may_fix: bool = False
    may_dismiss: bool = False
    waiving: str | None = None  # why the person cannot waive, "" when they can, None when they never may
    typed: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    is_old: bool = False  # the verdict is not of this text: nothing is said, and the editor's script asks

    @cached_property
    def standing(self) -> list[Shown]:
        return [one for one in self.findings if one.waiver is None]

    @cached_property
    def settled(self) -> list[Shown]:
        return [one for one in self.findings if one.waiver is not None]

    @cached_property
    def groups(self) -> list[Group]:
        found = {level: [one for one in self.standing if one.level == level] for level in SEVERITIES}
        return [Group(level, GROUPS[level], rows) for level, rows in found.items() if rows]

    @cached_property
    def counts(self) -> dict[str, int]:
        return {level: sum(one.level == level for one in self.standing) for level in SEVERITIES}

    @property
    def has_safe(self) -> bool:
        return self.may_fix and any(one.fixed == "safe" for one in self.standing)


def panel(
    user, revision: Revision, *, back: str, may_fix: bool = False, judges: bool = True, **more
) -> Panel:
    """The findings on a text as it is saved, from the verdict that was kept, judged anew where it is old.

    With `judges` false an old verdict is only said to be one: the page costs no more for it.
    """
    kept = quality.last_said(revision)
    if kept is None and not judges:
        return Panel([], post=revision.post, revision=revision, back=back, may_fix=may_fix, is_old=True)
    found = quality.judge(revision) if kept is None else kept
    has_settled = kept is None or any(one.is_settled for one in kept)
    shown = _ordered(found, _covers(revision.post_id) if has_settled else {})
    return _for(user, revision, [*_unshowable(revision), *shown], back=back, may_fix=may_fix, **more)


def typed_panel(user, revision: Revision, found: Iterable[Finding]) -> Panel:
    """The same for a text that is being typed: `found` is what was judged of it."""
    rows = list(found)
    if revision.post_id is None:
        return Panel(_ordered(rows, {}), revision=revision, back="add", may_fix=True)
    return _for(user, revision, _ordered(rows, _covers(revision.post_id)), back="change", may_fix=True)


def _for(user, revision: Revision, shown: list[Shown], **more) -> Panel:
    post, may_publish = revision.post, roles.may(user, "publish")
    shown = [
        replace(one, may_end=workflow.may_end_waiver(one.waiver, post, by=user)) if one.waiver else one
        for one in shown
    ]
    errors = any(one.level == ERROR and not one.is_locked and one.waiver is None for one in shown)
    may_edit = roles.may_edit(user, post)
    is_open = revision.is_open
    return Panel(
        shown,
        post=post,
        revision=revision,
        may_dismiss=is_open and (may_edit or roles.may(user, "review")),
        waiving=workflow.waiving_obstacle(revision, by=user) if errors and may_publish and is_open else None,
        **more,
    )


def _covers(post_id: int) -> dict[tuple[str, str], Waiver]:
    rows = Waiver.objects.filter(post=post_id).holding(timezone.now())
    return {(row.check_id, row.fingerprint): row for row in rows}


def _ordered(found: Iterable[Finding | KeptFinding], covers: dict) -> list[Shown]:
    return sorted((_shown(one, covers) for one in found), key=lambda one: SEVERITIES.index(one.level))


def _shown(one: Finding | KeptFinding, covers: dict[tuple[str, str], Waiver]) -> Shown:
    check_id = one.check_id if isinstance(one, KeptFinding) else one.id
    row = CHECKS.get(check_id)
    locked = is_locked(check_id)
    return Shown(
        id=check_id,
        level=one.severity,
        words=said(check_id, dict(one.params), one.count, one.snippet),
        field=one.field,
        line=one.line,
        snippet=one.snippet,
        count=one.count,
        waiver=None if locked else covers.get((check_id, one.fingerprint)),
        is_locked=locked,
        fixed=row.fixed if row else "",
        places=_places(one),
    )


def _places(one: Finding | KeptFinding) -> tuple[tuple[int, str], ...]:
    """In the body, each line once; a finding that was kept knows its first place only."""
    if isinstance(one, KeptFinding):
        return ((one.line, one.snippet),) if one.line else ()
    found: dict[int, str] = {}
    for place in one.places:
        if place.field == "body" and place.line:
            found.setdefault(place.line, place.snippet)
    return tuple(found.items())


def _unshowable(revision: Revision) -> list[Shown]:
    if revision.rendered_with:
        return []
    return [Shown("rendered", ERROR, _("The text cannot be shown yet. Simplify it and save it again."))]
