"""`flask restore` beside a Switchhook that runs, and what `flask settle` then says and does."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

from tests.asterisk_bed import Asterisk
from tests.models.test_schema import execute
from tests.server import PROJECT, Switchhook
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say

WITH_HR = "whsec_" + base64.b64encode(bytes(32)).decode()


def test_after_a_restore_later_phones_stay_until_somebody_says_otherwise(
    switchhook: Switchhook, admin: SlackUser, asterisk: Asterisk, folder: Path
) -> None:
    file = folder / "second.backup"
    say(admin, "create 170 Alice")
    assert switchhook.flask("backup", str(file)).returncode == 0
    say(admin, "create 171 Bob")
    say(admin, "secret 170")
    asked = switchhook.flask("restore", str(file))
    assert asked.returncode == 1
    assert "verified in Asterisk" in say(admin, "verify 171")
    restored = switchhook.flask("restore", str(file), "--yes")
    assert restored.returncode == 0, restored.stderr
    assert "1 would go (171), 1 would be changed (170)" in restored.stdout
    assert "HR" not in switchhook.flask("settle").stdout
    assert "another installation" not in restored.stdout
    execute(f"sqlite:///{file}", "UPDATE installation SET identity = 'another'")
    assert "seems to be of another installation" in switchhook.flask("restore", str(file)).stdout
    answer = say(admin, "verify 170")
    assert "saved, not live yet" in answer
    assert "flask settle" in answer
    assert "171/171" in asterisk.cli("pjsip show endpoints")
    typo = switchhook.flask("settle", "database", "--but=170,999")
    assert "have 999: give those for which the other one counts" in typo.stderr
    assert "Go on?" not in typo.stdout
    assert switchhook.flask("settle", "database", "--yes").returncode == 0
    assert "171/171" not in asterisk.cli("pjsip show endpoints")
    assert "verified in Asterisk" in say(admin, "verify 170")
    say(admin, "create 172 Carol")
    another = switchhook.flask("restore", str(file), "--yes")
    assert (
        "a backup of another installation was put back, as it seems: 1 would go (172)"
        in another.stdout.lower()
    )
    told = switchhook.flask(
        "settle", environment=switchhook.environment | {"HR_WEBHOOK_SECRET": WITH_HR}
    ).stdout
    assert "If an HR system reports to Switchhook: what it has sent since" in told
    assert "The backup seems to be of another installation" in told
    assert "• Only in Asterisk: 172 (Carol)." in told
    assert switchhook.flask("settle", "asterisk", "--yes").returncode == 0


ENDED = """
import os
from {module} import {name} as whole
import {module} as module
def killed(*arguments, **how):
    whole(*arguments, **how)
    {then}
module.{name} = killed
from flask.cli import main
main()
"""


def kill(switchhook: Switchhook, behind: str, *arguments: str) -> None:
    """Have a command killed once a function has returned."""
    killed = ended(switchhook, behind, "os._exit(9)", *arguments)
    assert killed.returncode == 9, killed.stderr


def ended(
    switchhook: Switchhook, behind: str, then: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run a command that does something else once a function has returned."""
    module, _, name = behind.rpartition(".")
    command = [sys.executable, "-c", ENDED.format(module=module, name=name, then=then), *arguments]
    return subprocess.run(command, cwd=PROJECT, env=switchhook.environment, capture_output=True, text=True)


def test_a_restore_that_is_killed_right_after_it_gives_no_phone_an_old_secret(
    switchhook: Switchhook, admin: SlackUser, asterisk: Asterisk, folder: Path
) -> None:
    file, conf = folder / "third.backup", Path(asterisk.environment()["ASTERISK_CONFIG_DIR"]) / "pjsip.conf"
    say(admin, "create 190 Alice")
    assert switchhook.flask("backup", str(file)).returncode == 0
    say(admin, "secret 190")
    before = conf.read_bytes()
    kill(switchhook, "models.transfer.copy", "restore", str(file), "--yes")
    published = switchhook.flask("publish")
    assert published.returncode == 1
    assert "1 would be changed (190)" in published.stderr
    assert conf.read_bytes() == before
    assert "restored the database from a backup" in switchhook.flask("ext", "audit").stdout
    assert switchhook.flask("settle", "database", "--yes").returncode == 0


def test_a_decision_that_is_killed_is_gone_on_with_by_the_command_that_all_name(
    switchhook: Switchhook, admin: SlackUser, asterisk: Asterisk, folder: Path
) -> None:
    file = folder / "fourth.backup"
    say(admin, "create 174 Alice")
    assert switchhook.flask("backup", str(file)).returncode == 0
    say(admin, "secret 174")
    for number, name in (("175", "Bob"), ("176", "Carol")):
        say(admin, f"create {number} {name}")
    assert switchhook.flask("restore", str(file), "--yes").returncode == 0
    typed = "settle", "asterisk", "--but=174,175", "--yes"
    left = ended(switchhook, "pbx.adoption.take_over.give_back", "raise KeyboardInterrupt", *typed)
    assert "it was interrupted: " in left.stderr
    assert "/flask settle asterisk --but=174,175 carries it out to its end" in left.stderr
    # The lines of 175 are gone by then, so neither the database nor Asterisk's files have it.
    kill(switchhook, "pbx.publish.rounds", *typed)
    assert "175/175" not in asterisk.cli("pjsip show endpoints")
    carries_out = "/flask settle asterisk --but=174,175 carries it out"
    assert carries_out in say(admin, "create 177 Dave")
    other = switchhook.flask("settle", "database")
    assert carries_out in other.stderr
    assert "Go on?" not in other.stdout
    offered = switchhook.flask("settle").stdout
    assert "Phones stay as Asterisk has them, but for 174, 175. Go on?" in offered
    assert "Which counts" not in offered
    done = switchhook.flask("settle", "--yes")
    assert done.returncode == 0, done.stderr
    assert "set it in Slack with /ext set NUMBER @user: 176." in done.stdout
