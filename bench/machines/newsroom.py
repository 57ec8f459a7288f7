"""Fills the database, in a process with the site's settings: sample articles, people, approved texts."""
# ruff: noqa: PLC0415 - models come after django.setup()

import json
import sys

import django


def main(count: int) -> None:
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from posts import roles, workflow
    from posts.document import Document
    from posts.models import Revision

    call_command("migrate", verbosity=0)
    call_command("import_markdown", "sample", publish=True, site="sample", jobs=1, verbosity=0)
    people = {}
    for role in ("writer", "editor", "publisher"):
        user = get_user_model().objects.create_user(role, password=sys.argv[2], is_staff=True, email="")
        user.groups.add(roles.group(role))
        people[role] = user
    ready = []
    for number in range(count):
        title = f"速報{number:02d}号の見出し"
        text = (
            f"---\ntitle: {title}\nslug: sokuho-{number}\ndescription: 速報の要約です。\n---\n\n本文です。\n"
        )
        draft = workflow.new_post(Document.from_text(text), by=people["writer"])
        workflow.perform("submit", draft, by=people["writer"], acknowledged=True)
        workflow.perform("approve", draft, by=people["editor"], acknowledged=True)
        ready.append({"post": draft.post_id, "revision": draft.pk, "title": title})
    paths = [
        "/",
        "/archive/",
        "/feed.xml",
        *(row.post.get_absolute_url() for row in Revision.objects.published()),
    ]
    json.dump({"paths": paths, "ready": ready}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
