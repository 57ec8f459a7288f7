"""What goes from the pure stages to `write`: one file, ready to be stored."""

import html
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from posts.pictures import Form
from posts.rendering import Rendered, RenderError

from .checked import Checked
from .convert import Converted
from .normalise import Normal
from .plan import Key, Place
from .problems import Problem
from .wishes import Wishes

_FRAGMENT = re.compile(r'<a\b[^<>]*?\shref="#([^"]+)"')
_ID = re.compile(r'\sid="([^"]+)"')


@dataclass(frozen=True)
class Work:
    """`redirects` are old paths that may lead here; `publish` says that the run adopts what its origin had public.

    `translation`: the file whose article this one translates. `checked`: what the checks say of the text, None when
    they could not be asked. `gated`: the text becomes public only when nothing of that refuses it. `forms`: the smaller
    forms of its pictures by address, as far as they were made.
    """

    key: Key
    digest: str
    verbatim: str
    normal: Normal
    converted: Converted
    page: Rendered | RenderError
    place: Place
    redirects: tuple[str, ...] = ()
    publish: bool = False
    wishes: Wishes = field(default_factory=Wishes)
    translation: Key | None = None
    checked: Checked | None = None
    gated: bool = False
    forms: dict[str, tuple[Form, ...]] = field(default_factory=dict)

    @property
    def is_public(self) -> bool:
        held = self.normal.is_draft or self.converted.holds or isinstance(self.page, RenderError)
        return self.publish and not held and (self.normal.standing is not None or not self.is_over())

    @property
    def end(self) -> datetime | None:
        """The end that the file names, when export wrote it or the operator wants such ends (I-44)."""
        if self.normal.standing:
            return self.normal.standing.live_until
        return self.normal.expires if self.wishes.expiry else None

    def is_over(self) -> bool:
        return self.end is not None and self.end <= datetime.now(UTC)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (*self.converted.problems, *self._seen())

    def _seen(self) -> list[Problem]:
        """What only the rendered page and the order show."""
        claimed, found = self.normal.minutes, []
        if isinstance(self.page, RenderError):
            found.append(Problem("error", "hold.render", 0, {"code": self.page.code}))
        else:
            for name in _lost(self.page):
                line = self.verbatim.count("\n", 0, max(0, self.verbatim.find(f"#{name}"))) + 1
                found.append(Problem("warning", "link.fragment", line, {"address": f"#{name}"[:200]}))
            if claimed is not None and claimed != self.page.minutes:
                params = {"claimed": claimed, "computed": self.page.minutes}
                found.append(Problem("info", "reading_time.differs", 0, params))
        if self.publish and self.normal.is_draft:
            found.append(Problem("info", "hold.own_draft"))
        if self.publish and self.is_over() and not self.normal.standing:
            found.append(Problem("info", "hold.expired"))
        return found


def _lost(page: Rendered) -> list[str]:
    """Fragments that links of the page name and no element of it has (I-72)."""
    ids = set(_ID.findall(page.html))
    names = dict.fromkeys(_FRAGMENT.findall(page.html))
    return [html.unescape(name).removeprefix("h-") for name in names if name not in ids]
