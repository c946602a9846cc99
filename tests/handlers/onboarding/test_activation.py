"""The phone begins to work, and its owner is welcomed; on a real Asterisk with real phones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import update

import housekeeping
from handlers.message_kinds import read
from handlers.onboarding import actions, activation, dispatch, records
from handlers.onboarding.context import OnboardingContext
from handlers.slack.admins import Admins
from models.employee import Stage
from models.extension import State
from models.fields import Changes
from models.outbox import OutboxMessage
from models.types import now
from pbx import extensions
from pbx.errors import Refusal
from pbx.publish import publish
from tests.asterisk_bed import Asterisk, Phone
from tests.factories import outbox_messages
from tests.handlers.onboarding.events import (
    advance_clock,
    apply,
    employee,
    event,
    extension,
    message_kinds,
    message_texts,
    shown_secret,
)
from tests.server import ADMIN_ID
from tests.slack_stand_in import SlackStandIn, as_text
from tests.slash_commands import TESTER


def write_by_hand(asterisk: Asterisk) -> Callable[[], object]:
    """An administrator's [100] in pjsip.conf, which ours cannot stand beside; what takes it out again."""
    pjsip = asterisk.config_dir / "pjsip.conf"
    before = pjsip.read_text()
    pjsip.write_text(f"[100]\ntype=endpoint\n{before}")
    return lambda: pjsip.write_text(before)


def test_who_joins_gets_a_phone_and_a_message_whose_button_shows_the_password_once(
    context: OnboardingContext, fresh_asterisk: Asterisk
) -> None:
    assert apply(context, event("joined")) == ["extension 100"]
    assert activation.send_welcomes(context) == 1
    assert message_kinds(context) == [("U0ALICE01", "welcome")]
    assert shown_secret(context, "U0MALLORY") == ""
    secret = shown_secret(context)
    with Phone("100", secret, fresh_asterisk.sip_domain) as phone:
        phone.register()
    assert shown_secret(context) == ""
    assert activation.send_welcomes(context) == 0


def test_who_starts_later_has_the_number_at_once_and_the_phone_on_the_day(
    context: OnboardingContext, fresh_asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = records.today() + timedelta(days=3)
    assert apply(context, event("joined", start_date=start)) == [f"extension 100, from {start}"]
    assert "100/100" not in fresh_asterisk.cli("pjsip show endpoints")
    assert activation.activate_due(context) == 0
    monkeypatch.setattr(records, "today", lambda: start)
    assert activation.activate_due(context) == 1
    assert "100/100" in fresh_asterisk.cli("pjsip show endpoints")
    assert activation.send_welcomes(context) == 1


def test_without_a_slack_account_the_admins_hear_of_it_once_and_it_is_tried_again(
    context: OnboardingContext, fresh_slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(context, event("joined", email="new@example.com"))
    for _ in range(3):
        assert activation.send_welcomes(context) == 0
    assert message_kinds(context) == [("U0ADMIN01", "no_slack")]
    fresh_slack.add_user("U0NEW0001", "new", "new@example.com")
    advance_clock(monkeypatch, days=1, minutes=1)
    assert activation.send_welcomes(context) == 1
    assert message_kinds(context)[1:] == [("U0NEW0001", "welcome")]


def test_whom_slack_does_not_know_by_address_an_admin_can_name(context: OnboardingContext) -> None:
    apply(context, event("joined", email="new@example.com"))
    assert activation.send_welcomes(context) == 0
    extensions.change(context.services, "100", Changes(slack_user_id="U0ALICE01"), by=TESTER)
    assert activation.send_welcomes(context) == 1
    assert message_kinds(context) == [(ADMIN_ID, "no_slack"), ("U0ALICE01", "welcome")]


def test_whom_slack_does_not_know_by_address_an_admin_can_choose(context: OnboardingContext) -> None:
    apply(context, event("joined", email="new@example.com"))
    assert activation.send_welcomes(context) == 0
    services, admins = context.services, Admins((ADMIN_ID,), context.client)
    with pytest.raises(Refusal, match="only phone admins"):
        actions.given(services, admins, "U0MALLORY", 1, "U0MALLORY")
    with pytest.raises(Refusal, match="nobody in this workspace"):
        actions.given(services, admins, ADMIN_ID, 1, "U0NOSUCH1")
    assert "100 is theirs" in actions.given(services, admins, ADMIN_ID, 1, "U0ALICE01").text
    with pytest.raises(Refusal, match="already"):
        actions.given(services, admins, ADMIN_ID, 1, "U0ALICE01")
    assert activation.send_welcomes(context) == 1
    assert message_kinds(context) == [(ADMIN_ID, "no_slack"), ("U0ALICE01", "welcome")]
    with pytest.raises(Refusal, match="no phone any more"):
        actions.given(services, admins, ADMIN_ID, 99, "U0BOB")


def test_the_question_who_somebody_is_waits_for_its_answer_and_ends_when_they_leave(
    context: OnboardingContext,
) -> None:
    apply(context, event("joined", email="new@example.com"))
    assert activation.send_welcomes(context) == 0
    with context.services.database.session() as session:
        session.exec(update(OutboxMessage).values(updated_at=now() - timedelta(days=30), due=False))
    housekeeping.prune(context.services)
    assert message_kinds(context) == [(ADMIN_ID, "no_slack")]
    apply(context, event("left", email="new@example.com"))
    (asked,) = outbox_messages(context.services)
    assert not asked.open
    assert "left meanwhile" in as_text({"blocks": read(asked.content).as_posted().blocks})


def test_a_phone_that_asterisk_refuses_is_reported_to_the_admins_once_and_retried_the_next_day(
    context: OnboardingContext, fresh_asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatch.apply(context, "standard", event("joined"))
    take_out = write_by_hand(fresh_asterisk)
    publish(context.services)
    for _ in range(3):
        assert activation.send_welcomes(context) == 0
    assert message_kinds(context) == [(ADMIN_ID, "no_start")]
    take_out()
    advance_clock(monkeypatch, days=1, minutes=1)
    assert activation.send_welcomes(context) == 0
    publish(context.services)
    advance_clock(monkeypatch, days=2, minutes=2)
    assert activation.send_welcomes(context) == 1
    assert message_kinds(context)[1:] == [("U0ALICE01", "welcome")]


@pytest.mark.parametrize(("error", "kind"), [("missing_scope", "no_slack"), (None, "no_start")])
def test_an_error_with_one_employee_is_reported_to_the_admins_and_delays_nobody_else(
    context: OnboardingContext, fresh_slack: SlackStandIn, error: str | None, kind: str
) -> None:
    if error:
        fresh_slack.fail_next("users.lookupByEmail", error=error)
    else:  # what nobody has thought of: Slack's answer lacks what it always has
        del fresh_slack.workspace.users["U0ALICE01"]["id"]
    fresh_slack.add_user("U0BOB0001", "bob", "bob@example.com")
    apply(context, event("joined"), event("joined", external_id="e2", email="bob@example.com"))
    assert activation.send_welcomes(context) == 1
    assert message_kinds(context) == [(ADMIN_ID, kind), ("U0BOB0001", "welcome")]
    assert (error or "KeyError") in message_texts(context)[0]
    assert activation.send_welcomes(context) == 0


def test_slack_is_left_alone_as_long_as_it_asks_for(
    context: OnboardingContext, fresh_slack: SlackStandIn
) -> None:
    fresh_slack.add_user("U0BOB0001", "bob", "bob@example.com")
    apply(context, event("joined"), event("joined", external_id="e2", email="bob@example.com"))
    fresh_slack.fail_next("users.lookupByEmail", status=429, retry_after=7)
    assert activation.send_or_back_off(context) == 7.0
    fresh_slack.fail_next("users.lookupByEmail", status=500)
    assert activation.send_or_back_off(context) > 10.0
    assert message_kinds(context) == []
    fresh_slack.fail_next("users.lookupByEmail", error="internal_error")  # of one address alone
    assert activation.send_or_back_off(context) > 10.0
    assert message_kinds(context) == [("U0BOB0001", "welcome")]
    assert activation.send_or_back_off(context) == 0.0
    assert message_kinds(context)[1:] == [("U0ALICE01", "welcome")]


def test_another_address_is_looked_for_at_once(context: OnboardingContext) -> None:
    apply(context, event("joined", email="typo@example.com"))
    assert activation.send_welcomes(context) == 0
    apply(context, event("changed", email="alice@example.com"))
    assert activation.send_welcomes(context) == 1


def test_nobody_is_welcomed_before_asterisk_has_the_phone(
    context: OnboardingContext, fresh_asterisk: Asterisk
) -> None:
    fresh_asterisk.kill()
    dispatch.apply(context, "standard", event("joined"))
    assert activation.send_welcomes(context) == 0
    fresh_asterisk.start()
    publish(context.services)
    found = extension(context)
    assert found is not None
    assert found.state is State.LIVE
    assert activation.send_welcomes(context) == 1


def test_a_reserved_phone_that_was_deleted_by_hand_holds_up_nobody(
    context: OnboardingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = records.today() + timedelta(days=3)
    other = event("joined", external_id="e2", email="bob@example.com", start_date=start)
    apply(context, event("joined", start_date=start), other)
    extensions.delete(context.services, "100", by=TESTER)
    monkeypatch.setattr(records, "today", lambda: start)
    assert activation.activate_due(context) == 1
    assert employee(context).stage is Stage.RELEASED
    assert employee(context, "e2").stage is Stage.READY


def test_a_phone_that_cannot_be_activated_is_reported_to_the_admins_once_and_retried_the_next_day(
    context: OnboardingContext, fresh_asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = records.today() + timedelta(days=3)
    apply(context, event("joined", start_date=start))
    take_out = write_by_hand(fresh_asterisk)
    monkeypatch.setattr(records, "today", lambda: start)
    for _ in range(3):
        assert activation.activate_due(context) == 0
    assert message_kinds(context) == [(ADMIN_ID, "no_start")]
    assert "100" in message_texts(context)[0]
    take_out()
    advance_clock(monkeypatch, days=1, minutes=1)
    assert activation.activate_due(context) == 1
    assert activation.send_welcomes(context) == 1
