"""Two people at one text, and texts of the past: nothing is lost, nothing is written over."""

import re

from playwright.sync_api import expect

BODY = "政府は方針を決めた。\n\n市場は静かだった。\n\n終わりの段落。"


def test_two_people_put_their_texts_together(crowd):
    key = crowd.site.facts["walk_conflict"]
    writer, editor = crowd.desk("writer"), crowd.desk("editor")
    writer.article(key)
    writer.write(BODY)
    writer.save()
    editor.article(key)
    expect(editor.tab.locator("[data-presence]")).to_contain_text("記者")
    editor.fill(title="編集者の題")
    editor.write(BODY.replace("静か", "活発") + "\n\n編集者の追記。")
    editor.save()
    writer.write(BODY.replace("静か", "平穏").replace("方針を決めた", "方針を示した"))
    crowd.watch.expected = {409}
    writer.save()
    page = writer.tab
    expect(page.get_by_role("heading", level=1)).to_have_text(crowd.say("Conflicting edits"))
    page.locator(".merge-ask input[value=theirs]").last.check()
    page.locator("button[name=_choose]").click()
    result = page.locator("#id_body")
    expect(result).to_have_value(re.compile("活発"))
    expect(result).to_have_value(re.compile("方針を示した"))
    expect(result).to_have_value(re.compile("編集者の追記。"))
    expect(result).not_to_have_value(re.compile("平穏"))
    page.locator("button[name=_save]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("編集者の題")
    expect(writer.body).to_contain_text("方針を示した")
    writer.open("admin:posts_post_history", key)
    page.locator(".history-conflict a").first.click()
    writer.told("平穏")


def test_an_earlier_text_comes_back_as_a_new_save(crowd):
    key = crowd.site.facts["walk_history"]
    writer = crowd.desk("writer")
    page = writer.tab
    for text in ("一つ目の文です。", "二つ目の文です。"):
        writer.article(key)
        writer.write(text)
        writer.save()
    writer.open("admin:posts_post_history", key)
    saves = page.locator(".history-save")
    expect(saves).to_have_count(2)
    expect(page.locator(".history-create")).to_have_count(1)
    saves.last.locator("a").first.click()
    writer.told("一つ目の文です。")
    writer.tab.get_by_role("button", name=crowd.say("Restore this text")).click()
    expect(writer.body).to_have_text("一つ目の文です。")
    writer.open("admin:posts_post_history", key)
    expect(saves).to_have_count(3)
    page.locator("#id_kind").select_option("steps")
    page.locator(".history-filters button").click()
    expect(saves).to_have_count(0)
    page.locator("#id_kind").select_option("texts")
    page.locator(".history-filters button").click()
    expect(saves).to_have_count(3)


def test_the_difference_marks_the_characters_that_changed(crowd):
    key = crowd.site.facts["walk_difference"]
    writer = crowd.desk("writer")
    for text in ("東京の電力は足りている。", "大阪の電力は足りている。"):
        writer.article(key)
        writer.write(text)
        writer.save()
    writer.open("admin:posts_post_history", key)
    writer.tab.locator(".history-save a").first.click()
    link = crowd.say("Compare with the one before")
    writer.tab.get_by_role("link", name=link).click()
    inline = writer.tab.locator(".diff-inline")
    expect(inline.locator("del")).to_have_text("東京")
    expect(inline.locator("ins")).to_have_text("大阪")
