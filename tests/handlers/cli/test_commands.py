"""`flask ext …`: the same use cases from the command line."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pbx import config_files, numbers
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.server import PROJECT, Switchhook
from tests.waiting import SECONDS, wait_for
from version import VERSION


def test_the_guides_create_makes_a_phone_register(switchhook: Switchhook, asterisk: Asterisk) -> None:
    done = switchhook.flask_process("ext", "create", "101", "--name=John Doe", "--secret=SecurePass123")
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0)
    assert "✅ Extension 101 (John Doe) is created and verified in Asterisk." in done.stdout
    with Phone("101", "SecurePass123", asterisk.sip_domain) as phone:
        phone.register()
        status = switchhook.flask("ext", "status", "101").stdout
        assert re.search(r"^101 \(John Doe\): 🟢 Registered at 127\.0\.0\.1:\d+$", status, re.MULTILINE)
        assert "101  John Doe · 🟢 Registered" in switchhook.flask("ext", "list").stdout
        assert "SecurePass123" not in status


def test_every_use_case_has_a_command(switchhook: Switchhook) -> None:
    for arguments, said in (
        (["create", "--name=Next Free", "--codecs=alaw"], "is created and verified"),
        (["create", "160", "--name=Alice"], "is created and verified"),
        (
            ["set", "160", "--max-contacts=2", "--notes=Room 5"],
            "max_contacts 1 → 2; notes Room 5. Verified in Asterisk.",
        ),
        (["verify", "160"], "verified in Asterisk"),
        (["status", "160"], "  Busy lamp (BLF): ⚫ unavailable, watched by nobody"),
        (["presence"], "160 (Alice): ⚫ unavailable, watched by nobody · PJSIP/160 in from-internal"),
        (["presence", "160"], "The phones of 160 watch nothing."),
        (["secret", "160"], "Secret: "),
        (["disable", "160"], "Asterisk has let go of it"),
        (["enable", "160"], "is enabled and verified"),
        (["delete", "160"], "is gone from Asterisk"),
    ):
        done = switchhook.flask("ext", *arguments)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
    assert "Nothing waits to be published" in switchhook.flask("publish").stdout
    assert switchhook.flask_process("version").stdout == f"Switchhook {VERSION}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ext", "status", "198"], "there is no extension 198"),
        (["ext", "presence", "198"], "Asterisk has no hint for 198"),
        (["ext", "create", "101\n", "--name=Alice"], "an extension number is 2 to 20 digits"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_1(
    switchhook: Switchhook, arguments: list[str], said: str
) -> None:
    done = switchhook.flask(*arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["set", "108", "voicemail_enabled=true"], "settings are options here: --voicemail-enabled=true"),
        (["set", "108", "Name=Al B", "secret=Leaked123"], "here: --name='Al B' --secret=…"),
        (["create", "name=Alice"], "here: --name=Alice"),
        (["nat", "set", "media=203.0.113.7"], "here: --media=203.0.113.7"),
        (["create", "108", "Alice"], "here: see --help"),
    ],
)
def test_a_setting_typed_as_in_slack_is_refused_with_its_option(
    switchhook: Switchhook, arguments: list[str], said: str
) -> None:
    done = switchhook.flask("ext", *arguments)
    assert (done.returncode, "Leaked123" in done.stderr) == (2, False)
    assert said in done.stderr


def test_a_change_that_could_not_go_live_exits_with_1_and_publish_mends_it(
    switchhook: Switchhook, asterisk: Asterisk
) -> None:
    asterisk.kill()
    try:
        created = switchhook.flask("ext", "create", "161", "--name=Bob")
        published = switchhook.flask("publish")
    finally:
        asterisk.start()
    assert created.returncode == 1
    assert "🕓 Extension 161 (Bob) is saved, not live yet." in created.stdout
    assert published.returncode == 1
    assert published.stderr.count("is Asterisk running") == 1
    assert switchhook.flask("publish").returncode == 0
    asterisk.kill()
    try:
        nothing_waits = switchhook.flask("publish")
    finally:
        asterisk.start()
    assert nothing_waits.returncode == 1
    assert "is Asterisk running" in nothing_waits.stderr
    assert "live, verified in Asterisk" in switchhook.flask("ext", "status", "161").stdout


def test_who_interrupts_a_change_reads_that_it_may_be_saved(
    switchhook: Switchhook, services: Services
) -> None:
    command = [sys.executable, "-m", "flask", "ext", "create", "162", "--name=Bob"]
    # A shell starts what runs in its background with Ctrl-C ignored, and each child inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with config_files.locked(services.settings.asterisk_config_dir):
        typed = subprocess.Popen(
            command, cwd=PROJECT, env=switchhook.environment, stderr=subprocess.PIPE, text=True
        )
        wait_for(lambda: numbers.find(services, "162"))
        typed.send_signal(signal.SIGINT)
        _, said = typed.communicate(timeout=SECONDS)
    assert typed.returncode == 1
    assert "Error: you have interrupted it: what it had saved by then stays" in said


def test_without_tables_the_remedy_is_named(switchhook: Switchhook, folder: Path) -> None:
    away = switchhook.environment | {"DATABASE_URL": f"sqlite:///{folder / 'empty.db'}"}
    done = switchhook.flask("ext", "list", environment=away)
    assert done.returncode == 1
    assert "alembic upgrade head" in done.stderr
    assert "Traceback" not in done.stderr
