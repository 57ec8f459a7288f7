"""axe in a page: WCAG 2.2 A and AA, and no sideways scrolling, which axe does not test (WCAG 1.4.10)."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    "rules": {"target-size": {"enabled": True}},  # off by default in axe
    "resultTypes": ["violations"],
    "preload": False,  # copies of imported style sheets, which the policy would refuse
}
_axe = Axe()


def findings(page: Page) -> list[str]:
    """What is wrong with the page as it is shown now, each with its first place; empty when nothing is."""
    answer = _axe.run(page, options=OPTIONS).response
    assert answer["passes"] or answer["violations"], "axe checked nothing"
    found = [
        f"{one['id']} ×{len(one['nodes'])}: {one['help']} ({' '.join(map(str, one['nodes'][0]['target']))})"
        for one in answer["violations"]
    ]
    wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return [*found, f"reflow: {wide}px wide in {room}px"] if wide > room + 1 else found
