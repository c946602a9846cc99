"""A real headless Chromium for tests and pictures, by Playwright: no root, no window, and nothing kept of it.

The fixtures `page`, `new_page`, `browser` and `complaints` are in fixtures.py. Wait with Playwright's `expect(…)`, which
does so for as long as a busy machine may need.
"""

from playwright.sync_api import Browser, Page, expect

from tests.browser_bed.accessibility import check_accessible
from tests.browser_bed.browser import DESKTOP, PHONE, screenshot
from tests.browser_bed.complaints import Complaints
from tests.browser_bed.fixtures import NewPage

__all__ = [
    "DESKTOP",
    "PHONE",
    "Browser",
    "Complaints",
    "NewPage",
    "Page",
    "check_accessible",
    "expect",
    "screenshot",
]
