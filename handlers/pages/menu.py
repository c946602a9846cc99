"""Pure: the menu: the first pages stand in the bar, the others behind “More”, so that it stays calm for admins, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

BAR = 4  # pages; five where there are no more than that


class Item(NamedTuple):
    """A page of the menu. `current`: the value of aria-current; empty: it is another one."""

    title: str
    url: str
    current: str = ""


class Menu(NamedTuple):
    """What stands in the bar, and behind “More”."""

    bar: list[Item]
    more: list[Item]

    @property
    def is_in_more(self) -> bool:
        return any(item.current for item in self.more)


def menu(pages: Sequence[tuple[str, str]], path: str) -> Menu:
    """Return the menu of (title, path) pages, with the one marked that the path is, or is below."""
    here = max((url for _, url in pages if path == url or path.startswith(f"{url}/")), key=len, default=None)
    word = "page" if path == here else "true"
    items = [Item(title, url, word if url == here else "") for title, url in pages]
    in_bar = len(items) if len(items) <= BAR + 1 else BAR
    return Menu(items[:in_bar], items[in_bar:])
