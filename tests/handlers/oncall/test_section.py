"""The line in App Home and below one's own extension."""

from __future__ import annotations

from dataclasses import replace

from handlers.oncall import section
from handlers.slack.command_text import Arguments
from handlers.subcommands import SUBCOMMANDS
from pbx import directory
from pbx.services import Services
from tests.handlers.oncall.conftest import ALICE, BOB, KeeperBed


def offered(bed: KeeperBed) -> Services:
    """A phone system where people may connect."""
    more = {"public_url": "https://phones.example.com", "slack_client_id": "1", "slack_client_secret": "x"}
    given = bed.services.settings.model_dump(exclude_unset=True) | more
    return replace(bed.services, settings=type(bed.services.settings)(_env_file=None, **given))


def test_it_is_offered_to_who_has_an_extension_where_it_is_set_up(bed: KeeperBed) -> None:
    assert section.blocks(bed.services, ALICE) == []
    assert section.blocks(offered(bed), "U0GUEST01") == []
    [line] = section.blocks(offered(bed), ALICE)
    assert line["accessory"]["text"]["text"] == "Connect"


def test_who_is_connected_can_end_it_wherever_it_was_set_up(bed: KeeperBed) -> None:
    bed.connect()
    [line] = section.blocks(bed.services, ALICE)
    assert line["accessory"]["text"]["text"] == "Disconnect"
    assert directory.status(bed.services, "101").status_since == bed.rows()[0].connected_at
    assert directory.status(bed.services, "102").status_since is None


def test_it_stands_below_the_status_of_ones_own_extension_alone(bed: KeeperBed) -> None:
    for user_id, is_there in ((ALICE, True), (BOB, False)):
        given = Arguments(words=("101",), settings={}, asked_by=user_id)
        shown = SUBCOMMANDS["status"].run(offered(bed), given)
        assert ("mystatus connect" in str(shown.blocks)) is is_there
