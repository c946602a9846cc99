"""kill -9 between any two steps: files are old or new and never half, and the next publish() finishes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from models import audit
from models.extension import State
from models.fields import Changes
from pbx import extensions
from pbx.publish import publish
from pbx.services import Services
from settings import Settings
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import (
    contents,
    create_live,
    has_exten,
    kept,
    live,
    reason,
    shown,
    states,
    temporary_files,
)
from tests.server import PROJECT, TEST_KEY
from tests.slash_commands import TESTER

KILLS = 30  # spread over the whole run of each use case
CONTEXTS = ("from-internal", "sales")

# Runs use cases in forks of itself, each killing itself at the k-th call of or in pbx/ and models/.
VICTIM = """
import os, signal, sys
import settings
from models.actor import SWITCHHOOK as BY
from models.fields import Changes, NewExtension
from pbx import extensions
from pbx.services import Services

USE_CASES = {
    "create": lambda system: extensions.create(system, NewExtension(number="101", name="Alice"), by=BY),
    "move": lambda system: extensions.change(system, "101", Changes(context="sales"), by=BY),
    "rotate": lambda system: extensions.rotate_secret(system, "101", by=BY),
    "delete": lambda system: extensions.delete(system, "101", by=BY),
}
OURS = (os.getcwd() + "/pbx/", os.getcwd() + "/models/")
calls = 0

def run(use_case, last):
    def count(frame, event, _):
        global calls
        if event in ("call", "c_call") and frame.f_code.co_filename.startswith(OURS):
            calls += 1
            if calls == last:
                os.kill(os.getpid(), signal.SIGKILL)
    system = Services.of(settings.load())
    sys.setprofile(count)
    USE_CASES[use_case](system)
    sys.setprofile(None)

for line in sys.stdin:
    use_case, last, os.environ["DATABASE_URL"] = line.split()
    if (child := os.fork()) == 0:
        run(use_case, int(last))
        print(calls, flush=True)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        print(status, flush=True)
"""


class Victim:
    """`run(use case, k)`: the number of calls of a whole run, or -9 when it was killed at the k-th."""

    def __init__(self, asterisk: Asterisk) -> None:
        environment = {**os.environ, **asterisk.environment(), "SECRET_KEY": TEST_KEY}
        self.process = subprocess.Popen(
            [sys.executable, "-c", VICTIM],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, settings: Settings, use_case: str, last: int) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{use_case} {last} {settings.database_url.get_secret_value()}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate(timeout=10)


@pytest.fixture(scope="module")
def victim(shared_asterisk: Asterisk) -> Iterator[Victim]:
    made = Victim(shared_asterisk)
    yield made
    made.close()


def begin(services: Services, use_case: str) -> None:
    """As it is before the use case: 101 is there, unless that is what the use case makes."""
    row = extensions.find(services, "101")
    if row is None:
        if use_case != "create":
            create_live(services, "101")
    elif use_case == "create":
        extensions.delete(services, "101", by=TESTER)
    elif use_case == "move" and row.context != "from-internal":
        live(extensions.change(services, "101", Changes(context="from-internal"), by=TESTER))


def assert_asterisk_has_what_the_rows_say(services: Services) -> None:
    rows = {status.extension.number: status.extension for status in extensions.listing(services)}
    assert set(states(services).values()) <= {State.LIVE}, reason(services, "101")
    expected = {rows["101"].context} if "101" in rows else set()
    assert {context for context in CONTEXTS if has_exten(services, "101", context)} == expected
    assert ("endpoint" in shown(services, "101")) is bool(expected)


def assert_every_change_has_its_entry(services: Services) -> None:
    """Whenever it was killed; and no entry is without its change."""
    acts = [entry.action for entry in audit.latest(services.database, "101")]
    since_created = acts[: acts.index("created")] if "created" in acts else ["deleted"]
    row = extensions.find(services, "101")
    assert since_created == (["changed"] * (row.revision - 1) if row else ["deleted"])


@pytest.mark.parametrize("use_case", ["create", "move", "rotate", "delete"])
def test_a_kill_at_any_step_is_mended_by_the_next_publish(
    services: Services, victim: Victim, use_case: str
) -> None:
    create_live(services, "102")
    begin(services, use_case)
    calls = victim.run(services.settings, use_case, -1)
    assert calls > KILLS
    for turn in range(KILLS):
        begin(services, use_case)
        before = contents(services.settings)
        assert victim.run(services.settings, use_case, 1 + calls * turn // KILLS) == -9
        killed = contents(services.settings)
        assert killed == before or before in kept(services.settings)
        publish(services)
        after = contents(services.settings)
        for old, found, new in zip(before, killed, after, strict=True):
            assert found in (old, new)
        assert_asterisk_has_what_the_rows_say(services)
        assert_every_change_has_its_entry(services)
    live(extensions.rotate_secret(services, "102", by=TESTER))
    assert temporary_files(services.settings.asterisk_config_dir) == []
