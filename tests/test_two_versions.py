"""The version before beside this one: on this version's tables, and while one follows the other under load."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import older_version, one_server
from tests.asterisk_bed import Asterisk, Phone
from tests.deployment import Deployment, Load
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slash_commands import say, secret_in
from tests.waiting import SECONDS, wait_for

folder, asterisk, slack = one_server.folder, one_server.asterisk, one_server.slack


@pytest.fixture
def deployment(asterisk: Asterisk, slack: SlackStandIn, folder: Path) -> Iterator[Deployment]:
    made = Deployment(asterisk, slack, folder)
    yield made
    made.close()


def rows(deployment: Deployment, query: str) -> list[Any]:
    with closing(sqlite3.connect(deployment.database_url.removeprefix("sqlite:///"))) as database:
        return database.execute(query).fetchall()


def call(caller: Phone, callee: Phone) -> None:
    begin_call(caller, callee)
    caller.hangup()
    callee.wait_ended()


def begin_call(caller: Phone, callee: Phone) -> None:
    caller.dial(callee.number)
    callee.wait_incoming()
    callee.answer()
    caller.wait_established()


def listening(switchhook: Switchhook) -> None:
    wait_for(lambda: '"message": "listening"' in switchhook.log_text(), switchhook.log_text)


def test_a_deploy_under_load_loses_nothing_and_does_nothing_twice(
    deployment: Deployment, asterisk: Asterisk
) -> None:
    before, after, load = deployment.before, deployment.after, Load(deployment)
    before.start()
    first = before.listen()
    listening(before)
    with _phones(deployment, asterisk.sip_domain) as (alice, bob), load.going_on():
        _register(deployment, alice, "Extension 101 registered")
        call_of = _calls(deployment, alice, bob)
        load.go_on(6)
        deployment.migrate()
        _register(deployment, bob, "102 Bob registered")
        next(call_of)
        load.go_on(6)
        after.start()
        _each_sees_what_the_other_did(deployment)
        second = after.listen()
        next(call_of)
        deployment.put_in_front(after)
        before.web.send_signal(signal.SIGTERM)
        load.go_on(6)
        _end_within_a_call(first, after, alice, bob)
        next(call_of)
        assert before.web.wait(SECONDS) == 0
        load.go_on(6)
        assert second.poll() is None
    _all_is_done_once(deployment, load)
    _all_is_told_once(deployment, calls=4)


@contextmanager
def _phones(deployment: Deployment, domain: str) -> Iterator[tuple[Phone, Phone]]:
    """101 Alice and 102 Bob."""
    secrets = [secret_in(say(deployment.admin(), f"create {each}")) for each in ("101 Alice", "102 Bob")]
    with Phone("101", secrets[0], domain) as alice, Phone("102", secrets[1], domain) as bob:
        yield alice, bob


def _register(deployment: Deployment, phone: Phone, message: str) -> None:
    phone.register()
    deployment.wait_for_message(message)


def _end_within_a_call(
    listener: subprocess.Popen[bytes], successor: Switchhook, caller: Phone, callee: Phone
) -> None:
    begin_call(caller, callee)
    listener.send_signal(signal.SIGTERM)
    assert listener.wait(SECONDS) == 0
    listening(successor)
    caller.hangup()
    callee.wait_ended()


def _calls(deployment: Deployment, caller: Phone, callee: Phone) -> Iterator[int]:
    """Call once more each time, and wait until that is told."""
    for count in range(1, 10):
        call(caller, callee)
        wait_for(lambda: sum("talked" in each for each in deployment.seen()) >= count, deployment.seen)  # noqa: B023 (it is asked at once)
        yield count


def _each_sees_what_the_other_did(deployment: Deployment) -> None:
    older, newer = (
        SlackUser(deployment.slack, each.url, user_id=each.admin_id)
        for each in (deployment.before, deployment.after)
    )
    assert "is ready for" in say(older, "create 201 Carol")
    assert "is ready for" in say(newer, "create 202 Dave")
    assert "Eve" in say(newer, "set 201 name=Eve")
    assert "Frank" in say(older, "set 202 name=Frank")
    for each in (older, newer):
        assert "verified in Asterisk" in say(each, "verify 201")
        assert "Frank" in say(each, "status 202")
    assert "is disabled" in say(older, "disable 201")
    assert "is enabled" in say(newer, "enable 201")


def _all_is_done_once(deployment: Deployment, load: Load) -> None:
    for text, answers in load.answers().items():
        assert len(answers) == 1, (text, answers)
        assert "is ready for" in as_text(answers[0]) or "→" in as_text(answers[0]), answers
    there = dict(rows(deployment, "SELECT number, name FROM extension WHERE state = 'live'"))
    assert {number: there.get(number) for number in load.names} == load.names
    made = Counter(rows(deployment, "SELECT number, action FROM audit_entry WHERE number >= '300'"))
    assert {each: count for each, count in made.items() if count > 1} == {}
    assert len(made) == 2 * len(load.names)


def _all_is_told_once(deployment: Deployment, calls: int) -> None:
    wait_for(lambda: sum("talked" in each for each in deployment.seen()) == calls, deployment.seen)
    ended = rows(deployment, "SELECT linkedid, COUNT(*) FROM event WHERE kind = 'ended' GROUP BY linkedid")
    assert [count for _, count in ended] == [1] * calls
    registered = rows(deployment, "SELECT number FROM event WHERE kind = 'registered' ORDER BY id")
    assert registered == [("101",), ("102",)]
    for each in (deployment.before, deployment.after):
        assert "Traceback" not in each.log_text()


def test_a_checkout_without_history_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(older_version, "PROJECT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(pytest.skip.Exception, match="git fetch --unshallow"):
        older_version.unpack(tmp_path / "before")
