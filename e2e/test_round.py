"""The whole round with four people in four browsers and a reader: written, reviewed, returned, answered, approved,
published, changed."""

import re

from playwright.sync_api import expect

TITLE = {"ja": "港の電力計画", "en": "The harbour's power plan"}
BODY = "港は電力を自前で作る。\n\n計画は三年で終わる。"
REASON = "出典を一つ加えてください。"


def _write(writer, say, language: str) -> int:
    """The writer's new article, sent to the editor by name; its number."""
    writer.open("admin:posts_post_add")
    writer.fill(title=TITLE[language], summary="港の計画。")
    writer.write(BODY)
    writer.save()
    expect(writer.badge).to_have_text(say("Draft"))
    writer.submit(reviewer="編集", comment="よろしくお願いします。")
    expect(writer.badge).to_have_text(say("In review"))
    expect(writer.tab.locator(".cm-content")).to_have_count(0)
    return writer.key


def _note(editor, passage: str, words: str) -> None:
    """Choose a passage in the text by the mouse's selection and write a note that must be settled."""
    frame = editor.tab.frame_locator("iframe.rv-frame")
    paragraph = frame.locator(".prose p", has_text=passage)
    paragraph.evaluate(
        """(node, words) => {
            const text = node.firstChild, at = text.data.indexOf(words), range = document.createRange()
            range.setStart(text, at); range.setEnd(text, at + words.length)
            const chosen = node.ownerDocument.getSelection()
            chosen.removeAllRanges(); chosen.addRange(range)
        }""",
        passage,
    )
    editor.tab.locator("[data-pick]").click()
    form = editor.tab.locator("[data-new] form")
    expect(form.locator("[name=quote]")).to_have_value(passage)
    form.locator("[name=comment]").fill(words)
    form.locator("[name=must]").check()
    form.locator("button[type=submit]").click()
    expect(editor.tab.locator(".note-must .note-quote")).to_have_text(passage)


def _find_on_my_desk(editor, key: int, title: str) -> None:
    """What was asked of the editor stands on the desk, counted in the menu, one click from its review."""
    editor.open("admin:index")
    row = editor.tab.locator(".queue-review .row", has_text=title)
    expect(row.locator(".chip-mine")).to_have_text(editor.say("Asked of you"))
    waiting = editor.tab.locator(".queue-review .desk-count").inner_text()
    expect(editor.tab.locator(".desk-nav .desk-count")).to_contain_text(waiting)
    row.locator(".row-act").click()
    expect(editor.tab).to_have_url(re.compile(f"/post/{key}/review/"))


def _return(crowd, editor) -> None:
    """A note that must be settled holds the approval up; without a reason nothing is returned."""
    _note(editor, "三年で", "どこに書いてありますか。")
    bar = editor.tab.locator("[data-bar]")
    expect(bar).to_contain_text(crowd.say("Approve") + ":")
    expect(editor.offers("approve")).to_have_count(0)
    crowd.watch.expected = {409, 422}
    editor.take("request_changes", comment="  ")
    expect(bar).to_contain_text(crowd.say("This field is required."))
    editor.take("request_changes", comment=REASON)


def _answer(writer, say, key: int, title: str) -> None:
    """The writer finds the reason, answers, mends the text, and sends it again."""
    writer.open("admin:index")
    row = writer.tab.locator(".queue-returned .row", has_text=title)
    expect(row.locator(".row-reason")).to_have_text(REASON)
    row.locator(".row-act").click()
    expect(writer.badge).to_have_text(say("Returned"))
    writer.told(REASON)
    note = writer.tab.locator(".note-must")
    note.locator("details.note-reply > summary").click()
    note.locator("textarea[name=comment]").fill("統計の表です。")
    note.locator(".note-reply button[type=submit]").click()
    expect(writer.tab.locator(".note-answers")).to_contain_text("統計の表です。")
    writer.write(BODY + "\n\n出典：港の統計。")
    writer.submit()
    expect(writer.badge).to_have_text(say("In review"))
    expect(writer.offers("approve")).to_have_count(0)
    writer.open("admin:posts_post_review", key)
    expect(writer.offers("approve")).to_have_count(0)


def _approve(editor, key: int) -> None:
    editor.open("admin:posts_post_review", key)
    editor.tab.locator(".note-must form:has([value=resolve]) button").click()
    expect(editor.tab.locator(".notes-settled .note-must")).to_have_count(1)
    editor.tab.reload()
    editor.approve()


def test_four_people_bring_an_article_to_its_readers(crowd, language):
    say, title = crowd.say, TITLE[language]
    writer, editor, publisher, admin = map(crowd.desk, ("writer", "editor", "publisher", "admin"))
    reader = crowd.anybody()
    key = _write(writer, say, language)
    _find_on_my_desk(editor, key, title)
    _return(crowd, editor)
    _answer(writer, say, key, title)
    _approve(editor, key)
    writer.article(key)
    expect(writer.badge).to_have_text(say("Approved"))
    expect(writer.offers("publish")).to_have_count(0)
    reader.goto("/")
    expect(reader.locator("main")).not_to_contain_text(title)
    publisher.open("admin:index")
    publisher.tab.locator(".queue-ready .row", has_text=title).locator(".row-act").click()
    with publisher.tab.expect_navigation():
        publisher.tab.locator(".desk-alone button.primary").click()
    publisher.article(key)
    address = publisher.tab.locator(".standing-now a").get_attribute("href")
    reader.goto(address)
    expect(reader.locator("h1")).to_have_text(title)
    expect(reader.locator(".prose")).to_contain_text("出典：港の統計。")
    reader.goto("/")
    expect(reader.locator("main")).to_contain_text(title)
    admin.open("admin:posts_post_record", key)
    admin.told("編集")
    admin.open("admin:posts_post_history", key)
    for words in (REASON, "統計の表です。", "よろしくお願いします。"):
        admin.told(words)
