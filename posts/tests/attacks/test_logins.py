"""Guessing at the door: one account, many accounts, forged addresses, time; and a stranger who wants to shut it."""

from statistics import median

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from posts.admin.signin import limits, where
from posts.models import AccountEntry

from ..door import LOGIN, PASSWORD, QUICK, attempt, is_in, mails, member, seconds

HERE, THERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def quick(settings):
    cache.clear()
    settings.PASSWORD_HASHERS = QUICK


def statuses(count: int, name: str = "writer", **meta) -> list[int]:
    return [attempt(name, REMOTE_ADDR=HERE, **meta).status_code for _ in range(count)]


@pytest.mark.walk
def test_E21_five_hundred_guesses_at_one_account_are_five():
    member()
    answers = statuses(500)
    assert answers[:4] == [200] * 4
    assert answers[4:] == [429] * 496
    assert attempt("writer", PASSWORD, REMOTE_ADDR=HERE).status_code == 429
    assert sum(AccessAttempt.objects.values_list("failures_since_start", flat=True)) == 5


def test_E21_the_door_opens_again_when_the_page_says(clock):
    member()
    answer = [attempt("writer", REMOTE_ADDR=HERE) for _ in range(5)][-1]
    assert answer["Retry-After"] == "900"
    assert "12:15" in answer.content.decode()
    clock.shift(600)
    assert attempt("writer", PASSWORD, REMOTE_ADDR=HERE).status_code == 429  # asking does not move the end
    clock.shift(301)
    assert attempt("writer", PASSWORD, REMOTE_ADDR=HERE).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_E21_many_accounts_from_one_address_are_fifty_guesses():
    names = [f"nobody-{number}" for number in range(limits.MACHINE_LIMIT + 10)]
    answers = [attempt(name, REMOTE_ADDR=HERE).status_code for name in names]
    assert answers.count(200) == limits.MACHINE_LIMIT - 1
    assert set(answers[limits.MACHINE_LIMIT :]) == {429}
    member()
    assert attempt("writer", PASSWORD, REMOTE_ADDR=HERE).status_code == 429
    assert attempt("writer", PASSWORD, REMOTE_ADDR=THERE).status_code == 302


def test_E21_one_account_from_many_addresses_is_fifty_guesses_and_its_owner_comes_in():
    member()
    own = Client(REMOTE_ADDR=THERE)
    assert attempt("writer", PASSWORD, client=own).status_code == 302
    own.post(reverse("admin:logout"))
    addresses = [f"10.0.0.{number}" for number in range(limits.ACCOUNT_LIMIT + 10)]
    answers = [attempt("writer", REMOTE_ADDR=address).status_code for address in addresses]
    assert answers.count(200) == limits.ACCOUNT_LIMIT - 1
    assert attempt("writer", PASSWORD, REMOTE_ADDR="192.0.2.1").status_code == 429  # a browser nobody knows
    assert attempt("writer", PASSWORD, client=own).status_code == 302  # the browser of the owner


def test_E21_a_known_browser_is_known_for_its_own_account_and_password_only():
    member()
    other, own = member("editor"), Client(REMOTE_ADDR=THERE)
    attempt("editor", PASSWORD, client=own)
    own.post(reverse("admin:logout"))
    for number in range(limits.ACCOUNT_LIMIT):
        attempt("writer", REMOTE_ADDR=f"10.0.0.{number}")
        attempt("editor", REMOTE_ADDR=f"10.0.1.{number}")
    assert attempt("writer", PASSWORD, client=own).status_code == 429
    other.set_password("ein-anderes-2026")
    other.save()
    assert attempt("editor", "ein-anderes-2026", client=own).status_code == 429


def test_E21_a_stranger_shuts_the_account_for_their_own_address_only():
    member()
    assert statuses(9)[-1] == 429
    own = Client(REMOTE_ADDR=THERE)
    assert attempt("writer", PASSWORD, client=own).status_code == 302
    assert is_in(own)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_E21_forged_addresses_neither_help_nor_harm(count, settings):
    """Our own servers append what they saw: an attacker writes the beginning of the header, never its end."""
    settings.PROXY_COUNT = count
    member()
    seen = {0: [], 1: [HERE], 2: [HERE, "10.9.9.9"]}[count]
    peer = HERE if count == 0 else "10.0.0.1"
    answers = []
    for number in range(20):
        forged = ", ".join([f"172.16.0.{number}", THERE, *seen])
        answers.append(attempt("writer", HTTP_X_FORWARDED_FOR=forged, REMOTE_ADDR=peer).status_code)
    assert answers[5:] == [429] * 15
    victim = ", ".join([THERE, *seen[1:]]) if count else ""
    meta = {"HTTP_X_FORWARDED_FOR": victim, "REMOTE_ADDR": peer if count else THERE}
    assert attempt("writer", PASSWORD, **meta).status_code == 302


@pytest.mark.pure
@pytest.mark.parametrize(
    "count,sent,peer,counted",
    [
        (0, "6.6.6.6", "198.51.100.7", "198.51.100.7"),
        (1, "6.6.6.6, 198.51.100.7", "10.0.0.1", "198.51.100.7"),
        (1, "198.51.100.7:4711", "10.0.0.1", "198.51.100.7"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1", "10.0.0.1"),
        (2, "6.6.6.6, 198.51.100.7, 10.0.0.2", "10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "10.0.0.1", "10.0.0.1"),
        (1, "[2001:db8:1:2:3:4:5:6]:99", "10.0.0.1", "2001:db8:1:2::"),
        (1, "::ffff:198.51.100.7", "10.0.0.1", "198.51.100.7"),
        (0, "", "", "0.0.0.0"),
    ],
)
def test_E21_the_address_is_the_last_that_a_server_of_ours_has_seen(count, sent, peer, counted, settings):
    settings.PROXY_COUNT = count
    more = {"HTTP_X_FORWARDED_FOR": sent} if sent else {}
    assert where.network(RequestFactory().get("/", REMOTE_ADDR=peer, **more)) == counted


def test_E21_an_ipv6_line_is_one_address():
    member()
    answers = [attempt("writer", REMOTE_ADDR=f"2001:db8:1:2::{n:x}").status_code for n in range(1, 9)]
    assert answers[4:] == [429] * 4


def test_E21_another_browser_name_is_no_other_attacker():
    member()
    answers = [attempt("writer", REMOTE_ADDR=HERE, HTTP_USER_AGENT=f"x{n}").status_code for n in range(8)]
    assert answers[4:] == [429] * 4


def test_E21_the_owner_is_told_by_mail_and_the_record_has_it():
    person = member()
    statuses(9)
    [entry] = AccountEntry.objects.all()
    assert (entry.person, entry.act, entry.detail, entry.actor) == (person, "locked", HERE, None)
    [message] = mails()
    assert message.to == ["writer@example.com"]
    assert HERE in message.body
    for number in range(20):
        for _ in range(5):
            attempt("writer", REMOTE_ADDR=f"192.0.2.{number}")
    assert len(mails()) == 3


def test_E21_the_answer_is_the_same_whether_or_not_there_is_an_account():
    member()
    member("editor", name="gone", is_active=False)
    pages = {
        name: [attempt(name, REMOTE_ADDR=HERE) for _ in range(6)] for name in ("writer", "gone", "nobody")
    }
    codes = {name: [page.status_code for page in answers] for name, answers in pages.items()}
    assert codes["writer"] == codes["gone"] == codes["nobody"] == [200] * 4 + [429] * 2
    said = {answers[-1].content.decode().split("<p>")[1] for answers in pages.values()}
    assert len(said) == 1


def test_E21_unknown_accounts_take_as_long_as_known_ones(settings):
    """Time of this process, one after the other. The control: without the password's hash, the difference is plain."""
    settings.PASSWORD_HASHERS = ["posts.tests.door.Slow"]
    member()
    member("editor", name="gone", is_active=False)
    invited = member("editor", name="invited")
    invited.set_unusable_password()
    invited.save()
    names = ("writer", "nobody", "gone", "invited")
    spent = {name: [] for name in names}
    for round_ in range(5):
        for place, name in enumerate(names):
            spent[name].append(seconds(name, 1 + round_ * 4 + place))
    usual = median(spent["writer"])
    for name in names[1:]:
        assert abs(median(spent[name]) - usual) < 0.2 * usual, (name, spent)
    settings.PASSWORD_HASHERS = QUICK
    person = member("publisher")
    assert seconds(person.username, 99) < 0.5 * usual


def test_E21_a_new_password_by_mail_opens_the_account_again():
    person = member()
    statuses(5)
    Client(REMOTE_ADDR=HERE).post("/admin/password_reset/", {"email": person.email})
    link = next(one for one in mails()[-1].body.split() if "/admin/password_reset/" in one)
    client = Client(REMOTE_ADDR=HERE)
    form = client.get(link.removeprefix("http://testserver"), follow=True).redirect_chain[-1][0]
    words = {"new_password1": "neu-und-lang-2026", "new_password2": "neu-und-lang-2026"}
    assert client.post(form, words).status_code == 302
    assert attempt("writer", "neu-und-lang-2026", REMOTE_ADDR=HERE).status_code == 302


def test_E21_links_for_a_password_are_counted_by_address_too(settings):
    settings.PROXY_COUNT = 1
    for number in range(40):
        member("writer", name=f"w{number}")
        sent = {"HTTP_X_FORWARDED_FOR": f"6.6.6.{number}, {HERE}", "REMOTE_ADDR": "10.0.0.1"}
        assert (
            Client().post("/admin/password_reset/", {"email": f"w{number}@example.com"}, **sent).status_code
            == 302
        )
    assert len(mails()) == 30


@pytest.mark.parametrize("language", ["ja", "en"])
def test_E21_the_page_says_why_and_when_in_both_languages(language):
    client = Client(REMOTE_ADDR=HERE)
    client.cookies["django_language"] = language
    answer = [attempt("nobody", client=client) for _ in range(5)][-1]
    page = answer.content.decode()
    assert answer.status_code == 429
    assert f'<html lang="{language}"' in page
    assert timezone.localtime(limits_end()).strftime("%H:%M") in page
    assert ("ログイン" in page) == (language == "ja")
    assert page.count("<h1") == 1
    assert client.get(LOGIN).status_code == 200


def limits_end():
    last = AccessAttempt.objects.latest("attempt_time").attempt_time
    return last + timezone.timedelta(minutes=15)


def test_E21_what_is_kept_of_an_attempt_holds_no_password():
    attempt("writer", "geheim-getippt", REMOTE_ADDR=HERE)
    [row] = AccessAttempt.objects.values()
    assert "geheim-getippt" not in str(row)
