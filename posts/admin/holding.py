"""Who has an article, and how urgent it is, in the words of the lists."""

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import roles
from posts.models import Post, Status
from posts.templatetags.editorial import moment, moment_short

RANKS = {2: gettext_lazy("Urgent"), 1: gettext_lazy("High"), -1: gettext_lazy("Low")}


def holders(post: Post) -> list[str]:
    """The assignee, and who is asked to review or does; each in words. Uses what the list has fetched."""
    words = [roles.name_of(post.assignee)] if post.assignee else []
    draft = post.standing.open
    if draft and draft.status == Status.IN_REVIEW:
        if draft.reviewer is None:
            words.append(_("Review: everybody"))
        elif draft.claimed_at:
            words.append(_("Reviewing: %(name)s") % {"name": roles.name_of(draft.reviewer)})
        else:
            words.append(_("Review: %(name)s") % {"name": roles.name_of(draft.reviewer)})
    return words


def due_words(post: Post) -> str:
    """When the text has to be ready; marked when that has passed and a text is still open."""
    if not post.due:
        return ""
    late = post.due < timezone.now() and post.standing.open is not None
    return format_html(
        '<time class="{}" title="{}">{}{}</time>',
        "desk-late" if late else "",
        moment(post.due),
        _("Overdue: ") if late else "",
        moment_short(post.due),
    )
