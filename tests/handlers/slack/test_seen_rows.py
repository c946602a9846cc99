"""What an owner or a button changes is the extension that was looked at, also if it is somebody else's a moment later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlmodel import col, delete, select, update

from handlers.slack import messages
from handlers.slack.admins import Admins
from handlers.slack.client import slack_client
from handlers.slack.command_buttons import value_of
from handlers.slack.command_presses import run_pressed
from handlers.slack.commands import answer, delete_confirmed
from models.audit import AuditEntry
from models.database import Database
from models.extension import Extension, State
from pbx import extensions
from pbx.errors import Overtaken, Refusal
from pbx.services import Services
from tests.factories import insert_extension
from tests.server import ADMIN_ID

ALICE, CAROL = "U0ALICE01", "U0CAROL01"
TO_CAROL = (
    update(Extension)
    .where(col(Extension.number) == "101")
    .values(slack_user_id=CAROL, revision=col(Extension.revision) + 1)
)


@pytest.fixture
def services(quiet: Services) -> Services:
    insert_extension(quiet, "101", name="Alice", slack_user_id=ALICE)
    return quiet


def admins_of(services: Services) -> Admins:
    return Admins((ADMIN_ID,), slack_client(services.settings))


@contextmanager
def somebody_is_faster(services: Services, *statements: Any) -> Iterator[None]:
    """Have another process change the database between the look at an extension and the change of it."""
    left = list(statements)

    def first(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("UPDATE extension"):
            return
        with closing(Database(services.database.engine.url)) as other, other.session() as session:
            while left:
                session.execute(left.pop(0))

    event.listen(services.database.engine, "before_cursor_execute", first)
    yield
    event.remove(services.database.engine, "before_cursor_execute", first)
    assert not left


def row(services: Services) -> Extension:
    return extensions.get(services, "101")


def test_who_loses_an_extension_at_that_moment_gets_no_password_of_the_next_owner(services: Services) -> None:
    before = row(services).encrypted_secret
    with somebody_is_faster(services, TO_CAROL), pytest.raises(Overtaken, match="see /ext status 101"):
        answer(services, admins_of(services), ALICE, "C1", "secret 101")
    assert row(services).encrypted_secret == before


@pytest.mark.parametrize("command", ["secret 101", "enable 101", "disable 101", "verify 101"])
def test_a_button_changes_nothing_that_was_changed_since_its_press_came(
    services: Services, command: str
) -> None:
    value = value_of(command, row(services))
    with somebody_is_faster(services, TO_CAROL), pytest.raises(Overtaken):
        run_pressed(services, admins_of(services), ADMIN_ID, "C1", value)
    with services.database.session() as session:
        assert session.exec(select(AuditEntry)).all() == []


def test_a_button_changes_no_later_extension_of_the_number(services: Services) -> None:
    value = value_of("disable 101", row(services))
    again = Extension(id=99, number="101", name="Carol", encrypted_secret="x")
    anew = insert(Extension).values(again.model_dump())
    with somebody_is_faster(services, delete(Extension), anew), pytest.raises(Overtaken):
        run_pressed(services, admins_of(services), ADMIN_ID, "C1", value)
    assert row(services).enabled


@pytest.mark.parametrize("command", ["secret 101", "disable 101", "verify 101", "set 101 notes=Desk"])
def test_a_button_of_a_message_from_before_changes_nothing_of_who_has_it_now(
    services: Services, command: str
) -> None:
    value, admins = value_of(command, row(services)), admins_of(services)
    with services.database.session() as session:
        session.execute(TO_CAROL)
    with pytest.raises(Refusal, match="101 belongs to somebody else by now; see /ext status 101"):
        run_pressed(services, admins, ADMIN_ID, "C1", value)
    assert run_pressed(services, admins, ADMIN_ID, "C1", value.replace(command, "status 101"))


def test_nobody_is_deleted_in_place_of_who_was_asked_about(services: Services) -> None:
    asked = messages.confirm_delete(row(services)).blocks[-1]["elements"][0]["value"]
    with services.database.session() as session:
        session.execute(TO_CAROL)
    with pytest.raises(Refusal, match="101 belongs to somebody else by now"):
        delete_confirmed(services, admins_of(services), ADMIN_ID, asked)
    assert row(services).state is not State.DELETING


def test_an_extension_that_is_typed_by_its_name_is_changed_as_it_was_found(services: Services) -> None:
    with somebody_is_faster(services, TO_CAROL), pytest.raises(Overtaken):
        answer(services, admins_of(services), ADMIN_ID, "C1", "set alice notes=Desk")
    assert row(services).notes != "Desk"


def test_an_admin_who_types_the_number_means_whoever_has_it(services: Services) -> None:
    with somebody_is_faster(services, TO_CAROL):
        answer(services, admins_of(services), ADMIN_ID, "C1", "set 101 notes=Desk")
    assert (row(services).notes, row(services).slack_user_id) == ("Desk", CAROL)
