"""The text as readers will see it, for the frame of the review page, and where in it a passage stands."""

from html.parser import HTMLParser

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from posts.models import Revision, updates
from posts.models.updates import ON_TOP


def reading(request: HttpRequest, revision: Revision) -> str:
    """The whole document of the frame: the public article under the public styles, in the readers' language."""
    context = {
        **updates.told(revision),
        "revision": revision,
        "shown_at": revision.published_at or revision.date or timezone.now(),
        "tags": revision.tag_list,
        "coauthors": [item.author for item in revision.coauthorships.all()],
    }
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("admin/posts/review/reading.html", context, request)


class Passages:
    """Finds passages in the words of a text, whatever white space a browser put between them."""

    def __init__(self, revision: Revision):
        self.words = _tight(plain(revision))

    def find(self, quote: str, before: str = "") -> int:
        """Where the passage begins, the place after `before` if there are several; -1 when it is not there."""
        quote, before = _tight(quote), _tight(before)
        exact = self.words.find(before + quote) if before else -1
        return exact + len(before) if exact >= 0 else self.words.find(quote)


def plain(revision: Revision) -> str:
    """The words of the page in their order: what can be selected for a note (static/js/desk-review.js)."""
    note = revision.update_note
    above, below = (note, "") if revision.update_kind in ON_TOP else ("", note)
    credit = (revision.cover_credit or revision.cover.credit) if revision.cover else ""
    parser = _Words()
    parser.feed(revision.html)
    parser.close()
    parts = [revision.title, revision.summary, above, credit, "".join(parser.words), below]
    return "\n".join(filter(None, parts))


class _Words(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _tight(words: str) -> str:
    return "".join(words.split())
