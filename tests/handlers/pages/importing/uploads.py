"""What tests of an import say over and over."""

from __future__ import annotations

import re
from html import unescape

import requests

from tests.handlers.pages.signing_in import PageUser
from tests.waiting import wait_for

SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')
ADDRESS = re.compile(r"/extensions(/import/\d+)")


def uploaded(user: PageUser, content: str | bytes, name: str = "people.csv") -> requests.Response:
    """Send a file, and return the page that answers it."""
    data = content.encode() if isinstance(content, str) else content
    return user.browser.post(
        f"{user.url}/import", data={"csrf": user.csrf()}, files={"file": (name, data, "text/csv")}
    )


def path_of(answer: requests.Response) -> str:
    """Return the address of the import that a page is of."""
    found = ADDRESS.search(answer.url)
    assert found, answer.text
    return found[1]


def seen(page: str) -> str:
    found = SEEN.search(page)
    assert found, page
    return found[1]


def carried_out(user: PageUser, preview: requests.Response, **fields: str) -> str:
    """Press the button, and return what the page says when nothing is under way any more."""
    path = path_of(preview)
    user.post(path, seen=seen(preview.text), **fields)
    return ended(user, path)


def ended(user: PageUser, path: str) -> str:
    shown = ""

    def is_over() -> bool:
        nonlocal shown
        shown = user.get(path).text
        return "data-poll" not in shown

    wait_for(is_over)
    return shown


def words(page: str) -> str:
    """Return a page's text in one line."""
    text = re.sub(r"<[^>]+>", " ", page.partition("<main id")[2].partition(">")[2])
    return re.sub(r"\s+", " ", unescape(text))
