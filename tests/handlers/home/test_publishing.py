"""A Home is shown as it is opened, whatever is wrong with the database or with Slack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from handlers.home.publishing import Homes
from models import database
from models.open_home import OpenHome, prune
from pbx.services import Services
from tests.database_lock import write_locked
from tests.handlers.home.homes import BOB, EVE, add, homes_of
from tests.server import ADMIN_ID
from tests.slack_stand_in import SlackStandIn, as_text


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        running.add_user(BOB, "bob")
        running.add_user(ADMIN_ID, "ada")
        yield running


@pytest.fixture
def homes(quiet: Services) -> Homes:
    add(quiet, "102", "Bob")
    return homes_of(quiet)


def row_of(services: Services, user_id: str = BOB) -> OpenHome | None:
    with services.database.session() as session:
        return session.get(OpenHome, user_id)


def test_while_the_database_cannot_be_written_a_home_is_shown_and_not_kept_up_to_date(
    homes: Homes, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "SQLITE_BUSY_MS", 50)
    impatient = Services.of(homes.services.settings)
    with closing(impatient.database):
        with write_locked(impatient):
            homes_of(impatient).open(BOB)
        assert "102 · Bob" in as_text(slack.workspace.homes[BOB])
        assert row_of(impatient) is None


def test_while_the_database_cannot_be_read_it_says_so_and_what_to_do(
    homes: Homes, slack: SlackStandIn
) -> None:
    away = homes.services.settings.model_copy(update={"database_url": "sqlite:////nowhere/switchhook.db"})
    broken = Services.of(type(away)(_env_file=None, **away.model_dump()))
    for user_id in (BOB, ADMIN_ID):
        homes_of(broken).reopen(user_id)
    assert "Your phones cannot be shown right now\nAsk @" in as_text(slack.workspace.homes[BOB])
    assert "DATABASE_URL" not in as_text(slack.workspace.homes[BOB])
    assert "check DATABASE_URL" in as_text(slack.workspace.homes[ADMIN_ID])


def test_what_slack_does_not_take_is_left_for_the_next_refresh(homes: Homes, slack: SlackStandIn) -> None:
    slack.fail_next("views.publish", error="internal_error")
    homes.open(BOB, 2, "bob")
    row = row_of(homes.services)
    assert row is not None
    assert (row.page, row.search, row.digest, row.hash) == (2, "bob", None, None)


def test_opening_it_twice_keeps_one_row_and_pruning_keeps_those_that_are_open(
    homes: Homes, slack: SlackStandIn
) -> None:
    slack.add_user(EVE, "eve")
    for user_id in (BOB, BOB, EVE):
        homes.open(user_id)
    prune(homes.services.database)
    assert row_of(homes.services) is not None
    assert row_of(homes.services, EVE) is not None
