"""`flask doctor`: a report, what it can mend, and an exit status that tells."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from handlers.cli import doctor
from pbx.doctor.findings import Finding, Report
from tests.asterisk_bed import Asterisk
from tests.server import Switchhook

pytestmark = pytest.mark.usefixtures("has_listener")

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


@pytest.fixture
def without_a_module(asterisk: Asterisk) -> Iterator[str]:
    """The registrar is not loaded, so no phone can register."""
    asterisk.cli("module unload res_pjsip_registrar.so")
    yield "res_pjsip_registrar"
    asterisk.cli("module load res_pjsip_registrar.so")


def test_fix_asks_first_and_then_looks_again(
    switchhook: Switchhook, asterisk: Asterisk, without_a_module: str
) -> None:
    refused = switchhook.flask("doctor", "--fix", typed="n\n")
    assert f"Asterisk has not loaded {without_a_module}" in refused.stdout
    assert "flask doctor --fix load-modules" in refused.stdout
    assert "load-modules: has Asterisk load the modules that phones need" in refused.stdout
    assert "not loaded" not in asterisk.cli(f"module show like {without_a_module}").partition("0 modules")[0]
    done = switchhook.flask("doctor", "--fix", typed="y\n")
    before, after = done.stdout.split(f"Asterisk has loaded {without_a_module}.")
    assert f"has not loaded {without_a_module}" in before
    assert f"has not loaded {without_a_module}" not in after
    assert "had the doctor load-modules" in switchhook.flask("ext", "audit").stdout


def test_fix_with_a_name_does_that_one_without_asking(switchhook: Switchhook, without_a_module: str) -> None:
    done = switchhook.flask("doctor", "--fix", "load-modules")
    assert f"Asterisk has loaded {without_a_module}." in done.stdout
    assert "Do that?" not in done.stdout
