"""A process that carries out use cases and is killed in the middle of them."""

from __future__ import annotations

import os
import subprocess
import sys

from settings import Settings
from tests.asterisk_bed import Asterisk
from tests.server import PROJECT, TEST_KEY

# Runs use cases in forks of itself, each killing itself at the k-th call of or in pbx/ and models/.
VICTIM = """
import os, signal, sys
import settings
from models.actor import SWITCHHOOK as BY
from models.fields import Changes, NewExtension
from pbx import extensions
from pbx.bulk import upsert
from pbx.bulk.check import check
from pbx.bulk.rows import Row
from pbx.publish import publish
from pbx.publishing import verify
from pbx.services import Services

verify.FIRST_PAUSE = 1.0  # few looks at an Asterisk that is slow: each run is to have about as many calls
ROWS = [Row(n - 100, str(n), Changes(name="Alice", notes="x")) for n in range(101, 106)]
USE_CASES = {
    "bulk": lambda system: upsert.publish_all(system, upsert.commit(system, check(system, ROWS), by=BY)),
    "create": lambda system: extensions.create(system, NewExtension(number="101", name="Alice"), by=BY),
    "move": lambda system: extensions.change(system, "101", Changes(context="sales"), by=BY),
    "rotate": lambda system: extensions.rotate_secret(system, "101", by=BY),
    "publish": publish,
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
    use_case, last, os.environ["DATABASE_URL"], os.environ["OUTBOUND_TRUNK"] = line[:-1].split(" ")
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
        url = settings.database_url.get_secret_value()
        self.process.stdin.write(f"{use_case} {last} {url} {settings.outbound_trunk or ''}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate(timeout=60)
