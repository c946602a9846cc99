"""Yesterday's database comes back beside a web process, a listener and phones that work: what each of them says then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy import make_url

from pbx.publishing.foreign_files import SETTLE
from tests import one_server
from tests.asterisk_bed import Asterisk, Phone
from tests.asterisk_bed.process import end
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.slash_commands import say, secret_in
from tests.waiting import SECONDS, wait_for

folder, asterisk, database_url = one_server.folder, one_server.asterisk, one_server.database_url
slack, switchhook, admin = one_server.slack, one_server.switchhook, one_server.admin
CHANNEL = "C0PHONES"
NOTICED = "An older state of the database was put back"


@pytest.fixture(scope="module")
def way() -> str:
    return "http"


@pytest.fixture(scope="module")
def more_environment() -> dict[str, str]:
    return {"ALERT_CHANNEL": CHANNEL}


def posted(slack: SlackStandIn, words: str) -> list[str]:
    return [each.text for each in slack.messages(CHANNEL) if words in each.text]


@contextmanager
def listening(switchhook: Switchhook) -> Iterator[None]:
    listener = switchhook.listen()
    try:
        yield
    finally:
        end(listener)


def test_a_restore_while_all_runs_is_told_once_and_one_command_settles_it(
    switchhook: Switchhook, admin: SlackUser, slack: SlackStandIn, asterisk: Asterisk, folder: Path
) -> None:
    backup = folder / "yesterday.backup"
    with listening(switchhook):
        say(admin, "create 180 Alice")
        assert switchhook.flask("backup", str(backup)).returncode == 0
        secret = secret_in(say(admin, "secret 180"))
        say(admin, "create 181 Bob")
        with Phone("180", secret, asterisk.sip_domain) as phone:
            phone.register()
            wait_for(lambda: posted(slack, "180"))
            restored = switchhook.flask("restore", str(backup), "--yes")
            assert restored.returncode == 0, restored.stderr
            assert f"put back: 1 would go (181), 1 would be changed (180). {SETTLE}" in restored.stdout
            wait_for(lambda: posted(slack, NOTICED))
            (alert,) = posted(slack, NOTICED)
            _all_who_ask_read_what_settles_it(switchhook, admin)
            settled = switchhook.flask("settle", "asterisk", "--yes")
            assert settled.returncode == 0, settled.stdout + settled.stderr
            assert "Only in Asterisk, so made since: 181 (Bob)" in settled.stdout
            assert "Another password in Asterisk: 180" in settled.stdout
            assert secret not in settled.stdout + alert
            wait_for(lambda: posted(slack, "has decided: phones stay as Asterisk has them"))
            wait_for(lambda: posted(slack, "differs in is settled"))
            phone.register()
    assert len(posted(slack, NOTICED)) == 1
    assert "✅" in say(admin, "verify 182")
    assert requests.get(f"{switchhook.url}/readyz", timeout=60).status_code == 200


def _all_who_ask_read_what_settles_it(switchhook: Switchhook, admin: SlackUser) -> None:
    assert f"saved, not live yet. {NOTICED}: " in (waits := say(admin, "create 182 Carol"))
    assert (SETTLE in waits, "by itself" in waits) == (True, False)
    doctor = say(admin, "doctor")
    ready = requests.get(f"{switchhook.url}/readyz", timeout=60)
    assert (ready.status_code, "flask settle" in ready.json()["phones"]) == (503, True)
    assert "flask settle" in doctor


def test_a_file_that_is_put_back_while_nothing_runs_is_noticed_by_who_starts_first(
    switchhook: Switchhook, admin: SlackUser, slack: SlackStandIn, asterisk: Asterisk, database_url: str
) -> None:
    path = Path(make_url(database_url).database or "")
    before = len(posted(slack, NOTICED))
    assert "is ready for" in say(admin, "create 185 Alice")
    link = switchhook.flask("login-link").stdout.split()[-1]
    copy = path.with_suffix(".copy")
    assert switchhook.flask("backup", str(copy)).returncode == 0
    say(admin, "create 186 Bob")
    end(switchhook.web, timeout=SECONDS)
    for each in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        each.unlink(missing_ok=True)
    copy.rename(path)
    switchhook.start()
    assert "saved, not live yet" in say(admin, "create 187 Carol")
    assert "186/186" in asterisk.cli("pjsip show endpoints")
    opened = requests.post(link, headers={"Origin": switchhook.url}, timeout=60)
    assert opened.status_code != 200 or "Sign in" in opened.text
    with listening(switchhook):
        wait_for(lambda: len(posted(slack, NOTICED)) > before)
    assert switchhook.flask("settle", "database", "--yes").returncode == 0
    assert "186/186" not in asterisk.cli("pjsip show endpoints")
    assert "✅" in say(admin, "verify 187")
