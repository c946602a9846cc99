"""The number of somebody who left is free after a while; on a real Asterisk with real phones."""

from __future__ import annotations

import pytest

from handlers.onboarding import activation, retention
from handlers.onboarding.context import OnboardingContext
from models.employee import Stage
from models.fields import Changes, NewExtension
from pbx import extensions
from tests.asterisk_bed import Asterisk, Phone, RegistrationFailed
from tests.handlers.onboarding.events import (
    advance_clock,
    apply,
    employee,
    event,
    extension,
    shown_secret,
)
from tests.slash_commands import TESTER


def test_who_leaves_is_locked_out_at_once_and_the_number_is_free_after_a_while(
    context: OnboardingContext, fresh_asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(context, event("joined"))
    activation.send_welcomes(context)
    with Phone("100", shown_secret(context), fresh_asterisk.sip_domain) as phone:
        phone.register()
        apply(context, event("left"))
        assert "No objects found" in fresh_asterisk.cli("pjsip show contacts")
        with pytest.raises(RegistrationFailed):
            phone.register()
    assert retention.release_numbers(context) == 0
    advance_clock(monkeypatch, days=31)
    assert retention.release_numbers(context) == 1
    assert extension(context) is None
    assert employee(context).stage is Stage.RELEASED


def test_a_number_that_an_admin_has_given_to_somebody_is_not_freed(
    context: OnboardingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(context, event("joined"), event("left"))
    extensions.change(context.system, "100", Changes(name="Bob", enabled=True), by=TESTER)
    advance_clock(monkeypatch, days=31)
    assert retention.release_numbers(context) == 1
    assert extensions.get(context.system, "100").name == "Bob"


def test_the_number_of_who_left_is_freed_for_its_owner_alone(
    context: OnboardingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(context, event("joined"), event("left"))
    extensions.delete(context.system, "100", by=TESTER)
    extensions.create(context.system, NewExtension(number="100", name="Bob"), by=TESTER)
    advance_clock(monkeypatch, days=31)
    assert retention.release_numbers(context) == 1
    assert extensions.get(context.system, "100").name == "Bob"
