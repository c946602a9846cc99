"""`flask ext import` and `flask ext export`: many extensions from and to a CSV file."""

from __future__ import annotations

import json
import os
import pty
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from handlers.cli import import_export
from handlers.cli.common import Refused
from models import audit
from pbx import extensions
from pbx.bulk.check import check
from pbx.services import Services
from tests import fresh
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import create
from tests.server import PROJECT, Switchhook, migrate
from tests.slack_stand_in import SlackStandIn
from tests.slash_commands import TESTER

PEOPLE = "number;name;notes;codecs\r\n101;Alice;=1+1;ulaw,alaw\r\n102;Bob;;\r\n"
asterisk, database_url = fresh.asterisk, fresh.database_url


@pytest.fixture
def switchhook(asterisk: Asterisk, slack: SlackStandIn, database_url: str) -> Switchhook:
    """Its command line alone; nobody starts the web process."""
    return Switchhook(asterisk, slack, database_url)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8-sig", newline="")
    return path


def test_people_become_extensions_once(switchhook: Switchhook, people: Path, asterisk: Asterisk) -> None:
    tried = switchhook.flask("ext", "import", str(people), "--dry-run")
    assert (tried.returncode, tried.stdout) == (0, "2 rows: 2 would be created. Nothing was changed.\n")
    assert tried.stderr.startswith("⚠️ Without --dry-run: 2 new extensions have no secret")
    assert "0 extensions" in switchhook.flask("ext", "list").stderr
    secrets = people.with_name("secrets.csv")
    done = switchhook.flask("ext", "import", str(people), f"--secrets-to={secrets}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 rows: 2 created.\n", "")
    assert asterisk.reload_counts()["res_pjsip.so"] == 1
    header, alice, _ = secrets.read_text().splitlines()
    assert (header, alice[:10]) == ("extension_number,name,secret", "101,Alice,")
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    again = switchhook.flask("ext", "import", str(people))
    assert (again.returncode, again.stdout) == (0, "2 rows: 2 unchanged.\n")
    assert asterisk.reload_counts()["res_pjsip.so"] == 1


def test_what_failed_is_told_by_line_and_the_rest_is_done(switchhook: Switchhook) -> None:
    typed = "number,name,secret\n101,Alice,SecurePass123\n112,Eve,SecurePass123\n102,Bob,short\n"
    done = switchhook.flask("ext", "import", "-", typed=typed)
    assert (done.returncode, done.stdout) == (1, "3 rows: 1 created, 2 refused.\n")
    assert "line 3, 112: extension_number: 112 is an emergency number" in done.stderr
    assert "line 4, 102: secret: a password has 8 to 128 characters" in done.stderr
    assert "short" not in done.stdout + done.stderr
    answer = json.loads(switchhook.flask("ext", "import", "-", "--json", typed=typed).stdout)
    assert answer["counts"] == {"created": 0, "changed": 0, "unchanged": 1, "refused": 2, "saved": 0}
    assert [(row["row"], row["status"]) for row in answer["extensions"]] == [
        (2, "unchanged"),
        (3, "refused"),
        (4, "refused"),
    ]


def test_with_asterisk_away_it_says_what_waits(
    switchhook: Switchhook, people: Path, asterisk: Asterisk
) -> None:
    asterisk.stop()
    done = switchhook.flask("ext", "import", str(people), f"--secrets-to={people}.secrets")
    assert (done.returncode, done.stdout) == (1, "2 rows: 2 saved, not live yet.\n")
    assert "101, 102: Asterisk's manager interface" in done.stderr


def test_nobody_is_left_with_a_secret_that_nobody_knows(switchhook: Switchhook, people: Path) -> None:
    done = switchhook.flask("ext", "import", str(people))
    assert done.returncode == 1
    assert "nothing was changed: 2 new extensions have no secret" in done.stderr
    done = switchhook.flask("ext", "import", str(people), f"--secrets-to={people}")
    assert done.stderr == f"Error: nothing was changed: {people} is there already: name a new file\n"
    assert people.read_bytes().decode("utf-8-sig") == PEOPLE
    done = switchhook.flask("ext", "import", str(people), "--secrets-to=/nowhere/secrets.csv")
    assert "/nowhere/secrets.csv cannot be written" in done.stderr
    assert "0 extensions" in switchhook.flask("ext", "list").stderr


def test_a_part_of_a_file_for_which_there_was_no_room_does_not_stay(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signals = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(Refused, match="cannot be written"):
            import_export._write_new(tmp_path / "secrets.csv", "x" * 2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, signals)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_there_stays_also_where_none_can_be_opened(tmp_path: Path) -> None:
    theirs = tmp_path / "secrets.csv"
    theirs.write_text("theirs")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, before[1]))
    try:
        with pytest.raises(Refused, match="cannot be written"):
            import_export._write_new(theirs, "x")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert theirs.read_text() == "theirs"


@pytest.mark.parametrize("can_be_written", [True, False])
def test_a_secret_that_does_not_count_is_taken_out_of_the_file_or_named(
    switchhook: Switchhook,
    people: Path,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    can_be_written: bool,
) -> None:
    def check_before_the_other(*known: object) -> object:
        found = check(*known)  # type: ignore[arg-type]
        create(services, "101", "Carol")
        return found

    monkeypatch.setattr(import_export, "check", check_before_the_other)
    secrets = people.with_name("secrets.csv")
    if not can_be_written:
        people.with_name("secrets.csv.part").touch()
    done = switchhook.flask("ext", "import", str(people), f"--secrets-to={secrets}")
    assert (done.returncode, done.stdout) == (1, "2 rows: 1 created, 1 refused.\n")
    assert [line[:4] for line in secrets.read_text().splitlines()][-1] == "102,"
    assert ("101," in secrets.read_text()) is not can_be_written
    named = f"Somebody else was faster with 101, so their passwords in {secrets} do not count"
    assert (named in done.stderr) is not can_be_written


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("number,nmae\n101,Alice\n", "Error: there is no column “nmae” (did you mean name?)"),
        (
            "number,name\n" + "101,Alice\n" * 10_001,
            "the file has more than 10000 rows, which are the most at once",
        ),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_whole(switchhook: Switchhook, typed: str, said: str) -> None:
    done = switchhook.flask("ext", "import", "-", typed=typed)
    assert done.returncode == 1
    assert said in done.stderr


def test_whom_slack_does_not_know_gets_no_extension(switchhook: Switchhook, slack: SlackStandIn) -> None:
    slack.add_user("U0BOB0001", "bob")
    typed = (
        "number,name,secret,slack_user_id\n101,Bob,SecurePass123,U0BOB0001\n102,Eve,SecurePass123,U0NOBODY1\n"
    )
    done = switchhook.flask("ext", "import", "-", typed=typed)
    assert done.stdout == "2 rows: 1 created, 1 refused.\n"
    assert "line 3, 102: slack_user_id: U0NOBODY1 is nobody in this workspace" in done.stderr
    slack.fail_next("users.info", status=503)
    tried = switchhook.flask("ext", "import", "-", "--dry-run", typed=typed)
    assert "⚠️ Slack was not asked, or does not say, whether 1 of the Slack users in the rows" in tried.stderr


def test_the_progress_bar_is_for_a_terminal_alone(switchhook: Switchhook, people: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "flask", "ext", "import", str(people), "--dry-run"]
    done = subprocess.run(
        command, cwd=PROJECT, env=switchhook.environment, stdout=subprocess.PIPE, stderr=theirs, check=True
    )
    os.close(theirs)
    assert "100%" in os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.stdout == b"2 rows: 2 would be created. Nothing was changed.\n"


def test_an_export_imported_elsewhere_gives_the_same_extensions(
    switchhook: Switchhook, services: Services, asterisk: Asterisk, tmp_path: Path
) -> None:
    create(services, "101", "=Alice", secret="-Secure+Pass", notes="@home; or “there”", codecs=["ulaw"])
    create(services, "102", "O'Brien, Bob", enabled=False, email="b@example.com", caller_id="+49 30 1")
    path = tmp_path / "all.csv"
    done = switchhook.flask("ext", "export", "--with-secrets", str(path))
    assert done.stderr == f"2 extensions are in {path}, which you alone may read.\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    entry = audit.latest(services.database)[0]
    assert entry.action == "exported all extensions with their passwords"
    before = [extensions.get(services, number) for number in ("101", "102")]
    for row in before:
        extensions.delete(services, row.number, by=TESTER)
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    migrate(elsewhere)
    asterisk.reset()
    environment = switchhook.environment | {"DATABASE_URL": elsewhere}
    done = switchhook.flask("ext", "import", str(path), environment=environment)
    assert done.stdout == "2 rows: 2 created.\n"
    other = tmp_path / "other.csv"
    switchhook.flask("ext", "export", "--with-secrets", str(other), environment=environment)
    assert other.read_text() == path.read_text()


def test_an_export_has_no_secrets_unless_they_are_asked_for(
    switchhook: Switchhook, services: Services, tmp_path: Path
) -> None:
    create(services, "101", secret="SecurePass123")
    shown = switchhook.flask("ext", "export").stdout
    assert shown.startswith("extension_number,name,enabled,")
    assert "SecurePass123" not in shown
    assert "secrets go to a file" in switchhook.flask("ext", "export", "--with-secrets").stderr
    (tmp_path / "there.csv").touch()
    refused = switchhook.flask("ext", "export", "--with-secrets", str(tmp_path / "there.csv"))
    assert "is there already: name a new file" in refused.stderr


def test_an_export_says_what_of_adopted_phones_it_leaves_out(
    switchhook: Switchhook, services: Services
) -> None:
    row = create(services, "101").extension
    assert row
    with services.database.session() as session:
        session.add(row.sqlmodel_update({"adopted_options": {"endpoint": [["dtmf_mode", "x"]]}}))
    assert (
        "101: options from your own files, which no column holds" in switchhook.flask("ext", "export").stderr
    )
