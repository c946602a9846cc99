"""`make pictures`: draw every message, window and App Home, wide and narrow, light and dark, into pictures/."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, ViewportSize

from tests.browser_bed.browser import running
from tests.browser_bed.install import debians
from tests.debian_packages import InstallError
from tests.pictures import page
from tests.pictures.ordinary.people import CHANNELS, USERS
from tests.pictures.renderer import STYLE, RenderError, Surface, render
from tests.pictures.scenes import Scene, scenes, surfaces

FOLDER = Path("pictures")
MISSING = "[...document.images].filter(each => !each.naturalWidth).map(each => each.src.slice(0, 200))"


@dataclass(frozen=True)
class Variant:
    """How a picture is taken; widths in CSS pixels are those of a message column in Slack."""

    width: int
    theme: str
    phone: bool = False

    @property
    def name(self) -> str:
        return f"{'phone' if self.phone else 'desktop'}.{self.theme}"


VARIANTS = [
    Variant(width, theme, phone)
    for width, phone in ((720, False), (390, True))
    for theme in (page.LIGHT, page.DARK)
]


def main(only: str) -> str | None:
    """Draw what has `only` in its title; return what went wrong, if anything did."""
    shown = list(scenes(only))
    if not shown:
        return f"no picture has “{only}” in its name"
    try:
        _draw(shown)
    except (InstallError, Error, RenderError) as error:
        return str(error)
    names = [each.name for each in VARIANTS]
    (FOLDER / "index.html").write_text(page.index([each.title for each in shown], names))
    print(f"{len(shown) * len(VARIANTS)} pictures: {FOLDER / 'index.html'}")
    return None


def _draw(shown: list[Scene]) -> None:
    html = render(list(_surfaces(shown)), USERS, CHANNELS)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with running(debians()) as browser:
        pages = {
            (variant, is_sharp): _page(browser, variant, is_sharp)
            for variant in VARIANTS
            for is_sharp in (True, False)
        }
        for at, scene in enumerate(shown, 1):
            print(f"[{at:3}/{len(shown)}] {scene.title}", flush=True)
            for variant in VARIANTS:
                _take(pages[variant, scene.is_sharp], scene, variant, html)


def _page(browser: Browser, variant: Variant, is_sharp: bool) -> Page:
    size = ViewportSize(width=variant.width, height=600)
    return browser.new_page(
        viewport=size, device_scale_factor=1.5 if is_sharp else 1, is_mobile=variant.phone
    )


def _take(shown: Page, scene: Scene, variant: Variant, html: dict[str, str]) -> None:
    """Raises RenderError: a picture in it does not load."""
    shown.set_content(page.page(scene.html(html, variant.theme), variant.theme, STYLE.read_text()))
    if missing := shown.evaluate(MISSING):
        raise RenderError(f"{scene.title}: pictures that do not load: {missing}")
    shown.locator("html").screenshot(path=FOLDER / f"{scene.title}.{variant.name}.png")


def _surfaces(shown: list[Scene]) -> Iterator[Surface]:
    for scene in shown:
        for theme in (page.LIGHT, page.DARK):
            yield from surfaces(scene, theme)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
