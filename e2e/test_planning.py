"""The calendar by keyboard and by drag; an embargo; a moment of the future."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, expect

NOW = datetime.now(ZoneInfo("Asia/Tokyo"))
MIDDLE = NOW.replace(day=15).date()  # the calendar shows the weeks around it, whatever the day of the test


def _moment(days: int) -> str:
    return f"{NOW + timedelta(days=days):%Y-%m-%dT%H:%M:%S}"


def _day(desk, day) -> Locator:
    return desk.tab.locator(f".cal-day[data-day='{day}']")


def _item(desk, key: int) -> Locator:
    return desk.tab.locator(f"#item-{key}")


def test_the_calendar_is_moved_by_keys(crowd):
    key, desk = crowd.site.facts["walk_plan"], crowd.desk("editor")
    page = desk.tab
    desk.open("admin:posts_calendar")
    _item(desk, key).focus()
    page.keyboard.press("m")
    field = page.locator("details.move[open] input[type=date]")
    expect(field).to_be_focused()
    field.fill(str(MIDDLE))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(_day(desk, MIDDLE).locator(f"#item-{key}")).to_be_visible()
    for arrow, day in (("ArrowRight", MIDDLE + timedelta(days=1)), ("ArrowDown", MIDDLE + timedelta(days=8))):
        _item(desk, key).focus()
        with page.expect_navigation():
            page.keyboard.press(f"Shift+{arrow}")
        expect(_day(desk, day).locator(f"#item-{key}")).to_be_visible()
    page.locator(".plan-undo button").click()
    expect(_day(desk, MIDDLE + timedelta(days=1)).locator(f"#item-{key}")).to_be_visible()


def test_the_calendar_is_moved_by_drag(crowd):
    key, desk = crowd.site.facts["walk_drag"], crowd.desk("editor")
    desk.open("admin:posts_calendar")
    for day in (MIDDLE - timedelta(days=2), MIDDLE - timedelta(days=3)):
        item = desk.tab.locator("[draggable=true]", has=_item(desk, key))
        with desk.tab.expect_navigation():
            item.drag_to(_day(desk, day).locator(".cal-date"), source_position={"x": 4, "y": 4})
        expect(_day(desk, day).locator(f"#item-{key}")).to_be_visible()


def test_an_embargo_refuses_and_a_later_moment_is_planned(crowd):
    key, say = crowd.site.facts["walk_embargo"], crowd.say
    publisher, reader = crowd.desk("publisher"), crowd.anybody()
    publisher.open("admin:posts_post_card", key)
    publisher.tab.locator("[name=card-embargo_until]").fill(_moment(1))
    with publisher.tab.expect_navigation():
        publisher.tab.locator(".desk-card [type=submit]").click()
    publisher.article(key)
    crowd.watch.expected = {409}
    publisher.take("publish")
    refusal = say("There is an embargo until %(time)s.").split("%(time)s")
    for part in filter(None, refusal):
        publisher.told(part)
    expect(publisher.badge).to_have_text(say("Approved"))
    publisher.take("publish", at=_moment(2))
    expect(publisher.badge).to_have_text(say("Scheduled"))
    title = "記事 walk_embargo"
    reader.goto("/")
    expect(reader.locator("main")).not_to_contain_text(title)
    publisher.tab.goto(f"/?at={_moment(3)[:16]}")
    expect(publisher.tab.locator("main")).to_contain_text(title)
    reader.goto(f"/?at={_moment(3)[:16]}")
    expect(reader.locator("main")).not_to_contain_text(title)
    day = (NOW + timedelta(days=2)).date()
    publisher.open("admin:posts_calendar", query=f"?view=day&day={day}")
    expect(publisher.tab.locator(".item-scheduled .item-title")).to_contain_text([title])
