"""What phone admins find in their Home besides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import select

from handlers.home.content import NOT_LIVE_SHOWN
from handlers.home.deliveries import SHOWN
from handlers.home.views import phone_home
from models import outbox
from models.extension import State
from models.hr_delivery import DeliveryState, HrDelivery
from models.incident import Incident
from models.types import now
from pbx.services import Services
from tests.factories import at_time
from tests.handlers.home.homes import EVE, add, content, home, labels


def deliver(services: Services, state: DeliveryState, **values: Any) -> None:
    with services.database.session() as session:
        count = len(session.new)
        row = HrDelivery(
            source="bob", key=f"{state}{count}{values}", received_at=now(), state=state, events=[EVENT]
        )
        session.add(row.sqlmodel_update(values))


EVENT = {"kind": "joined", "external_id": "e1", "name": "Nadia"}


def test_nobody_else_sees_any_of_it(quiet: Services) -> None:
    add(quiet, "102", state=State.FAILED, reason="pjsip.conf:12 has it already")
    shown = home(quiet, EVE)
    assert "Phone system" not in shown
    assert "pjsip.conf" not in shown
    assert "Create an extension" not in labels(phone_home(content(quiet, EVE)))


def test_a_healthy_system_says_so_in_two_lines(quiet: Services) -> None:
    shown = home(quiet, EVE, is_admin=True)
    assert "✅ Asterisk is connected\n✅ The listener runs\n[ Create an extension ]" in shown


def test_what_is_wrong_is_said_with_its_remedy(quiet: Services) -> None:
    with quiet.database.session() as session:
        known: dict[str, Any] = {"since": at_time(), "notified_at": at_time(), "resolved": False}
        session.add(Incident(subject="publishing", **known))
        session.add(Incident(subject="voicemail", **known | {"notified_at": None}))
        session.add(Incident(subject="secrets", **known | {"resolved": True}))
    shown = home(
        quiet, EVE, is_admin=True, asterisk="nobody answers at pbx:5038", listener="none runs: start it"
    )
    assert "❌ Nobody answers at pbx:5038." in shown
    assert "❌ The listener: none runs: start it" in shown
    assert "⚠️ Nothing can be published, since " in shown
    assert "It is tried again every minute." in shown
    assert "voicemail" not in shown
    assert "SECRET_KEY" not in shown


def test_what_another_version_has_written_keeps_no_home_from_being_shown(quiet: Services) -> None:
    deliver(quiet, DeliveryState.NEEDS_CHOICE, reason="whose is it?")
    with quiet.database.session() as session:
        (row,) = session.exec(select(HrDelivery)).all()
        outbox.enqueue(session, "U0ADA", f"hr-delivery:{row.id}", {"kind": "of_the_future"})
        session.add(Incident(subject="of_the_future", since=at_time(), notified_at=at_time(), resolved=False))
    assert "Whose is it?" in home(quiet, EVE, is_admin=True)


def test_extensions_that_are_not_live_say_why_and_can_be_tried_again(quiet: Services) -> None:
    add(quiet, "102", state=State.FAILED, reason="pjsip.conf:12 has it already")
    view = phone_home(content(quiet, EVE, is_admin=True))
    shown = home(quiet, EVE, is_admin=True)
    assert "1 extension is not live\n⚠️ 102 · Bob\nRefused: pjsip.conf:12 has it already." in shown
    assert labels(view)[-2:] == ["Try again", "Doctor"]


def test_of_very_many_the_first_are_shown_and_the_rest_are_counted(quiet: Services) -> None:
    for number in range(100, 100 + NOT_LIVE_SHOWN + 2):
        add(quiet, str(number), state=State.PENDING)
    for number in range(SHOWN + 1):
        deliver(quiet, DeliveryState.FAILED, reason=f"number {number}")
    shown = home(quiet, EVE, is_admin=True)
    assert f"{NOT_LIVE_SHOWN + 2} extensions are not live" in shown
    assert "… and 2 more: /ext status shows them" in shown
    assert f"Waiting for an admin: {SHOWN + 1} from HR" in shown
    assert "… and 1 more: /ext hr shows them" in shown


def test_hr_deliveries_that_wait_for_an_admin_have_the_buttons_of_their_question(quiet: Services) -> None:
    deliver(quiet, DeliveryState.FAILED, reason="the range is full")
    deliver(quiet, DeliveryState.NEEDS_DETAILS)
    deliver(quiet, DeliveryState.NEEDS_DETAILS, next_try_at=now() + timedelta(days=1))
    deliver(quiet, DeliveryState.WAITING)
    found = content(quiet, EVE, is_admin=True)
    assert found.trouble is not None
    assert found.trouble.delivery_count == 2
    shown = home(quiet, EVE, is_admin=True)
    assert "The range is full" in shown
    assert "Nadia" in shown
    assert len(found.trouble.deliveries) == 2
