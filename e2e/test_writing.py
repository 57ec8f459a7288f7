"""The editor: typed by keyboard and by an input method, pictures pasted, names completed, nothing lost."""

import re

from playwright.sync_api import expect

from .hands import InputMethod, copy_picture


def _fresh(crowd):
    desk = crowd.desk("writer")
    desk.open("admin:posts_post_add")
    expect(desk.body).to_be_visible()
    return desk


def test_an_input_method_is_left_in_peace(crowd):
    desk = _fresh(crowd)
    page, ime = desk.tab, InputMethod(desk.tab)
    count, address = page.locator("#ed-count-title"), page.url
    page.locator("#id_title").focus()
    ime.compose("に", "にほ", "日本")
    ime.enter()
    expect(page.locator("#id_title")).to_be_focused()
    expect(count).to_have_text(re.compile(r"^0\D"))
    ime.commit("日本の電力")
    expect(count).to_have_text(re.compile(r"^5\D"), timeout=500)
    page.keyboard.press("Enter")
    expect(page.locator("#id_summary")).to_be_focused()
    desk.body.click()
    ime.compose("でん", "電力")
    ime.enter()
    ime.commit("電力は足りている。")
    expect(desk.body).to_have_text("電力は足りている。")
    expect(page.locator("#id_body")).to_have_value("電力は足りている。")
    expect(page.locator("#ed-count-body")).to_contain_text(re.compile(r"^9\D"))
    assert page.url == address
    page.locator("#id_tags-next").focus()
    ime.compose("でん", "電力")
    ime.enter()
    expect(page.locator(".ed-tokens li")).to_have_count(0)
    ime.commit("電力")
    page.keyboard.press("Enter")
    expect(page.locator(".ed-tokens li")).to_have_text(re.compile("電力"))
    assert page.url == address
    desk.save()
    expect(page.get_by_role("heading", level=1)).to_have_text("日本の電力")


def test_a_pasted_picture_asks_for_its_words(crowd):
    desk = _fresh(crowd)
    page = desk.tab
    desk.body.click()
    page.keyboard.type("Before the picture.")
    copy_picture(page)
    page.keyboard.press("Control+V")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("img")).to_have_attribute("src", re.compile("^/media/"))
    dialog.locator("button.primary").click()
    expect(dialog).to_be_visible()  # without words it is not taken
    dialog.locator("#ed-alt").fill("青緑の四角")
    dialog.locator("button.primary").click()
    expect(desk.body).to_contain_text("![青緑の四角](/media/")
    expect(page.frame_locator(".writing iframe").locator(".prose img")).to_have_attribute("alt", "青緑の四角")


def test_names_complete_themselves_and_match_what_is_there(crowd):
    desk = _fresh(crowd)
    page = desk.tab
    page.locator("#id_tags-next").press_sequentially("市")
    page.get_by_role("option", name=re.compile("^市場")).click()
    page.locator("#id_author").press_sequentially("山田")
    option = page.get_by_role("option", name=re.compile("^山田 太郎"))
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#id_author")).to_have_value("山田 太郎")
    expect(page.locator(".ed-tokens li")).to_have_text(re.compile("市場"))
    desk.fill(title="Names")
    desk.write("Text.")
    desk.save()
    expect(page.locator("#id_tags")).to_have_value("市場")


def test_unsaved_text_survives_a_reload_and_leaving_warns(crowd):
    desk = crowd.desk("writer")
    page, warned = desk.tab, []
    page.on("dialog", lambda dialog: (warned.append(dialog.type), dialog.accept()))
    desk.article(crowd.site.facts["walk_plain"])
    desk.body.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Not saved yet.")
    expect(page.locator(".ed-status")).to_have_attribute("data-state", "autosaved")
    page.reload()
    assert warned == ["beforeunload"]
    expect(desk.body).not_to_contain_text("Not saved yet.")
    page.locator("[data-kept] a.button").click()
    expect(desk.body).to_contain_text("Not saved yet.")
    desk.save()
    expect(desk.body).to_contain_text("Not saved yet.")
    desk.open("admin:index")
    assert warned == ["beforeunload"]


def test_without_a_script_the_plain_field_saves(crowd):
    desk = crowd.desk("writer", java_script_enabled=False)
    desk.open("admin:posts_post_add")
    desk.fill(title="Plain", body="A plain *text*.", tags="市場, 電力")
    desk.save()
    expect(desk.tab.get_by_role("heading", level=1)).to_have_text("Plain")
    expect(desk.tab.locator("#id_body")).to_have_value("A plain *text*.")
    desk.fill(body="A plain *text*, changed.")
    desk.save()
    expect(desk.tab.locator("#id_body")).to_have_value("A plain *text*, changed.")
    desk.submit()
    expect(desk.badge).to_have_text(crowd.say("In review"))
