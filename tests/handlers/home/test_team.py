"""The team list of a Home: who is there, page by page."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.home import team
from handlers.home.action_ids import SEARCH
from handlers.home.team import PAGE_SIZE
from handlers.home.views import View, phone_home
from models.extension import State
from models.types import now
from pbx.services import Services
from tests.factories import answered, registered, ringing, store
from tests.handlers.home.homes import EVE, add, content, home, labels


def search_of(view: View) -> dict[str, Any]:
    return next(block for block in view["blocks"] if block["type"] == "input")


def test_everybody_is_listed_with_how_their_phone_is(quiet: Services) -> None:
    add(quiet, "101", "Alice", slack_user_id="U0ALICE01")
    add(quiet, "102")
    add(quiet, "103", "Carol")
    add(quiet, "104", "Dan", enabled=False)
    add(quiet, "105", "Emil", state=State.PENDING, last_verified=None)
    add(quiet, "106", "Gone", state=State.DELETING)
    store(quiet, *map(registered, ("101", "102", "104", "105")))
    store(quiet, ringing(callee="102", at=now().timestamp()), answered(callee="102", at=now().timestamp()))
    assert home(quiet, EVE).partition("Team\n")[2].split("\n") == [
        "5 extensions · 2 🟢 registered",
        "Search: [ Name, number, e-mail or notes, then Enter ]",
        "📞 101 · Alice @U0ALICE01",
        "📞 102 · Bob",
        "⚫ 103 · Carol",
        "🚫 104 · Dan · disabled",
        "🕓 105 · Emil · not live",
    ]


def test_no_light_is_shown_while_nobody_knows(quiet: Services) -> None:
    add(quiet, "101", "Alice")
    store(quiet, registered("101"))
    shown = home(quiet, EVE, listener="none runs")
    assert "❔ 101 · Alice" in shown
    assert "registered ·" not in shown
    assert "1 extension\n" in shown


def test_pages_are_turned_and_the_last_one_stays_where_there_are_fewer_by_now(quiet: Services) -> None:
    for number in range(100, 100 + 2 * PAGE_SIZE + 1):
        add(quiet, str(number), f"Person {number}")
    first, last = phone_home(content(quiet, EVE)), phone_home(content(quiet, EVE, 99))
    assert (labels(first), labels(last)) == (["Next ▶"], ["◀ Back"])
    assert "Page 1 of 3" in home(quiet, EVE)
    assert "⚫ 150 · Person 150\nPage 3 of 3" in home(quiet, EVE, 99)
    assert "149" not in home(quiet, EVE, 99)


def test_a_search_finds_names_numbers_and_addresses_and_can_be_cleared(quiet: Services) -> None:
    add(quiet, "101", "Alice Öz", email="oez@example.com")
    add(quiet, "102", "Bob")
    for words in ("öz", "OEZ@", "101"):
        shown = home(quiet, EVE, 1, words)
        assert ("Alice Öz" in shown, "Bob" in shown) == (True, False)
    view = phone_home(content(quiet, EVE, 1, "ÖZ"))
    assert labels(view) == ["✖ Clear the search"]
    assert "2 extensions · 0 🟢 registered · 1 with “ÖZ”" in home(quiet, EVE, 1, "ÖZ")
    assert "Nobody has that." in home(quiet, EVE, 1, "zzz")


def test_what_somebody_is_typing_outlives_a_refresh_and_not_a_search(quiet: Services) -> None:
    add(quiet, "101", "Alice")
    before = search_of(phone_home(content(quiet, EVE)))
    store(quiet, registered("101"))
    assert search_of(phone_home(content(quiet, EVE))) == before
    searched = search_of(phone_home(content(quiet, EVE, 1, "alice")))
    assert searched["block_id"] != before["block_id"]
    assert searched["element"]["initial_value"] == "alice"
    assert searched["element"]["action_id"] == SEARCH


@pytest.mark.parametrize(
    ("value", "way"),
    [
        ("2 alice b", (2, "alice b")),
        ("1 ", (1, "")),
        ("0 x", (1, "x")),
        ("", (1, "")),
        ("x y", (1, "")),
        ("٣ x", (1, "")),
        ("99999999999 x", (1, "")),
    ],
)
def test_a_button_says_which_page_of_which_search(value: str, way: tuple[int, str]) -> None:
    assert team.parse_way(value) == way
