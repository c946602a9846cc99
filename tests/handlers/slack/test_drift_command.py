"""`/ext drift` and `flask ext drift`: the same report through both doors."""

from __future__ import annotations

import json
from pathlib import Path

from handlers.slack import drift_command
from pbx.drift.report import Drift, DriftReport
from tests.handlers.rendering import seen_message
from tests.server import Switchhook
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say


def test_admins_see_what_differs_and_that_nothing_does(
    admin: SlackUser, guest: SlackUser, switchhook: Switchhook
) -> None:
    say(admin, "create 171 Alice")
    assert "✅ No drift: the files and Asterisk are as the database says" in say(admin, "drift")
    assert "Compared: " in say(admin, "drift")
    nothing = switchhook.flask("ext", "drift")
    assert (nothing.returncode, nothing.stdout.split("\n")[0][:10]) == (0, "✅ No drift")
    say(admin, "disable 171")
    assert "Only phone admins can" in say(guest, "drift")
    assert "That takes nothing else: /ext drift" in say(admin, "drift 171")


def test_the_command_line_exits_with_1_and_machines_get_json(
    admin: SlackUser, switchhook: Switchhook
) -> None:
    say(admin, "create 172 Bob")
    path = Path(switchhook.environment["ASTERISK_CONFIG_DIR"]) / "pjsip.conf"
    before = path.read_text()
    head, tail = before.split("; Extension 172")
    path.write_text(f"{head}; Extension 172{tail.replace('max_contacts=1', 'max_contacts=7')}")
    found = switchhook.flask("ext", "drift")
    machine = json.loads(switchhook.flask("ext", "drift", "--json").stdout)
    shown = say(admin, "drift")
    path.write_text(before)
    assert found.returncode == 1
    assert "max_contacts=7 instead of max_contacts=1" in found.stdout
    assert "max_contacts=7 instead of max_contacts=1" in shown
    assert (machine["ok"], [each["subject"] for each in machine["drift"]]) == (False, ["172"])


def test_many_drifts_are_cut_to_what_a_message_holds() -> None:
    drifts = [Drift("edited", str(number), f"line {number} <b>") for number in range(100)]
    report = DriftReport(drifts, 100, 0, overwritten=drifts, by_hand=drifts)
    said = seen_message(drift_command.drift(report))
    assert "⚠️ 100 things differ" in said
    assert "… and 70 more: flask ext drift on the server lists all" in said
    assert "… and 80 more" in said
    assert "100 phones are written by hand" in said
