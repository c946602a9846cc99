"""`flask doctor`: a report, what it can mend, and an exit status that tells."""

from __future__ import annotations

import json

import pytest

from handlers.cli import doctor
from pbx.doctor.findings import Finding, Report
from tests.asterisk_bed import Asterisk
from tests.server import Switchhook

FINDING = Finding("a", "s", "w", "r")


@pytest.mark.parametrize(
    ("report", "status"),
    [
        (Report(), 0),
        (Report((FINDING,), checked=(("a", "A"),)), 1),
        (Report((FINDING,), failed=(("a", "A"),)), 2),
        (Report((FINDING, Finding("b", "s", "w", "r")), failed=(("a", "A"),)), 1),
    ],
)
def test_the_exit_status_tells_findings_from_what_could_not_be_checked(report: Report, status: int) -> None:
    assert doctor.exit_code(report) == status


def test_a_fault_is_shown_with_what_to_do_and_as_json(switchhook: Switchhook, asterisk: Asterisk) -> None:
    asterisk.kill()
    try:
        shown, machine = switchhook.flask("doctor"), switchhook.flask("doctor", "--json")
    finally:
        asterisk.start()
    assert (shown.returncode, machine.returncode) == (1, 1)
    assert "does not answer" in shown.stdout
    assert "What to do: is Asterisk running" in shown.stdout
    report = json.loads(machine.stdout)
    assert report["findings"][0]["check"] == "ami"
    assert report["number"] is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["doctor", "--json", "--fix"], "leave out --fix"),
        (["doctor", "--fix", "dance"], "--fix dance would mend nothing of what was found"),
        (["doctor", "abc"], "is no extension number; one is 2 to 20 digits"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_exits_2_as_nothing_was_checked(
    switchhook: Switchhook, arguments: list[str], said: str
) -> None:
    done = switchhook.flask(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
