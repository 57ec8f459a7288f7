"""The desk's language is the person's own choice, whatever the language of the site is."""

from playwright.sync_api import expect

from .people import Crowd

OTHER = {"ja": "en", "en": "ja"}


def test_a_person_chooses_the_other_language_and_readers_keep_the_site_s(
    crowd, browser, site, language, watch
):
    other = Crowd(browser, site, OTHER[language], watch, {})
    page = other.person("writer")  # the form of the sign-in page is used
    page.goto("/admin/")
    expect(page.locator("html")).to_have_attribute("lang", OTHER[language])
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.goto("/admin/")
    page.locator(".desk-account > summary").click()
    page.locator(f"form.language button[value={language}]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(crowd.say("My desk"))
    other.close()
