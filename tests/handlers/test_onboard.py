"""Employees become extensions, on a real Asterisk with real phones."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlmodel import select

from handlers import hr_actions, onboard
from handlers.hr.employee import EmployeeEvent
from handlers.onboard import Office
from models.delivery import Delivery
from models.employee import Employee, Stage
from models.extension import Extension, State
from models.fields import NewExtension
from models.types import now
from pbx import extensions
from pbx.errors import Refusal
from pbx.publish import publish
from pbx.system import PhoneSystem
from tests.asterisk_bed import Asterisk, Phone, RegistrationFailed
from tests.running import settings_for
from tests.slack_stand_in import SlackStandIn, as_text


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


@pytest.fixture
def asterisk() -> Iterator[Asterisk]:
    """One for each test: they all begin with the first number."""
    with tempfile.TemporaryDirectory(prefix="switchhook-") as folder, Asterisk(Path(folder)) as running:
        yield running


@pytest.fixture
def office(asterisk: Asterisk, migrated_once: Path, tmp_path: Path, slack: SlackStandIn) -> Iterator[Office]:
    database_url = f"sqlite:///{shutil.copy(migrated_once, tmp_path / 'switchhook.db')}"
    settings = settings_for(
        asterisk, database_url, SLACK_ADMINS="U0ADMIN01", HR_DEPARTMENT_RANGES="Sales=300-301"
    )
    system = PhoneSystem.of(settings)
    slack.add_user("U0ALICE01", "alice", "alice@example.com")
    yield Office(system, WebClient(token=slack.bot_token, base_url=slack.url))
    system.database.close()


def event(kind: Any, **more: Any) -> EmployeeEvent:
    values = {"name": "Alice", "email": "alice@example.com"} | more
    return EmployeeEvent(kind=kind, external_id="e1", **values)


def apply(office: Office, *events: EmployeeEvent) -> list[str]:
    outcomes = [onboard.apply(office, "standard", each) for each in events]
    publish(office.system)
    return outcomes


def employee(office: Office) -> Employee:
    found = office.find("standard", "e1")
    assert found is not None
    return found


def extension(office: Office) -> Extension | None:
    return extensions.find(office.system, employee(office).number or "")


def told(office: Office) -> list[tuple[str, str]]:
    """(channel, kind of message) of all that is to be posted."""
    with office.system.database.session() as session:
        return [(row.channel, row.content["kind"]) for row in session.exec(select(Delivery))]


def shown_secret(office: Office, user_id: str = "U0ALICE01") -> str:
    view = as_text(hr_actions.secret_view(office.system, user_id, str(employee(office).id)))
    match = re.search(r"^Password +(\S+)$", view, re.MULTILINE)
    return match[1] if match else ""


def test_who_joins_gets_a_phone_and_a_message_whose_button_shows_the_password_once(
    office: Office, asterisk: Asterisk
) -> None:
    assert apply(office, event("joined")) == ["extension 100"]
    assert onboard.tell_those_who_are_ready(office) == 1
    assert told(office) == [("U0ALICE01", "welcome")]
    assert shown_secret(office, "U0MALLORY") == ""
    secret = shown_secret(office)
    with Phone("100", secret, asterisk.sip_domain) as phone:
        phone.register()
    assert shown_secret(office) == ""
    assert onboard.tell_those_who_are_ready(office) == 0


def test_who_starts_later_has_the_number_at_once_and_the_phone_on_the_day(
    office: Office, asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = onboard._today() + timedelta(days=3)
    assert apply(office, event("joined", start_date=start)) == [f"extension 100, from {start}"]
    assert "100/100" not in asterisk.cli("pjsip show endpoints")
    assert onboard.start_those_whose_day_has_come(office) == 0
    monkeypatch.setattr(onboard, "_today", lambda: start)
    assert onboard.start_those_whose_day_has_come(office) == 1
    publish(office.system)
    assert "100/100" in asterisk.cli("pjsip show endpoints")
    assert onboard.tell_those_who_are_ready(office) == 1


def test_a_change_is_followed_by_the_phone(office: Office, asterisk: Asterisk) -> None:
    apply(office, event("joined"), event("changed", name="Alice Jones", department="Support"))
    assert '"Alice Jones" <100>' in asterisk.cli("pjsip show endpoint 100")
    found = extension(office)
    assert found is not None
    assert (found.name, found.email, found.notes) == (
        "Alice Jones",
        "alice@example.com",
        "Department: Support",
    )


def test_who_leaves_is_locked_out_at_once_and_the_number_is_free_after_a_while(
    office: Office, asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(office, event("joined"))
    onboard.tell_those_who_are_ready(office)
    with Phone("100", shown_secret(office), asterisk.sip_domain) as phone:
        phone.register()
        apply(office, event("left"))
        assert "No objects found" in asterisk.cli("pjsip show contacts")
        with pytest.raises(RegistrationFailed):
            phone.register()
    assert onboard.free_numbers(office) == 0
    monkeypatch.setattr(onboard, "now", lambda: now() + timedelta(days=31))
    assert onboard.free_numbers(office) == 1
    assert extension(office) is None
    assert employee(office).stage is Stage.GONE


@pytest.mark.parametrize(
    "order",
    [
        ("left", "joined"),
        ("left", "changed", "joined"),
        ("joined", "left", "changed"),
        ("joined", "left", "joined"),
    ],
)
def test_in_any_order_who_left_has_no_phone(
    office: Office, asterisk: Asterisk, order: tuple[Any, ...]
) -> None:
    apply(office, *(event(kind) for kind in order))
    assert employee(office).stage is Stage.LEFT
    assert "100/100" not in asterisk.cli("pjsip show endpoints")


def test_who_comes_back_later_gets_the_kept_number(office: Office, asterisk: Asterisk) -> None:
    apply(office, event("joined"), event("left"))
    apply(office, event("joined", start_date=onboard._today() + timedelta(days=1)))
    assert (employee(office).number, employee(office).stage) == ("100", Stage.RESERVED)


def test_a_change_before_the_joining_is_no_loss(office: Office) -> None:
    assert apply(office, event("changed", name="Alice Jones")) == ["not known yet; the joining will tell all"]
    assert apply(office, event("joined", name="Alice Jones")) == ["extension 100"]


def test_the_same_joining_again_changes_nothing(office: Office) -> None:
    apply(office, event("joined"), event("joined"), event("joined"))
    assert [status.extension.number for status in extensions.listing(office.system)] == ["100"]


def test_a_run_that_was_killed_between_extension_and_employee_makes_no_second_one(office: Office) -> None:
    values = NewExtension(name="Alice", email="alice@example.com")
    extensions.save_new(office.system, values, made_for="standard:e1")
    assert apply(office, event("joined")) == ["extension 100"]
    assert len(extensions.listing(office.system)) == 1


def test_departments_have_ranges_of_their_own(office: Office) -> None:
    assert apply(office, event("joined", department="Sales")) == ["extension 300"]


def test_a_wanted_number_is_given_or_refused_with_its_owner(office: Office) -> None:
    extensions.create(office.system, NewExtension(number="150", name="Bob"))
    with pytest.raises(Refusal, match="150 is taken by Bob"):
        apply(office, event("joined", wanted_number="150"))
    assert apply(office, event("joined", wanted_number="151")) == ["extension 151"]


def test_without_a_slack_account_the_admins_hear_of_it_once_and_it_is_tried_again(
    office: Office, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(office, event("joined", email="new@example.com"))
    for _ in range(3):
        assert onboard.tell_those_who_are_ready(office) == 0
    assert told(office) == [("U0ADMIN01", "no_slack")]
    slack.add_user("U0NEW0001", "new", "new@example.com")
    tomorrow = now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(onboard, "now", lambda: tomorrow)
    assert onboard.tell_those_who_are_ready(office) == 1
    assert told(office)[1:] == [("U0NEW0001", "welcome")]


def test_nobody_is_told_before_asterisk_has_the_phone(office: Office, asterisk: Asterisk) -> None:
    asterisk.kill()
    onboard.apply(office, "standard", event("joined"))
    assert onboard.tell_those_who_are_ready(office) == 0
    asterisk.start()
    publish(office.system)
    found = extension(office)
    assert found is not None
    assert found.state is State.LIVE
    assert onboard.tell_those_who_are_ready(office) == 1


def test_the_day_is_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(onboard._today(), date)
