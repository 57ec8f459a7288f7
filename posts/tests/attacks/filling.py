"""What a newsroom of `houses` holds: every state, and values at the edge of what a database takes."""

import io
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image as Pillow

from posts import pictures, workflow
from posts.models import Image, Post, Redirect, Revision
from posts.tests.make import make_page, make_post, make_user

EDGES = ["👩‍👩‍👧", "が\u3099 é e\u0301", "あ" * 500, "\u2028\ufeff\\ \" ' %s", "𠮷野家"]


def fill() -> None:
    """Some twenty articles; a deleted author of an article, a year 9999, no tag and many, a page of the house."""
    for role in ("writer", "editor", "publisher"):
        make_user(role, email=f"{role}@example.com")
    image = Image.objects.take(_picture(), credit="Photo")
    for status in ("draft", "in_review", "returned", "approved", "published", "discarded"):
        make_post(
            status, slug=status, tags=["港", "Tag, with comma", "Ｔａｇ"], extra={"b": 1e22, "a": [1.0, None]}
        )
    for number, title in enumerate(EDGES):
        make_post("published", slug=f"edge-{number}", title=title, cover=image.address, category="経済")
    gone = make_user("writer", "gone")
    kept = make_post("published", slug="of-somebody-gone", by=gone)
    gone.delete()
    Post.objects.filter(pk=kept.post_id).update(embargo_until=datetime(9999, 12, 31, 23, 59, tzinfo=UTC))
    Redirect.objects.create(path="/old/ü x/", post=kept.post)
    make_page(slug="about")


def spoil() -> None:
    """Rows that SQLite takes and PostgreSQL does not."""
    slugs = dict(Revision.objects.values_list("post__slug", "pk"))
    Revision.objects.filter(pk=slugs["edge-0"]).update(title="あ" * 5000)
    Revision.objects.filter(pk=slugs["edge-1"]).update(summary="a\0b")
    Revision.objects.filter(pk=slugs["edge-4"]).update(extra={"a": ["x\0"]})


def mend() -> None:
    Revision.objects.filter(title__startswith="あ" * 501).update(title="短い題")
    Revision.objects.filter(summary__startswith="a").update(summary="")
    Revision.objects.filter(post__slug="edge-4").update(extra={})


def follow() -> None:
    """A new article by all the steps, with a number above all others."""
    before = Post.objects.latest("pk").pk
    revision = make_post("published", slug="after-the-move", tags=["新しい"])
    assert revision.post_id > before and revision.seal == revision.seal_now()
    live = Revision.objects.published().get(post__slug="edge-3")
    assert live.seal == live.seal_now()
    assert workflow.start_revision(live.post, by=make_user("writer")).number == live.number + 1


def write_on(until: str) -> None:
    """New articles, one after the other, until there is a file of that name; says how many."""
    count = 0
    while not Path(until).exists():
        make_post("in_review", slug=f"written-{count}")
        count += 1
    print(count)  # noqa: T201


def sound() -> None:
    """What holds at every moment between two transactions."""
    posts = Post.objects.count()
    assert posts == Post.objects.filter(history__step="create").count(), "an article without its entry"
    assert posts == Revision.objects.filter(number=1).count(), "an article without its text"
    for revision in Revision.objects.filter(status="in_review"):
        assert revision.history.filter(step="submit").exists(), "a text in review that nobody submitted"
    print(posts)  # noqa: T201


def _picture() -> pictures.Picture:
    data = io.BytesIO()
    Pillow.new("RGB", (600, 400), (9, 90, 9)).save(data, "PNG")
    return pictures.take(data.getvalue())
