"""Sessions: cookies as they are sent, a new key at the door, ends on the server, and keys that are changed."""

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings as live
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from posts import roles, workflow
from posts.models import AccountEntry, PreviewLink

from ..door import PASSWORD, QUICK, attempt, is_in, member
from ..make import make_post

COOKIES = """
import django, http.cookies
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("migrate", verbosity=0)
from posts.tests.door import PASSWORD, attempt, member
from django.test import Client
member()
client = Client()
client.get("/admin/login/", secure=True)
attempt("writer", PASSWORD, client=client, secure=True)
client.post("/admin/language/", {"language": "en"}, secure=True)
for cookie in client.cookies.values():
    print(cookie.OutputString())
"""


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = QUICK


def key(client: Client) -> str:
    return client.cookies[live.SESSION_COOKIE_NAME].value


def entered(name: str = "writer") -> Client:
    client = Client()
    assert attempt(name, PASSWORD, client=client).status_code == 302
    return client


@pytest.mark.pure
def test_E20_each_cookie_is_bound_to_this_host_and_to_tls_and_says_how_long_it_lives():
    env = os.environ | {
        "SITE_URL": "https://testserver",
        "DATABASE_URL": "sqlite://:memory:",
        "DJANGO_SETTINGS_MODULE": "editorial.settings",
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        [sys.executable, "-c", COOKIES], env=env, capture_output=True, text=True, cwd=live.BASE_DIR
    )
    assert done.returncode == 0, done.stderr
    sent = {
        line.partition("=")[0]: [part.strip() for part in line.split(";")[1:]]
        for line in done.stdout.splitlines()
    }
    assert set(sent) == {"__Host-session", "__Host-csrftoken", "__Secure-known", "django_language"}
    for name, parts in sent.items():
        assert {"Secure", "SameSite=Lax"} <= set(parts), name
        assert ("HttpOnly" in parts) == (name != "__Host-csrftoken"), (
            name
        )  # the editor's script reads this one
        assert ("Path=/admin/" if name == "__Secure-known" else "Path=/") in parts, name
        assert any(part.startswith("Max-Age=") for part in parts), name
        assert not any(part.startswith("Domain") for part in parts), name
    assert "Max-Age=604800" in sent["__Host-session"]


def test_E22_a_key_that_was_there_before_opens_nothing():
    member()
    planted = Client()
    planted.cookies[live.SESSION_COOKIE_NAME] = "a" * 32
    assert attempt("writer", PASSWORD, client=planted).status_code == 302
    assert key(planted) != "a" * 32
    thief = Client()
    thief.cookies[live.SESSION_COOKIE_NAME] = "a" * 32
    assert not is_in(thief)


def test_E22_each_sign_in_has_a_new_key_also_of_the_same_browser():
    member()
    client = entered()
    first = key(client)
    assert attempt("writer", PASSWORD, client=client).status_code == 302
    assert key(client) != first
    assert list(Session.objects.values_list("pk", flat=True)) == [key(client)]


def test_E22_who_has_signed_out_is_out_on_the_server():
    member()
    client = entered()
    thief = Client()
    thief.cookies[live.SESSION_COOKIE_NAME] = key(client)
    assert is_in(thief)
    client.post(reverse("admin:logout"))
    assert not is_in(thief)
    assert not Session.objects.exists()


def test_E22_a_session_ends_when_nobody_uses_it(clock):
    member()
    client = entered()
    for _ in range(3):
        clock.shift(11 * 3600)
        assert is_in(client)
    clock.shift(12 * 3600 + 1)
    assert not is_in(client)
    assert not Session.objects.exists()


def test_E22_an_open_page_that_asks_by_itself_is_no_use(clock):
    person = member()
    post = make_post("draft", by=person).post
    client, ask = entered(), reverse("admin:posts_presence", args=[post.pk])
    for _ in range(13):
        clock.shift(3600)
        client.post(ask)
    assert not is_in(client)


def test_E22_a_session_ends_after_seven_days_however_much_it_is_used(clock):
    member()
    client = entered()
    for _ in range(168 // 6):
        clock.shift(6 * 3600)
        assert is_in(client)
    clock.shift(1)
    assert not is_in(client)


def test_E22_the_ends_are_settings_and_hold_for_every_address(clock, settings):
    settings.SESSION_IDLE_HOURS, settings.SESSION_MAX_HOURS = 1, 2
    member("editor")
    draft, client = make_post("draft"), entered("editor")
    places = [f"/preview/{draft.pk}/", "/?at=2030-01-01", "/admin/"]
    assert [client.get(place).status_code for place in places] == [200, 200, 200]
    clock.shift(3601)
    assert [client.get(place).status_code for place in places] != [200, 200, 200]
    assert client.get(places[0]).status_code == 302


def test_E22_one_person_may_sit_at_several_desks_and_ends_the_others_with_the_password():
    member()
    one, other = entered(), entered()
    assert is_in(one) and is_in(other)
    words = {
        "old_password": PASSWORD,
        "new_password1": "neu-und-lang-2026",
        "new_password2": "neu-und-lang-2026",
    }
    assert one.post(reverse("admin:password_change"), words).status_code == 302
    assert is_in(one)
    assert not is_in(other)


def test_B40_whoever_is_closed_or_loses_a_role_is_refused_at_the_next_request(chief):
    person = member("editor")
    one, other = entered("editor"), entered("editor")
    waivers = reverse("admin:posts_waivers")
    assert one.get(waivers).status_code == 200
    workflow.save_person(person, "writer", by=chief)
    assert [one.get(waivers).status_code, other.get(waivers).status_code] == [403, 403]
    person.groups.clear()
    assert one.get(reverse("admin:posts_post_changelist")).status_code == 403
    type(person).objects.filter(pk=person.pk).update(is_active=False)  # by whatever way
    assert not is_in(one)
    assert not is_in(other)
    person.refresh_from_db()
    person.is_active = True
    workflow.save_person(person, "editor", by=chief)
    assert roles.role_of(type(person).objects.get(pk=person.pk)) == "editor"


def test_B40_a_link_for_a_new_password_ends_every_session():
    person = member()
    client = entered()
    person.set_password("ein-anderes-2026")
    person.save()
    assert not is_in(client)


def ask_shared(link: PreviewLink) -> int:
    return Client().get(link.get_absolute_url()).status_code


def test_G13_a_new_key_ends_sessions_and_shared_previews_and_touches_no_article(settings):
    person = member()
    live_text = make_post("published", slug="stays")
    client, now = entered(), timezone.now()
    link = PreviewLink.objects.create(
        revision=make_post("draft"), created_by=person, created_at=now, expires_at=now + timedelta(days=1)
    )
    address = link.get_absolute_url()
    assert (is_in(client), Client().get(address).status_code) == (True, 200)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "k" * 64
    settings.SECRET_KEY_FALLBACKS = [old]  # sessions go on, previews end at once
    assert (is_in(client), Client().get(address).status_code) == (True, 404)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 64, []
    assert not is_in(Client(headers={"cookie": f"{live.SESSION_COOKIE_NAME}={key(client)}"}))
    assert ask_shared(link) == 200  # the desk shows the same link under the new key
    assert Client().get(live_text.get_absolute_url()).status_code == 200
    assert workflow.matches(live_text.history.get(step="approve"))


def test_G13_a_command_ends_all_sessions_or_those_of_one_person():
    member()
    member("editor")
    one, other = entered(), entered("editor")
    said = StringIO()
    call_command("end_sessions", "--user", "editor", stdout=said)
    assert (is_in(one), is_in(other)) == (True, False)
    assert AccountEntry.objects.get(act="sessions").actor_name == "SYSTEM"
    call_command("end_sessions", stdout=said)
    assert not is_in(one)
    assert said.getvalue().count("1") == 2
    with pytest.raises(CommandError):
        call_command("end_sessions", "--user", "nobody")
