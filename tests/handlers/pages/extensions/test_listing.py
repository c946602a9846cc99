"""The list of extensions, for who is signed in."""

from __future__ import annotations

from html import unescape

import pytest

from models.extension import State
from pbx.services import Services
from tests.factories import insert_extension
from tests.handlers.pages.in_process import LocalUser, admin, colleague, services, shared_app, system

__all__ = ["admin", "colleague", "services", "shared_app", "system"]
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module", autouse=True)
def extensions(services: Services) -> None:
    insert_extension(services, "101", state=State.LIVE)
    insert_extension(services, "102", name=HOSTILE, state=State.LIVE)


def test_everybody_sees_all_extensions(admin: LocalUser, colleague: LocalUser) -> None:
    for user in (admin, colleague):
        shown = user.get().text
        assert 'id="extension-101"' in shown
        assert 'id="extension-102"' in shown


def test_a_name_of_markup_stays_text(admin: LocalUser) -> None:
    shown = admin.get().text
    assert HOSTILE not in shown
    assert HOSTILE in unescape(shown)


def test_a_search_finds_parts_of_names_and_numbers(admin: LocalUser) -> None:
    for text in ("lic", "ALICE", "101"):
        shown = admin.get(f"?q={text}").text
        assert 'id="extension-101"' in shown
        assert 'id="extension-102"' not in shown
    assert "No extension has" in admin.get("?q=nobody").text


@pytest.mark.parametrize("page", ["2", "0", "-1", "999999", "9" * 50, "x", "²"])
def test_a_page_that_there_is_not_is_the_nearest(admin: LocalUser, page: str) -> None:
    answer = admin.get(f"?page={page}")
    assert answer.status_code == 200
    assert 'id="extension-101"' in answer.text


def test_the_list_is_narrowed_to_a_state_also_together_with_a_search(
    admin: LocalUser, services: Services
) -> None:
    insert_extension(services, "104", name="Locked", state=State.LIVE, enabled=False)
    shown = admin.get("?state=disabled").text
    assert 'id="extension-104"' in shown
    assert 'id="extension-101"' not in shown
    assert "No extension is disabled, and has “alice”" in admin.get("?state=disabled&q=alice").text
    assert 'id="extension-101"' in admin.get("?state=nonsense").text


def test_one_that_waits_to_be_deleted_is_listed_as_its_phone_still_works(
    admin: LocalUser, services: Services
) -> None:
    insert_extension(services, "105", name="Leaver", state=State.DELETING)
    for path in ("", "?q=leaver", "?state=not+live"):
        shown = admin.get(path).text
        assert 'id="extension-105"' in shown
        assert "Being deleted" in shown


def test_nothing_is_counted_of_which_nothing_is_known(admin: LocalUser) -> None:
    shown = admin.get().text  # Asterisk is away
    assert "Not known right now" in shown
    assert "registered" not in shown.partition('class="summary"')[2].partition("</p>")[0]
