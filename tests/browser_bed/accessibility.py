"""Whether everybody can use a page, as far as a program can say: axe, and what it does not look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.browser_bed.browser import DESKTOP

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
NARROW = ViewportSize(
    width=320, height=640
)  # WCAG 1.4.10: nobody scrolls in two directions at 320 CSS pixels
TOO_WIDE = """
[...document.querySelectorAll("body *")].filter(each => each.getBoundingClientRect().right > innerWidth + 1)
    .map(each => each.outerHTML.slice(0, 120))
"""


def check_accessible(page: Page, others: Sequence[str] = ()) -> None:
    """Look at it light and wide, then dark and as narrow as it gets; it is as before afterwards, and light.

    `others`: rules that the markup of somebody else's library breaks. Raises AssertionError, with rule, element and remedy of everything that axe finds (WCAG 2.2 A and AA, best practices).
    """
    size = page.viewport_size or DESKTOP
    _check_with_axe(page, "light", others)
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    _check_with_axe(page, "dark, 320 pixels wide", others)
    _check_reflow(page)
    page.set_viewport_size(size)
    page.emulate_media(color_scheme="light")


def _check_with_axe(page: Page, seen: str, others: Sequence[str]) -> None:
    rules = {rule: {"enabled": False} for rule in others}
    violations = Axe().run(page, options=OPTIONS | {"rules": rules}).response["violations"]
    assert violations == [], f"{page.url} ({seen}):\n" + "\n".join(map(_words, violations))


def _words(violation: dict[str, Any]) -> str:
    nodes = (f"  {node['html'][:300]}\n    {node['failureSummary']}" for node in violation["nodes"])
    return f"{violation['id']}: {violation['help']} {violation['helpUrl']}\n" + "\n".join(nodes)


def _check_reflow(page: Page) -> None:
    is_too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not is_too_wide, f"{page.url} is wider than 320 pixels:\n" + "\n".join(page.evaluate(TOO_WIDE))
