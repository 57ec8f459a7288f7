"""What the site answers at an address, asked in process through Django's own handler, and what may be done about it."""

from dataclasses import asdict, dataclass
from datetime import date
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.test import Client
from django.utils.translation import gettext as _

from posts import text
from posts.models import Post
from posts.site.near import near
from posts.site.redirects import place

from .addresses import split

FILES = (
    ".jpg",
    ".jpeg",
    ".png",
    ".gif",
    ".webp",
    ".svg",
    ".avif",
    ".pdf",
    ".css",
    ".js",
    ".ico",
    ".zip",
    ".txt",
)


@dataclass(frozen=True)
class Answer:
    """How an address is answered: one status, or two where it leads on; where to; what to do if that is not good."""

    address: str
    statuses: tuple[int, ...]
    leads_to: str = ""
    remedy: str = ""
    nearest: str = ""

    @property
    def is_good(self) -> bool:
        return self.statuses == (200,) or self.statuses in ((301, 200), (308, 200)) or self.leads_away

    @property
    def leads_away(self) -> bool:
        """Whether one redirect leads to another site, which is not asked."""
        return self.statuses in ((301,), (308,))

    @property
    def is_gone(self) -> bool:
        return self.statuses[-1] == 410 and len(self.statuses) < 3

    def as_json(self) -> dict:
        return asdict(self) | {"statuses": list(self.statuses)}


class Asker:
    """Asks this site. `hosts`: the names under which its own redirects lead back to it."""

    def __init__(self):
        self.site = urlsplit(settings.SITE_URL)
        self.known: dict[str, tuple[int, str]] = {}  # many old addresses lead to the same new one
        self.client = Client(raise_request_exception=False, SERVER_NAME=self.site.hostname or "localhost")

    def ask(self, address: str) -> Answer:
        """One address, followed over one redirect; a second one is too many."""
        _host, path = split(address)
        status, leads_to = self._get(path)
        if not leads_to:
            return self._told(address, path, (status,), "")
        host, onward = split(leads_to)
        if host not in ("", self.site.hostname):
            return self._told(address, path, (status,), leads_to)
        second, _further = self._get(onward)
        return self._told(address, path, (status, second), leads_to)

    def _get(self, path: str) -> tuple[int, str]:
        if path not in self.known:
            answer = self.client.get(f"{settings.SITE_URL}{path}", secure=settings.TLS)
            self.known[path] = (answer.status_code, answer.headers.get("Location", ""))
        return self.known[path]

    def _told(self, address: str, path: str, statuses: tuple[int, ...], leads_to: str) -> Answer:
        plain = Answer(address, statuses, leads_to)
        if plain.is_good:
            return plain
        nearest = _nearest(path) if statuses[-1] == 404 else ""
        return Answer(address, statuses, leads_to, _remedy(path, plain, nearest), nearest)


def _nearest(path: str) -> str:
    """The address of the nearest public article, or of a tag or section; "" for none."""
    found = near(unquote(path.partition("?")[0]))
    return next((row.get_absolute_url() for row in (*found.articles, *found.names)), "")


def _remedy(path: str, answer: Answer, nearest: str) -> str:
    """What an operator may do, in one sentence."""
    status = answer.statuses[-1]
    if answer.is_gone:
        return _("The article has been retracted: publish it again, or let the address stay gone.")
    if status >= 500:
        return _("The program failed: look into its log.")
    if len(answer.statuses) > 1 and status in (301, 302, 308):
        return _("More than one redirect: let the old address lead to the last one at once.")
    if status in (302, 307):
        return _("The redirect is temporary: link the address that it leads to.")
    if status != 404:
        return _("Look at the address in a browser.")
    return _missing(path, nearest)


def _missing(path: str, nearest: str) -> str:
    plain, _mark, query = path.partition("?")
    found = place(text.path_key(plain).strip("/").split("/"))
    if found and (hidden := Post.objects.spelt(*found)):
        return _("Article %(number)d has this address and is not public: publish it.") % {
            "number": hidden[0].pk
        }
    if plain.lower().endswith(FILES):
        return _("A file: let the server in front serve it from the old site.")
    if nearest:
        return _("Add a redirect, if this is what was meant: %(line)s") % {"line": _line(plain, nearest)}
    if query:
        return _("Addresses with a question mark lead nowhere: let the server in front redirect them.")
    if found:
        return _("Import the article of %(day)s, or add a redirect.") % {"day": _written(found[0])}
    return _("Add a redirect, or a page with this address.")


def _line(old: str, new: str) -> str:
    """A line for add_redirects."""
    return f"{quote(unquote(old))},{new}"


def _written(day: date) -> str:
    return f"{day:%Y-%m-%d}"
