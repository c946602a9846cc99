"""The calls that people find in their Home."""

from __future__ import annotations

from datetime import timedelta

from models.audit import AuditEntry
from pbx.services import Services
from tests.factories import NOON, at_time, ended, ringing, store
from tests.handlers.home.homes import BOB, add, content, home


def people(services: Services) -> None:
    add(services, "102", slack_user_id=BOB, created_at=at_time() - timedelta(days=1))
    add(services, "101", "Alice", created_at=at_time() - timedelta(days=1))


def lines(services: Services) -> list[str]:
    shown = home(services).partition("My recent calls\n")[2].partition("\nTeam")[0]
    return [line.rpartition(" · ")[0] or line for line in shown.split("\n")]


def test_calls_name_the_other_one_and_what_came_of_them_the_newest_first(quiet: Services) -> None:
    people(quiet)
    store(
        quiet,
        ended("1.1", caller="101"),
        ended("1.2", caller="102", callee="101", disposition="busy"),
        ended("1.3", caller="0301234", disposition="no answer"),
        ended("1.4", caller="101", disposition="voicemail"),
        ended("1.5", caller="102", callee="101"),
    )
    assert lines(quiet) == [
        "↗️ to 101 Alice · talked 1 min 5 s",
        "📵 missed from 101 Alice · it went to voicemail",
        "📵 missed from 0301234 · no answer",
        "↗️ to 101 Alice · busy",
        "📞 from 101 Alice · talked 1 min 5 s",
    ]


def test_without_calls_it_says_so(quiet: Services) -> None:
    people(quiet)
    store(quiet, ringing())
    assert lines(quiet) == ["No calls yet."]


def test_calls_of_an_earlier_extension_of_that_number_are_left_out(quiet: Services) -> None:
    add(quiet, "102", slack_user_id=BOB, created_at=at_time(NOON + 100))
    store(quiet, ended("1.1"), ended("1.2", at=NOON + 200))
    assert len(content(quiet).calls) == 1


def test_a_call_between_two_of_theirs_stands_there_once_and_ten_are_enough(quiet: Services) -> None:
    people(quiet)
    add(quiet, "103", slack_user_id=BOB, created_at=at_time() - timedelta(days=1))
    store(quiet, *(ended(f"1.{number}", caller="103") for number in range(12)))
    assert [call.linkedid for call in content(quiet).calls] == [f"1.{number}" for number in range(11, 1, -1)]


def test_who_has_the_number_of_the_other_one_since_then_was_not_called(quiet: Services) -> None:
    add(quiet, "102", slack_user_id=BOB, created_at=at_time() - timedelta(days=1))
    add(quiet, "101", "Carol", created_at=at_time(NOON + 100))
    store(quiet, ended("1.1", caller="102", callee="101"), ended("1.2", caller="101", at=NOON + 200))
    assert lines(quiet) == ["📞 from 101 Carol · talked 1 min 5 s", "↗️ to 101 · talked 1 min 5 s"]


def test_with_whom_the_one_before_spoke_is_not_for_a_new_owner(quiet: Services) -> None:
    people(quiet)
    with quiet.database.session() as session:
        change = {"slack_user_id": ["U0BEFORE", BOB]}
        session.add(
            AuditEntry(
                at=at_time(NOON + 100), actor="cli:ada", action="changed", number="102", changes=change
            )
        )
    store(quiet, ended("1.1"), ended("1.2", at=NOON + 200))
    assert [call.linkedid for call in content(quiet).calls] == ["1.2"]
