"""A house rule tried on the newest articles before it is switched on, and the proof that it was."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core import signing

from posts.checks import Hit, Prepared
from posts.checks.rules import Rule, hits_of
from posts.document import Document
from posts.models import HouseRule

from .house import rule_of
from .neighbours import in_stock

ARTICLES = 50  # issue 5, Deliver 4
SHOWN = 100  # hits that a trial keeps
SECONDS = 0.8  # of the pattern's own work on all articles; a rule that needs more is given up
_SALT = "house-rule"


@dataclass(frozen=True)
class Met:
    """One place that the rule meets: the words, with some before and after them."""

    post: int
    title: str
    field: str
    line: int
    before: str
    words: str
    after: str


@dataclass
class Trial:
    """What came of it. `given_up`: the title of the article on which the rule took too long, with its line."""

    articles: int = 0
    count: int = 0
    met: list[Met] = field(default_factory=list)
    posts: set[int] = field(default_factory=set)
    seconds: float = 0.0
    given_up: str = ""

    @property
    def milliseconds(self) -> int:
        return round(self.seconds * 1000)


def tried(row: HouseRule) -> Trial:
    """The rule, saved or not, on the newest articles of the stock: one query, and never much more than SECONDS.

    Raises BadPattern.
    """
    rule, trial = rule_of(row), Trial()
    for post, text in _newest():
        trial.articles += 1
        try:
            for hit in _timed(rule, text, trial):
                _keep(trial, post, text, hit)
        except TimeoutError:
            trial.given_up = text.title
            break
    return trial


def proof(row: HouseRule) -> str:
    """What says that exactly this pattern was tried."""
    return signing.dumps(_said(row), salt=_SALT)


def is_proven(row: HouseRule, words: str) -> bool:
    try:
        return signing.loads(words, salt=_SALT, max_age=24 * 3600) == _said(row)
    except signing.BadSignature:
        return False


def tries_alike(one: HouseRule, other: HouseRule) -> bool:
    """Whether two rules meet the same places."""
    return _said(one) == _said(other)


def _said(row: HouseRule) -> list:
    return [row.kind, row.pattern, row.exceptions, sorted(row.fields), row.lang]


def _newest() -> Iterator[tuple[int, Prepared]]:
    rows = in_stock().order_by("-saved_at", "-pk").values_list("post", "title", "summary", "body", "lang")
    for post, title, summary, body, lang in rows[:ARTICLES]:
        yield post, Prepared(Document(title=title, summary=summary, body=body, lang=lang))


def _timed(rule: Rule, text: Prepared, trial: Trial) -> Iterator[Hit]:
    """The hits, with the time that the pattern takes counted; raises TimeoutError when it is too much."""
    text.unquoted  # noqa: B018 - made ready before the clock runs
    found, begun = hits_of(rule, text, SECONDS - trial.seconds), time.thread_time()
    try:
        while (hit := next(found, None)) is not None:
            trial.seconds += time.thread_time() - begun
            yield hit
            begun = time.thread_time()
    finally:
        trial.seconds += time.thread_time() - begun


def _keep(trial: Trial, post: int, text: Prepared, hit: Hit) -> None:
    trial.count += 1
    trial.posts.add(post)
    if len(trial.met) < SHOWN:
        before, words, after = hit.snippet.partition(hit.params["s"])
        trial.met.append(Met(post, text.title, hit.field, hit.line, before, words, after))
