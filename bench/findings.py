"""What the checks are made to have found in the made-up newsroom: verdicts of the stock, a trend, a repair."""

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from posts import quality
from posts.checks import CHECKS, SEVERITIES
from posts.models import (
    CommonParagraph,
    KeptFinding,
    Post,
    RepairBatch,
    RepairItem,
    Revision,
    StockDay,
    Verdict,
)

if TYPE_CHECKING:
    from bench.newsroom import Cast

PART = 1000
DAYS, PARAGRAPHS, ITEMS = 60, 200, 500
SNIPPET = "推論に使う電力は、モデルの大きさと問い合わせの長さでほぼ決まります。"


def write(cast: "Cast") -> None:
    dice = random.Random(7)  # noqa: S311 - made-up texts, no secrets
    keys = list(quality.in_stock().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), PART):
        _verdicts(cast, keys[start : start + PART], dice)
    StockDay.objects.bulk_create(
        StockDay(
            day=(cast.now - day * timedelta(days=1)).date(), check_id="", severity=level, posts=9000 - day
        )
        for day in range(DAYS)
        for level in SEVERITIES
    )
    posts = list(Post.objects.order_by("pk")[:ITEMS])
    CommonParagraph.objects.bulk_create(
        CommonParagraph(hash64=number, posts=500 - number, words=SNIPPET, post=posts[number])
        for number in range(PARAGRAPHS)
    )
    batch = RepairBatch.objects.create(recipe=["ai.marker"], label="記号", by_name="Editor", at=cast.now)
    RepairItem.objects.bulk_create(
        RepairItem(batch=batch, post=post, outcome="skipped", reason=SNIPPET) for post in posts
    )


def _verdicts(cast: "Cast", keys: list[int], dice: random.Random) -> None:
    """Nine findings a text or so, as the first newsroom's archive has them; some are waived."""
    verdicts, findings = [], []
    house = quality.the_house()
    for revision in Revision.objects.select_related("category").in_bulk(keys).values():
        rows = [_finding(revision, name, dice) for name in dice.sample(list(CHECKS), dice.randint(3, 15))]
        findings += rows
        counts = {
            level: sum(1 for row in rows if row.severity == level and not row.is_settled)
            for level in SEVERITIES
        }
        verdicts.append(
            Verdict(
                revision=revision,
                basis=quality.basis(revision, house),
                at=cast.now,
                indexed_at=cast.now,
                title_key=revision.title,
                errors=counts["error"],
                warnings=counts["warning"],
                infos=counts["info"],
                said=[{name: getattr(row, name) for name in KeptFinding.SAID} for row in rows],
            )
        )
    Verdict.objects.bulk_create(verdicts)
    KeptFinding.objects.bulk_create(findings, batch_size=2000)


def _finding(revision: Revision, name: str, dice: random.Random) -> KeptFinding:
    return KeptFinding(
        revision=revision,
        check_id=name,
        severity=CHECKS[name].severity,
        field="body",
        line=dice.randint(1, 80),
        count=dice.randint(1, 9),
        fingerprint=f"{dice.getrandbits(128):032x}",
        is_settled=dice.random() < 0.05,
        snippet=SNIPPET,
        params={"s": SNIPPET[:12], "c": 120},
    )
