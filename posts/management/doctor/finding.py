"""What the doctor says of one thing."""

from dataclasses import dataclass

ERROR, WARNING, FINE = "error", "warning", "fine"


@dataclass(frozen=True)
class Finding:
    """`name` is the part and what of it, as programs know it (`database.writable`); `remedy` is the next step.

    `post` and `revision` are numbers where it is about a text.
    """

    level: str
    name: str
    cause: str
    remedy: str = ""
    post: int | None = None
    revision: int | None = None

    def as_json(self) -> dict:
        about = {"article": self.post, "revision": self.revision}
        said = {"level": self.level, "name": self.name, "cause": self.cause, "remedy": self.remedy}
        return said | {name: value for name, value in about.items() if value is not None}


def error(name: str, cause, remedy, **about) -> Finding:
    return Finding(ERROR, name, str(cause), str(remedy), **about)


def warning(name: str, cause, remedy, **about) -> Finding:
    return Finding(WARNING, name, str(cause), str(remedy), **about)


def fine(name: str, words) -> Finding:
    return Finding(FINE, name, str(words))
