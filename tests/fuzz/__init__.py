"""Asks a running API all that its description allows, and what it does not, with schemathesis.

No answer may be 5xx, or of a status, a content type, a header or a shape that the description does not have; what the
description forbids is refused, and without a token everything is.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from models.api_token import Scope
from tests.fuzz import hooks
from tests.fuzz.hooks import THERE
from tests.server import PROJECT, Switchhook
from tests.tokens import new_token

# Which numbers are taken, which revision is the present one, which key was used: no description can say that, and so what
# fits it may be refused.
NOT_CHECKED = "positive_data_acceptance"
CONFIG = Path(__file__).with_name("schemathesis.toml")
ENDLESS = "/api/events/stream"  # an answer that has no end; tests of its own read it
ENVIRONMENT = {"API_RATE_LIMIT": "60000"}


class Fuzzed(NamedTuple):
    """What came of it. `report` is what schemathesis has to say."""

    is_right: bool
    examples: int
    report: str


def fuzz(switchhook: Switchhook, examples: int, seed: int, phases: str) -> Fuzzed:
    """Send at most `examples` requests of random content to each route, besides those that schemathesis works out."""
    token = new_token(switchhook, f"fuzz-{seed}", Scope.ADMIN)
    for number in range(101, 101 + THERE):
        assert switchhook.flask("ext", "create", str(number), "--name=Alice").returncode == 0
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        f"--config-file={CONFIG}",
        "run",
        f"{switchhook.url}/api/openapi.json",
    ]
    options = {
        "header": f"Authorization: Bearer {token}",
        "exclude-path": ENDLESS,
        "checks": "all",
        "exclude-checks": NOT_CHECKED,
        "max-examples": examples,
        "phases": phases,
        "seed": seed,
        "request-timeout": 60,
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    run = subprocess.run(
        [*command, *words, "--continue-on-failure", "--no-color"],
        cwd=PROJECT,
        env=os.environ | {"SCHEMATHESIS_HOOKS": hooks.__name__},
        capture_output=True,
        text=True,
    )
    found = re.search(r"^ *(\d+) generated", run.stdout, re.MULTILINE)
    return Fuzzed(run.returncode == 0, int(found[1]) if found else 0, run.stdout + run.stderr)
