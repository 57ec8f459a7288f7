"""Findings beside the text: checked while it is typed, led to, put right as an edit, waived with a reason."""

from playwright.sync_api import expect

from .hands import InputMethod

PARAGRAPH = "推論に使う電力は、モデルの大きさと問い合わせの長さでほぼ決まります。設備の更新は来年度です。"
MARKED = f"{PARAGRAPH}\n\n---END---\n\n終わりの段落です。"


def _marked(crowd):
    """A new article with a generator's mark, and the panel that knows of it."""
    desk = crowd.desk("writer")
    desk.open("admin:posts_post_add")
    desk.fill(title="工場の検査を助けるAIの費用と効果", summary="三つの工場の検査時間を一年分比べました。")
    desk.write(MARKED)
    expect(desk.tab.locator("[data-finding='ai.marker']")).to_be_visible()
    return desk


def test_a_finding_appears_while_writing_and_leads_to_its_place(crowd):
    desk = _marked(crowd)
    page = desk.tab
    expect(page.locator(".cm-line.ed-hit-error")).to_have_text("---END---")
    page.locator("[data-finding='ai.marker'] [data-jump-to]").click()
    expect(desk.body).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "---END---"
    page.keyboard.press("Delete")
    expect(page.locator("[data-finding='ai.marker']")).to_have_count(0)


def test_a_fix_is_looked_at_taken_over_and_undone(crowd):
    desk = _marked(crowd)
    page, body = desk.tab, desk.tab.locator("#id_body")
    page.locator("[data-key='fix-ai.marker']").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("del")).to_have_text(["---END---"])
    page.keyboard.press("Escape")
    expect(page.locator("[data-key='fix-ai.marker']")).to_be_focused()
    expect(body).to_have_value(MARKED)
    page.locator("[data-key='fix-ai.marker']").click()
    dialog.locator("button[type=submit]").click()
    expect(body).to_have_value(MARKED.replace("---END---\n\n", ""))
    page.locator(".findings-undo").click()
    expect(body).to_have_value(MARKED)


def test_nothing_is_checked_while_an_input_method_composes(crowd):
    desk = _marked(crowd)
    asked = []
    desk.tab.on("request", lambda request: asked.append(request.url) if "check-text" in request.url else None)
    ime = InputMethod(desk.tab)
    desk.body.click()
    ime.compose("で", "でん", "電")
    desk.tab.wait_for_timeout(2000)
    assert not asked
    with desk.tab.expect_request("**/check-text/"):
        ime.commit("電力")


def test_an_error_is_waived_with_a_reason(crowd):
    desk = _marked(crowd)
    desk.save()
    key = desk.key
    publisher = crowd.desk("publisher")
    publisher.open("admin:posts_post_review", key)
    page = publisher.tab
    page.locator("[data-key='waive-ai.marker'] > summary").click()
    page.locator("[name='reason-ai.marker']").fill("引用した記号のため、このまま掲載します。")
    with page.expect_navigation():
        page.locator("[name=_waive]").click()
    expect(page.locator("[data-finding='ai.marker']")).to_have_count(0)
    publisher.open("admin:posts_waivers")
    publisher.told("引用した記号のため")
