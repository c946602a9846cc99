"""From Debian's default /etc/asterisk to a phone that registers: `flask init`, and then what it says is left to do."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from configparser import ConfigParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from dotenv import dotenv_values

from handlers.cli.init import init
from pbx.ami import connected
from settings import Settings
from tests.asterisk_bed import Asterisk, Phone
from tests.asterisk_bed.ports import free_port
from tests.asterisk_bed.process import end, spawn
from tests.installation.debian import default_files, scratch_root
from tests.installation.processes import environment
from tests.server import ADMIN_ID, PROJECT, TEST_KEY
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.slash_commands import say, secret_in
from tests.waiting import wait_for

HOST = "pbx.example.com"
START = "systemctl restart switchhook-web switchhook-listener"
# What a scratch root has none of: users, systemd itself, a web server that the world reaches.
OF_A_MACHINE = (
    "useradd ",
    "chown ",
    "systemctl daemon-reload",
    "systemctl enable ",
    "certbot ",
    "ln -sf ",
    "cd ",
)
# Refuses memory that is written and executed, as MemoryDenyWriteExecute= does; Linux before 6.3 has no such thing.
DENY_WRITE_EXECUTE = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(65, 1, 0, 0, 0); os.execv(sys.argv[1], sys.argv[1:])"
)


class Machine:
    """A machine with Debian's Asterisk, and `flask init` as it is typed there."""

    def __init__(self, folder: Path, asterisk: Asterisk, slack: SlackStandIn) -> None:
        self.folder, self.asterisk, self.slack = folder, asterisk, slack
        self.root = scratch_root(folder, asterisk)
        self.log = folder / "log"
        self.port = free_port()

    def init(self, *more: str) -> str:
        """Answered by options; what it says."""
        done = CliRunner().invoke(init, [*self._options(), *more], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    def init_process(self) -> str:
        """The same as it is typed on a machine where there are no settings yet."""
        command = [sys.executable, "-m", "flask", "init", *self._options()]
        run = subprocess.run(command, cwd=PROJECT, env=environment(), capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def _options(self) -> list[str]:
        """The app's two values are in files."""
        for name, value in (("token", self.slack.bot_token), ("secret", self.slack.signing_secret)):
            (self.folder / name).write_text(f"{value}\n")
        return [
            *(f"--root={self.root}", "--asterisk-dir=/etc/asterisk", "--yes", f"--host={HOST}"),
            *("--sip-domain=192.168.1.5", f"--slack-admins={ADMIN_ID}"),
            *(
                f"--slack-bot-token-file={self.folder}/token",
                f"--slack-signing-secret-file={self.folder}/secret",
            ),
        ]

    @property
    def program(self) -> Path:
        """Where the program stands below the root: `.env` is there, and here what was cloned, too."""
        return self.root / PROJECT.relative_to("/")

    def link_program(self) -> None:
        """Have there what `git clone` has put there."""
        for path in PROJECT.iterdir():
            if path.name not in (".env", ".git"):
                (self.program / path.name).symlink_to(path)

    @property
    def admin(self) -> SlackUser:
        url = f"http://127.0.0.1:{self.port}"
        return SlackUser(self.slack, url, user_id=ADMIN_ID, user_name="alice")

    def unit(self, name: str) -> ConfigParser:
        read = ConfigParser(strict=False, interpolation=None)
        read.optionxform = str  # type: ignore[assignment, method-assign]  # as its documentation has it
        read.read(self.root / "etc/systemd/system" / f"{name}.service")
        return read

    def start(self, name: str, stack: ExitStack) -> None:
        """Start what a unit has, as it says, in the scratch root; on loopback, and with Slack's stand-in."""
        service = self.unit(name)["Service"]
        assert service["WorkingDirectory"] == str(PROJECT)
        more = dict(each.split("=", 1) for each in shlex.split(service.get("Environment", "")))
        surroundings = environment() | self.settings() | more
        for command in (service.get("ExecStartPre"), service["ExecStart"]):
            if command is None:
                continue
            words = [sys.executable, "-c", DENY_WRITE_EXECUTE, *shlex.split(command)]
            with self.log.open("ab") as log:
                process = spawn(words, cwd=self.program, env=surroundings, stdout=log, stderr=log)
            if command == service["ExecStart"]:
                stack.callback(end, process)
            else:
                assert process.wait(60) == 0, self.log.read_text()

    def settings(self) -> dict[str, str]:
        """Those that differ because this is a scratch root beside others."""
        return {
            "ASTERISK_CONFIG_DIR": f"{self.root}/etc/asterisk",
            "DATABASE_URL": f"sqlite:///{self.root}/var/lib/switchhook/switchhook.db",
            "SLACK_API_URL": self.slack.url,
            "SIP_BIND": f"127.0.0.1:{self.asterisk.sip_port}",
            "PORT": str(self.port),
        }

    def doctor(self, number: str) -> Any:
        """What it finds, as JSON; without a number, of the system."""
        command = [sys.executable, "-m", "flask", "doctor", "--json", *number.split()]
        surroundings = environment() | self.settings()
        return json.loads(
            subprocess.run(command, cwd=self.program, env=surroundings, capture_output=True).stdout
        )

    def is_ready(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=60).ok
        except (requests.ConnectionError, requests.Timeout):
            return False


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="switchhook-") as name, SlackStandIn() as slack:
        folder = Path(name)
        with Asterisk(folder / "pbx", files=default_files()) as asterisk:
            slack.add_user(ADMIN_ID, "alice", "alice@example.com")
            yield Machine(folder, asterisk, slack)


def test_after_init_and_what_it_prints_an_extension_is_created_and_its_phone_registers(
    machine: Machine,
) -> None:
    before = {path: path.read_bytes() for path in machine.asterisk.config_dir.rglob("*.conf")}
    printed = machine.init_process()
    with ExitStack() as stack:
        machine.link_program()
        follow(printed, machine, stack)
        wait_for(machine.is_ready, machine.log.read_text)
        created = say(machine.admin, "create 101 Alice")
        assert "is ready for Alice" in created
        with Phone("101", secret_in(created), machine.asterisk.sip_domain) as phone:
            phone.register()
            # On a busy machine Asterisk answers late, and the doctor could not check.
            wait_for(lambda: not found(machine), lambda: found(machine))
    added = {path.name: path.read_bytes().removeprefix(content) for path, content in before.items()}
    assert {name: lines for name, lines in added.items() if lines} == {
        "pjsip.conf": b"#include switchhook/pjsip.conf\n",
        "extensions.conf": b"#include switchhook/extensions.conf\n",
        "voicemail.conf": b"#include switchhook/voicemail.conf\n",
    }


def found(machine: Machine) -> list[str]:
    """What the doctor sees wrong with 101 and with the system, but for PUBLIC_URL: nobody serves pbx.example.com."""
    with ThreadPoolExecutor() as pool:
        number, system = pool.map(machine.doctor, ("101", ""))
    seen = [each["seen"] for each in system["findings"]]
    return [each["seen"] for each in number["findings"]] + [each for each in seen if "PUBLIC_URL" not in each]


def follow(printed: str, machine: Machine, stack: ExitStack) -> None:
    """Type what is printed, as far as a scratch root goes. Raises AssertionError for a command that is not known here."""
    commands = re.findall(r"^     (.*)$", printed, re.MULTILINE)
    assert commands.index("systemctl restart asterisk") < commands.index(START)
    for command in commands:
        if command == "systemctl restart asterisk":
            machine.asterisk.stop()
            machine.asterisk.start()
        elif command == START:
            for unit in START.split()[2:]:
                machine.start(unit, stack)
        else:
            assert command.startswith(OF_A_MACHINE), command


def test_a_second_run_changes_nothing(machine: Machine) -> None:
    before = {path: path.read_bytes() for path in machine.root.rglob("*") if path.is_file()}
    assert "Everything is there already" in machine.init()
    assert {path: path.read_bytes() for path in machine.root.rglob("*") if path.is_file()} == before


def test_no_secret_is_shown(machine: Machine) -> None:
    values = dotenv_values(machine.program / ".env")
    said = machine.init("--dry-run")
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SECRET_KEY", "AMI_SECRET", "HR_WEBHOOK_SECRET"):
        assert str(values[name]) not in said


def test_an_ami_that_is_off_is_switched_on_for_this_machine_alone(slack: SlackStandIn, folder: Path) -> None:
    off = "; no AMI here yet\n[general]\nenabled = no ; Jane, 2019\nport = @AMI_PORT@\n"
    with Asterisk(folder / "pbx", files=default_files() | {"manager.conf": off}) as asterisk:
        machine = Machine(folder, asterisk, slack)
        machine.init()
        asterisk.cli("manager reload")
        secret = dotenv_values(machine.program / ".env")["AMI_SECRET"]
        settings = Settings(
            _env_file=None, secret_key=TEST_KEY, ami_port=asterisk.ami_port, ami_secret=secret
        )
        with connected(settings) as session:
            session.ping()
        shown = asterisk.cli("manager show settings")
        text = (asterisk.config_dir / "manager.conf").read_text()
    assert f"127.0.0.1:{asterisk.ami_port}" in shown
    assert text.startswith(
        "; no AMI here yet\n[general]\nbindaddr = 127.0.0.1\nenabled = yes ; Jane, 2019\nport ="
    )
    assert text.endswith("\n#include manager.d/switchhook.conf\n")
