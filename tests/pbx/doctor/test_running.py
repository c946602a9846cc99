"""A table of checks is reported in its order; none stops the others, and a root cause spares what follows from it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from pbx.doctor.findings import Check, Finding, NothingToCheck
from pbx.doctor.running import run
from pbx.errors import SwitchhookError


def fault(subject: list[str]) -> Iterator[Finding]:
    subject.append("fault")
    yield Finding("", "seen", "why", "remedy")


def sound(subject: list[str]) -> Iterator[Finding]:
    subject.append("sound")
    yield from ()


def absent(_subject: list[str]) -> Iterator[Finding]:
    raise NothingToCheck("there is none")
    yield


def breaks(_subject: list[str]) -> Iterator[Finding]:
    yield Finding("", "half", "", "")
    raise ZeroDivisionError("secret")


def test_checks_are_reported_in_order_and_their_findings_have_their_slugs() -> None:
    subject: list[str] = []
    report = run((Check("b", "B", fault), Check("a", "A", sound)), subject)
    assert sorted(subject) == ["fault", "sound"]
    assert [each.check for each in report.findings] == ["b"]
    assert (report.checked, report.skipped) == ((("b", "B"), ("a", "A")), ())


def test_what_needs_a_check_that_found_something_is_skipped_and_so_is_what_needs_that() -> None:
    subject: list[str] = []
    checks = (
        Check("root", "R", fault),
        Check("follows", "F", fault, needs=("root",)),
        Check("follows-that", "T", fault, needs=("follows",)),
        Check("other", "O", sound, needs=()),
    )
    report = run(checks, subject)
    assert sorted(subject) == ["fault", "sound"]
    assert report.skipped == (("follows", "F"), ("follows-that", "T"))


def test_what_has_nothing_to_look_at_is_told_apart_from_what_is_sound_and_stops_no_other() -> None:
    checks = (Check("trunk", "T", absent), Check("after", "A", sound, needs=("trunk",)))
    report = run(checks, list[str]())
    assert (report.findings, report.checked) == ((), (("after", "A"),))
    assert report.absent == (("trunk", "T (there is none)"),)


def test_what_was_found_before_counts_and_stays_in_the_report() -> None:
    before = run((Check("root", "R", fault),), list[str]())
    report = run((Check("follows", "F", fault, needs=("root",)),), list[str](), before)
    assert (report.findings, report.skipped) == (before.findings, (("follows", "F"),))


def test_a_check_that_breaks_is_a_finding_without_what_the_error_says_and_stops_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    report = run((Check("broken", "it works", breaks), Check("a", "A", sound)), list[str]())
    assert [each.seen for each in report.findings] == [
        "could not check: it works (an error inside Switchhook (ZeroDivisionError), which its log has in full)"
    ]
    assert (report.checked, report.failed) == ((("a", "A"),), (("broken", "it works"),))
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SwitchhookError("Asterisk went away"), "(Asterisk went away)"),
        (OperationalError("SELECT secret", {}, Exception("x")), "(the database "),
    ],
)
def test_an_error_that_is_meant_for_people_is_said_and_not_logged(
    error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    def raises(_subject: None) -> Iterator[Finding]:
        raise error
        yield

    (finding,) = run((Check("a", "A", raises),), None).findings
    assert said in finding.seen
    assert "SELECT" not in finding.seen + caplog.text


def test_what_needs_nothing_of_each_other_runs_at_the_same_time_and_is_reported_in_order() -> None:
    both = threading.Barrier(2, timeout=60)

    def meets(_subject: None) -> Iterator[Finding]:
        both.wait()
        yield Finding("", "seen", "why", "remedy")

    report = run((Check("b", "B", meets, limit=60), Check("a", "A", meets, limit=60)), None)
    assert [each.check for each in report.findings] == ["b", "a"]


def test_a_check_that_waits_too_long_is_left_behind() -> None:
    never = threading.Event()

    def waits(_subject: None) -> Iterator[Finding]:
        never.wait()
        yield from ()

    report = run((Check("slow", "it is quick", waits, limit=0.01), Check("a", "A", lambda _: ())), None)
    never.set()
    assert "no answer within 0.01 seconds" in report.findings[0].seen
    assert report.checked == (("a", "A"),)
