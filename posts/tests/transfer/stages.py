"""The pure stages for tests: a text or an oddity through discover to convert, without a database."""

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from posts.tests.make import PAGE
from posts.transfer import worker
from posts.transfer.convert import Converted, convert
from posts.transfer.normalise import Normal, normalise
from posts.transfer.parse import parse
from posts.transfer.problems import Failure, Notes
from posts.transfer.surroundings import Surroundings

ODDITIES = Path(__file__).parent.parent / "oddities"
TOKYO = ZoneInfo("Asia/Tokyo")


def normal(data: bytes | str, name: str = "post.md", root: str = "") -> Normal:
    data = data.encode() if isinstance(data, str) else data
    format = "html" if name.endswith(".html") else "markdown"
    return normalise(parse(data, name.rpartition("/")[2]), name, TOKYO, root=root, format=format)


def head(lines: str, name: str = "post.md", body: str = "本文です。") -> Normal:
    return normal(f"---\n{lines}\n---\n\n{body}\n", name)


def oddity(name: str) -> Normal:
    return normal((ODDITIES / name).read_bytes(), name)


def converted(made: Normal | str, **around) -> Converted:
    if isinstance(made, str):
        made = head("title: T\ndate: 2025-04-01", body=made)
    around.setdefault("html", made.document.format == "html")
    return convert(made, Surroundings(notes=Notes(), **around))


def body(text: str, **around) -> str:
    return converted(text, **around).document.body


def rules(made) -> list[str]:
    return [problem.rule for problem in made.problems]


class Alone:
    """A crew without processes whose pages are made up: reading and rendering are tested where they live."""

    page = PAGE

    def __init__(self, jobs, reader):
        self.reader = reader

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    def tell(self, reader):
        self.reader = reader

    def header(self, item):
        return done(worker.header(self.reader, item))

    def work(self, *about):
        made = worker.work(self.reader, *about, "failed")
        if isinstance(made, Failure):
            return done(made)
        made = replace(made, page=self.page)
        return done(replace(made, checked=worker.judged(self.reader, made)))


def done(result) -> Future:
    future = Future()
    future.set_result(result)
    return future
