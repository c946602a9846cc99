"""Facts become rows, which say what goes on, and go when they are old."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlmodel import delete, select

from models import pruning
from models.event import Event, EventKind
from models.extension import Extension
from models.phone import Phone
from models.types import now
from pbx import directory, history, presence
from pbx.answers import Day
from pbx.facts import OpenCall, PhoneRegistered
from pbx.services import Services
from tests.factories import (
    NOON,
    answered,
    at_time,
    ended,
    insert_extension,
    login_failed,
    moved,
    registered,
    ringing,
    store,
    unregistered,
)


def rows(services: Services) -> list[dict[str, object]]:
    """What is in every row of the event table, without what is empty and counts of one."""
    with services.database.session() as session:
        found = session.exec(select(Event).order_by(Event.id)).all()  # type: ignore[arg-type]
    empty = ("", None, 0, False)
    return [
        {
            name: value
            for name, value in row.model_dump().items()
            if value not in empty and name not in ("id", "count")
        }
        for row in found
    ]


def phones(services: Services) -> list[tuple[str, int, bool]]:
    with services.database.session() as session:
        return sorted((row.number, row.port, row.registered) for row in session.exec(select(Phone)))


def test_every_fact_is_a_row_of_its_own(quiet: Services) -> None:
    store(
        quiet,
        registered("101"),
        unregistered("101", NOON + 1, reason="expired"),
        moved("101", NOON + 2),
        ringing(name="Alice", at=NOON + 3),
        answered(at=NOON + 4),
        ended(at=NOON + 5),
        login_failed(at=NOON + 6),
    )
    place = {"address": "192.0.2.7", "number": "101"}
    call = {"linkedid": "1.1", "number": "102", "peer": "101", "channel": "PJSIP/102-00000001"}
    assert rows(quiet) == [
        {
            "kind": EventKind.REGISTERED,
            "at": at_time(),
            "port": 5060,
            "user_agent": "Snom",
            "round_trip_ms": 12.5,
        }
        | place,
        {"kind": EventKind.UNREGISTERED, "at": at_time(NOON + 1), "port": 5060, "reason": "expired"} | place,
        {"kind": EventKind.MOVED, "at": at_time(NOON + 2), "port": 5061, "user_agent": "Snom"} | place,
        {"kind": EventKind.RINGING, "at": at_time(NOON + 3), "peer_name": "Alice"} | call,
        {"kind": EventKind.ANSWERED, "at": at_time(NOON + 4), "rang": 2.0} | call,
        {"kind": EventKind.ENDED, "at": at_time(NOON + 5), "rang": 2.0, "talked": 65.0, "reason": "answered"}
        | {"cause": 16, "cause_text": "Normal Clearing"}
        | call,
        {"kind": EventKind.LOGIN_FAILED, "at": at_time(NOON + 6), "number": "101", "reason": "wrong secret"}
        | {"address": "203.0.113.9", "accounts": ["101"]},
    ]


def test_events_found_by_a_resync_are_marked(quiet: Services) -> None:
    store(quiet, registered("101"), backfilled=True)
    store(quiet, registered("102"))
    store(quiet)
    assert [row.get("backfilled", False) for row in rows(quiet)] == [True, False]


def test_registered_phones_are_read_as_they_were_stored_and_only_those_of_our_extensions(
    quiet: Services,
) -> None:
    for number in ("101", "102"):
        insert_extension(quiet, number)
    began = 1_700_000_000.0
    store(
        quiet,
        registered("101", began),
        registered("102", began),
        unregistered("102", began),
        registered("103", began),
    )
    with quiet.database.session() as session:
        assert history.registered_phones(session) == [
            PhoneRegistered(
                at=began, number="101", address="192.0.2.7", port=5060, user_agent="Snom", round_trip_ms=12.5
            )
        ]
        phones = presence.phones_of(session, {"101", "102", "999"})
    assert {number: [phone.registered for phone in phones[number]] for number in phones} == {
        "101": [True],
        "102": [False],
    }


# Calls that go on


def lately(seconds: float = 0) -> float:
    return now().timestamp() - 60 + seconds


def test_open_calls_are_those_without_an_end(quiet: Services) -> None:
    store(
        quiet,
        ringing("1.1", at=lately()),
        answered("1.1", at=lately(1)),
        ringing("2.2", "104", "103", at=lately(2)),
    )
    store(quiet, ringing("3.3", at=lately(3)), ended("3.3", at=lately(4)))
    store(quiet, ringing("4.4", at=lately(-90_000)))  # its end was never seen
    with quiet.database.session() as session:
        found = [(row.linkedid, row.kind) for row in history.open_calls(session)]
        assert found == [("1.1", EventKind.RINGING), ("1.1", EventKind.ANSWERED), ("2.2", EventKind.RINGING)]
        for number, linkedid in (("101", "1.1"), ("102", "1.1"), ("103", "2.2"), ("104", "2.2")):
            assert {row.linkedid for row in history.open_calls(session, number)} == {linkedid}
        assert history.open_calls(session, "105") == []


def test_calls_to_take_up_know_all_that_was_stored_of_them(quiet: Services) -> None:
    began = lately()
    store(quiet, ringing("1.1", name="Alice", at=began), ringing("1.1", "103", at=began + 1))
    store(quiet, ringing("2.2", "104", "105", at=began), ended("9.9", at=began))
    store(quiet, answered("1.1", "103", at=began + 5))
    with quiet.database.session() as session:
        calls = history.calls_to_take_up(session)
    assert [round(call.rang_at or 0, 3) for call in calls] == [round(began, 3)] * 2
    assert calls == [
        OpenCall(
            linkedid="1.1",
            caller="101",
            caller_name="Alice",
            callee="103",
            channel="PJSIP/103-00000001",
            rang_at=calls[0].rang_at,
            answered_at=calls[0].answered_at,
        ),
        OpenCall(
            linkedid="2.2",
            caller="105",
            callee="104",
            channel="PJSIP/104-00000001",
            rang_at=calls[1].rang_at,
        ),
    ]
    assert calls[0].answered_at == pytest.approx(began + 5, abs=0.001)


# Pruning


def test_old_events_go_in_small_steps_and_the_ids_do_not_come_again(
    quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH_SIZE", 10)
    steps: list[float] = []
    monkeypatch.setattr("models.pruning.time", SimpleNamespace(sleep=steps.append))
    today = now().timestamp()
    store(
        quiet,
        *[registered("101", today - 91 * 86_400) for _ in range(35)],
        registered("102", today - 89 * 86_400),
    )
    history.prune(quiet.database, timedelta(days=90))
    assert len(steps) == 3
    assert [row["number"] for row in rows(quiet)] == ["102"]
    history.prune(quiet.database, timedelta(days=1))
    assert rows(quiet) == []
    store(quiet, registered("103"))
    with quiet.database.session() as session:
        assert session.exec(select(Event.id)).one() == 37


def test_the_phones_of_deleted_extensions_go_with_them(quiet: Services) -> None:
    insert_extension(quiet, "101")
    store(quiet, registered("101"), registered("102"))
    history.prune(quiet.database, timedelta(days=90))
    assert phones(quiet) == [("101", 5060, True)]
    with quiet.database.session() as session:
        session.exec(delete(Extension))
    history.prune(quiet.database, timedelta(days=90))
    assert phones(quiet) == []


def test_a_reused_number_shows_nothing_of_its_former_holder(quiet: Services) -> None:
    before = now().timestamp() - 1
    store(
        quiet,
        registered("101", at=before),
        unregistered("101", at=before),
        ended(callee="101", caller="102", at=before),
    )
    insert_extension(quiet, "101")
    status = directory.status(quiet, "101")
    assert (status.phone, status.today) == (None, Day(calls=0, missed=0))
    store(
        quiet,
        registered("101", at=now().timestamp()),
        ended("2.1", callee="101", caller="102", at=now().timestamp()),
    )
    status = directory.status(quiet, "101")
    assert (status.phone is not None, status.today) == (True, Day(calls=1, missed=0))
