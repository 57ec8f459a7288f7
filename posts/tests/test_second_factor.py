"""The second factor: set up, asked for, lost, reset; and what is never shown of it."""

import io
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from PIL import Image

from posts import workflow
from posts.models import AccountEntry
from posts.workflow import factors

from .door import LOGIN, PASSWORD, QUICK, STEP, attempt, code_of, equip, is_in, mails, member, wrong_code

STATE, SET_UP = reverse("admin:second_factor"), reverse("admin:second_factor_set_up")
PICTURE = reverse("admin:second_factor_picture")


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = QUICK


@pytest.fixture
def person():
    return member()


@pytest.fixture
def client(person):
    client = Client()
    client.force_login(person)
    return client


def act(client: Client, name: str, password: str = PASSWORD):
    return client.post(STATE, {"act": name, "password": password})


def device(person) -> TOTPDevice:
    return TOTPDevice.objects.get(user=person)


def half_way(name: str = "writer") -> Client:
    client = Client()
    assert attempt(name, PASSWORD, client=client)["Location"] == STEP
    return client


def acts() -> list[str]:
    return list(AccountEntry.objects.order_by("pk").values_list("act", flat=True))


def test_a_person_sets_it_up_and_signs_in_with_a_code(client, person):
    assert act(client, "begin")["Location"] == SET_UP
    page = client.get(SET_UP).content.decode()
    assert PICTURE in page
    assert factors.secret(device(person))[:4] in page
    answer = client.post(SET_UP, {"code": code_of(device(person))})
    codes = answer.context["codes"]
    assert (answer.status_code, len(set(codes)), answer["Cache-Control"]) == (200, 10, "private, no-store")
    assert client.get(SET_UP).status_code == 302
    assert is_in(client)
    TOTPDevice.objects.update(last_t=-1)
    fresh = half_way()
    assert not is_in(fresh)
    assert (
        fresh.post(
            STEP, {"code": f" {code_of(device(person))[:3]} {code_of(device(person))[3:]}"}
        ).status_code
        == 302
    )
    assert is_in(fresh)
    assert acts() == ["factor_set"]
    assert len(mails()) == 1


def test_the_picture_is_at_an_address_of_its_own_and_kept_by_nobody(client, person):
    act(client, "begin")
    answer = client.get(PICTURE)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/png", "private, no-store")
    assert Image.open(io.BytesIO(answer.content)).size[0] > 200
    stranger = Client()
    stranger.force_login(member("editor"))
    assert stranger.get(PICTURE).status_code == 404
    assert Client().get(PICTURE).status_code == 302


def test_the_password_alone_opens_nothing(person):
    equip(person)
    client = half_way()
    for path in ("/admin/", STATE, SET_UP, reverse("admin:password_change"), "/admin/posts/post/"):
        assert client.get(path).status_code == 302
    assert client.get("/?at=2030-01-01").status_code == 302 or "no-store" not in str(
        client.get("/?at=2030-01-01").headers
    )


def test_a_code_opens_the_door_once(person):
    used, _codes = equip(person)
    code = code_of(used)
    assert half_way().post(STEP, {"code": code}).status_code == 302
    assert half_way().post(STEP, {"code": code}).status_code == 422


def test_a_recovery_code_opens_the_door_once_and_the_record_says_so(person):
    _device, codes = equip(person)
    client = half_way()
    assert client.post(STEP, {"code": codes[0].upper()}).status_code == 302
    assert is_in(client)
    assert half_way().post(STEP, {"code": codes[0]}).status_code == 422
    assert AccountEntry.objects.get(act="code_used").detail.startswith(("9", "残り9"))
    assert factors.of(person).codes == 9


def test_wrong_codes_are_slowed_by_the_device_and_stopped_at_the_door(person, clock):
    used, codes = equip(person)
    answers = []
    client = half_way()
    for _ in range(6):
        clock.shift(30)
        answers.append(client.post(STEP, {"code": wrong_code(used)}).status_code)
    assert answers == [422] * 4 + [429] * 2
    assert client.post(STEP, {"code": codes[0]}).status_code == 429
    assert "locked" in acts()


def test_right_after_a_wrong_code_the_right_one_has_to_wait(person, clock):
    used, _codes = equip(person)
    client = half_way()
    assert client.post(STEP, {"code": wrong_code(used)}).status_code == 422
    assert client.post(STEP, {"code": code_of(used)}).status_code == 422
    clock.shift(2)
    assert client.post(STEP, {"code": code_of(used)}).status_code == 302


@pytest.mark.parametrize("code", ["", "０", "1_0000", "+12345", "<b>", "\0", "x" * 999, "１２３４５６７"])
def test_odd_codes_are_faults_of_the_form(code, person):
    equip(person)
    assert half_way().post(STEP, {"code": code}).status_code == 422


def test_full_width_digits_are_digits(person):
    used, _codes = equip(person)
    wide = code_of(used).translate({ord(str(digit)): ord("０") + digit for digit in range(10)})
    assert half_way().post(STEP, {"code": wide}).status_code == 302


def test_half_the_way_ends_after_a_quarter_of_an_hour_and_with_the_password(person, clock):
    used, _codes = equip(person)
    late, changed = half_way(), half_way()
    clock.shift(901)
    assert late.post(STEP, {"code": code_of(used)})["Location"].startswith(LOGIN)
    changed = half_way()
    person.set_password("ein-anderes-2026")
    person.save()
    assert changed.post(STEP, {"code": code_of(used)})["Location"].startswith(LOGIN)


def test_other_desks_of_the_person_end_when_it_is_set_up(client, person):
    other = Client()
    other.force_login(person)
    act(client, "begin")
    client.post(SET_UP, {"code": code_of(device(person))})
    assert (is_in(client), is_in(other)) == (True, False)


@pytest.mark.parametrize("name", ["begin", "codes", "remove"])
def test_each_act_takes_the_password_and_guesses_are_counted(name, client, person):
    equip(person)
    client.force_login(person)
    before = StaticToken.objects.count()
    answers = [act(client, name, "wrong").status_code for _ in range(6)]
    assert answers == [422] * 4 + [429] * 2
    assert (TOTPDevice.objects.count(), StaticToken.objects.count()) == (1, before)


def test_codes_are_renewed_and_the_device_is_removed(client, person):
    _device, old = equip(person)
    client.force_login(person)
    new = act(client, "codes").context["codes"]
    assert half_way().post(STEP, {"code": old[0]}).status_code == 422
    TOTPDevice.objects.update(throttling_failure_count=0)
    StaticToken.objects.first().device.throttle_reset()
    assert half_way().post(STEP, {"code": new[0]}).status_code == 302
    assert act(client, "remove").status_code == 302
    assert attempt("writer", PASSWORD)["Location"] == "/admin/"
    assert acts() == ["factor_set", "codes", "code_used", "factor_removed"]


def test_a_new_device_takes_over_with_its_first_code(client, person):
    old, _codes = equip(person)
    client.force_login(person)
    act(client, "begin")
    assert half_way().post(STEP, {"code": code_of(old)}).status_code == 302
    new = factors.begun(person)
    assert client.post(SET_UP, {"code": code_of(new)}).status_code == 200
    assert [one.pk for one in TOTPDevice.objects.all()] == [new.pk]


def test_when_it_is_required_the_desk_opens_after_the_set_up(person, client, settings):
    assert is_in(client)
    settings.SECOND_FACTOR = "required"
    assert not is_in(client)  # signed in before it was required
    fresh = Client()
    assert attempt("writer", PASSWORD, client=fresh)["Location"] == SET_UP
    assert fresh.get("/admin/").status_code == 302
    assert fresh.get(STATE)["Location"] == SET_UP
    assert fresh.get(PICTURE).status_code == 200
    answer = fresh.post(SET_UP, {"code": code_of(device(person))})
    assert len(answer.context["codes"]) == 10
    assert is_in(fresh)
    assert act(fresh, "remove").status_code == 409
    assert factors.of(person)


def test_when_it_is_off_nobody_is_asked(person, client, settings):
    equip(person)
    settings.SECOND_FACTOR = "off"
    assert attempt("writer", PASSWORD)["Location"] == "/admin/"
    assert client.get(STATE).status_code in (302, 404)


def test_an_admin_resets_it_for_somebody_else_and_the_record_says_who(person, chief):
    equip(person)
    signed_in, desk = Client(), Client()
    signed_in.force_login(person)
    desk.force_login(chief)
    address = reverse("admin:auth_user_second_factor", args=[person.pk])
    assert (
        reverse("admin:auth_user_second_factor", args=[person.pk])
        in desk.get(reverse("admin:auth_user_change", args=[person.pk])).content.decode()
    )
    assert desk.post(address).status_code == 302
    assert not is_in(signed_in)
    entry = AccountEntry.objects.get(act="factor_reset")
    assert (entry.person, entry.actor) == (person, chief)
    assert [message.to for message in mails()] == [["writer@example.com"]]
    assert factors.of(person) is None


def test_an_admin_does_not_go_round_their_own_password(chief):
    equip(chief)
    desk = Client()
    desk.force_login(chief)
    answer = desk.post(reverse("admin:auth_user_second_factor", args=[chief.pk]))
    assert answer["Location"] == STATE
    assert factors.of(chief)


def test_only_a_superuser_resets_a_superuser(chief):
    owner = member("admin", name="owner", is_superuser=True)
    equip(owner)
    desk = Client()
    desk.force_login(chief)
    assert desk.post(reverse("admin:auth_user_second_factor", args=[owner.pk])).status_code == 404
    assert factors.of(owner)


def test_a_command_opens_the_desk_to_an_admin_who_has_lost_everything(person):
    equip(person)
    said = StringIO()
    call_command("reset_second_factor", "writer", stdout=said)
    assert "writer" in said.getvalue()
    assert attempt("writer", PASSWORD)["Location"] == "/admin/"
    assert AccountEntry.objects.get(act="factor_reset").actor_name == "SYSTEM"
    for name in ("writer", "nobody"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", name)


def test_keys_and_codes_are_on_no_page_and_in_no_log(person, chief, caplog):
    used, codes = equip(person)
    desk, own = Client(), Client()
    desk.force_login(chief)
    own.force_login(person)
    half_way().post(STEP, {"code": codes[0]})
    half_way().post(STEP, {"code": wrong_code(used)})
    pages = [
        reverse("admin:auth_user_change", args=[person.pk]),
        reverse("admin:auth_user_record"),
        "/admin/auth/user/",
    ]
    seen = (
        "".join(desk.get(page).content.decode() for page in pages)
        + own.get(STATE).content.decode()
        + caplog.text
    )
    for hidden in (used.key, factors.secret(used), *codes, *(code.replace("-", "") for code in codes)):
        assert hidden not in seen
    assert desk.get("/admin/otp_totp/totpdevice/").status_code == 404


def test_nobody_is_confirmed_twice_at_the_same_moment(person):
    """What a race would do: the device that was begun is gone, or its set-up is old."""
    with pytest.raises(workflow.Refused):
        factors.confirm(person, "123456")
    factors.begin(person)
    TOTPDevice.objects.update(created_at="2020-01-01T00:00Z")
    with pytest.raises(workflow.Refused):
        factors.confirm(person, code_of(device(person)))
    assert not Session.objects.exists()
