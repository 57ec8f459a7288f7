"""Whether each public page is what its text makes: all are made anew and compared. What readers read has no seal."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from django.utils.translation import gettext as _

from posts import rendering
from posts.models import Image, Revision
from posts.models.image import dressed
from posts.rendering import RenderError
from posts.transfer.run import cores

from .finding import Finding, error

PART = 100
_READ = ("post", "body", "format", "lang", "html", "text")


def pages(tick: Callable[[int], None]) -> Iterator[Finding]:
    """B37 for what readers see. Pages of another version of the rendering are left to `manage.py rerender`."""
    rows = Revision.objects.live().filter(rendered_with=rendering.VERSION).only(*_READ).order_by("pk")
    total, last = rows.count(), 0
    with ThreadPoolExecutor(cores()) as threads:
        while part := list(rows.filter(pk__gt=last)[:PART]):
            last = part[-1].pk
            made = list(threads.map(_made, part))
            shown = (rendering.pictures_in(page.html) for page in made if not isinstance(page, RenderError))
            images = Image.objects.at_addresses(set().union(*shown))
            for row, page in zip(part, made, strict=True):
                if not isinstance(page, RenderError) and not _is_same(row, page, images):
                    yield _changed(row)
                tick(total)


def _made(row: Revision):
    try:
        return rendering.render_safely(row.body, row.format, row.lang or "ja")
    except RenderError as fault:
        return fault


def _is_same(row: Revision, page, images) -> bool:
    return row.text == page.text and row.html == dressed(page.html, row.lang, images)


def _changed(row: Revision) -> Finding:
    return error(
        "pages.changed",
        _("The page that readers see is not what its text makes."),
        _(
            "Look at the page, then run: manage.py rerender --again. Find out who has written to the database."
        ),
        post=row.post_id,
        revision=row.pk,
    )
