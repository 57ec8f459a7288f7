"""What the stock looks like as a whole: articles by their findings today, and what belongs in the template."""

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone

from posts.checks import Prepared
from posts.checks.across import paragraph_words
from posts.models import CommonParagraph, KeptFinding, ParagraphHash, Revision, Severity, StockDay, Verdict

from .neighbours import boilerplate, in_stock

COMMON = 200  # paragraphs that are kept with their words
WORDS = 300  # characters of one: its column


def keep_day() -> None:
    """Today's row of the trend: articles by check and severity, and ("") all that have a finding of a severity."""
    day = timezone.localdate()
    stock = in_stock().values("pk")
    found = KeptFinding.objects.filter(is_settled=False, revision__in=stock)
    counted = (
        found.order_by()
        .values_list("check_id", "severity")
        .annotate(posts=Count("revision__post", distinct=True))
    )
    rows = [StockDay(day=day, check_id=name, severity=how, posts=posts) for name, how, posts in counted]
    verdicts = Verdict.objects.filter(revision__in=stock)
    for severity in Severity.values:
        posts = verdicts.filter(**{f"{severity}s__gt": 0}).count()
        rows.append(StockDay(day=day, check_id="", severity=severity, posts=posts))
    with transaction.atomic():
        StockDay.objects.filter(day=day).delete()
        StockDay.objects.bulk_create(rows)


def keep_common() -> None:
    """The paragraphs that stand in most articles, with their words and one of the articles."""
    counts = dict(boilerplate()[:COMMON])
    kept = {row.hash64: row for row in CommonParagraph.objects.filter(hash64__in=counts)}
    rows = list(_found({number: posts for number, posts in counts.items() if number not in kept}))
    for number, row in kept.items():
        row.posts = counts[number]
    with transaction.atomic():
        CommonParagraph.objects.all().delete()
        CommonParagraph.objects.bulk_create([*kept.values(), *rows])


def _found(counts: dict[int, int]):
    places = ParagraphHash.objects.filter(hash64__in=counts, revision__in=in_stock().values("pk"))
    first = dict(places.order_by().values_list("hash64").annotate(Min("revision")))
    texts = Revision.objects.filter(pk__in=set(first.values())).for_documents().in_bulk()
    words = {pk: paragraph_words(Prepared(row.to_document())) for pk, row in texts.items()}
    for number, pk in first.items():
        if said := words[pk].get(number):
            yield CommonParagraph(
                hash64=number, posts=counts[number], words=said[:WORDS], post_id=texts[pk].post_id
            )
