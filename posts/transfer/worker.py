"""The child's side of `crew`: reads, converts and renders files, until the input ends. No Django, no database."""

import logging
import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from posts.pictures import Form, made
from posts.processes import channel, receive, send
from posts.rendering import Rendered, RenderError, render
from posts.rendering.worker import limit_memory, limited_cpu

from .checked import Checked, checked
from .discover import Found
from .plan import Header, Place
from .problems import Failure
from .read import Reader
from .work import Work

log = logging.getLogger(__name__)

MEMORY_BYTES = 2 << 30  # pictures are decoded here
REMEMBERED = 32  # pictures whose forms are kept for the next files

_made: dict[str, tuple[Form, ...]] = {}


def header(reader: Reader, item: Found) -> Header | Failure:
    try:
        return reader.header(item)
    except Exception as error:  # a bad file never stops the others
        return Failure.of(error)


def work(
    reader: Reader, item: Found, head: Header, place: Place, publish: bool, cause: str = ""
) -> Work | Failure:
    """The file ready to be stored. `cause` says why its page could not be made when that was tried before."""
    try:
        done = reader.work(item, head, place, publish)
    except Exception as error:
        return Failure.of(error)
    if cause:
        return replace(done, page=RenderError(cause))
    done = replace(done, page=_page(done), forms=_forms(done) if reader.forms else {})
    return replace(done, checked=judged(reader, done))


def judged(reader: Reader, done: Work) -> Checked | None:
    """What the checks say; None when one of them fails, for no text is left out because of a check."""
    document, standing = done.converted.document, done.normal.standing
    day = (
        document.date
        or (standing and (standing.first_live or standing.live_from))
        or datetime.now(reader.zone)
    )
    try:
        return checked(document, done.page, day.astimezone(reader.zone).year, reader.wanted)
    except Exception:
        log.exception("the checks failed on %s", done.key[1])
        return None


def _forms(done: Work) -> dict[str, tuple[Form, ...]]:
    """The forms of the file's pictures; of a picture that many files show they are made once in a while."""
    found: dict[str, tuple[Form, ...]] = {}
    for address, (picture, _alt) in done.converted.pictures.items():
        forms = _made.pop(picture.sha256, None) or made(picture)
        if forms is not None:
            _made[picture.sha256] = found[address] = forms
        if len(_made) > REMEMBERED:
            del _made[next(iter(_made))]
    return found


def _page(done: Work) -> Rendered | RenderError:
    document = done.converted.document
    try:
        with limited_cpu():
            return render(document.body, document.format, document.lang or "ja")
    except RenderError as error:
        return error


TASKS: dict[str, Callable[..., Any]] = {"header": header, "work": work}


def main() -> None:
    """Serve until standard input closes; a reader comes before the first question and whenever it changes."""
    questions, answers = channel()
    limit_memory(MEMORY_BYTES)
    reader: Any = None
    while (question := receive(questions)) is not None:
        task, *about = pickle.loads(question)  # noqa: S301 - from our own parent process
        if task == "reader":
            reader, answer = about[0], None
        else:
            answer = TASKS[task](reader, *about)
        send(answers, pickle.dumps(answer))


if __name__ == "__main__":
    main()
