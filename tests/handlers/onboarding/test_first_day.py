"""The phone begins to work, its owner is told, and its number is free again; on a real Asterisk with real phones."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from handlers.onboarding import carry_out, employees, first_day, provisioning
from handlers.onboarding.context import OnboardingContext
from models.employee import Stage
from models.extension import State
from models.fields import Changes, NewExtension
from models.outbox import OutboxMessage
from models.types import now
from pbx import extensions
from pbx.publish import publish
from tests.asterisk_bed import Asterisk, Phone, RegistrationFailed
from tests.handlers.onboarding.employees import (
    apply,
    employee,
    event,
    extension,
    message_kinds,
    message_texts,
    shown_secret,
)
from tests.server import ADMIN_ID
from tests.slack_stand_in import SlackStandIn
from tests.slash_commands import TESTER


def write_by_hand(asterisk: Asterisk) -> Callable[[], object]:
    """An administrator's [100] in pjsip.conf, which ours cannot stand beside; what takes it out again."""
    pjsip = asterisk.config_dir / "pjsip.conf"
    before = pjsip.read_text()
    pjsip.write_text(f"[100]\ntype=endpoint\n{before}")
    return lambda: pjsip.write_text(before)


def test_who_joins_gets_a_phone_and_a_message_whose_button_shows_the_password_once(
    office: OnboardingContext, fresh_asterisk: Asterisk
) -> None:
    assert apply(office, event("joined")) == ["extension 100"]
    assert first_day.tell_those_who_are_ready(office) == 1
    assert message_kinds(office) == [("U0ALICE01", "welcome")]
    assert shown_secret(office, "U0MALLORY") == ""
    secret = shown_secret(office)
    with Phone("100", secret, fresh_asterisk.sip_domain) as phone:
        phone.register()
    assert shown_secret(office) == ""
    assert first_day.tell_those_who_are_ready(office) == 0


def test_who_starts_later_has_the_number_at_once_and_the_phone_on_the_day(
    office: OnboardingContext, fresh_asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = employees._today() + timedelta(days=3)
    assert apply(office, event("joined", start_date=start)) == [f"extension 100, from {start}"]
    assert "100/100" not in fresh_asterisk.cli("pjsip show endpoints")
    assert first_day.start_those_whose_day_has_come(office) == 0
    monkeypatch.setattr(employees, "_today", lambda: start)
    assert first_day.start_those_whose_day_has_come(office) == 1
    assert "100/100" in fresh_asterisk.cli("pjsip show endpoints")
    assert first_day.tell_those_who_are_ready(office) == 1


def test_who_leaves_is_locked_out_at_once_and_the_number_is_free_after_a_while(
    office: OnboardingContext, fresh_asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(office, event("joined"))
    first_day.tell_those_who_are_ready(office)
    with Phone("100", shown_secret(office), fresh_asterisk.sip_domain) as phone:
        phone.register()
        apply(office, event("left"))
        assert "No objects found" in fresh_asterisk.cli("pjsip show contacts")
        with pytest.raises(RegistrationFailed):
            phone.register()
    assert first_day.free_numbers(office) == 0
    monkeypatch.setattr(first_day, "now", lambda: now() + timedelta(days=31))
    assert first_day.free_numbers(office) == 1
    assert extension(office) is None
    assert employee(office).stage is Stage.GONE


def test_without_a_slack_account_the_admins_hear_of_it_once_and_it_is_tried_again(
    office: OnboardingContext, fresh_slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(office, event("joined", email="new@example.com"))
    for _ in range(3):
        assert first_day.tell_those_who_are_ready(office) == 0
    assert message_kinds(office) == [("U0ADMIN01", "no_slack")]
    fresh_slack.add_user("U0NEW0001", "new", "new@example.com")
    tomorrow = now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(first_day, "now", lambda: tomorrow)
    assert first_day.tell_those_who_are_ready(office) == 1
    assert message_kinds(office)[1:] == [("U0NEW0001", "welcome")]


def test_whom_slack_does_not_know_by_address_an_admin_can_name(office: OnboardingContext) -> None:
    apply(office, event("joined", email="new@example.com"))
    assert first_day.tell_those_who_are_ready(office) == 0
    extensions.change(office.system, "100", Changes(slack_user_id="U0ALICE01"), by=TESTER)
    assert first_day.tell_those_who_are_ready(office) == 1
    assert message_kinds(office) == [(ADMIN_ID, "no_slack"), ("U0ALICE01", "welcome")]


def test_what_asterisk_refuses_is_told_to_the_admins_and_tried_again_once_it_is_mended(
    office: OnboardingContext, fresh_asterisk: Asterisk
) -> None:
    carry_out.apply(office, "standard", event("joined"))
    take_out = write_by_hand(fresh_asterisk)
    publish(office.system)
    for _ in range(3):
        assert first_day.tell_those_who_are_ready(office) == 0
    assert message_kinds(office) == [(ADMIN_ID, "no_start")]
    take_out()
    extensions.verify(office.system, "100", by=TESTER)
    assert first_day.tell_those_who_are_ready(office) == 1


def test_why_slack_does_not_look_up_is_told_to_the_admins_and_holds_up_nobody(
    office: OnboardingContext, fresh_slack: SlackStandIn
) -> None:
    fresh_slack.fail_next("users.lookupByEmail", error="missing_scope")
    fresh_slack.add_user("U0BOB0001", "bob", "bob@example.com")
    apply(office, event("joined"), event("joined", external_id="e2", email="bob@example.com"))
    assert first_day.tell_those_who_are_ready(office) == 1
    assert message_kinds(office) == [(ADMIN_ID, "no_slack"), ("U0BOB0001", "welcome")]
    assert "missing_scope" in message_texts(office)[0]


def test_slack_in_trouble_with_one_address_holds_up_nobody_else(
    office: OnboardingContext, fresh_slack: SlackStandIn
) -> None:
    fresh_slack.fail_next("users.lookupByEmail", error="internal_error")
    fresh_slack.add_user("U0BOB0001", "bob", "bob@example.com")
    apply(office, event("joined"), event("joined", external_id="e2", email="bob@example.com"))
    assert first_day.tell(office) > 10.0
    assert message_kinds(office) == [("U0BOB0001", "welcome")]
    assert first_day.tell(office) == 0.0
    assert message_kinds(office)[1:] == [("U0ALICE01", "welcome")]


def test_what_nobody_has_thought_of_is_told_and_holds_up_nobody_else(
    office: OnboardingContext, fresh_slack: SlackStandIn
) -> None:
    del fresh_slack.workspace.users["U0ALICE01"]["id"]  # Slack's answer lacks what it always has
    fresh_slack.add_user("U0BOB0001", "bob", "bob@example.com")
    apply(office, event("joined"), event("joined", external_id="e2", email="bob@example.com"))
    assert first_day.tell_those_who_are_ready(office) == 1
    assert message_kinds(office) == [(ADMIN_ID, "no_start"), ("U0BOB0001", "welcome")]
    assert first_day.tell_those_who_are_ready(office) == 0


def test_a_phone_that_asterisk_refused_is_tried_again_the_next_day(
    office: OnboardingContext, fresh_asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry_out.apply(office, "standard", event("joined"))
    take_out = write_by_hand(fresh_asterisk)
    publish(office.system)
    assert first_day.tell_those_who_are_ready(office) == 0
    take_out()
    monkeypatch.setattr(first_day, "now", lambda: now() + timedelta(days=1, minutes=1))
    assert first_day.tell_those_who_are_ready(office) == 0
    publish(office.system)
    monkeypatch.setattr(first_day, "now", lambda: now() + timedelta(days=2, minutes=2))
    assert first_day.tell_those_who_are_ready(office) == 1


def test_a_number_that_an_admin_has_given_to_somebody_is_not_freed(
    office: OnboardingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(office, event("joined"), event("left"))
    extensions.change(office.system, "100", Changes(name="Bob", enabled=True), by=TESTER)
    monkeypatch.setattr(first_day, "now", lambda: now() + timedelta(days=31))
    assert first_day.free_numbers(office) == 1
    assert extensions.get(office.system, "100").name == "Bob"


def test_slack_is_left_alone_as_long_as_it_asks_for(
    office: OnboardingContext, fresh_slack: SlackStandIn
) -> None:
    apply(office, event("joined"))
    fresh_slack.fail_next("users.lookupByEmail", status=429, retry_after=7)
    assert first_day.tell(office) == 7.0
    fresh_slack.fail_next("users.lookupByEmail", status=500)
    assert first_day.tell(office) > 10.0
    assert first_day.tell(office) == 0.0
    assert message_kinds(office) == [("U0ALICE01", "welcome")]


def test_another_address_is_looked_for_at_once(office: OnboardingContext) -> None:
    apply(office, event("joined", email="typo@example.com"))
    assert first_day.tell_those_who_are_ready(office) == 0
    apply(office, event("changed", email="alice@example.com"))
    assert first_day.tell_those_who_are_ready(office) == 1


def test_nobody_is_told_before_asterisk_has_the_phone(
    office: OnboardingContext, fresh_asterisk: Asterisk
) -> None:
    fresh_asterisk.kill()
    carry_out.apply(office, "standard", event("joined"))
    assert first_day.tell_those_who_are_ready(office) == 0
    fresh_asterisk.start()
    publish(office.system)
    found = extension(office)
    assert found is not None
    assert found.state is State.LIVE
    assert first_day.tell_those_who_are_ready(office) == 1


def test_a_reserved_phone_that_was_deleted_by_hand_holds_up_nobody(
    office: OnboardingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = employees._today() + timedelta(days=3)
    other = event("joined", external_id="e2", email="bob@example.com", start_date=start)
    apply(office, event("joined", start_date=start), other)
    extensions.delete(office.system, "100", by=TESTER)
    monkeypatch.setattr(employees, "_today", lambda: start)
    assert first_day.start_those_whose_day_has_come(office) == 1
    assert employee(office).stage is Stage.GONE
    assert employee(office, "e2").stage is Stage.READY


def test_nobody_is_told_the_password_of_who_has_the_number_now(office: OnboardingContext) -> None:
    apply(office, event("joined"))
    extensions.delete(office.system, "100", by=TESTER)
    extensions.create(
        office.system, NewExtension(number="100", name="Bob", slack_user_id="U0ALICE01"), by=TESTER
    )
    assert first_day.tell_those_who_are_ready(office) == 0
    assert shown_secret(office) == ""


def test_the_number_of_who_left_is_freed_for_its_owner_alone(
    office: OnboardingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(office, event("joined"), event("left"))
    extensions.delete(office.system, "100", by=TESTER)
    extensions.create(office.system, NewExtension(number="100", name="Bob"), by=TESTER)
    monkeypatch.setattr(first_day, "now", lambda: now() + timedelta(days=31))
    assert first_day.free_numbers(office) == 1
    assert extensions.get(office.system, "100").name == "Bob"


def test_a_phone_that_cannot_start_is_told_to_the_admins_once_and_tried_again_the_next_day(
    office: OnboardingContext, fresh_asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = employees._today() + timedelta(days=3)
    apply(office, event("joined", start_date=start))
    take_out = write_by_hand(fresh_asterisk)
    monkeypatch.setattr(employees, "_today", lambda: start)
    for _ in range(3):
        assert first_day.start_those_whose_day_has_come(office) == 0
    assert message_kinds(office) == [(ADMIN_ID, "no_start")]
    assert "100" in message_texts(office)[0]
    take_out()
    monkeypatch.setattr(first_day, "now", lambda: now() + timedelta(days=1, minutes=1))
    assert first_day.start_those_whose_day_has_come(office) == 1
    assert first_day.tell_those_who_are_ready(office) == 1


def test_where_the_world_reaches_us_the_message_has_a_code_for_linphone(office: OnboardingContext) -> None:
    settings = office.system.settings.model_copy(update={"public_url": "https://phones.example.com"})
    office = replace(office, system=replace(office.system, settings=settings))
    apply(office, event("joined"))
    first_day.tell_those_who_are_ready(office)
    with office.system.database.session() as session:
        (row,) = session.exec(select(OutboxMessage))
    ticket = provisioning.Ticket(*row.content["ticket"])
    found = extension(office)
    assert found is not None
    assert ticket == (employee(office).id, provisioning.fingerprint(found))
    assert "http" not in str(row.content)  # a backup of the database is no way to the password


@pytest.mark.parametrize(("zone", "ahead"), [("Pacific/Kiritimati", True), ("Etc/GMT+12", False)])
def test_the_day_begins_by_the_clock_of_the_server(
    zone: str, ahead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """26 hours lie between the two: there, it is never the same day."""
    here = {}
    for name in (zone, "Etc/GMT+12" if ahead else "Pacific/Kiritimati"):
        monkeypatch.setenv("TZ", name)
        time.tzset()
        here[name] = employees._today()
    monkeypatch.undo()
    time.tzset()
    first, second = here.values()
    assert (first > second) is ahead
