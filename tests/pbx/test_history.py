"""Facts become rows, and the rows say what was; quickly, however many there are."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert
from sqlmodel import Session, delete, select

from models.event import CALLS, REGISTRATIONS, Event, Kind
from models.extension import Extension
from models.phone import Phone
from models.types import now
from pbx import history
from pbx.facts import Fact, OpenCall, PhoneRegistered
from pbx.history import Day
from pbx.system import PhoneSystem
from settings import Settings
from tests.happening import (
    NOON,
    came,
    ends,
    fails_to_log_in,
    moved,
    put_extension,
    rings,
    store,
    takes,
    went,
)
from tests.query_plans import plans
from tests.running import TEST_KEY

MANY = 100_000


def moment(seconds: float = NOON) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def rows(system: PhoneSystem) -> list[dict[str, object]]:
    """What is in every row of the event table, without what is empty."""
    with system.database.session() as session:
        found = session.exec(select(Event).order_by(Event.id)).all()  # type: ignore[arg-type]
    empty = ("", None, 0, False)
    return [
        {name: value for name, value in row.model_dump().items() if value not in empty and name != "id"}
        for row in found
    ]


def phones(system: PhoneSystem) -> list[tuple[str, int, bool]]:
    with system.database.session() as session:
        return sorted((row.number, row.port, row.registered) for row in session.exec(select(Phone)))


def test_every_fact_is_a_row_of_its_own(quiet: PhoneSystem) -> None:
    store(
        quiet,
        came("101"),
        went("101", NOON + 1, reason="expired"),
        moved("101", NOON + 2),
        rings(name="Alice", at=NOON + 3),
        takes(at=NOON + 4),
        ends(at=NOON + 5),
        fails_to_log_in(at=NOON + 6),
    )
    place = {"address": "192.0.2.7", "number": "101"}
    call = {"linkedid": "1.1", "number": "102", "peer": "101", "channel": "PJSIP/102-00000001"}
    assert rows(quiet) == [
        {"kind": Kind.REGISTERED, "at": moment(), "port": 5060, "user_agent": "Snom", "round_trip_ms": 12.5}
        | place,
        {"kind": Kind.UNREGISTERED, "at": moment(NOON + 1), "port": 5060, "reason": "expired"} | place,
        {"kind": Kind.MOVED, "at": moment(NOON + 2), "port": 5061, "user_agent": "Snom"} | place,
        {"kind": Kind.RINGING, "at": moment(NOON + 3), "peer_name": "Alice"} | call,
        {"kind": Kind.ANSWERED, "at": moment(NOON + 4), "rang": 2.0} | call,
        {"kind": Kind.ENDED, "at": moment(NOON + 5), "rang": 2.0, "talked": 65.0, "reason": "answered"}
        | {"cause": 16, "cause_text": "Normal Clearing"}
        | call,
        {"kind": Kind.LOGIN_FAILED, "at": moment(NOON + 6), "number": "101", "reason": "wrong secret"}
        | {"address": "203.0.113.9"},
    ]


def test_what_a_resync_found_is_marked(quiet: PhoneSystem) -> None:
    store(quiet, came("101"), away=True)
    store(quiet, came("102"))
    store(quiet)
    assert [row.get("away", False) for row in rows(quiet)] == [True, False]


def test_a_failed_transaction_stores_neither_event_nor_phone(quiet: PhoneSystem) -> None:
    def crash() -> None:
        with quiet.database.session() as session:
            history.store(session, [came("101")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        crash()
    assert (rows(quiet), phones(quiet)) == ([], [])


def test_the_phone_table_follows_in_one_batch_as_in_many(quiet: PhoneSystem) -> None:
    facts: list[Fact] = [
        came("101", port=1),
        came("101", port=2),
        went("101", port=1),
        went("101", port=2),
        came("101", port=3),
        moved("101", port=4, old_port=3),
        came("102", port=5),
        went("102", port=5),
        came("103", port=6),
        went("103", port=6),
        came("103", port=6),
        went("104", port=7),
    ]
    expected = [("101", 4, True), ("102", 5, False), ("103", 6, True), ("104", 7, False)]
    store(quiet, *facts)
    assert phones(quiet) == expected
    with quiet.database.session() as session:
        session.exec(delete(Phone))
    for fact in facts:
        store(quiet, fact)
    assert phones(quiet) == expected


def test_registered_phones_come_back_as_they_were_told_and_only_those_of_our_extensions(
    quiet: PhoneSystem,
) -> None:
    for number in ("101", "102"):
        put_extension(quiet, number)
    began = 1_700_000_000.0
    store(quiet, came("101", began), came("102", began), went("102", began), came("103", began))
    with quiet.database.session() as session:
        assert history.registered_phones(session) == [
            PhoneRegistered(
                at=began, number="101", address="192.0.2.7", port=5060, user_agent="Snom", round_trip_ms=12.5
            )
        ]
        assert history.is_registered(session, "101")
        assert not history.is_registered(session, "102")


def test_the_last_phone_is_the_one_that_came_or_went_last(quiet: PhoneSystem) -> None:
    store(quiet, came("101", NOON, 1), came("101", NOON + 5, 2))
    store(quiet, went("101", NOON + 9, 1))
    with quiet.database.session() as session:
        last = history.last_phone(session, "101")
        assert last
        assert (last.port, last.registered, last.since) == (1, False, moment(NOON + 9))
        assert history.last_phone(session, "102") is None


# Calls that go on


def lately(seconds: float = 0) -> float:
    return now().timestamp() - 60 + seconds


def test_open_calls_are_those_without_an_end(quiet: PhoneSystem) -> None:
    store(
        quiet, rings("1.1", at=lately()), takes("1.1", at=lately(1)), rings("2.2", "104", "103", at=lately(2))
    )
    store(quiet, rings("3.3", at=lately(3)), ends("3.3", at=lately(4)))
    store(quiet, rings("4.4", at=lately(-90_000)))  # its end was never seen
    with quiet.database.session() as session:
        found = [(row.linkedid, row.kind) for row in history.open_calls(session)]
        assert found == [("1.1", Kind.RINGING), ("1.1", Kind.ANSWERED), ("2.2", Kind.RINGING)]
        for number, linkedid in (("101", "1.1"), ("102", "1.1"), ("103", "2.2"), ("104", "2.2")):
            assert {row.linkedid for row in history.open_calls(session, number)} == {linkedid}
        assert history.open_calls(session, "105") == []


def test_calls_to_take_up_know_all_that_was_stored_of_them(quiet: PhoneSystem) -> None:
    began = lately()
    store(quiet, rings("1.1", name="Alice", at=began), rings("1.1", "103", at=began + 1))
    store(quiet, rings("2.2", "104", "105", at=began), ends("9.9", at=began))
    store(quiet, takes("1.1", "103", at=began + 5))
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


# What was


def test_the_latest_come_first_and_by_kind_and_by_either_side(quiet: PhoneSystem) -> None:
    store(quiet, came("101"), rings(), came("102"), rings("2.2", "101", "103"), ends(), went("101"))
    with quiet.database.session() as session:

        def kinds(*asked: Kind, number: str | None = None, limit: int = 50) -> list[tuple[str, str]]:
            found = history.recent(session, asked, number, limit)
            return [(row.kind, row.number) for row in found]

        assert kinds(limit=2) == [("unregistered", "101"), ("ended", "102")]
        assert kinds(*REGISTRATIONS) == [
            ("unregistered", "101"),
            ("registered", "102"),
            ("registered", "101"),
        ]
        assert kinds(*CALLS, limit=2) == [("ended", "102"), ("ringing", "101")]
        assert kinds(number="101") == [
            ("unregistered", "101"),
            ("ended", "102"),
            ("ringing", "101"),
            ("ringing", "102"),
            ("registered", "101"),
        ]
        assert kinds(*CALLS, number="103") == [("ringing", "101")]
        assert kinds(number="101", limit=2) == [("unregistered", "101"), ("ended", "102")]
        assert kinds(number="104") == []


def test_after_an_event_come_the_next_ones_in_order(quiet: PhoneSystem) -> None:
    store(quiet, *[came(str(number)) for number in range(100, 110)])
    with quiet.database.session() as session:
        first = history.after(session, 0, limit=3)
        assert [row.number for row in first] == ["100", "101", "102"]
        rest = history.after(session, first[-1].id or 0)
        assert [row.number for row in rest] == [str(number) for number in range(103, 110)]
        assert history.after(session, rest[-1].id or 0) == []


def test_a_day_counts_calls_on_both_sides_and_missed_ones_as_called(quiet: PhoneSystem) -> None:
    store(
        quiet,
        ends("1.1", "102", "101", NOON - 1),  # the day before
        ends("2.2", "102", "101", NOON),
        ends("3.3", "101", "102", NOON + 1, disposition="no answer"),
        ends("4.4", "102", "101", NOON + 2, disposition="busy"),
        ends("5.5", "101", "101", NOON + 3),
        rings("6.6", "102", "101", at=NOON + 4),
    )
    with quiet.database.session() as session:
        assert history.day_of(session, "101", moment()) == Day(calls=4, missed=1)
        assert history.day_of(session, "102", moment()) == Day(calls=3, missed=1)
        assert history.day_of(session, "103", moment()) == Day(calls=0, missed=0)


def test_a_day_that_begins_in_another_time_zone_begins_at_the_same_moment(quiet: PhoneSystem) -> None:
    store(quiet, ends(at=NOON))
    with quiet.database.session() as session:
        for zone in ("Asia/Tehran", "America/New_York"):
            local = moment().astimezone(ZoneInfo(zone))
            assert history.day_of(session, "101", local).calls == 1
            assert history.day_of(session, "101", local + timedelta(seconds=1)).calls == 0


def test_the_registrations_before_an_event_do_not_count_later_ones_or_other_phones(
    quiet: PhoneSystem,
) -> None:
    store(quiet, came("101", NOON - 700), went("101", NOON), came("102", NOON + 1), came("101", NOON + 2))
    store(quiet, moved("101", NOON + 3), went("101", NOON + 4))
    with quiet.database.session() as session:
        event = session.exec(select(Event).where(Event.at == moment(NOON + 2))).one()
        found = history.registrations_before(session, event, moment(NOON - 600))
        assert [row.kind for row in found] == [Kind.UNREGISTERED, Kind.REGISTERED]


# Pruning


def test_old_events_go_in_small_steps_and_the_ids_do_not_come_again(
    quiet: PhoneSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PRUNE_AT_ONCE", 10)
    steps: list[float] = []
    monkeypatch.setattr("pbx.history.time", SimpleNamespace(sleep=steps.append))
    today = now().timestamp()
    store(quiet, *[came("101", today - 91 * 86_400) for _ in range(35)], came("102", today - 89 * 86_400))
    assert history.prune(quiet.database, timedelta(days=90)) == 35
    assert len(steps) == 3
    assert [row["number"] for row in rows(quiet)] == ["102"]
    assert history.prune(quiet.database, timedelta(days=1)) == 1
    store(quiet, came("103"))
    with quiet.database.session() as session:
        assert session.exec(select(Event.id)).one() == 37


def test_the_phones_of_deleted_extensions_go_with_them(quiet: PhoneSystem) -> None:
    put_extension(quiet, "101")
    store(quiet, came("101"), came("102"))
    history.prune(quiet.database, timedelta(days=90))
    assert phones(quiet) == [("101", 5060, True)]
    with quiet.database.session() as session:
        session.exec(delete(Extension))
    history.prune(quiet.database, timedelta(days=90))
    assert phones(quiet) == []


# With very many rows


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[PhoneSystem]:
    """100,000 events of 300 extensions over 90 days; one of them has half of the calls."""

    path = shutil.copy(migrated, tmp_path_factory.mktemp("crowded") / "switchhook.db")
    values: dict[str, Any] = {"secret_key": TEST_KEY, "database_url": f"sqlite:///{path}"}
    system = PhoneSystem.of(Settings(_env_file=None, **values))
    began, step = now().timestamp() - 90 * 86_400, 90 * 86_400 / MANY
    facts = (
        history.row_of(
            came(str(100 + place % 300), began + place * step)
            if place % 50 == 0
            else (rings, takes, ends)[place % 3](
                f"1.{place // 3}", str(100 + place % 300 * (place % 2)), "101", at=began + place * step
            )
        )
        | {"away": False}
        for place in range(MANY)
    )
    with system.database.session() as session:
        session.exec(insert(Event), params=list(facts))
    yield system
    system.database.close()


QUESTIONS: dict[str, Callable[[Session], object]] = {
    "recent": history.recent,
    "recent of kinds": lambda session: history.recent(session, REGISTRATIONS),
    "recent of a number": lambda session: history.recent(session, number="101"),
    "recent of a number and kinds": lambda session: history.recent(session, CALLS, "101"),
    "after": lambda session: history.after(session, MANY - 10),
    "after, from the beginning": lambda session: history.after(session, 0),
    "open calls": history.open_calls,
    "open calls of a number": lambda session: history.open_calls(session, "100"),
    "of a call": lambda session: history.of_call(session, "1.100", Kind.RINGING),
    "day": lambda session: history.day_of(session, "101", now() - timedelta(days=1)),
    "registrations before": lambda session: history.registrations_before(
        session, history.recent(session, REGISTRATIONS)[0], now() - timedelta(minutes=10)
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_asked_of_very_many_rows_walks_an_index_and_sorts_nothing(
    crowded: PhoneSystem, question: str
) -> None:
    with crowded.database.session() as session:
        assert session.exec(select(func.count()).select_from(Event)).one() == MANY
        steps = plans(session, lambda: QUESTIONS[question](session))
    assert steps
    whole = [step for step in steps if step.startswith("SCAN event") and question != "recent"]
    assert whole == []
    sorts = [step for step in steps if "TEMP B-TREE" in step]
    assert sorts == [] or question.startswith("open calls"), steps


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_asked_of_very_many_rows_reads_few_of_them(crowded: PhoneSystem, question: str) -> None:
    """SQLite counts its steps: some twenty for a row that is read, hundreds of thousands for them all."""
    steps = [0]
    with crowded.database.session() as session:
        connection: Any = session.connection().connection.dbapi_connection

        def count() -> int:
            steps[0] += 1
            return 0

        connection.set_progress_handler(count, 100)
        QUESTIONS[question](session)
        connection.set_progress_handler(None, 0)
    assert steps[0] * 100 < 60_000
