"""Fills the site that test_requests.py asks: run by e2e.server in a process of its own, prints {name: key} as JSON."""

import json
import sys

import django

django.setup()

from posts.tests.make import make_post, make_user  # noqa: E402

if __name__ == "__main__":
    live = make_post("published", slug="a", title="公開された見出し", tags=["tag"], body="本文です。" * 40)
    draft = make_post("draft", title="カナリア")
    writer = make_user("writer")
    writer.set_password("korenaga-nagai-7")
    writer.save()
    facts = {"live": live.post_id, "public": live.get_absolute_url(), "draft": draft.post_id}
    sys.stdout.write(json.dumps(facts))
