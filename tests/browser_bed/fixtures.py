"""Fixtures for tests of pages; tests/conftest.py makes them known."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser_bed.browser import DESKTOP, keep_failed, running
from tests.browser_bed.complaints import Complaints
from tests.browser_bed.install import find_chromium
from tests.waiting import SECONDS

HAS_FAILED = pytest.StashKey[bool]()
NewPage = Callable[..., Page]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[HAS_FAILED] = report.failed or item.stash.get(HAS_FAILED, False)
    return report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a file: it starts in half a second, and files without pages keep asyncio.run()."""
    with running(find_chromium()) as started:
        yield started


@pytest.fixture
def complaints() -> Complaints:
    """What browsers complain of in this test; `complaints.expect("status of 403")` forgives what it brings about."""
    return Complaints()


@pytest.fixture
def new_page(browser: Browser, complaints: Complaints, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Open pages of people of their own, without each other's cookies, by Playwright's options of a context.

    As `new_page(viewport=PHONE, color_scheme="dark", java_script_enabled=False)`; a second tab of the same person is
    `page.context.new_page()`. If the test fails, what each shows is kept in screenshots/failed; it does fail when a
    browser complained.
    """

    def open_one(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **options})
        context.set_default_timeout(SECONDS * 1000)
        complaints.follow(context)
        return context.new_page()

    yield open_one
    if complaints.unexpected or request.node.stash.get(HAS_FAILED, False):
        shown = [page for context in browser.contexts for page in context.pages]
        for at, page in enumerate(shown):
            keep_failed(page, re.sub(r"[^\w.-]+", "-", f"{request.node.nodeid}.{at}"))
    for context in browser.contexts:
        context.close()
    assert complaints.unexpected == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page of somebody at a desk, light."""
    return new_page()
