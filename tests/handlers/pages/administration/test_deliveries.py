"""The pages of HR's deliveries: what waits for an admin is decided there as in Slack, and whoever is first counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from typing import Any

import pytest
from sqlmodel import col, select

from handlers.onboarding import activation, decisions, missing_details
from models.actor import Actor
from models.hr_delivery import DeliveryState, HrDelivery
from models.outbox import OutboxMessage
from models.types import now
from pbx.publish import publish
from pbx.services import Services
from tests.handlers.onboarding.events import context_of
from tests.handlers.onboarding.hr_driver import HrDriver, joined, left
from tests.handlers.pages.signing_in import PageUser
from tests.server import Switchhook, settings_in
from tests.slack_stand_in import SlackStandIn

HOSTILE = "<script>alert(1)</script>"
IN_SLACK = Actor.slack("U0CAROL01")


@pytest.fixture(scope="module")
def hr(switchhook: Switchhook, slack: SlackStandIn) -> Iterator[HrDriver]:
    """HR's deliveries are worked off here, where no listener does."""
    services = Services.of(settings_in(switchhook.environment))
    with closing(services.database):
        yield HrDriver(context_of(services, slack))


def row_of(hr: HrDriver, delivery: int) -> HrDelivery:
    with hr.context.services.database.session() as session:
        return session.get_one(HrDelivery, delivery)


def asked(hr: HrDriver, subject: str) -> list[dict[str, Any]]:
    """What the admins' messages about it have, open or not."""
    with hr.context.services.database.session() as session:
        rows = session.exec(select(OutboxMessage).where(col(OutboxMessage.subject) == subject)).all()
        return [row.content for row in rows]


def failed(hr: HrDriver, switchhook: Switchhook, number: str) -> int:
    """A delivery that wants a number that somebody has."""
    switchhook.flask("ext", "create", number, "--name=Bob")
    return hr.deliver(joined(f"f{number}", name=f"Alice {number}", wanted_number=number))


def test_a_number_that_is_taken_can_be_another_one(
    admin: PageUser, hr: HrDriver, switchhook: Switchhook
) -> None:
    delivery = failed(hr, switchhook, "150")
    shown = admin.get(f"/deliveries/{delivery}").text
    assert "150 is taken by Bob" in shown
    assert "Next free number" in shown
    wrong = admin.post(f"/deliveries/{delivery}/number", number="150")
    assert wrong.status_code == 422
    assert 'id="number-error">150 is taken by Bob<' in wrong.text
    assert "is being carried out" in admin.post(f"/deliveries/{delivery}/number", number="160").text
    hr.process_all()
    assert row_of(hr, delivery).state is DeliveryState.DONE
    assert "Extension 160" in admin.get(f"/deliveries/{delivery}").text
    (content,) = asked(hr, f"hr-delivery:{delivery}")
    assert content["done"]["by"] == switchhook.admin_id


def test_whoever_answers_first_counts_and_the_other_reads_who_it_was(
    admin: PageUser, hr: HrDriver, switchhook: Switchhook
) -> None:
    delivery = failed(hr, switchhook, "151")
    decisions.ignore(hr.context.services, delivery, IN_SLACK)
    shown = admin.post(f"/deliveries/{delivery}/answer", choice="new").text
    assert "does not wait for an answer any more" in shown
    assert "Done by Slack user U0CAROL01" in shown
    assert row_of(hr, delivery).state is DeliveryState.IGNORED


def test_a_leaver_whose_phone_is_not_surely_known_is_decided_on(
    admin: PageUser, hr: HrDriver, switchhook: Switchhook
) -> None:
    switchhook.flask("ext", "create", "152", "--name=Nora Night")
    delivery = hr.deliver(left("l1", name="Nora Night"))
    shown = admin.get(f"/deliveries/{delivery}").text
    assert "a phone may be theirs that still works" in shown
    choice = re.search(
        r'name="choice" value="(theirs:[^"]+)"><button class="danger">Lock out 152 \(Nora Night\)', shown
    )
    assert choice
    admin.post(f"/deliveries/{delivery}/answer", choice=choice[1])
    hr.process_all()
    assert "disabled" in switchhook.flask("ext", "status", "152").stdout


def test_details_are_filled_in_and_slack_says_who_did_it(
    admin: PageUser, hr: HrDriver, switchhook: Switchhook
) -> None:
    delivery = hr.deliver(joined("d1"))
    hr.ask()
    assert "told of employee d1, and not who they are" in admin.get(f"/deliveries/{delivery}").text
    typed = {"name": "A\nB", "email": "nonsense", "start_date": "2026-99-99"}
    wrong = admin.post(f"/deliveries/{delivery}/details", department="Sales", **typed)
    assert wrong.status_code == 422
    assert set(re.findall(r'id="([a-z_]+)-error"', wrong.text)) == typed.keys()
    assert 'value="nonsense"' in wrong.text
    assert "there is no such day; a date is written as year-month-day" in unescape(wrong.text)
    no_number = admin.post(f"/deliveries/{delivery}/number", number="9")
    assert "does not wait for an answer any more" in no_number.text
    admin.post(f"/deliveries/{delivery}/details", name="Dana Doe", email="")
    (content,) = asked(hr, f"{missing_details.QUESTION}standard d1")
    assert content["done"] | {"at": 0} == {"by": switchhook.admin_id, "what": "Dana Doe", "at": 0}
    hr.process_all()
    assert row_of(hr, delivery).state is DeliveryState.DONE
    late = admin.post(f"/deliveries/{delivery}/details", name="Somebody Else")
    assert "has been filled in already" in late.text


def test_somebody_is_no_employee(admin: PageUser, hr: HrDriver) -> None:
    delivery = hr.deliver(joined("d2"))
    hr.ask()
    assert "gets no phone" in admin.post(f"/deliveries/{delivery}/nobody").text
    assert row_of(hr, delivery).state is DeliveryState.IGNORED


def test_a_delivery_is_tried_again(admin: PageUser, hr: HrDriver, switchhook: Switchhook) -> None:
    delivery = failed(hr, switchhook, "153")
    switchhook.flask("ext", "delete", "153")
    assert "is tried again" in admin.post(f"/deliveries/{delivery}/retry").text
    hr.process_all()
    assert "Extension 153" in admin.get(f"/deliveries/{delivery}").text


def test_whom_slack_does_not_know_is_named_by_their_member_id(
    admin: PageUser, hr: HrDriver, slack: SlackStandIn
) -> None:
    slack.add_user("U0ZITA001", "zita")
    hr.deliver(joined("z1", name="Zita", email="zita@elsewhere.example"))
    publish(hr.context.services)
    activation.send_welcomes(hr.context)
    found = re.search(r'action="/extensions(/deliveries/people/[0-9]+)"', admin.get("/deliveries").text)
    assert found
    wrong = admin.post(found[1], user_id="U0NOBODY1")
    assert wrong.status_code == 422
    assert "is nobody in this workspace" in wrong.text
    assert "is theirs" in admin.post(found[1], user_id="u0zita001").text
    assert found[1] not in admin.get("/deliveries").text
    assert "has been given to somebody already" in admin.post(found[1], user_id="U0ZITA001").text


def test_all_are_listed_those_that_wait_first_and_names_stay_text(admin: PageUser, hr: HrDriver) -> None:
    waits = hr.deliver(joined("t1", name=HOSTILE, wanted_number="150"))
    with hr.context.services.database.session() as session:
        session.add_all(
            HrDelivery(
                source="standard",
                key=f"old {at}",
                received_at=now(),
                events=[joined(f"o{at}", name="Olga")],
                state=DeliveryState.DONE,
            )
            for at in range(60)
        )
    shown = admin.get("/deliveries").text
    assert HOSTILE not in shown
    assert HOSTILE in unescape(shown)
    assert shown.index(f'href="/extensions/deliveries/{waits}"') < shown.index("Olga")
    older = re.search(r'id="older"[^>]* href="/extensions([^"]+)"', shown)
    assert older
    assert "Olga" in admin.get(older[1]).text


def test_the_address_of_a_form_leads_back_to_its_page(admin: PageUser, hr: HrDriver) -> None:
    """A page with faults stands there, which fetches itself again."""
    delivery = hr.deliver(joined("b1", name="Bea"))
    assert admin.get(f"/deliveries/{delivery}/details").url == f"{admin.url}/deliveries/{delivery}"
    assert admin.get("/deliveries/people/1").url == f"{admin.url}/deliveries"


def test_one_that_there_is_not_is_said(admin: PageUser) -> None:
    assert admin.get("/deliveries/99999").status_code == 404
    assert "there is no HR delivery 99999" in admin.post("/deliveries/99999/ignore").text.lower().replace(
        "hr", "HR"
    )
