"""What other articles of the stock share with one: titles, summaries, paragraphs, and where its links lead."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from rapidfuzz import process
from rapidfuzz.distance import Indel

from posts.checks import Other, Prepared, norm, paragraph_hashes
from posts.checks.across import hash64
from posts.checks.links import targets
from posts.models import OPEN, ParagraphHash, Post, Redirect, Revision, Verdict
from posts.models.post import place_at

BOILERPLATE = 5  # a paragraph in so many articles is the site's, not theirs (specs/checks.md 5)
NEAR = 0.7  # Jaccard of the titles' bigrams
NEAR_LEAST = 10  # letters of a title that can be near another
SHOWN = 5  # other articles named in one finding


def in_stock() -> QuerySet[Revision]:
    """The text of each article that people work on or readers have: its open one, else what is public or scheduled."""
    now = timezone.now()
    rows = Revision.objects
    shown = Q(pk__in=rows.published(now).values("pk")) | Q(pk__in=rows.scheduled(now).values("pk"))
    return rows.filter(Q(status__in=OPEN) | (shown & ~Q(post__in=rows.open().values("post"))))


def light(rows: QuerySet[Revision]) -> QuerySet[Revision]:
    """Rows with what a basis rests on, and their verdicts, without their texts."""
    names = ("post", "version", "rendered_with", "category__checks_off", "category__name")
    return rows.select_related("category", "verdict").only(*names, "verdict__basis")


def summary_hash(summary: str) -> int | None:
    """What equal summaries have in common; None for one without letters."""
    said = norm(summary)
    return hash64(said) if said else None


@dataclass(frozen=True)
class Beside:
    """What other articles have in common with one."""

    same_title: tuple[Other, ...] = ()
    near_title: tuple[Other, ...] = ()
    same_summary: int = 0  # in how many others the very same summary stands
    shares: tuple[Other, ...] = ()  # those that share most paragraphs
    paragraphs: int = 0  # of its own that count: boilerplate does not


def beside(text: Prepared, post_id: int | None) -> Beside:
    """Ask the stock what it shares with a text: three queries."""
    shared, paragraphs = _shared_paragraphs(text, post_id)
    key, summary = norm(text.title)[:500], summary_hash(text.summary)
    said = _said_by_others(key, summary, post_id)
    same = [post for post, title, _hash in said if key and title == key][:SHOWN]
    others = {post: title for post, title, _hash in said if title != key}
    near = _near(key, others) if len(key) >= NEAR_LEAST else []
    best = shared.most_common(SHOWN)
    counted = dict(best)
    names = called({*same, *near, *counted})
    return Beside(
        same_title=tuple(Other(post, names[post], counted.get(post, 0)) for post in same),
        near_title=tuple(Other(post, names[post]) for post in near),
        same_summary=sum(1 for *_, number in said if number == summary) if summary is not None else 0,
        shares=tuple(Other(post, names[post], count) for post, count in best),
        paragraphs=paragraphs,
    )


def _shared_paragraphs(text: Prepared, post_id: int | None) -> tuple[Counter[int], int]:
    """({article: paragraphs it shares}, how many of the text's own count)."""
    hashes = paragraph_hashes(text)
    rows = ParagraphHash.objects.filter(hash64__in=hashes).exclude(revision__post=post_id)
    places: dict[int, set[int]] = {}
    for number, post in rows.values_list("hash64", "revision__post"):
        places.setdefault(number, set()).add(post)
    own = [number for number in hashes if len(places.get(number, ())) < BOILERPLATE - 1]
    return Counter(post for number in own for post in places.get(number, ())), len(own)


def _said_by_others(key: str, summary: int | None, post_id: int | None) -> list[tuple[int, str, int | None]]:
    """[(article, title_key, summary_hash)] of the stock that may share a title or a summary with the text."""
    if not key and summary is None:
        return []
    rows = Verdict.objects.exclude(revision__post=post_id).filter(revision__in=in_stock())
    if len(key) < NEAR_LEAST:  # only the very same words count
        rows = rows.filter(
            (Q(title_key=key) & ~Q(title_key="")) | Q(summary_hash=summary, summary_hash__isnull=False)
        )
    return list(rows.values_list("revision__post", "title_key", "summary_hash"))


def leading_nowhere(text: Prepared) -> frozenset[str]:
    """The addresses of articles of ours that the text links to and that are not there."""
    return unknown(targets(text))


def unknown(found: Iterable[str]) -> frozenset[str]:
    """Those of the targets that are addresses of articles of ours and lead nowhere."""
    ours = {target: target.split("#")[0].split("?")[0] for target in found if target.startswith("/")}
    places = {target: place for target, path in ours.items() if (place := place_at(path))}
    numbers = {
        t: int(p[3:-1])
        for t, p in ours.items()
        if p.startswith("/p/") and p[3:-1].isdecimal() and len(p) < 20
    }
    if not places and not numbers:
        return frozenset()
    there = Post.objects.at_places(places.values())
    gone = {target for target, place in places.items() if place not in there}
    if gone:
        led = {row.path for row in Redirect.objects.at([ours[target] for target in gone])}
        gone = {target for target in gone if ours[target] not in led}
    known = (
        set(Post.objects.filter(pk__in=numbers.values()).values_list("pk", flat=True)) if numbers else set()
    )
    return frozenset(gone | {target for target, number in numbers.items() if number not in known})


def called(posts: Iterable[int]) -> dict[int, str]:
    """{number of an article: what a finding about another article calls it}: its title once readers have seen one, else
    its number. Whoever reads the finding may not be somebody who may see the draft."""
    numbers = list(posts)
    rows = (
        Revision.objects.begun().filter(post__in=numbers).order_by("live_from").values_list("post", "title")
    )
    return {post: f"#{post}" for post in numbers} | (dict(rows) if numbers else {})


def titles_of(posts: Iterable[int]) -> dict[int, str]:
    """{number of an article: the newest title of its stock}."""
    numbers = list(posts)
    rows = (
        in_stock().filter(post__in=numbers).order_by("number").values_list("post", "title") if numbers else ()
    )
    return dict(rows)


def boilerplate() -> list[tuple[int, int]]:
    """[(hash, articles)] of the paragraphs that stand in so many that they belong into the template."""
    rows = ParagraphHash.objects.values("hash64").annotate(posts=Count("revision__post", distinct=True))
    return list(rows.filter(posts__gte=BOILERPLATE).order_by("-posts").values_list("hash64", "posts"))


def _near(key: str, titles: dict[int, str]) -> list[int]:
    """Numbers of the titles whose bigrams are the same to seven tenths, the nearest first."""
    likely = process.extract(
        key, titles, scorer=Indel.normalized_similarity, score_cutoff=0.6, limit=SHOWN * 4
    )
    ours = bigrams(key)
    ranked = [(jaccard(ours, bigrams(title)), post) for title, _score, post in likely]
    return [post for likeness, post in sorted(ranked, reverse=True) if likeness >= NEAR][:SHOWN]


def bigrams(key: str) -> set[str]:
    return {key[at : at + 2] for at in range(len(key) - 1)}


def jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
