"""Shared previews: made and ended by who may see the article; through them an outside reader leaves a remark."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import roles
from posts.models import Post, PreviewLink, PreviewVisit, Remark, Revision, Status
from posts.models.sharing import Verdict
from posts.roles import Outsider

from . import history
from .guards import when
from .perform import locked
from .refused import Refused

HOURS = (1, 24, 72, 168, 336)
USUAL = 72
OPEN_LINKS = 30  # of one article at a time
NAME_LIMIT, LABEL_LIMIT, REMARK_LIMIT = 100, 200, 5000
REMARKS_OF_A_LINK, REMARKS_AT_ONCE, AT_ONCE = 100, 5, timedelta(minutes=10)
SAME_VISIT = timedelta(minutes=30)
SAME_CLICK = timedelta(minutes=1)


def share(revision: Revision, *, by, label: str = "", hours: int = USUAL) -> PreviewLink:
    """An address that shows this revision without a login, for `hours` of HOURS. Raises Refused.

    The same wish within a minute is the same link: a double click, or a form sent again.
    """
    label = _line(label, LABEL_LIMIT)
    if hours not in HOURS:
        raise Refused(_("Choose how long the address is valid from the list."))
    with transaction.atomic():
        revision, now = locked(revision), timezone.now()
        if reason := _may_not(revision, by, now):
            raise Refused(reason)
        until = now + timedelta(hours=hours)
        recent = revision.preview_links.usable(now).filter(created_by=by, label=label)
        recent = recent.filter(created_at__gt=now - SAME_CLICK)
        for known in recent:
            if known.expires_at - known.created_at == timedelta(hours=hours):
                return known
        link = PreviewLink.objects.create(
            revision=revision, label=label, created_by=by, created_at=now, expires_at=until
        )
        words = _("Made for %(label)s, valid until %(time)s.") % {"label": _name(link), "time": when(until)}
        history.note("share", revision.post, by, revision=revision, comment=words)
    return link


def revoke(link: PreviewLink, *, by) -> PreviewLink:
    """End one link now, for good. Whoever may see the article may do it; ended once, it stays as it is."""
    with transaction.atomic():
        post = _seen(link.revision.post_id, by)
        _end([link], post, by)
        link.refresh_from_db()
    return link


def revoke_all(post: Post, *, by) -> int:
    """End every link of an article that is still open; how many there were."""
    with transaction.atomic():
        post = _seen(post.pk, by)
        links = list(PreviewLink.objects.usable().filter(revision__post=post).select_related("revision"))
        _end(links, post, by)
    return len(links)


def remark(link: PreviewLink, *, name: str, text: str = "", verdict: str = "") -> Remark:
    """What an outside reader says. It is kept and told of, and changes no status. Raises Refused.

    The same words from the same name are one remark, however often they are sent.
    """
    name, text = _line(name, NAME_LIMIT), _clean(text)
    _check(name, text, verdict)
    with transaction.atomic():
        revision, now = locked(link.revision), timezone.now()
        link = PreviewLink.objects.select_related("created_by", "revision__post").get(pk=link.pk)
        if why_ended(link, now):
            raise Refused(_("This link is no longer valid."))
        known = link.remarks.filter(name=name, text=text, verdict=verdict).first()
        if known:
            return known
        _check_room(link, now)
        made = Remark.objects.create(link=link, name=name, text=text, verdict=verdict, at=now)
        words = "\n".join(filter(None, [str(Verdict(verdict).label) if verdict else "", text]))
        history.note(
            "remark",
            revision.post,
            Outsider(name),
            revision=revision,
            comment=words,
            concerns=[link.created_by_id],
        )
    return made


def visited(link: PreviewLink, agent: str) -> None:
    """Note that somebody looked, once in half an hour for each kind of browser. Nothing of the visitor is kept."""
    now = timezone.now()
    if not link.visits.filter(agent=agent, at__gt=now - SAME_VISIT).exists():
        PreviewVisit.objects.create(link=link, at=now, agent=agent)


def why_ended(link: PreviewLink, now: datetime | None = None) -> str:
    """Why a link shows nothing any more, in the desk's words; "" while it is open. Asked anew at each look."""
    now, revision, maker = now or timezone.now(), link.revision, link.created_by
    if link.revoked_at:
        return _("Ended by hand")
    if link.expires_at <= now:
        return _("Expired")
    if not (maker.is_active and maker.is_staff and roles.may_see(maker, revision.post)):
        return _("Its maker may no longer see the article")
    return why_closed(revision, now)


def why_closed(revision: Revision, now: datetime) -> str:
    """Why the text is shown to nobody outside, whoever asks; "" when it may be."""
    if revision.post.erased_at:
        return _("The article was erased")
    if revision.status == Status.DISCARDED:
        return _("The text was discarded")
    return _("The article was retracted") if revision.post.is_retracted(now) else ""


def _may_not(revision: Revision, by, now: datetime) -> str:
    if not roles.may_see(by, revision.post):
        return _("You do not have the permission to see this article.")
    if reason := why_closed(revision, now):
        return reason
    if not revision.rendered_with:
        return _("The text cannot be shown yet. Simplify it and save it again.")
    open_links = PreviewLink.objects.usable(now).filter(revision__post=revision.post).count()
    if open_links >= OPEN_LINKS:
        return _("This article has %(count)d open links. End some of them first.") % {"count": open_links}
    return ""


def _end(links: list[PreviewLink], post: Post, by) -> None:
    for link in links:
        ended = PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())
        if ended:
            words = _("Ended: %(label)s") % {"label": _name(link)}
            history.note("share", post, by, revision=link.revision, comment=words)


def _seen(pk: int, by) -> Post:
    post = Post.objects.select_for_update().get(pk=pk)
    if not roles.may_see(by, post):
        raise Refused(_("You do not have the permission to see this article."))
    return post


def _check(name: str, text: str, verdict: str) -> None:
    if not name:
        raise Refused(_("Write your name."))
    if verdict not in Verdict.values:
        raise Refused(_("Choose one of the answers."))
    if not (text or verdict):
        raise Refused(_("Write a remark, or choose an answer."))
    if len(text) > REMARK_LIMIT:
        raise Refused(_("A remark has at most %(limit)s characters.") % {"limit": f"{REMARK_LIMIT:,}"})


def _check_room(link: PreviewLink, now: datetime) -> None:
    if link.remarks.count() >= REMARKS_OF_A_LINK:
        raise Refused(_("This link takes no more remarks. Tell the newsroom in another way."))
    if link.remarks.filter(at__gt=now - AT_ONCE).count() >= REMARKS_AT_ONCE:
        raise Refused(_("That were many remarks in a short time. Wait ten minutes and send it again."))


def _name(link: PreviewLink) -> str:
    return link.label or _("(nobody named)")


def _line(words: str, limit: int) -> str:
    return " ".join("".join(s if s.isprintable() else " " for s in words).split())[:limit]


def _clean(words: str) -> str:
    return words.replace("\0", "").replace("\r\n", "\n").strip()
