"""What is counted of the event table, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlmodel import delete

from models import audit
from models.actor import Actor
from models.event import Event
from models.listening import ListeningSpan
from models.phone import Phone
from pbx.facts import Disposition, Fact
from pbx.reports import counting
from pbx.reports.periods import Kind, Period
from pbx.reports.report import Calls, Known, Report
from pbx.services import Services
from tests.factories import ended, insert_extension, registered, ringing, store, unregistered
from tests.models.migrating import copy_of
from tests.query_plans import plans

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 10, 25)  # of 25 hours, and a Sunday
START = datetime(2026, 10, 25, tzinfo=BERLIN).astimezone(UTC)
NOW = START + timedelta(days=9)
DISPOSITIONS: tuple[Disposition, ...] = ("answered", "voicemail", "no answer", "busy", "cancelled", "failed")
HOURS = st.integers(-30 * 3600, 9 * 24 * 3600 - 1).map(lambda seconds: seconds / 3600)


@pytest.fixture(params=["sqlite", "postgresql"])
def counted(
    request: pytest.FixtureRequest, quiet: Services, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """With 101 and 102, nine days after DAY began, and somebody has listened all the time."""
    services = quiet
    if request.param == "postgresql":
        url = copy_of(request.getfixturevalue("migrated_postgresql"))
        services = Services.of(quiet.settings.model_copy(update={"database_url": SecretStr(url)}))
    monkeypatch.setattr(counting, "now", lambda: NOW)
    for number in ("101", "102"):
        insert_extension(services, number)
    heard_until(services, NOW)
    yield services
    if services is not quiet:
        services.database.close()


def heard_until(services: Services, at: datetime, gap: tuple[datetime, datetime] | None = None) -> None:
    """Somebody listened until then, but for a gap, and before the first event."""
    long_ago = START - timedelta(days=1000)
    spans = [(long_ago, gap[0]), (gap[1], at)] if gap else [(long_ago, at)]
    with services.database.session() as session:
        session.exec(delete(ListeningSpan))
        session.add_all(ListeningSpan(since=since, until=until) for since, until in spans)


def hour(count: float) -> float:
    return (START + timedelta(hours=count)).timestamp()


def count(services: Services, kind: Kind = "day", day: date = DAY) -> Report:
    return counting.report(services, Period.of(kind, day, BERLIN))


def call(hours: float, disposition: Disposition = "answered", number: int = 1) -> Fact:
    return ended(f"1.{number}", at=hour(hours), disposition=disposition)


def test_calls_are_counted_by_the_hour_in_which_they_ended(counted: Services) -> None:
    store(
        counted,
        call(-0.1),
        call(0),
        call(2.5, "no answer"),
        call(2.9),
        call(3.1),
        call(24.9, "voicemail"),
        call(25),
    )
    found = {index: bar.calls for index, bar in enumerate(count(counted).bars) if bar.calls.all}
    assert found == {
        0: Calls(answered=1),
        2: Calls(answered=1, missed=1),
        3: Calls(answered=1),
        24: Calls(missed=1),
    }


def test_days_of_a_week_are_those_of_the_clock(counted: Services) -> None:
    store(counted, call(-0.1), call(24.9), call(25.1))
    week = [bar.calls.all for bar in count(counted, "week").bars]
    assert week == [0, 0, 0, 0, 0, 1, 1]
    assert count(counted, "week", DAY + timedelta(days=1)).calls.all == 1


def test_a_call_is_one_however_many_phones_rang_and_own_phones_of_who_asked_are_none(
    counted: Services,
) -> None:
    rang = [ringing(callee=each, at=hour(5)) for each in ("101", "102", "103")]
    own = replace(ended("switchhook-call-1", callee="101", caller="101", disposition="no answer"), at=hour(5))
    store(counted, *rang, call(5, "no answer"), own)
    assert count(counted).calls == Calls(missed=1)


def test_only_who_was_called_here_misses_a_call(counted: Services) -> None:
    out = replace(ended(callee="0305550100", disposition="busy"), at=hour(5), channel="PJSIP/trunk-00000002")
    nobody_rang = replace(ended(callee="102", caller="0305550100", disposition="unavailable"), at=hour(5))
    gone = replace(nobody_rang, callee="109", channel="PJSIP/trunk-00000003")
    deleted_since = replace(ended(callee="108", disposition="no answer"), at=hour(5))
    store(counted, out, replace(nobody_rang, channel="PJSIP/trunk-00000004"), gone, deleted_since)
    assert count(counted).calls == Calls(missed=2, unreached=2)
    with counted.database.session() as session:
        audit.record(session, Actor.slack("U1"), audit.DELETED, "109")
    assert count(counted).calls == Calls(missed=3, unreached=1)


def test_registered_phones_are_reckoned_back_from_those_of_now(counted: Services) -> None:
    store(
        counted, registered("101", hour(-3)), registered("102", hour(2)), registered("102", hour(6), port=7)
    )
    store(counted, unregistered("102", hour(8), port=7), unregistered("101", hour(30)))
    by_hour = [each.count for each in count(counted).phones][::4]
    assert by_hour == [1, 1, 1, 2, 2, 2, 2, 3, 3, *[2] * 17]
    assert [each.count for each in count(counted, day=DAY + timedelta(days=3)).phones] == [1] * 97


def test_the_phones_of_an_extension_that_was_deleted_are_counted_until_then(counted: Services) -> None:
    store(counted, registered("109", hour(1)), unregistered("109", hour(5), reason="locked out"))
    assert [each.count for each in count(counted).phones][::4] == [0, 0, *[1] * 4, *[0] * 20]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    calls=st.lists(st.tuples(HOURS, st.sampled_from(DISPOSITIONS))),
    changes=st.lists(HOURS),
)
def test_sums_equal_the_events(
    counted: Services, calls: list[tuple[float, Disposition]], changes: list[float]
) -> None:
    with counted.database.session() as session:
        session.exec(delete(Event))
        session.exec(delete(Phone))
    facts: list[Fact] = [call(at, how, number) for number, (at, how) in enumerate(calls)]
    facts += [registered("101", hour(at), port) for port, at in enumerate(changes)]
    store(counted, *sorted(facts, key=lambda fact: fact.at))
    for kind, day in (("day", DAY), ("week", DAY), ("week", DAY + timedelta(days=7))):
        report = count(counted, kind, day)  # type: ignore[arg-type]  # a Kind
        start, end = report.start.timestamp(), report.end.timestamp()
        within = [how for at, how in calls if start <= hour(at) < end]
        assert report.calls.all == len(within)
        assert report.calls.answered == within.count("answered")
        for each in report.phones:
            assert each.count == sum(hour(at) < each.at.timestamp() for at in changes)


def test_what_nobody_heard_is_unknown(counted: Services) -> None:
    gap = (START + timedelta(hours=2), START + timedelta(hours=4.5))
    heard_until(counted, NOW, gap)
    store(counted, registered("101", hour(1)))
    report = count(counted)
    assert [bar.known for bar in report.bars[1:6]] == [
        Known.ALL,
        Known.NOT,
        Known.NOT,
        Known.PARTLY,
        Known.ALL,
    ]
    assert [each.count for each in report.phones][::4][1:6] == [0, None, None, None, 1]


def test_since_the_listener_ended_nothing_is_known(counted: Services) -> None:
    heard_until(counted, START + timedelta(hours=10))
    assert [bar.known for bar in count(counted).bars[9:11]] == [Known.ALL, Known.NOT]
    assert count(counted, day=DAY + timedelta(days=1)).bars[0].known is Known.NOT


def test_before_the_oldest_event_that_is_kept_nothing_is_known(counted: Services) -> None:
    kept = counted.settings.model_copy(update={"keep_events_days": 8})
    services = replace(counted, settings=kept)
    assert [bar.known for bar in count(services).bars[22:25]] == [Known.NOT, Known.NOT, Known.ALL]


def test_hours_to_come_are_not_zero(counted: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "now", lambda: START + timedelta(hours=3.5))
    report = count(counted)
    assert [bar.known for bar in report.bars[3:5]] == [Known.ALL, Known.TO_COME]
    assert not report.is_over
    assert report.phones[-1].at == START + timedelta(hours=3.5)


def test_a_report_reads_indexes_and_asks_as_often_whatever_there_is(quiet: Services) -> None:
    week = Period.of("week", DAY, BERLIN)
    with quiet.database.session() as session:
        steps = plans(session, lambda: counting.count(session, week, NOW, timedelta(days=90)))
    assert not [step for step in steps if step in ("SCAN event", "SCAN audit_entry")]
