"""A call that was missed while nobody listened is told to who had the number then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, delete, update

from handlers.alerts import gaps, rules
from models import audit, direct_alerts_off
from models.actor import SWITCHHOOK
from models.extension import Extension
from models.lease import LeaseHolder
from models.types import now
from pbx import backfill
from pbx.services import Services
from tests.factories import insert_extension, outbox_texts
from tests.pbx import gap_driver
from tests.pbx.gap_driver import begin_gap, record, ringing, store, unseen

pbx, folder, holder = gap_driver.pbx, gap_driver.folder, gap_driver.holder
BOB, DAVE = "U0BOB0001", "U0DAVE001"
PHONES = "C0PHONES"
services_of_now = gap_driver.services


@pytest.fixture
def services(services_of_now: Services) -> Services:
    """101 Alice and 102 Bob, who have been there for an hour."""
    of_bob = col(Extension.number) == "102"
    with services_of_now.database.session() as session:
        session.exec(update(Extension).values(created_at=now() - timedelta(hours=1)))
        session.exec(update(Extension).where(of_bob).values(name="Bob", slack_user_id=BOB))
    settings = services_of_now.settings.model_copy(update={"alert_channel": PHONES})
    return Services(settings, services_of_now.database, services_of_now.cipher)


def miss(folder: Path, number: int = 1) -> None:
    """Have 101 call 102 in vain five minutes ago."""
    record(folder, ended=300 - number, number=number, disposition="NO ANSWER")


def told(services: Services, holder: LeaseHolder) -> dict[str, list[str]]:
    """Return the lines of what is told of the time in which nobody listened, by where."""
    begin_gap(services, holder)
    assert backfill.fill(services, holder)
    rules.write_alerts(services, holder)
    assert gaps.tell(services, holder)
    return {channel: text.splitlines() for channel, text in outbox_texts(services)}


def hand_over(services: Services) -> None:
    with services.database.session() as session:
        these = update(Extension).where(col(Extension.number) == "102")
        session.exec(these.values(name="Dave", slack_user_id=DAVE))
        changes = {"name": ["Bob", "Dave"], "slack_user_id": [BOB, DAVE]}
        audit.record(session, SWITCHHOOK, "changed", "102", changes)


def delete_bob(services: Services) -> None:
    with services.database.session() as session:
        session.exec(delete(Extension).where(col(Extension.number) == "102"))
        gone = {"name": ["Bob", None], "slack_user_id": [BOB, None]}
        audit.record(session, SWITCHHOOK, audit.DELETED, "102", gone)


def make_dave(services: Services) -> None:
    insert_extension(services, "102", name="Dave", slack_user_id=DAVE)
    with services.database.session() as session:
        made = {"name": [None, "Dave"], "slack_user_id": [None, DAVE]}
        audit.record(session, SWITCHHOOK, audit.CREATED, "102", made)


def test_who_was_given_the_number_since_reads_nothing(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    miss(folder)
    hand_over(services)
    messages = told(services, holder)
    assert set(messages) == {PHONES, BOB}
    assert messages[BOB][0].startswith("📵 You missed a call from 101 Alice · ")
    assert messages[PHONES][1].endswith("📵 102 Bob missed a call from 101 Alice · no answer")


def test_who_had_a_number_that_was_made_anew_since_reads_of_it(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    miss(folder)
    delete_bob(services)
    make_dave(services)
    messages = told(services, holder)
    assert set(messages) == {PHONES, BOB}
    assert messages[PHONES][1].endswith("📵 102 Bob missed a call from 101 Alice · no answer")


def test_who_had_a_number_that_was_deleted_since_reads_of_it(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    miss(folder)
    delete_bob(services)
    messages = told(services, holder)
    assert set(messages) == {PHONES, BOB}
    assert messages[PHONES][1].endswith("📵 102 Bob missed a call from 101 Alice · no answer")


def test_where_nobody_is_known_to_have_had_it_the_number_stands_alone(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    miss(folder)
    with services.database.session() as session:
        session.exec(update(Extension).where(col(Extension.number) == "102").values(created_at=now()))
    messages = told(services, holder)
    assert set(messages) == {PHONES}
    assert messages[PHONES][1].endswith(" 📞 101 Alice → 102 · no answer")


def test_many_calls_are_one_message_to_who_missed_them(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    for number in range(1, 18):
        miss(folder, number)
    headline, *lines = told(services, holder)[BOB]
    assert headline.startswith("📵 While nobody listened, ")
    assert headline.endswith(", you missed 17 calls:")
    assert len(lines) == 16
    assert all(each.endswith(" 101 Alice · no answer") for each in lines[:15])
    assert lines[15] == "… and 2 more. Your latest calls stand in App Home."


def test_who_wants_no_messages_about_missed_calls_gets_none(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    miss(folder)
    direct_alerts_off.switch_off(services.database, BOB)
    assert set(told(services, holder)) == {PHONES}


def test_a_call_that_began_before_is_of_those_whose_phones_rang(
    services: Services, holder: LeaseHolder, folder: Path
) -> None:
    linkedid = record(folder, ended=590, disposition="NO ANSWER")  # the gap began 600 s ago
    insert_extension(services, "103", slack_user_id=DAVE, created_at=now() - timedelta(hours=1))
    store(holder, replace(ringing(linkedid, 601), callee="103"))
    messages = told(services, holder)
    assert {channel for channel, lines in messages.items() if "You missed" in lines[0]} == {BOB, DAVE}
    assert all("While nobody listened" not in lines[0] for lines in messages.values())


def test_a_call_whose_end_nobody_saw_keeps_the_names_that_it_began_with(
    services: Services, holder: LeaseHolder
) -> None:
    store(holder, ringing("1.1", 601))
    rules.write_alerts(services, holder)
    hand_over(services)
    begin_gap(services, holder, ended=[unseen("1.1")])
    assert backfill.fill(services, holder)
    rules.write_alerts(services, holder)
    assert outbox_texts(services) == [(PHONES, "📞 101 Alice → 102 Bob · ended")]
