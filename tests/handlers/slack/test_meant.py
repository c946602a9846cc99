"""What is typed that is no subcommand: somebody's name, a slip, or neither."""

from __future__ import annotations

import pytest

from handlers.slack.admins import Admins
from handlers.slack.client import slack_client
from handlers.slack.command_buttons import parse_value
from handlers.slack.commands import answer
from handlers.slack.refusals import RefusalWithMessage
from pbx.errors import Refusal
from pbx.services import Services
from tests.factories import insert_extension
from tests.server import ADMIN_ID

GUEST = "U0GUEST01"


@pytest.fixture
def services(quiet: Services) -> Services:
    names = {
        "101": "Alice Smith",
        "102": "Dave Miller",
        "103": "Alice Jones",
        "105": "Miller",
        "106": "Creat",
    }
    for number, name in names.items():
        insert_extension(quiet, number, name=name)
    return quiet


def said(services: Services, text: str, user_id: str = ADMIN_ID) -> str:
    admins = Admins((ADMIN_ID,), slack_client(services.settings))
    shown = answer(services, admins, user_id, "C1", text)
    return str(getattr(shown, "text", shown))


def refused(services: Services, text: str, user_id: str = ADMIN_ID) -> list[str]:
    """The commands of the buttons of a refusal."""
    with pytest.raises(RefusalWithMessage) as no:
        said(services, text, user_id)
    rows = [block["elements"] for block in no.value.message.blocks if block["type"] == "actions"]
    values = [parse_value(each["value"]) for row in rows for each in row]
    return [value.command for value in values if value]


@pytest.mark.parametrize("typed", ["dave miller", "Dave", "“Dave Miller”", "dav"])
@pytest.mark.parametrize("user_id", [ADMIN_ID, GUEST])
def test_somebodys_name_alone_asks_for_their_status(services: Services, typed: str, user_id: str) -> None:
    assert "102 · Dave Miller" in said(services, typed, user_id)


def test_a_name_that_several_have_is_asked_about(services: Services) -> None:
    assert refused(services, "alice", GUEST) == ["status 101", "status 103"]


def test_of_a_name_that_nobody_has_no_command_is_made(services: Services) -> None:
    for typed in ("alex miller", "adele miller", "dave jones"):
        assert refused(services, typed) == [f"list {typed}", "help"]


def test_a_slip_in_a_command_is_one_also_where_its_word_is_a_name(services: Services) -> None:
    assert refused(services, "creat 107 Bob") == ["create 107 Bob"]
    assert "106 · Creat" in said(services, "creat")


def test_a_password_that_was_typed_is_not_looked_for(services: Services) -> None:
    assert refused(services, "frobnicate 107 secret=Another-Secret") == ["list frobnicate", "help"]


@pytest.mark.parametrize("typed", ["remove 101", "rm 101", "del 101"])
def test_what_people_type_for_delete_asks_whether_to_delete(services: Services, typed: str) -> None:
    assert "Delete 101" in said(services, typed)


def test_help_of_a_slip_offers_what_one_may_do(services: Services) -> None:
    assert refused(services, "help creat") == ["help create"]
    with pytest.raises(Refusal, match="there is no /ext creat: see /ext help"):
        said(services, "help creat", GUEST)
    with pytest.raises(Refusal, match="there is no /ext frobnicate: see /ext help"):
        said(services, "help frobnicate")
