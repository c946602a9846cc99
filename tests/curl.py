"""Runs curl lines as a shell does: with the machine's curl, or the one that came with the bed's Asterisk."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.asterisk_bed.install import find_asterisk

MARK = "\n--- status "
CURLRC = f'silent\nshow-error\nmax-time = 60\nwrite-out = "{MARK}%{{http_code}}"\n'.replace("\n--", "\\n--")
REMEDY = "there is no curl on PATH: apt install curl (or delete ~/.cache/switchhook, which is downloaded anew with one)"


class Answer(NamedTuple):
    status: int
    body: Any


class Curl:
    """A shell in which `curl` is there. What it prints besides comes from a .curlrc, so that no line is changed for it."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        folder.mkdir()
        (folder / ".curlrc").write_text(CURLRC)
        (folder / "curl").write_text(f'#!/bin/sh\nexec {shlex.join(_argv())} "$@"\n')
        (folder / "curl").chmod(0o755)
        path = f"{folder}:{os.environ['PATH']}"
        self._environment = {"PATH": path, "CURL_HOME": str(folder), "HOME": str(folder), **environment}

    def run(self, line: str) -> Answer:
        """Run a line, which may go on over several, in a shell. Raises AssertionError, with what curl says."""
        run = subprocess.run(
            ["bash", "-c", line], env=self._environment, capture_output=True, text=True, timeout=90
        )
        assert run.returncode == 0, run.stderr
        text, _, status = run.stdout.rpartition(MARK)
        return Answer(int(status), json.loads(text))


def _argv() -> list[str]:
    if program := shutil.which("curl"):
        return [program]
    try:
        return find_asterisk().argv("curl")
    except FileNotFoundError:
        raise AssertionError(REMEDY) from None
