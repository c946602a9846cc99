"""A headless Chromium, driven by Playwright. It ends with this process, however that ends."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, ViewportSize, expect, sync_playwright

from tests.browser_bed.install import Installation
from tests.waiting import SECONDS

SCREENSHOTS = Path("screenshots")  # build output
# CSS pixels
DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)
# Whoever writes another host into a page hears of it here, not from that host.
NO_OTHER_HOST = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


@contextlib.contextmanager
def running(chromium: Installation) -> Iterator[Browser]:
    """Start it, and end it with the block: until then no asyncio.run() can be called in this thread.

    It reaches this machine alone.
    """
    expect.set_options(timeout=SECONDS * 1000)
    with tempfile.TemporaryDirectory(prefix="browser-bed-") as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.program,
            env=chromium.environment(Path(home)),  # type: ignore[arg-type] # str is one of what it may be
            args=[NO_OTHER_HOST],
        )
        yield browser
        browser.close()


def screenshot(page: Page, name: str) -> None:
    """Write `name` in light, in dark, and as wide as a phone, into SCREENSHOTS. The page is as before, and light."""
    SCREENSHOTS.mkdir(exist_ok=True)
    size = page.viewport_size or DESKTOP
    for variant, viewport, scheme in (
        ("light", DESKTOP, "light"),
        ("dark", DESKTOP, "dark"),
        ("phone", PHONE, "light"),
    ):
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # it is one of those
        page.screenshot(path=SCREENSHOTS / f"{name}.{variant}.png", full_page=True, animations="disabled")
    page.set_viewport_size(size)
    page.emulate_media(color_scheme="light")


def keep_failed(page: Page, name: str) -> None:
    """Write what the page shows, and its HTML, into SCREENSHOTS/failed, as far as it still answers."""
    folder = SCREENSHOTS / "failed"
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(Error):
        (folder / f"{name}.html").write_text(page.content())
        page.screenshot(path=folder / f"{name}.png", full_page=True)
