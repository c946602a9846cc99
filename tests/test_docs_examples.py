"""What the documents have somebody type is typed here, on the real things."""

from __future__ import annotations

import re
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from pbx.services import Services
from setting_types import MIN_KEY_LENGTH
from tests.asterisk_bed import Asterisk
from tests.documents import DOCUMENTS
from tests.handlers.hr.signing import KEYS
from tests.pbx.adoption import office
from tests.pbx.extension_driver import create_live
from tests.pbx.voicemail_driver import change_pin
from tests.server import PROJECT, Switchhook, settings_for
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.slash_commands import say

INCLUDED = {
    f"{name.upper()}_CONF": f"switchhook/{name}.conf" for name in ("pjsip", "extensions", "voicemail")
}

RELOADS = 'asterisk -rx "module reload', 'asterisk -rx "dialplan reload'


@pytest.fixture
def asterisk(fresh_asterisk: Asterisk) -> Asterisk:
    return fresh_asterisk


def type_in(folder: Path, script: str) -> str:
    """What a shell in this folder says to it."""
    done = subprocess.run(["bash", "-ec", script], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def lines_of(name: str, *beginnings: str) -> list[str]:
    """The lines to type that begin so, from a document."""
    found = [
        line
        for line in re.findall(r"^    (.*)$", DOCUMENTS[name], re.MULTILINE)
        if line.startswith(beginnings)
    ]
    assert found
    return found


def test_a_delivery_signed_by_hand_as_it_is_printed_is_accepted(
    asterisk: Asterisk, slack: SlackStandIn, database_url: str, tmp_path: Path
) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", DOCUMENTS["docs/onboarding.md"], re.DOTALL)
    (leaving,) = re.findall(r"`(body='.*?employee\.left.*?')`", DOCUMENTS["docs/onboarding.md"])
    keys = {"HR_WEBHOOK_SECRET": f"{KEYS['standard']},{KEYS['standard']}"}
    with Switchhook(asterisk, slack, database_url, keys) as switchhook:
        fill_in(tmp_path / ".env", keys | {"PORT": str(switchhook.port)})
        answers = type_in(tmp_path, f"{script}{leaving}\n{script[script.index('id=msg_') :]}")
        assert re.findall(r"^HTTP/1.1 (\d+)", answers, re.MULTILINE) == ["202", "202"]
        admin = SlackUser(slack, switchhook.url, user_id=switchhook.admin_id, user_name="alice")
        shown = say(admin, "hr")
    assert "standard: Trial Person joined" in shown
    assert "trial-1 left" in shown


def fill_in(path: Path, values: dict[str, str]) -> None:
    """The example as an administrator fills it in."""
    text = (PROJECT / ".env.example").read_text()
    for name, value in values.items():
        text = re.sub(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
    path.write_text(text)


@pytest.mark.parametrize("files", [{}, INCLUDED], ids=["in the main files", "in files of its own"])
def test_uninstalling_leaves_asterisks_files_as_they_were(
    asterisk: Asterisk, database_url: str, files: dict[str, str]
) -> None:
    services = Services.of(settings_for(asterisk, database_url, **files))
    change_pin(services, "2222")
    before = files_of(asterisk)
    with_files_of_its_own(asterisk, files)
    create_live(services, "180", voicemail_enabled=True)
    change_pin(services, "2222")
    services.database.close()
    as_root(asterisk, lines_of("docs/operations.md", *removing(files)))
    assert "180/180" not in asterisk.cli("pjsip show endpoints")
    assert "180@" not in asterisk.cli("core show hints")
    assert files_of(asterisk) == before


@pytest.mark.parametrize("files", [{}, INCLUDED], ids=["in the main files", "in files of its own"])
def test_uninstalling_gives_adopted_phones_back(
    asterisk: Asterisk, slack: SlackStandIn, database_url: str, files: dict[str, str]
) -> None:
    office.write(asterisk)
    before = endpoints(asterisk)
    with_files_of_its_own(asterisk, files)
    switchhook = Switchhook(asterisk, slack, database_url, files)
    assert switchhook.flask("ext", "adopt", "all", "--yes").returncode == 0
    assert switchhook.flask("ext", "set", "102", "--name=Robert").returncode == 0
    assert switchhook.flask("ext", "create", "180", "--name=Alice").returncode == 0
    (release,) = set(lines_of("docs/operations.md", "sudo .venv/bin/flask ext release"))
    assert switchhook.flask(*release.split()[2:]).returncode == 0
    as_root(asterisk, lines_of("docs/operations.md", *removing(files)))
    assert "102" in before
    assert endpoints(asterisk) == before


def test_before_a_downgrade_all_that_an_older_version_cannot_read_is_taken_back(
    asterisk: Asterisk, slack: SlackStandIn, database_url: str, tmp_path: Path
) -> None:
    office.write(asterisk)
    path = asterisk.config_dir / "extensions.conf"
    path.write_text(path.read_text().replace("[outbound-routes]", "[outbound]"))
    switchhook = Switchhook(asterisk, slack, database_url)
    assert switchhook.flask("ext", "create", "180", "--name=Alice").returncode == 0
    before = {path: uncounted(content) for path, content in files_of(asterisk).items()}
    _have_what_an_older_version_cannot_read(switchhook, asterisk)
    section = DOCUMENTS["docs/operations.md"].partition("To go back to the version before")[2]
    fill_in(tmp_path / ".env", {"OUTBOUND_TRUNK": "trunk"})
    for line in re.findall(
        r"^    (su.*|sed.*|mailboxes.*)$", section.partition("git checkout")[0], re.MULTILINE
    ):
        if line.startswith("mailboxes"):
            found = type_in(
                tmp_path, f"{line.replace('/etc/asterisk', str(asterisk.config_dir))}; echo $mailboxes"
            )
            _give_up_mailboxes(switchhook, section, found.split())
        elif line.startswith("sed"):
            type_in(tmp_path, line)
            assert "\nOUTBOUND_TRUNK=\n" in (tmp_path / ".env").read_text()
            del switchhook.environment["OUTBOUND_TRUNK"]
        else:
            assert switchhook.flask(*line.partition("flask ")[2].split()).returncode == 0
    assert {path: uncounted(content) for path, content in files_of(asterisk).items()} == before
    assert "203.0.113.7" not in asterisk.cli("pjsip show transport transport-udp")


def _have_what_an_older_version_cannot_read(switchhook: Switchhook, asterisk: Asterisk) -> None:
    switchhook.environment["OUTBOUND_TRUNK"] = "trunk"
    assert switchhook.flask("ext", "set", "180", "--voicemail-enabled=true").returncode == 0
    for command in ("ext nat set --media=203.0.113.7", "ext adopt all --yes", "publish"):
        assert switchhook.flask(*command.split()).returncode == 0
    after = b"".join(files_of(asterisk).values())
    added = b"=203.0.113.7", b";switchhook-adopted 101", b"@trunk,", b"Extension 180,"
    assert [text in after for text in added] == [True] * 4


def _give_up_mailboxes(switchhook: Switchhook, section: str, numbers: list[str]) -> None:
    (command,) = re.findall("do .*(flask .*); done", section)
    for number in numbers:
        assert switchhook.flask(*command.replace('"$number"', number).split()[1:]).returncode == 0


def uncounted(content: bytes) -> bytes:
    return re.sub(rb"(?m)^(; Written by .*), write \d+$", rb"\1", content)


def endpoints(asterisk: Asterisk) -> list[str]:
    shown = asterisk.cli("pjsip show endpoints")
    return re.findall(r"^ Endpoint:  ([^/ <]+)", shown, re.MULTILINE)


def with_files_of_its_own(asterisk: Asterisk, files: dict[str, str]) -> None:
    """Made as the document has them made, if there are to be any."""
    if files:
        (asterisk.config_dir / "switchhook").mkdir()
        for name in files.values():
            (asterisk.config_dir / name).touch()
        as_root(asterisk, lines_of("docs/install-by-hand.md", "echo '#include"))


def files_of(asterisk: Asterisk) -> dict[Path, bytes]:
    """But for empty lines at their end, and the time at which Asterisk wrote them."""
    paths = asterisk.config_dir.glob("*.conf")
    return {path: re.sub(rb"(?m)^;! Creation.*$", b"", path.read_bytes()).rstrip() for path in paths}


def removing(files: dict[str, str]) -> tuple[str, ...]:
    """How the lines begin that take ours out, whichever way they are kept."""
    marked = "sed -i '/^; >>> Switchhook writes/,/^; <<< Switchhook ends/d' /etc/asterisk/"
    if files:
        own = "/etc/asterisk/switchhook"
        return f"{marked}switchhook", f"cat {own}", "sed -i '/^#include", *RELOADS, "grep -n '^ *#"
    one_by_one = "sed -i '/^; >>> Switchhook writes/d", "sed -i '/^\\[switchhook"
    return f"{marked}pjsip.conf", *one_by_one, *RELOADS


def as_root(asterisk: Asterisk, lines: list[str]) -> None:
    for line in lines:
        if line.startswith("asterisk -rx "):
            asterisk.cli(line.partition('"')[2].rstrip('"'))
        else:
            type_in(asterisk.config_dir, line.replace("/etc/asterisk", str(asterisk.config_dir)))


def test_the_keys_that_the_installation_makes_are_long_enough(tmp_path: Path) -> None:
    made = [
        type_in(tmp_path, line).strip()
        for line in lines_of("docs/install-by-hand.md", "python3 -c", "openssl")
    ]
    assert len(made) == 2
    assert min(map(len, made)) >= MIN_KEY_LENGTH


def test_both_systemd_units_are_restarted_however_long_the_database_is_away() -> None:
    """systemd gives up after five starts in ten seconds otherwise."""
    units = sorted((PROJECT / "deploy").glob("*.service"))
    assert len(units) == 2
    for unit in units:
        read = ConfigParser(strict=False)  # SystemCallFilter= may repeat
        read.read_string(unit.read_text())
        assert read["Unit"]["StartLimitIntervalSec"] == "0"
        assert read["Service"]["RestartSec"] == "5"


def test_asterisk_knows_every_console_command(asterisk: Asterisk) -> None:
    named = set(re.findall(r'asterisk -rx "([^"]+)"', "".join(DOCUMENTS.values())))
    assert {"dialplan reload", "pjsip show endpoints"} < named
    unknown = [command for command in named if "No such command" in asterisk.cli(command)]
    assert unknown == []
