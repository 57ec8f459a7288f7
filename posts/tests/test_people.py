"""Accounts and roles, invitations, forgotten passwords."""

import re
import threading

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from posts import roles, workflow
from posts.admin import duties
from posts.admin.passwords import PER_ADDRESS

from .make import make_user

ADD = reverse("admin:auth_user_add")
RESET = reverse("admin_password_reset")
NEW = {"username": "hanako", "last_name": "田中", "first_name": "花子", "email": "hanako@example.com"}
LINK = re.compile(r"http://testserver(/admin/password_reset/\S+)")


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form(user) -> str:
    return reverse("admin:auth_user_change", args=[user.pk])


def data(user, **more):
    kept = {name: getattr(user, name) for name in ("username", "last_name", "first_name", "email")}
    return kept | {"role": roles.role_of(user), "is_active": "on"} | more


def links() -> list[str]:
    for thread in threading.enumerate():
        if thread.name == "reset-mail":
            thread.join()
    return [LINK.search(message.body)[1] for message in mail.outbox]


def test_a_new_person_gets_a_role_and_sets_the_password_alone(chief):
    assert browser(chief).post(ADD, NEW | {"role": "editor"}).status_code == 302
    person = User.objects.get(username="hanako")
    assert (roles.role_of(person), person.is_staff, person.has_usable_password()) == ("editor", True, False)
    [message] = mail.outbox
    assert message.to == ["hanako@example.com"]
    client = Client()
    answer = client.get(links()[0], follow=True)
    assert 'name="new_password1"' in answer.content.decode()
    words = {"new_password1": "静かな湖畔の森-2026", "new_password2": "静かな湖畔の森-2026"}
    assert client.post(answer.redirect_chain[-1][0], words).status_code == 302
    assert client.login(username="hanako", password=words["new_password1"])
    assert client.get(reverse("admin:posts_post_changelist")).status_code == 200
    assert "new_password1" not in Client().get(links()[0], follow=True).content.decode()


def test_the_link_is_the_sites_whatever_host_was_asked(chief, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client = browser(chief)
    client.post(ADD, NEW | {"role": "writer"}, headers={"host": "evil.example"})
    make_user("writer", email="w@example.com")
    Client().post(RESET, {"email": "w@example.com"}, headers={"host": "evil.example"})
    assert len(links()) == 2
    assert not any("evil" in message.body for message in mail.outbox)


def test_a_mail_server_that_is_down_loses_no_account(chief, monkeypatch):
    def fail(message):
        raise OSError("no server")

    monkeypatch.setattr("posts.admin.invitations.EmailMessage.send", fail)
    answer = browser(chief).post(ADD, NEW | {"role": "writer"}, follow=True)
    assert User.objects.filter(username="hanako").exists()
    assert "warning" in answer.content.decode()


def test_an_invitation_can_be_sent_again(chief):
    person = make_user("writer", name="hanako", email="h@example.com")
    again = reverse("admin:auth_user_invite", args=[person.pk])
    assert browser(chief).get(again).status_code == 405
    assert browser(chief).post(again).status_code == 302
    assert len(mail.outbox) == 1
    for other in ("writer", "editor", "publisher"):
        assert browser(make_user(other)).post(again).status_code == 404
    assert browser(chief).post(reverse("admin:auth_user_invite", args=[99999])).status_code == 404


@pytest.mark.parametrize("change", [{"is_active": ""}, {"role": "writer"}])
def test_the_last_active_admin_stays(change, chief):
    browser(chief).post(form(chief), data(chief, **change))
    chief.refresh_from_db()
    assert (chief.is_active, roles.role_of(chief)) == (True, "admin")
    other = make_user("admin", name="other")
    browser(other).post(form(chief), data(chief, **change))
    chief.refresh_from_db()
    assert (chief.is_active, roles.role_of(User.objects.get(pk=chief.pk))) != (True, "admin")


def test_an_inactive_person_is_signed_out_at_once_and_for_good(chief, writer):
    at_desk = browser(writer)
    assert at_desk.get("/admin/").status_code == 200
    browser(chief).post(form(writer), data(writer, is_active=""))
    assert at_desk.get("/admin/").status_code == 302
    assert Session.objects.count() == 1
    browser(chief).post(form(writer), data(writer))
    assert at_desk.get("/admin/").status_code == 302


def test_a_role_replaces_the_one_before(chief, writer):
    browser(chief).post(form(writer), data(writer, role="publisher"))
    assert [group.name for group in writer.groups.all()] == [roles.ROLES["publisher"][0]]


@pytest.mark.parametrize("role", ["", "superuser", "x", "\0"])
def test_odd_roles_are_faults_of_the_form(role, chief, writer):
    assert browser(chief).post(form(writer), data(writer, role=role)).status_code == 200
    assert roles.role_of(User.objects.get(pk=writer.pk)) == "writer"


def test_forged_rights_change_nothing(chief, writer):
    forged = {
        "is_superuser": "on",
        "user_permissions": [1, 2],
        "groups": [1, 2, 3, 4],
        "password": "x",
        "is_staff": "",
    }
    browser(chief).post(form(writer), data(writer, **forged))
    writer = User.objects.get(pk=writer.pk)
    assert (writer.is_superuser, writer.user_permissions.count(), writer.groups.count()) == (False, 0, 1)
    assert writer.is_staff


def test_a_superuser_is_changed_by_superusers_only(chief):
    owner = make_user(name="owner", is_superuser=True)
    assert browser(chief).post(form(owner), data(owner, is_active="")).status_code == 403
    with pytest.raises(workflow.Refused):
        workflow.save_person(owner, "", by=chief)
    assert browser(owner).post(form(chief), data(chief, role="writer")).status_code == 302
    assert roles.role_of(User.objects.get(pk=chief.pk)) == "writer"


def test_nobody_gives_rights_beyond_their_own(writer, editor):
    with pytest.raises(workflow.Refused):
        workflow.save_person(writer, "admin", by=editor)
    assert not roles.may_give(editor, "publisher")


@pytest.mark.parametrize("role", ["writer", "editor", "publisher"])
def test_mail_and_hash_are_seen_by_the_admin_role_only(role, chief):
    person = make_user("writer", name="hanako", email="secret@example.com")
    person.set_password("geheim")
    person.save()
    client = browser(make_user(role))
    for path in (reverse("admin:auth_user_changelist"), form(person), ADD):
        assert client.get(path).status_code == 403
    for path in (reverse("admin:posts_author_add"), reverse("desk_roles"), "/admin/"):
        page = client.get(path).content.decode()
        assert "secret@" not in page
    seen = browser(chief).get(form(person)).content.decode()
    assert "pbkdf2" not in seen
    assert person.password.split("$")[2] not in seen


@pytest.mark.parametrize(
    "query", ["", "?role=editor", "?role=x", "?is_active__exact=1", "?q=\0", "?password__startswith=p"]
)
def test_list_of_people_answers(query, chief, django_assert_max_num_queries):
    for number in range(5):
        make_user("writer", name=f"w{number}")
    client = browser(chief)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("admin:auth_user_changelist") + query).status_code in (200, 302, 400)


def test_every_right_of_a_role_is_said_in_words():
    said = {name for names, _words in duties.DUTIES for name in names}
    given = {name for _group, own in roles.ROLES.values() for name in own} | set(roles.ADMIN_EXTRA)
    assert said == given
    assert set(duties.LABELS) == set(roles.ROLES)


@pytest.mark.parametrize("role", ["writer", "editor", "publisher", "admin", ""])
def test_everybody_at_the_desk_reads_what_roles_may(role):
    page = browser(make_user(role, name="somebody")).get(reverse("desk_roles"))
    assert page.status_code == 200
    assert "private, no-store" in page["Cache-Control"]
    assert page.content.decode().count("is-mine") == (1 if role else 0)
    assert Client().get(reverse("desk_roles")).status_code == 302


@pytest.mark.parametrize("email", ["w@example.com", "W@EXAMPLE.com", "nobody@example.com", "off@example.com"])
def test_answer_to_a_forgotten_password_is_the_same_for_everybody(email):
    make_user("writer", email="w@example.com")
    make_user("writer", name="off", email="off@example.com", is_active=False)
    answer = Client().post(RESET, {"email": email}, follow=True)
    assert answer.redirect_chain == [(reverse("password_reset_done"), 302)]
    assert len(links()) == (1 if email.lower().startswith("w@") else 0)
    assert "w@example" not in answer.content.decode().lower()


def test_links_are_sent_a_few_times_an_hour():
    make_user("writer", email="w@example.com")
    answers = {Client().post(RESET, {"email": "w@example.com"}).status_code for _ in range(PER_ADDRESS + 3)}
    assert answers == {302}
    assert len(links()) == PER_ADDRESS


@pytest.mark.parametrize("email", ["", "x", "a\0b@example.com", "x" * 9999])
def test_odd_addresses_are_faults_of_the_form(email):
    assert Client().post(RESET, {"email": email}).status_code == 200
    assert mail.outbox == []


def test_pages_of_a_link_are_stored_nowhere_and_told_to_nobody():
    make_user("writer", email="w@example.com")
    Client().post(RESET, {"email": "w@example.com"})
    client = Client()
    answers = [client.get(links()[0]), client.get(links()[0], follow=True), client.get(RESET)]
    for answer in answers:
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "same-origin"


def test_a_browser_can_send_the_form_of_a_link(writer):
    """A page without referrers makes browsers send `Origin: null` with its form, and that is refused."""
    writer.email = "w@example.com"
    writer.save()
    Client().post(RESET, {"email": "w@example.com"})
    client = Client(enforce_csrf_checks=True)
    page = client.get(links()[0], follow=True)
    sent = dict.fromkeys(("new_password1", "new_password2"), "korenaga-nagai-7")
    sent["csrfmiddlewaretoken"] = page.context["csrf_token"]
    origin = "null" if page["Referrer-Policy"] == "no-referrer" else "http://testserver"
    answer = client.post(page.request["PATH_INFO"], sent, headers={"origin": origin})
    assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("password_reset_complete"))


@pytest.mark.parametrize(
    "path", ["x/y/", "MQ/set-password/", "%00/a/", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk/a/", "あ/い/"]
)
def test_odd_links_say_that_they_are_not_valid(path):
    answer = Client().get(RESET + path)
    assert answer.status_code == 200
    assert "new_password1" not in answer.content.decode()


def test_an_inactive_account_sets_no_password(chief, writer):
    writer.email = "w@example.com"
    writer.save()
    Client().post(RESET, {"email": "w@example.com"})
    browser(chief).post(form(writer), data(writer, is_active=""))
    assert "new_password1" not in Client().get(links()[0], follow=True).content.decode()


@pytest.mark.parametrize(
    "path", ["/admin/login/", RESET, "/admin/password_reset/sent/", "/admin/password_reset/x/y/"]
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_before_signing_in_have_one_heading_and_both_languages(path, language):
    client = Client()
    client.cookies["django_language"] = language
    page = client.get(path).content.decode()
    assert page.count("<h1") == 1
    assert f'<html lang="{language}"' in page
    assert 'name="language"' in page


def test_own_password_is_changed_at_the_desk(writer):
    writer.set_password("geheim-und-lang")
    writer.save()
    client = browser(writer)
    path = reverse("admin:password_change")
    words = {
        "old_password": "geheim-und-lang",
        "new_password1": "静かな湖畔の森-2026",
        "new_password2": "静かな湖畔の森-2026",
    }
    assert client.get(path).content.decode().count("<h1") == 1
    assert client.post(path, words | {"old_password": "x"}).status_code == 200
    assert client.post(path, words).status_code == 302
    assert Client().login(username="writer", password="静かな湖畔の森-2026")
