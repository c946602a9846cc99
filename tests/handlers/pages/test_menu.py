"""The menu, without a server."""

from __future__ import annotations

from handlers.pages.menu import menu

PAGES = [(name.title(), f"/extensions/{name}") for name in ("mine", "reports", "events", "nat", "audit")]
ALL = [("Extensions", "/extensions"), *PAGES]


def test_few_pages_all_stand_in_the_bar() -> None:
    shown = menu(ALL[:5], "/extensions")
    assert [item.title for item in shown.bar] == ["Extensions", "Mine", "Reports", "Events", "Nat"]
    assert shown.more == []


def test_the_others_of_many_stand_behind_more() -> None:
    shown = menu(ALL, "/extensions/audit")
    assert [item.title for item in shown.bar] == ["Extensions", "Mine", "Reports", "Events"]
    assert [(item.title, item.current) for item in shown.more] == [("Nat", ""), ("Audit", "page")]
    assert shown.is_in_more


def test_a_page_below_another_marks_it_and_no_other() -> None:
    for path, expected in (
        ("/extensions", [("Extensions", "page")]),
        ("/extensions/101/edit", [("Extensions", "true")]),
        ("/extensions/events/7", [("Events", "true")]),
        ("/elsewhere", []),
    ):
        shown = menu(ALL, path)
        assert [(item.title, item.current) for item in (*shown.bar, *shown.more) if item.current] == expected
