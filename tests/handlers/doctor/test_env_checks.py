"""Faults written into a real .env are found by name, each once, and a sound one has none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from handlers.doctor import examination
from settings import Settings
from tests.ordinary_user import NOBODY, NOGROUP, folder_of_nobody, nobody
from tests.server import PROJECT, TEST_KEY
from tests.test_settings import start

SOUND = f"""\
# ours
SECRET_KEY='{TEST_KEY}'

SLACK_ADMINS=U024BE7LH
export AMI_PORT=5038
FLASK_DEBUG=0
"""


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def found(text: str, mode: int = 0o640) -> list[tuple[str, str, str]]:
    """The check, what was seen, and what to do, of each finding about a .env with this text."""
    path = Path(".env")
    path.write_text(text)
    path.chmod(mode)
    findings = examination.of_settings().findings
    assert TEST_KEY not in str(findings)
    return [(each.check, each.seen, each.remedy) for each in findings]


def test_a_sound_file_has_no_findings() -> None:
    assert found(SOUND) == []


@pytest.mark.parametrize(
    ("line", "check", "seen", "remedy"),
    [
        ("SLACK_ADMIN=U024BE7LH", "env-names", "no setting SLACK_ADMIN, which", "if SLACK_ADMINS is meant"),
        ("COLOUR=red", "env-names", "no setting COLOUR", "take it out, then restart"),
        ("AMI_SECRET=change-me", "placeholders", "AMI_SECRET at ", "in .env.example says"),
        ("SLACK_BOT_TOKEN=xoxb-…", "placeholders", "SLACK_BOT_TOKEN at ", "fill in your own"),
        ("ami_port=5039", "env-lines", "AMI_PORT stands twice in", "take one of the two lines out"),
        ("what is this", "env-lines", "line 7 of ", "write NAME=value there"),
        ("SIP_DOMAIN='pbx", "env-lines", "line 7 of ", "'single quotes'"),
        ("PORT=70000", "settings", "PORT has a bad value", "PORT needs a number from 1 to 65535"),
        (
            "HR_BAMBOOHR_API_KEY=x9",
            "settings",
            "HR_BAMBOOHR_API_URL and HR_BAMBOOHR_API_KEY need each other",
            "set both or none",
        ),
    ],
)
def test_a_line_that_is_wrong_is_named_with_what_to_do(line: str, check: str, seen: str, remedy: str) -> None:
    ((of, said, to_do),) = found(f"{SOUND}{line}\n")
    assert of == check
    assert seen in said
    assert remedy in to_do


def test_the_place_of_a_name_is_its_line() -> None:
    ((_, seen, _),) = found(f"{SOUND}\n\n# more\nCOLOUR=red\n")
    assert seen.endswith(f"{Path('.env').absolute()}:10 has")


@pytest.mark.parametrize(
    ("mode", "said"), [(0o644, "can be read"), (0o666, "can be read"), (0o660, "changed")]
)
def test_rights_of_others_are_found(mode: int, said: str) -> None:
    ((check, seen, remedy),) = found(SOUND, mode)
    assert (check, said in seen, f"(mode {mode:o})" in seen) == ("env-mode", True, True)
    assert remedy == f"as root, chmod 640 {Path('.env').absolute()}"


@pytest.mark.skipif(os.geteuid() != 0, reason="root gives the file to another")
def test_a_file_that_the_service_may_change_is_found_where_the_program_is_roots() -> None:
    """What stands in it is done by root's commands, too."""
    Path(".env").touch()
    os.chown(".env", NOBODY, NOGROUP)
    ((check, seen, remedy),) = found(SOUND)
    assert (check, seen) == (
        "env-mode",
        f"{Path('.env').absolute()} belongs to nobody, and the program to root",
    )
    assert remedy.startswith(f"as root, chown root:nogroup {Path('.env').absolute()}; chmod 640 ")
    os.chown(".", NOBODY, NOGROUP)
    assert found(SOUND) == []


def test_what_follows_from_a_name_or_a_placeholder_is_not_reported_again() -> None:
    ((misspelt, _, _),) = found(SOUND.replace("SECRET_KEY", "SECRETKEY"))
    ((left_in, _, _),) = found(SOUND.replace(f"'{TEST_KEY}'", "a-long-random-string"))
    assert (misspelt, left_in) == ("env-names", "placeholders")


def test_without_a_file_it_says_where_one_belongs_or_where_to_run_it() -> None:
    report = examination.of_settings()
    assert [each.check for each in report.findings] == ["env-file"]
    assert f"there is no .env in {Path.cwd()}" in report.findings[0].seen
    assert f"cd {PROJECT} && {Path(sys.executable).parent}/flask init" in report.findings[0].remedy
    assert [slug for slug, _ in report.skipped] == [
        "env-mode",
        "env-lines",
        "env-names",
        "placeholders",
        "settings",
    ]


def test_flask_doctor_names_the_bad_settings_where_nothing_else_starts() -> None:
    Path(".env").write_text("SECRET_KEY=short\n")
    Path(".env").chmod(0o640)
    done = start("flask", "doctor")
    assert done.returncode == 1
    assert "SECRET_KEY has a bad value" in done.stdout
    assert "Why it matters: neither process starts" in done.stdout
    assert "short" not in done.stdout
    assert "Traceback" not in done.stderr


def test_a_file_that_may_not_be_read_is_found_with_the_commands_for_root(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with folder_of_nobody("program") as folder:
        (folder / ".env").write_text(SOUND)
        (folder / ".env").chmod(0o600)
        monkeypatch.chdir(folder)
        with nobody():
            report = examination.of_settings()
        monkeypatch.chdir("/")
    assert [each.check for each in report.findings] == ["env-file"]
    assert report.findings[0].seen == f"{folder}/.env may not be read by nobody"
    assert "&& sudo -u switchhook " in report.findings[0].remedy
    assert "if this is that user, as root, chown root:nogroup" in report.findings[0].remedy
