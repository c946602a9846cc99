"""Run as a program in a copy of the tree: pytest again and again, in forks of a process that has imported the libraries.

A line of input names the seconds that a run may take, and the test files; a line of output is an exit code.
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
SAME_EXAMPLES = "--hypothesis-profile=ci"  # each time, and none kept from other runs

sys.path[0] = os.getcwd()  # noqa: PTH109 - as `python -m pytest` has it
for library in LIBRARIES:
    import_module(library)
for line in sys.stdin:
    seconds, *tests = line.split()
    if pid := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
        continue
    for output in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)
    signal.alarm(int(seconds))  # kills; the kernel then ends what the tests have started
    os._exit(pytest.main([*OPTIONS, SAME_EXAMPLES, *tests]))
