"""An import as somebody sees it: file, preview, progress bar, passwords."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from models.actor import Actor
from tests.browser_bed.accessibility import check_accessible
from tests.browser_bed.browser import screenshot
from tests.handlers.pages.signing_in import make_link
from tests.server import Switchhook

NUMBERS = range(2000, 2298)


@pytest.fixture(scope="module")
def more_environment() -> dict[str, str]:
    return {"EXTENSION_RANGE": "2000-2999"}


@pytest.fixture
def people(folder: Path) -> Path:
    """300 rows, two of which cannot be taken."""
    rows = [f"{number},Person {number}" for number in NUMBERS]
    file = folder / "people.csv"
    file.write_text("\n".join(["number,name", *rows, "112,Help", "2000,Twice", ""]), encoding="utf-8-sig")
    return file


def sign_in(page: Page, switchhook: Switchhook, database_url: str) -> None:
    switchhook.slack.add_user(switchhook.admin_id, "alice")
    link = make_link(database_url, Actor.slack(switchhook.admin_id), "Alice Admin")
    page.goto(f"{switchhook.url}/extensions/sign-in/link/{link}")
    page.get_by_role("button", name="Sign in as").click()


def test_three_hundred_rows_are_looked_at_and_followed_until_all_are_live(
    page: Page, switchhook: Switchhook, database_url: str, people: Path
) -> None:
    sign_in(page, switchhook, database_url)
    page.get_by_role("link", name="Import a CSV").click()
    check_accessible(page)
    page.get_by_label("CSV file").set_input_files(people)
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.locator("#import-step")).to_contain_text("2 would be refused, 298 would be created.")
    expect(page.locator("tbody tr").first).to_contain_text("112 is an emergency number")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Page 2 of 3")).to_be_visible()
    page.get_by_role("link", name="Refused (2)").click()  # fewer rows to look at
    check_accessible(page)
    screenshot(page, "import-preview")
    page.get_by_role("button", name="Import 298 rows").click()
    expect(page.locator("#import-step")).to_contain_text("298 of 298 imported extensions are live.")
    expect(page.locator("tbody tr").first).to_contain_text("112 is an emergency number")
    page.get_by_role("link", name="Refused (2)").click()
    check_accessible(page)
    screenshot(page, "import-result")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download the passwords").click()
    assert len(downloading.value.path().read_text(encoding="utf-8-sig").splitlines()) == 1 + len(NUMBERS)
