"""`make fuzz`: more than 5,000 requests to a server of its own, beside a real Asterisk."""

from __future__ import annotations

import secrets
import sys
import tempfile
from pathlib import Path

from tests.asterisk_bed import Asterisk
from tests.fuzz import ENVIRONMENT, fuzz
from tests.server import Switchhook, migrate
from tests.slack_stand_in import SlackStandIn

EXAMPLES = 5000  # at the least
EACH = 200  # random ones of each route
PHASES = "examples,coverage,fuzzing,stateful"


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else secrets.randbelow(2**31)
    print(f"SEED={seed} repeats this run; it takes some minutes without output", flush=True)
    with tempfile.TemporaryDirectory(prefix="switchhook-") as path, SlackStandIn() as slack:
        folder = Path(path)
        url = f"sqlite:///{folder / 'switchhook.db'}"
        migrate(url)
        with (
            Asterisk(folder / "pbx") as asterisk,
            Switchhook(asterisk, slack, url, ENVIRONMENT) as switchhook,
        ):
            done = fuzz(switchhook, EACH, seed, PHASES)
    print(done.report)
    if done.examples < EXAMPLES:
        print(f"only {done.examples} of {EXAMPLES} examples: let EACH be more")
    return 0 if done.is_right and done.examples >= EXAMPLES else 1


sys.exit(main())
