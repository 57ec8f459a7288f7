"""A second factor in a browser: set up with a picture, asked for at the next sign-in, and a door that shuts."""

import base64

from django_otp.oath import totp
from playwright.sync_api import expect

from .cast import PASSWORD
from .test_pages import _look

WHO = "careful"


def _code(key: str, steps: int = 0) -> str:
    """What a program for one-time codes shows; `steps` half minutes from now."""
    return f"{totp(base64.b32decode(key + '=' * (-len(key) % 8)), t0=-30 * steps):06d}"


def _password(tab) -> None:
    tab.goto("/admin/login/")
    tab.locator("#id_username").fill(WHO)
    tab.locator("#id_password").fill(PASSWORD.format(role=WHO))
    tab.locator("#login-form [type=submit]").click()


def _send(tab, code: str) -> None:
    tab.locator("#id_code").fill(code)
    with tab.expect_navigation():
        tab.locator("#id_code").press("Enter")


def test_a_person_sets_it_up_and_signs_in_with_a_code_and_with_a_recovery_code(crowd):
    say, found = crowd.say, []
    crowd.watch.expected = {422}
    tab = crowd.person(WHO)
    tab.goto("/admin/")
    tab.locator(".desk-account > summary").click()
    tab.get_by_role("link", name=say("Second factor"), exact=True).click()
    tab.locator("#password_begin").fill(PASSWORD.format(role=WHO))
    tab.get_by_role("button", name=say("Set up the second factor")).click()
    picture = tab.get_by_role("img", name=say("The key below as a QR code"))
    assert picture.evaluate("image => image.complete && image.naturalWidth > 200")
    tab.locator("summary", has_text=say("No camera? Type the key")).click()
    key = tab.locator(".factor-key").inner_text().replace(" ", "")
    found += _look(tab)
    _send(tab, "000000")
    expect(tab.locator("#code_error")).to_be_visible()
    found += _look(tab)
    tab.wait_for_timeout(1500)  # the pause after a wrong code
    _send(tab, _code(key))
    codes = tab.locator(".factor-codes code").all_inner_texts()
    assert len(codes) == 10
    found += _look(tab)
    tab.get_by_role("link", name=say("I have kept them")).click()
    expect(tab.locator(".factor-state.is-on")).to_be_visible()
    found += _look(tab)

    again = crowd.anybody()
    _password(again)
    expect(again.get_by_role("heading", level=1)).to_have_text(say("Second step"))
    found += _look(again)
    _send(again, _code(key, 1))  # the code of a moment ago has been used
    expect(again.get_by_role("heading", level=1)).to_have_text(say("My desk"))

    lost = crowd.anybody()
    _password(lost)
    lost.get_by_role("link", name=say("Device not at hand? Use a recovery code")).click()
    found += _look(lost)
    _send(lost, codes[3])
    expect(lost.get_by_role("heading", level=1)).to_have_text(say("My desk"))
    assert found == []


def test_who_fails_too_often_reads_why_and_when_it_works_again(crowd):
    crowd.watch.expected = {429}
    tab = crowd.anybody()
    for _ in range(5):
        tab.goto("/admin/login/")
        tab.locator("#id_username").fill("nobody-at-all")
        tab.locator("#id_password").fill("wrong")
        with tab.expect_navigation():
            tab.locator("#login-form [type=submit]").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(crowd.say("Too many failed sign-ins"))
    assert _look(tab) == []
