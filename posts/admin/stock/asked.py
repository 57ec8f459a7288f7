"""What the address of a needs-work page asks for, and what its form offers."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, QueryDict

from posts import roles
from posts.models import Author, Category, Post, Severity, Tag
from posts.workflow.stock import STATES, Wanted

from ..numbers import number

MOST_CHECKS = 60
_NAMES = ("severity", "section", "author", "assignee", "site", "state", "tag")


@dataclass(frozen=True)
class Asked:
    """The filters as they stand in the address, and what they mean."""

    words: dict[str, str]
    checks: tuple[str, ...]
    wanted: Wanted

    @property
    def query(self) -> str:
        """The address's query without its page."""
        return self.query_for()

    def query_for(self, **changed: object) -> str:
        """The same with some filters changed; "" takes one away."""
        words = self.words | {"check": list(self.checks)} | changed
        return urlencode({name: value for name, value in words.items() if value}, doseq=True)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Names and values, for hidden fields."""
        return [*((n, v) for n, v in self.words.items() if v), *(("check", name) for name in self.checks)]

    @property
    def is_narrow(self) -> bool:
        return any(value for name, value in self.words.items() if name != "infos")

    def only(self, checks: tuple[str, ...]) -> Wanted:
        return replace(self.wanted, checks=checks)


def asked(data: QueryDict) -> Asked:
    """Raises 404 for odd values; a name that nobody has finds nothing."""
    words = {name: data.get(name, "").strip()[:100] for name in _NAMES}
    words["infos"] = "1" if data.get("infos") else ""
    checks = tuple(dict.fromkeys(name[:40] for name in data.getlist("check")[:MOST_CHECKS] if name))
    if words["severity"] not in ("", *Severity.values) or words["state"] not in ("", *STATES):
        raise Http404
    assignee = words["assignee"] if words["assignee"] in ("", "nobody") else _key(words["assignee"])
    wanted = Wanted(
        checks=checks,
        severity=words["severity"],
        section=_key(words["section"]) if words["section"] else 0,
        author=_named(Author, words["author"]),
        assignee=assignee,
        site=words["site"],
        state=words["state"],
        tag=_named(Tag, words["tag"]),
        infos=bool(words["infos"]) or words["severity"] == Severity.INFO,
    )
    return Asked(words, checks, wanted)


def choices(request: HttpRequest) -> dict:
    """What the form offers: sections, import roots, and people for who sees every article."""
    user = request.user
    people = roles.writers() if roles.may(user, "see_every") else []
    sites = Post.objects.exclude(site=None).order_by("site").values_list("site", flat=True).distinct()
    return {
        "sections": [(str(pk), name) for pk, name in Category.objects.values_list("pk", "name")],
        "people": [(str(person.pk), roles.name_of(person)) for person in people],
        "sites": list(sites),
    }


def _key(value: str) -> int:
    key = number(value)
    if key is None:
        raise Http404
    return key


def _named(model, name: str):
    """The row of a name; one that finds nothing when nobody has it; None without a name."""
    if not name:
        return None
    return next(iter(model.objects.by_names([name]).values()), None) or model(pk=0)
