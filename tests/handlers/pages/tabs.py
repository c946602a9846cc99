"""Tabs of a browser that show the list, and what a person does with them."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from tests.handlers.pages.signing_in import PageUser
from tests.server import Switchhook

SignedIn = Callable[[PageUser], BrowserContext]


def give_cookie(context: BrowserContext, user: PageUser) -> None:
    cookie = {"name": "switchhook", "value": str(user.browser.cookies["switchhook"])}
    context.add_cookies([{**cookie, "url": user.url}])  # type: ignore[typeddict-item] # a cookie's two forms


def open_tab(context: BrowserContext, user: PageUser, port: int = 0) -> Page:
    """Open the list, by another port if one is given. Its clock goes as others do, until it is put forward by pass_time()."""
    tab = context.new_page()
    tab.clock.install()
    tab.goto(f"http://127.0.0.1:{port}/extensions" if port else user.url)
    expect(row(tab, "101")).to_be_visible()
    tab.evaluate("window.isNotReloaded = true")
    return tab


def row(tab: Page, number: str) -> Locator:
    return tab.locator(f"#extension-{number}")


def is_not_reloaded(tab: Page) -> bool:
    return bool(tab.evaluate("window.isNotReloaded === true"))


def streams(context: BrowserContext) -> list[Request]:
    """The streams that are asked for from now on."""
    found: list[Request] = []
    context.on("request", lambda each: found.append(each) if each.url.endswith("/extensions/live") else None)
    return found


def flask(switchhook: Switchhook, *arguments: str) -> None:
    done = switchhook.flask(*arguments)
    assert done.returncode == 0, done.stderr


def see(tab: Page, *, is_seen: bool) -> None:
    """Have the page believe that somebody sees it, or not: a headless browser shows all of them."""
    tab.evaluate(
        "isHidden => { Object.defineProperty(document, 'hidden', {value: isHidden, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange')); }",
        not is_seen,
    )


def come_back(tab: Page) -> None:
    """Look at another tab, and then at this one again."""
    see(tab, is_seen=False)
    see(tab, is_seen=True)


def add_form(tab: Page) -> None:
    """Put a form into the list, as other pages have."""
    form = '<form method="post"><input id="typed"></form>'
    tab.evaluate("form => document.querySelector('#list').insertAdjacentHTML('beforeend', form)", form)


def pass_time(tab: Page, *seconds: int) -> None:
    """Have what the page waits for come now, each time once."""
    for each in seconds:
        tab.clock.fast_forward(each * 1000)


def without_stream(context: BrowserContext, user: PageUser) -> None:
    """Have the list be as of a web process that has no streams."""
    page = re.sub('data-stream="[^"]+"', 'data-stream=""', user.get().text)
    context.route("**/extensions", lambda route: route.fulfill(content_type="text/html", body=page))


def never(route: Route) -> None:
    """Leave a request without an answer."""
