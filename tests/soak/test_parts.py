"""The parts of the soak that bring trouble on: do they?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from slack_sdk import WebhookClient

from tests.bench.callers import SCENARIOS
from tests.debian_packages import InstallError
from tests.slack_stand_in import SlackStandIn
from tests.soak import processes, replies
from tests.soak.clock import MovableClock
from tests.soak.gate import Gate
from tests.soak.growth_picture import draw
from tests.soak.processes import Unit
from tests.soak.record import Record
from tests.soak.sipp_calls import LINE, logged
from tests.waiting import wait_for


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    made = Record(tmp_path / "record.jsonl")
    yield made
    made.close()


def test_a_closed_gate_refuses_and_an_open_one_leads_to_slack() -> None:
    with SlackStandIn() as slack:
        gate = Gate(int(slack.root_url.rpartition(":")[2]))
        headers = {"Authorization": f"Bearer {slack.bot_token}"}
        for _ in range(2):
            assert requests.post(f"{gate.url}/api/auth.test", headers=headers, timeout=60).json()["ok"]
            gate.close()
            with pytest.raises(requests.ConnectionError):
                requests.post(f"{gate.url}/api/auth.test", headers=headers, timeout=60)
            gate.open()
        gate.close()


def test_a_killed_unit_starts_again_and_nothing_of_its_group_is_left(
    tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "RESTART_SECONDS", 0.05)
    log = tmp_path / "log"
    unit = Unit("sleeper", [sys.executable, "-c", "import time, subprocess; print(subprocess.Popen(['sleep', '1000']).pid, flush=True); time.sleep(1000)"], os.environ, log, record)  # fmt: skip
    unit.start()
    child = wait_for(lambda: log.read_text().split() if log.exists() else [])[0]
    first = unit.pid
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: unit.is_running and unit.pid != first)
    wait_for(
        lambda: not Path(f"/proc/{child}").exists() or "zombie" in Path(f"/proc/{child}/status").read_text()
    )
    unit.stop()
    assert not unit.is_running
    assert [each["what"] for each in record.entries][:3] == ["started", "ended", "started"]


def test_the_clock_is_moved_under_a_process_that_runs_and_its_pauses_stay_as_long(tmp_path: Path) -> None:
    try:
        clock = MovableClock(tmp_path)
    except InstallError as error:
        pytest.skip(str(error))  # no Debian
    say = "import sys, time\nfor _ in sys.stdin: begun = time.monotonic(); time.sleep(0.01); print([time.time(), time.monotonic() - begun], flush=True)"
    command = [sys.executable, "-c", say]
    with subprocess.Popen(
        command,
        env=os.environ | clock.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None  # noqa: PT018 (for mypy alone)

        def ahead() -> float:
            print("now", file=process.stdin, flush=True)
            shown, paused = json.loads(process.stdout.readline())  # type: ignore[union-attr] # it is a pipe
            assert paused < 60
            return float(shown - time.time())

        for seconds in (0, 1000, -1000, 0):
            clock.move(seconds)
            wait_for(lambda seconds=seconds: abs(ahead() - seconds) < 100)  # type: ignore[misc] # mypy cannot infer a lambda with defaults
        process.stdin.close()


@pytest.mark.parametrize("scenario", ["call", "call_busy", "call_cancel"])
def test_a_scenario_writes_down_how_its_calls_go(scenario: str) -> None:
    text = logged((SCENARIOS / f"{scenario}.xml").read_text())
    steps = [
        step for step in ("begun", "answered", "ended") if f'message="{step} [call_id] [timestamp]"' in text
    ]
    assert steps == (["begun", "answered", "ended"] if scenario == "call" else ["begun", "ended"])


def test_what_sipp_writes_down_is_read() -> None:
    line = "begun 1-4711@127.0.0.1 2026-11-26\t16:23:19.597639\t1795710199.597639"
    found = LINE.match(line)
    assert found is not None
    assert found.groups() == ("begun", "1-4711@127.0.0.1", "1795710199.597639")


def test_the_same_again_in_place_of_a_message_is_read_once() -> None:
    with SlackStandIn() as slack:
        url = f"{slack.root_url}/response/{slack.workspace.new_response_url('C0PHONES')}"
        for text, replaces in (
            ("asked", False),
            ("done", True),
            ("done", True),
            ("more", False),
            ("more", False),
        ):
            WebhookClient(url).send(text=text, replace_original=replaces)
        assert list(replies.read_from(slack).values()) == [["asked", "done", "more", "more"]]


def test_a_picture_has_a_line_for_each_process_in_each_panel() -> None:
    samples = [
        {"at": at, "pid": pid, "name": "web", "memory": 80.0, "threads": 20, "files": 30}
        for at in (0, 5)
        for pid in (1, 2)
    ]
    picture = draw(samples, [(1.0, "Asterisk killed")])
    assert (picture.count("<path"), picture.count("Asterisk killed")) == (6, 3)
