"""Smaller forms of the pictures of an existing archive, and what the stored pages say of their pictures."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q

from posts import rendering
from posts.models import Image, Revision
from posts.models.image import dressed
from posts.models.walking import in_parts
from posts.pictures import Form
from posts.processes import Crew, Died, Pool

from .stamp import raise_stamp

AHEAD = 4  # pictures that wait for each process
SECONDS = 120  # for one picture
BATCH = 200  # rows read at a time

_pool = Pool("posts.pictures.worker")

Answer = tuple[Form, ...] | str  # its forms, or why there are none
Tick = Callable[[int], None]  # how many pictures there are, once for each


@dataclass
class Made:
    """What a run did: pictures with new forms, forms, their bytes, pages that changed; {file: reason} of failures."""

    pictures: int = 0
    forms: int = 0
    size: int = 0
    pages: int = 0
    failed: dict[str, str] = field(default_factory=dict)


def make_missing(*, jobs: int, again: bool = False, tick: Tick = lambda total: None) -> Made:
    """Make the smaller forms that are missing, then bring stored pages up to date. Safe to stop and to run again.

    `again` makes those that are there once more, as after a change of the widths.
    """
    images = Image.objects.all() if again else Image.objects.unmade()
    total, done = images.count(), Made()
    old: list[tuple[Storage, str]] = []
    with Crew(_pool, jobs, SECONDS, "ready") as crew:
        for image, answer in _answers(crew, chain.from_iterable(in_parts(images, BATCH)), jobs * AHEAD):
            tick(total)
            if isinstance(answer, str):
                done.failed[str(image.file.name)] = answer
                continue
            old += [(image.file.storage, name) for name in image.keep(answer)]
            done.pictures += bool(answer)
            done.forms += len(answer)
            done.size += sum(len(form.data) for form in answer)
    done.pages = redress()
    if done.pictures:  # heads of pages name the cards
        raise_stamp()
    for storage, name in old:  # no page asks for them any more
        storage.delete(name)
    return done


def redress(images: Iterable[Image] | None = None) -> int:
    """Bring what stored pages say of pictures up to date; of all pictures, or of some. How many pages changed.

    What was approved is the document, which stays as it is; readers' caches are told.
    """
    pages = Revision.objects.exclude(html="")
    if images is None:
        pages = pages.filter(Q(html__contains="<img") | Q(html__contains=' tabindex="0"'))
    else:
        pages = pages.filter(_showing(images))
    changed = sum(_redressed(some) for some in in_parts(pages.only("html", "lang", "version"), BATCH))
    if changed:
        raise_stamp()
    return changed


def save_words(image: Image, *, credited: bool) -> None:
    """Store alternative text and credit. A portrait's text is asked for by its page; a credit stands in pages."""
    with transaction.atomic():
        image.save()
        if credited:
            redress([image])
        raise_stamp()


def delete_image(image: Image) -> None:
    """The row and the smaller forms. The picture's own file stays: texts of the history may show it."""
    forms, storage = image.form_names, image.file.storage
    with transaction.atomic():
        image.delete()
        redress([image])
        for name in forms:
            transaction.on_commit(partial(storage.delete, name))


def _showing(images: Iterable[Image]) -> Q:
    found = Q(pk__in=[])
    for image in images:
        found |= Q(html__contains=str(image.file.name))
    return found


def _redressed(pages: list[Revision]) -> int:
    """A page that is saved meanwhile is dressed by its save."""
    known = Image.objects.at_addresses(set().union(*(rendering.pictures_in(page.html) for page in pages)))
    changed = 0
    for page in pages:
        html = dressed(page.html, page.lang, known)
        if html != page.html:
            changed += Revision.objects.filter(pk=page.pk, version=page.version).update(html=html)
    return changed


def _answers(crew: Crew, images: Iterator[Image], ahead: int) -> Iterator[tuple[Image, Answer]]:
    """Each picture with its forms, or the reason why there are none, in order."""
    waiting: list[tuple[Image, Future]] = [
        (one, crew.submit(_ask, crew, one)) for one in islice(images, ahead)
    ]
    while waiting:
        image, future = waiting.pop(0)
        yield image, future.result()
        waiting += [(one, crew.submit(_ask, crew, one)) for one in islice(images, 1)]


def _ask(crew: Crew, image: Image) -> Answer:
    try:
        with image.file.storage.open(str(image.file.name)) as stream:
            data = stream.read()
        return crew.ask("forms", data)
    except Died as died:
        return "too_slow" if died.slow else "failed"
    except Exception as error:  # each kind of store has its own
        return type(error).__name__
