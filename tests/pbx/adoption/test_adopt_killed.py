"""kill -9 between any two steps of an adoption or a release: no phone stands twice or nowhere, and none is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from models.extension import State
from pbx import directory
from pbx.adoption import adopt, markers, release
from pbx.config import reader
from pbx.contacts import all_contacts
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk, Phone
from tests.kills import places
from tests.pbx.adoption import office
from tests.pbx.extension_driver import temporary_files
from tests.server import PROJECT, TEST_KEY
from tests.slash_commands import TESTER

NUMBERS = ["101", "102", "103", "104"]
KILLS = 8

# Runs a use case in forks of itself, each killing itself before or after the k-th step that leaves something behind.
VICTIM = """
import os, signal, sys
import settings
from models.actor import SWITCHHOOK as BY
from pbx.adoption import adopt, release
from pbx.publishing import verify
from pbx.services import Services

verify.FIRST_PAUSE = 1.0  # few looks at an Asterisk that is slow: each run is to have about as many steps
USE_CASES = {
    "adopt": lambda system: adopt.adopt(system, None, by=BY),
    "release": lambda system: release.release(system, None, by=BY),
}
STEPS = {"_move", "keep", "ask_all", "session", "_insert", "_drop", "_mark", "staged_content"}
OURS = (os.getcwd() + "/pbx/", os.getcwd() + "/models/")
steps = 0

def run(use_case, last):
    def count(frame, event, _):
        global steps
        code = frame.f_code
        if event in ("call", "return") and code.co_name in STEPS and code.co_filename.startswith(OURS):
            steps += 1
            if steps == last:
                os.kill(os.getpid(), signal.SIGKILL)
    system = Services.of(settings.load())
    sys.setprofile(count)
    USE_CASES[use_case](system)
    sys.setprofile(None)

for line in sys.stdin:
    use_case, last = line.split()
    if (child := os.fork()) == 0:
        run(use_case, int(last))
        print(steps, flush=True)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        print(status, flush=True)
"""


@contextmanager
def victim(asterisk: Asterisk, database_url: str) -> Iterator[subprocess.Popen[str]]:
    environment = {
        **os.environ,
        **asterisk.environment(),
        "SECRET_KEY": TEST_KEY,
        "DATABASE_URL": database_url,
    }
    with subprocess.Popen(
        [sys.executable, "-c", VICTIM],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.communicate(timeout=60)


def run(process: subprocess.Popen[str], use_case: str, last: int) -> int:
    """Return the number of steps of a whole run, or -9 when it was killed at the `last`."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{use_case} {last}\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def assert_no_phone_stands_twice_or_nowhere(services: Services) -> None:
    """Those of files besides pjsip.conf may for a moment stand in none."""
    on_disk = reader.read(services.settings)
    assert [n for n in NUMBERS[:2] if not (on_disk.admin.endpoints(n) or n in on_disk.blocks.endpoints)] == []
    assert [n for n in NUMBERS if on_disk.admin.endpoints(n) and n in on_disk.blocks.endpoints] == []


def assert_every_phone_stands_once(services: Services, asterisk: Asterisk) -> None:
    on_disk = reader.read(services.settings)
    rows = {found.extension.number: found.extension for found in directory.listing(services)}
    for number in NUMBERS:
        by_hand = bool(on_disk.admin.endpoints(number))
        assert by_hand == (number not in on_disk.blocks.endpoints) == (number not in rows), number
        commented = [path for path in on_disk.admin.files if number in markers.numbers_in(path.read_bytes())]
        assert bool(commented) != by_hand, number
    assert {(row.state, row.moving) for row in rows.values()} <= {(State.LIVE, False)}
    assert "Unavailable" in asterisk.cli("pjsip show endpoint 104")
    assert temporary_files(services.settings.asterisk_config_dir) in ([], [".switchhook-versions"])


@pytest.mark.parametrize("use_case", ["adopt", "release"])
def test_a_kill_at_any_step_is_ended_by_the_next_publish(
    services: Services, asterisk: Asterisk, database_url: str, use_case: str
) -> None:
    files = office.files(asterisk.config_dir)
    with (
        victim(asterisk, database_url) as process,
        Phone("101", office.PASSWORDS["101"], asterisk.sip_domain) as phone,
    ):
        phone.register()
        begin(services, use_case)
        steps = run(process, use_case, -1)
        assert steps > 20
        for step in places(steps, KILLS):
            begin(services, use_case)
            assert run(process, use_case, step) == -9
            assert_no_phone_stands_twice_or_nowhere(services)
            publish(services)
            assert_every_phone_stands_once(services, asterisk)
            assert list(all_contacts(services.settings)["101"]), step
        if directory.listing(services):
            release.release(services, None, by=TESTER)
        assert office.files(asterisk.config_dir) == files


def begin(services: Services, use_case: str) -> None:
    """As it is before the use case: all are adopted, or none."""
    adopted = [found.extension.number for found in directory.listing(services)]
    if use_case == "adopt" and adopted:
        release.release(services, None, by=TESTER)
    elif use_case == "release" and adopted != NUMBERS:
        adopt.adopt(services, None, by=TESTER)
