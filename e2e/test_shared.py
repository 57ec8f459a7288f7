"""A shared preview: read without an account, answered with a remark, ended."""

from playwright.sync_api import expect


def _link(desk, key: int, label: str) -> str:
    desk.open("admin:posts_post_share", key)
    desk.fill(label=label)
    with desk.tab.expect_navigation():
        desk.tab.locator("button[name=_make]").click()
    return desk.tab.locator(".share-address input").first.input_value()


def test_an_outside_reader_answers_and_the_link_ends(crowd):
    key, say = crowd.site.facts["walk_shared"], crowd.say
    writer, outsider = crowd.desk("writer"), crowd.anybody()
    address = _link(writer, key, "監修の先生")
    answer = outsider.goto(address)
    assert answer.status == 200
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    expect(outsider.locator("h1")).to_have_text("記事 walk_shared")
    remark = outsider.locator("#remark")
    remark.locator("[name=name]").fill("佐藤")
    remark.locator("[name=verdict][value=changes]").check()
    remark.locator("[name=text]").fill("二段落目の数字を確かめてください。")
    with outsider.expect_navigation():
        remark.locator("button[type=submit]").click()
    expect(outsider.locator(".remark-thanks")).to_be_visible()
    writer.open("admin:posts_post_share", key)
    told = writer.tab.locator(".share-remark")
    expect(told).to_contain_text("二段落目の数字を確かめてください。")
    expect(told.locator(".badge")).to_have_text(say("Needs changes"))
    writer.article(key)
    expect(writer.badge).to_have_text(say("Draft"))
    writer.open("admin:posts_post_share", key)
    with writer.tab.expect_navigation():
        writer.tab.locator("button[name=_revoke]").click()
    expect(writer.tab.locator(".share-link.is-ended")).to_contain_text(say("Ended by hand"))
    crowd.watch.expected = {404}
    assert outsider.goto(address).status == 404
    expect(outsider.locator("h1")).to_have_text(say("This link is no longer valid"))
    expect(outsider.locator("main")).not_to_contain_text("walk_shared")


def test_a_shared_address_opens_nothing_else(crowd):
    outsider = crowd.anybody()
    outsider.goto(f"/shared/{crowd.site.facts['link']}/")
    outsider.goto("/admin/")
    expect(outsider.locator("#login-form")).to_be_visible()
    outsider.goto(f"/preview/{crowd.site.facts['draft_revision']}/")
    expect(outsider.locator("#login-form")).to_be_visible()
