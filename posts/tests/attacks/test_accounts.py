"""Accounts: who raises whom, the last administrator, and the record that nobody can rewrite."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from posts import roles, workflow
from posts.models import AccountEntry
from posts.models.accounts import Act

from ..make import make_user

RECORD = reverse("admin:auth_user_record")


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def data(user, **more):
    kept = {name: getattr(user, name) for name in ("username", "last_name", "first_name", "email")}
    return kept | {"role": roles.role_of(user), "is_active": "on"} | more


def change(user) -> str:
    return reverse("admin:auth_user_change", args=[user.pk])


FORGED = {"is_superuser": "on", "is_staff": "on", "user_permissions": [1, 2, 3], "groups": [1, 2, 3, 4]}


@pytest.mark.parametrize("role", ["writer", "editor", "publisher"])
def test_B33_nobody_below_the_admins_gives_a_role_or_a_right(role):
    actor, other = make_user(role), make_user("writer", name="other")
    client = browser(actor)
    for whom in (actor, other):
        assert client.post(change(whom), data(whom, role="admin") | FORGED).status_code == 403
        with pytest.raises(workflow.Refused):
            workflow.save_person(User.objects.get(pk=whom.pk), "admin", by=actor)
    assert (
        client.post(reverse("admin:auth_user_add"), {"username": "new", "role": "admin"}).status_code == 403
    )
    for address in ("/admin/auth/group/", "/admin/auth/group/1/change/", "/admin/auth/permission/"):
        assert client.get(address).status_code == 404
    fresh = User.objects.get(pk=actor.pk)
    assert (roles.role_of(fresh), fresh.is_superuser, fresh.user_permissions.count()) == (role, False, 0)
    assert not AccountEntry.objects.exists()


def test_B33_an_admin_gives_roles_and_no_rights_beside_them(chief):
    other = make_user("writer", name="other")
    browser(chief).post(change(other), data(other, role="publisher") | FORGED)
    browser(chief).post(change(chief), data(chief) | FORGED)
    for person, role in ((other, "publisher"), (chief, "admin")):
        fresh = User.objects.get(pk=person.pk)
        assert (roles.role_of(fresh), fresh.is_superuser, fresh.user_permissions.count()) == (role, False, 0)
    assert Group.objects.count() == len(roles.ROLES)


@pytest.mark.parametrize("taken", [{"is_active": ""}, {"role": "writer"}])
def test_B33_the_last_admin_cannot_be_removed_and_no_row_says_so(taken, chief):
    browser(chief).post(change(chief), data(chief, **taken))
    fresh = User.objects.get(pk=chief.pk)
    assert (fresh.is_active, roles.role_of(fresh)) == (True, "admin")
    assert not AccountEntry.objects.exists()
    other = make_user("admin", name="other")
    browser(other).post(change(chief), data(chief, **taken))
    assert AccountEntry.objects.get().actor == other  # the control


def test_B33_each_act_on_an_account_is_a_row_that_says_who_whom_what_and_when(chief, clock):
    client = browser(chief)
    new = {
        "username": "hanako",
        "last_name": "田中",
        "first_name": "",
        "email": "h@example.com",
        "role": "writer",
    }
    client.post(reverse("admin:auth_user_add"), new)
    person = User.objects.get(username="hanako")
    client.post(change(person), data(person, role="editor"))
    client.post(change(person), data(person, role="editor", email="neu@example.com"))
    person.refresh_from_db()
    client.post(reverse("admin:auth_user_invite", args=[person.pk]))
    client.post(change(person), data(person, role="editor", is_active=""))
    client.post(change(person), data(person, role="editor"))
    rows = list(AccountEntry.objects.order_by("pk"))
    assert [(row.act, row.detail) for row in rows] == [
        ("created", "writer"),
        ("link", ""),
        ("role", "writer → editor"),
        ("mail", "h@example.com → neu@example.com"),
        ("link", ""),
        ("closed", ""),
        ("opened", ""),
    ]
    assert {(row.person, row.actor, row.actor_name) for row in rows} == {(person, chief, "admin")}
    page = client.get(f"{RECORD}?person={person.pk}").content.decode()
    assert page.count("<li") >= len(rows)
    assert "→" in page


@pytest.mark.parametrize("query", ["", "?person=1", "?person=x", "?person=%00", "?page=2", "?page=x"])
def test_B33_the_record_is_shown_to_admins_only(query, chief):
    assert browser(chief).get(RECORD + query).status_code in (200, 404)
    for role in ("writer", "editor", "publisher", ""):
        assert browser(make_user(role, name=f"x{role}")).get(RECORD + query).status_code == 403
    assert browser(chief).post(RECORD).status_code in (200, 405)
    assert not AccountEntry.objects.exists()


def test_B33_no_row_of_the_record_is_changed_or_deleted(chief):
    entry = workflow.note_account(chief, Act.PASSWORD, by=chief)
    for rewrite in (
        lambda: entry.save(),
        lambda: entry.delete(),
        lambda: AccountEntry.objects.all().delete(),
        lambda: AccountEntry.objects.update(act="created"),
    ):
        with pytest.raises(TypeError):
            rewrite()
    assert AccountEntry.objects.get().act == "password"


def test_B33_an_act_that_nobody_knows_is_no_row(chief):
    with pytest.raises(IntegrityError):
        workflow.note_account(chief, "bribed", by=chief)


def test_A13_a_line_break_in_a_name_is_no_header_of_a_mail(chief):
    person = make_user("writer", name="x\r\nBcc: all@example.com", email="x@example.com")
    from posts.admin.signin import told  # noqa: PLC0415

    from ..door import mails  # noqa: PLC0415

    told.tell(person, Act.FACTOR_RESET)
    [message] = mails()
    assert "\n" not in message.subject
    assert message.recipients() == ["x@example.com"]
    assert "\nBcc:" not in message.message().as_string()
