"""What the manager user of a real Asterisk may do and hear is found out over AMI itself."""

from __future__ import annotations

import re

import pytest

from models.fields import NewExtension
from pbx import extensions
from pbx.doctor import manager_checks
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.modules import ROOT, modules
from tests.pbx.doctor.faults import manager_conf, only
from tests.slash_commands import TESTER

READ, WRITE = "read = system,call,security", "write = system,config,reporting,user"
ACTION = re.compile(r"[\"']?Action[\"']?[:=] ?\"(\w+)\"|listed\(\"(\w+)\"\)")
FOR_EVERYBODY = {"Login", "Ping", "ListCommands"}
# Only the doctor asks these, and each has a check of its own that says so.
OF_THE_DOCTOR = {"DBPut"}
# Only /ext call asks this, which names the missing right itself: it is no fault not to give it.
OPTIONAL = {"Originate"}


def test_a_sound_manager_user_has_no_findings(services: Services) -> None:
    extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
    for check in (
        manager_checks.rights,
        manager_checks.events,
        manager_checks.write_timeout,
        manager_checks.in_clear,
    ):
        assert list(check(services)) == []


def test_the_actions_are_all_that_the_program_asks_for() -> None:
    asked = {
        name
        for module in modules()
        for found in ACTION.findall((ROOT / module).read_text())
        for name in found
        if name
    }
    assert {"Reload", "PJSIPShowContacts"} <= asked
    of_modules = {each for each in asked if each.startswith(("PJSIPShow", "Voicemail"))}
    assert asked - FOR_EVERYBODY - OF_THE_DOCTOR - OPTIONAL - of_modules == set(manager_checks.ACTIONS)


@pytest.mark.parametrize(
    ("rights", "may_not"),
    [
        ("config,reporting", "DialplanExtensionAdd"),
        ("reporting", "GetConfig"),
        ("reporting,originate", "GetConfig"),
    ],
)
def test_what_it_may_not_do_is_named_with_the_least_rights(
    services: Services, asterisk: Asterisk, rights: str, may_not: str
) -> None:
    with manager_conf(asterisk, WRITE, f"write = {rights}"):
        finding = only(manager_checks.rights, services)
    assert may_not in finding.seen
    assert manager_checks.least(calls="originate" in rights) in finding.remedy


def test_an_event_class_that_is_not_sent_is_named(services: Services, asterisk: Asterisk) -> None:
    with manager_conf(asterisk, READ, "read = system,security"):
        assert "of the class call" in only(manager_checks.events, services).seen


def test_what_the_running_asterisk_does_not_send_is_found_even_if_the_file_has_it(
    services: Services, asterisk: Asterisk
) -> None:
    with manager_conf(asterisk, READ, "read = system,call"):
        path = asterisk.config_dir / "manager.conf"
        path.write_text(path.read_text().replace("read = system,call", READ))  # and nobody reloads
        assert "of the class security" in only(manager_checks.events, services).seen


@pytest.mark.parametrize(
    "line", ["eventfilter = !Event: ContactStatus", "eventfilter(action(exclude),name(Hangup)) ="]
)
def test_lines_that_hide_events_are_named(services: Services, asterisk: Asterisk, line: str) -> None:
    with manager_conf(asterisk, READ, f"{READ}\n{line}"):
        finding = only(manager_checks.events, services)
    assert finding.seen.endswith(line.replace(" = ", "=").removesuffix(" ="))


def test_lines_that_let_events_through_hide_none(services: Services, asterisk: Asterisk) -> None:
    with manager_conf(asterisk, READ, f"{READ}\neventfilter = Event: .*"):
        assert list(manager_checks.events(services)) == []


@pytest.mark.parametrize(
    ("line", "said"), [("", "no writetimeout"), ("writetimeout = 100", "writetimeout=100")]
)
def test_a_short_write_timeout_is_found(services: Services, asterisk: Asterisk, line: str, said: str) -> None:
    with manager_conf(asterisk, "writetimeout = 5000", line):
        finding = only(manager_checks.write_timeout, services)
    assert said in finding.seen
    assert "have writetimeout = 5000" in finding.remedy


def test_a_user_that_stands_elsewhere_is_not_judged_by_what_cannot_be_seen(
    services: Services, asterisk: Asterisk
) -> None:
    path = asterisk.config_dir / "manager.conf"
    text = path.read_text()
    path.write_text(text.replace("[switchhook]", "[renamed]"))  # and nobody reloads
    try:
        assert list(manager_checks.write_timeout(services)) == list(manager_checks.events(services)) == []
    finally:
        path.write_text(text)


def test_another_machine_without_tls_is_found(quiet: Services) -> None:
    far = quiet.settings.model_copy(update={"ami_host": "192.0.2.7"})
    finding = only(manager_checks.in_clear, Services(far, quiet.database, quiet.cipher))
    assert finding.seen == "AMI_HOST is 192.0.2.7, and AMI_TLS is false"
