"""Run as a program in a copy of the tree: pytest again and again, in forks of one process that has imported the libraries.

Each line of input names the seconds a run may take, and the test files; each line of output is an exit code, below zero
for a run that had to be killed. The copy's own modules are imported anew in each fork.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module

import pytest

LIBRARIES = (
    "alembic.command",
    "asterisk.manager",
    "flask",
    "hypothesis",
    "pydantic_settings",
    "slack_bolt",
    "sqlmodel",
)
OPTIONS = ("-n0", "-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
THE_SAME_EACH_TIME = "--hypothesis-profile=ci"  # the same examples, and none kept from other runs


def run(seconds: str, *tests: str) -> int:
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    signal.alarm(int(seconds))  # kills; the kernel then ends what the tests have started
    os._exit(pytest.main([*OPTIONS, THE_SAME_EACH_TIME, *tests]))


if __name__ == "__main__":
    sys.path[0] = os.getcwd()  # noqa: PTH109 - as `python -m pytest` has it
    for library in LIBRARIES:
        import_module(library)
    for line in sys.stdin:
        print(run(*line.split()), flush=True)
