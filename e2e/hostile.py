"""A newsroom whose every word is an attack; run by server.py, prints {name: key} as JSON.

The payloads of posts/tests/attacks come in by import and by the forms of the desk; then whatever words the newsroom
of the other tests has stored become an attack too, so that no page and no field has to be thought of.
"""

import io
import json
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from e2e import newsroom  # sets Django up

# isort: split
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow

from posts import workflow
from posts.models import Post, Revision
from posts.rendering import render
from posts.tests.attacks.strings import FILES, TEXT, payloads

EVERYWHERE = (
    """'"><img src=/none onerror=alert(7)></title></textarea></script><script>alert(7)</script>{{7*7}}%(x)s"""
)
# What a column holds that is no word of anybody: keys, hashes, addresses, words of the code.
NO_WORDS = {
    *(
        "slug",
        "key",
        "sha256",
        "seal",
        "source_hash",
        "desk_seal",
        "form_token",
        "path",
        "url",
        "site",
        "source",
    ),
    *(
        "step",
        "target",
        "digest",
        "html",
        "original",
        "rendered_with",
        "render_problem",
        "lang",
        "canonical_url",
    ),
    *(
        "check_id",
        "field",
        "fingerprint",
        "basis",
        "title_key",
        "pattern",
        "why",
        "outcome",
        "username",
        "email",
    ),
    *("password", "seed", "before"),
}
PAST = "2026-01-{day:02} 12:00:00 +0900"
BATCH = 30


def picture() -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", (8, 8), "navy").save(out, "PNG")
    return out.getvalue()


# --- files ------------------------------------------------------------------------------------------------------------


def _head(**fields) -> str:
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in fields.items())


def write_files(folder: Path) -> None:
    """A file for each payload: in the body, in every field of a line, or as the whole file."""
    (folder / "p.png").write_bytes(picture())
    for number, words in enumerate(payloads()):
        head = _head(title=f"本文 {number}", slug=f"body-{number}", date=PAST.format(day=number % 28 + 1))
        (folder / f"body-{number}.md").write_text(
            f"---\n{head}---\n\n港の電力を賄う計画です。\n\n{words}\n\n終わりの段落です。\n", "utf-8"
        )
    for number, words in enumerate(payloads(TEXT)):
        fields = dict.fromkeys(("title", "excerpt", "author", "image_alt", "image_credit"), words)
        fields |= {"tags": [words], "categories": [words], "update_kind": "correction", "update_note": words}
        head = _head(**fields, image="p.png", slug=f"text-{number}", date=PAST.format(day=number % 28 + 1))
        (folder / f"text-{number}.md").write_text(f"---\n{head}---\n\n本文です。![{words}](p.png)\n", "utf-8")
    for number, words in enumerate(payloads(FILES)):
        (folder / f"file-{number}<img src=x onerror=alert(7)>.md").write_text(words, "utf-8")


def bring(room: newsroom.Newsroom) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "hostile"
        folder.mkdir()
        write_files(folder)
        with suppress(CommandError):  # says that some files failed: those of no document
            call_command("import_markdown", str(folder), publish=True, jobs=2, verbosity=0)
    public = Revision.objects.published().filter(post__site="hostile").select_related("post")
    room.facts["bodies"] = [one.get_absolute_url() for one in public if one.post.source.startswith("body-")]
    texts = [one for one in public if one.post.source.startswith("text-")]
    room.facts["texts"] = [one.get_absolute_url() for one in texts]
    room.facts["lists"] = [name.get_absolute_url() for one in texts for name in names_of(one)]
    room.facts["hostile"] = [one.post_id for one in texts]


def names_of(revision: Revision) -> list:
    return [name for name in (revision.category, revision.author, *revision.tags.all()) if name]


# --- forms ------------------------------------------------------------------------------------------------------------


def type_in(room: newsroom.Newsroom) -> None:
    """Articles from the form of the desk: bodies many at a time, words of one line in every field."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(room.people["writer"])
    known = payloads()
    bodies = ["\n\n".join(known[start : start + BATCH]) for start in range(0, len(known), BATCH)]
    room.facts["drafts"] = [_typed(room, client, body.replace("\0", ""), title="束") for body in bodies]
    lines = [words.replace("\0", "") for words in payloads(TEXT)]
    room.facts["lines"] = [_typed(room, client, words, **_everywhere(words)) for words in lines]
    room.facts["revisions"] = _newest(room.facts["drafts"] + room.facts["lines"])
    room.facts["shares"] = [_shared(room, key) for key in room.facts["drafts"] + room.facts["lines"]]


def _everywhere(words: str) -> dict:
    quoted = words.replace('"', "”")
    fields = dict.fromkeys(
        ("title", "summary", "category", "author", "cover_alt", "cover_credit", "slug"), words
    )
    fields |= dict.fromkeys(("tags", "also_in", "coauthors"), f'"{quoted}"')
    upload = SimpleUploadedFile(
        " ".join(words.replace("/", "").split()) + ".png", picture(), content_type="text/html"
    )
    return fields | {"update_note": words, "upload": upload}


def _typed(room: newsroom.Newsroom, client: Client, body: str, **fields) -> int:
    """A new article, saved twice: the history has two texts to compare."""
    form = {"body": body, "format": "markdown", "_save": "1"} | fields
    answer = client.post(reverse("admin:posts_post_add"), form)
    _taken(answer, fields)
    key = Post.objects.latest("pk").pk
    again = form | {"body": f"{body}\n\n二度目です。", "version": 1}
    again.pop("upload", None)
    again.pop("slug", None)
    answer = client.post(reverse("admin:posts_post_change", args=[key]), again)
    _taken(answer, fields)
    return key


def _taken(answer, fields: dict) -> None:
    if answer.status_code != 302:
        raise RuntimeError(f"{fields}: {answer.status_code}\n{answer.content.decode()[:20_000]}")


def _newest(keys: list[int]) -> list[int]:
    found = dict(Revision.objects.filter(post__in=keys).order_by("number").values_list("post_id", "pk"))
    return [found[key] for key in keys]


def _shared(room: newsroom.Newsroom, key: int) -> str:
    revision = Revision.objects.filter(post_id=key).latest("number")
    link = workflow.share(revision, by=room.people["writer"], label=revision.title[:100])
    workflow.remark(link, name=revision.title[:100], text=revision.title, verdict="ok")
    return link.token


# --- every word -------------------------------------------------------------------------------------------------------


def spoil(room: newsroom.Newsroom) -> None:
    """The attack behind every text that the database holds, and pages made again from what the bodies have become."""
    columns = 0
    for model in [*apps.get_app_config("posts").get_models(), get_user_model()]:
        for name in [field.name for field in model._meta.concrete_fields if _is_words(field)]:
            rows = models.QuerySet(model).exclude(**{name: ""})  # no rule about what may stay empty is broken
            columns += bool(rows.update(**{name: Concat(F(name), Value(EVERYWHERE))}))
    for revision in Revision.objects.exclude(rendered_with="").exclude(post__site="hostile"):
        page = render(revision.body, revision.format)
        toc = [vars(heading) for heading in page.toc]
        Revision.objects.filter(pk=revision.pk).update(html=page.html, text=page.text, toc=toc)
    room.facts["columns"] = columns


def _is_words(field) -> bool:
    words = isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.FileField)
    is_key = isinstance(field, models.SlugField | models.EmailField) or field.choices
    return words and not is_key and field.name not in NO_WORDS


if __name__ == "__main__":
    room = newsroom.Newsroom()
    newsroom.fill(room)
    bring(room)
    type_in(room)
    spoil(room)
    json.dump(room.facts, sys.stdout)
