"""Many articles at once from the list: what cannot be done is left out, with its reason."""

from playwright.sync_api import expect


def _choose(desk, *names: str) -> None:
    desk.open("admin:posts_post_changelist", query="?q=walk_")
    for name in names:
        row = desk.tab.locator("#result_list tbody tr", has_text=f"記事 {name}")
        row.locator("input.action-select").check()


def _act(desk, act: str) -> None:
    desk.tab.locator("select[name=action]").select_option(act)
    with desk.tab.expect_navigation():
        desk.tab.locator("button[name=index]").click()


def test_a_bulk_approval_says_why_one_is_left_out(crowd):
    editor, say = crowd.desk("editor"), crowd.say
    page = editor.tab
    _choose(editor, "walk_one", "walk_two", "walk_must", "walk_plain")
    _act(editor, "bulk_approve")
    expect(page.locator(".bulk-unfit")).to_contain_text("walk_plain")
    page.locator("[name=acknowledged]").check()
    page.locator("button[name=_confirm]").click()
    expect(page.locator(".bulk-sum")).to_have_text(
        say("Done: %(done)s. Left out: %(skipped)s.", done=2, skipped=2)
    )
    expect(page.locator(".bulk-did")).to_have_count(2)
    left = page.locator(".bulk-skipped", has_text="walk_must").locator(".bulk-reason")
    expect(left).to_contain_text({"ja": "1件", "en": "1 note"}[crowd.language])
    editor.article(crowd.site.facts["walk_one"])
    expect(editor.badge).to_have_text(say("Approved"))
    editor.article(crowd.site.facts["walk_must"])
    expect(editor.badge).to_have_text(say("In review"))


def test_writers_are_not_offered_to_approve_many(crowd):
    writer = crowd.desk("writer")
    writer.open("admin:posts_post_changelist")
    offered = writer.tab.locator("select[name=action] option")
    expect(offered.and_(writer.tab.locator("[value=bulk_submit]"))).to_have_count(1)
    expect(offered.and_(writer.tab.locator("[value=bulk_approve]"))).to_have_count(0)
