"""What goes from the pure stages to `write`: one file, ready to be stored."""

from dataclasses import dataclass

from posts.rendering import Rendered, RenderError

from .convert import Converted
from .normalise import Normal
from .plan import Key, Place
from .problems import Problem


@dataclass(frozen=True)
class Work:
    """`redirects` are old paths that may lead here; `publish` says that the run adopts what its origin had public."""

    key: Key
    digest: str
    verbatim: str
    normal: Normal
    converted: Converted
    page: Rendered | RenderError
    place: Place
    redirects: tuple[str, ...] = ()
    publish: bool = False

    @property
    def is_public(self) -> bool:
        held = self.normal.is_draft or self.converted.holds or isinstance(self.page, RenderError)
        return self.publish and not held

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (*self.converted.problems, *self._seen())

    def _seen(self) -> list[Problem]:
        """What only the rendered page and the order show."""
        claimed, found = self.normal.minutes, []
        if isinstance(self.page, RenderError):
            found.append(Problem("error", "hold.render", 0, {"code": self.page.code}))
        elif claimed is not None and claimed != self.page.minutes:
            params = {"claimed": claimed, "computed": self.page.minutes}
            found.append(Problem("info", "reading_time.differs", 0, params))
        if self.publish and self.normal.is_draft:
            found.append(Problem("info", "hold.own_draft"))
        return found
