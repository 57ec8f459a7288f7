"""A public article is changed beside what readers see, corrected for everybody to read, retracted with a notice."""

import re

from playwright.sync_api import expect

NEW = "政府は方針を改めた。市場は静かだった。"


def _prepare(writer, key: int, kind: str, note: str = "") -> str:
    """The writer's change of a live article, submitted; the address that readers have."""
    writer.article(key)
    address = writer.tab.locator(".standing-now a").get_attribute("href")
    with writer.tab.expect_navigation():
        writer.tab.locator("button[name=_start]").first.click()
    writer.write(NEW)
    writer.tab.locator(f"[name=update_kind][value={kind}]").check()
    writer.tab.locator("#id_update_note").fill(note)
    writer.submit()
    expect(writer.badge).to_have_text(writer.say("In review"))
    return address


def _review_and_replace(crowd, key: int) -> None:
    editor, publisher = crowd.desk("editor"), crowd.desk("publisher")
    editor.open("admin:posts_post_review", key)
    editor.approve()
    publisher.article(key)
    step = publisher.tab.locator("details.step", has=publisher.offers("publish"))
    expect(step.locator("summary")).to_have_text(crowd.say("Replace the public text"))
    publisher.take("publish")


def test_a_live_article_is_changed_in_a_working_copy(crowd):
    key, say = crowd.site.facts["walk_change"], crowd.say
    writer, reader = crowd.desk("writer"), crowd.anybody()
    writer.article(key)
    expect(writer.tab.locator("button[name=_start]").first).to_have_text(say("Change this article"))
    address = _prepare(writer, key, "typo")
    expect(writer.tab.locator("#standing-now")).to_have_text(say("Readers see now"))
    words = "What you change here stays invisible until it is approved and published."
    expect(writer.tab.locator(".standing-next")).to_contain_text(say(words))
    reader.goto(address)
    expect(reader.locator(".prose")).to_contain_text("政府は方針を決めた。")
    writer.open("admin:posts_post_difference", key, query="?from=live&to=draft")
    expect(writer.tab.locator(".diff-inline del").first).to_have_text("決")
    expect(writer.tab.locator(".diff-inline ins").first).to_have_text("改")
    _review_and_replace(crowd, key)
    reader.reload()
    expect(reader.locator(".prose")).to_have_text(NEW)
    expect(reader.locator(".box")).to_have_count(0)


def test_a_change_without_its_kind_is_not_submitted(crowd):
    writer = crowd.desk("writer")
    writer.article(crowd.site.facts["live"])
    writer.tab.locator("[name=update_kind][value=correction]").check()
    writer.tab.locator("#id_update_note").fill("")
    crowd.watch.expected = {409, 422}
    writer.submit()
    writer.told(crowd.say("Write the note on the change that readers will see."))
    expect(writer.badge).to_have_text(crowd.say("Draft"))


def test_a_correction_says_so_to_readers(crowd):
    key = crowd.site.facts["walk_correct"]
    note = "方針の動詞を改めました。"
    address = _prepare(crowd.desk("writer"), key, "correction", note)
    _review_and_replace(crowd, key)
    reader = crowd.anybody()
    reader.goto(address)
    expect(reader.locator(".box-correction")).to_contain_text(note)
    expect(reader.locator(".prose")).to_have_text(NEW)


def test_a_retraction_leaves_a_notice_and_410(crowd):
    publisher, reader = crowd.desk("publisher"), crowd.anybody()
    publisher.article(crowd.site.facts["walk_retract"])
    address = publisher.tab.locator(".standing-now a").get_attribute("href")
    crowd.watch.expected = {409, 410, 422}
    publisher.take("retract", comment="短い", notice="取り下げました。")
    publisher.told(crowd.say("Give a reason of %(count)d characters or more.", count=10))
    publisher.take("retract", comment="数字の出典が確かめられませんでした。", notice="取り下げました。")
    expect(publisher.tab.locator(".standing-now blockquote")).to_have_text("取り下げました。")
    answer = reader.goto(address)
    assert answer.status == 410
    expect(reader.locator(".box-alert")).to_have_text("取り下げました。")
    expect(reader.locator("meta[name=robots]")).to_have_attribute("content", re.compile("noindex"))
