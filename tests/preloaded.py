"""Processes of Switchhook whose modules are imported already, which is most of what their start costs.

Run as a program, this file imports them once, and forks for each process that is asked for: it runs `python -m …` with
the environment that it is given. That is the same as long as no module looks at the environment when it is imported;
those that do, and those that need them, are imported by each process itself.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.asterisk_bed.process import die_with_parent, spawn
from tests.modules import dotted, modules

PROJECT = Path(__file__).parents[1]
LIBRARIES = ("flask.cli", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "sqlalchemy.dialects.sqlite")
COUNTING = "prometheus_client"  # what counts takes its place in the environment's folder when it is imported
MAX_REQUEST = 1 << 17  # bytes: a command and its environment
MAX_ANSWER = 16  # bytes: a process ID, or how it ended


class Preloaded:
    """The program that forks; it and all that it started is killed when this process ends."""

    def __init__(self) -> None:
        self._requests, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.preloaded", str(there.fileno())]
        self._program = spawn(command, cwd=PROJECT, pass_fds=[there.fileno()])
        there.close()

    def start(self, module: str, *arguments: str, env: Mapping[str, str], log: int) -> Forked:
        """Run a module as `python -m` does, in the project's folder, in a session of its own; it writes to `log`."""
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = json.dumps([[module, *arguments], dict(env)]).encode()
        socket.send_fds(self._requests, [request], [there.fileno(), log])
        there.close()
        return Forked([module, *arguments], here)

    def close(self) -> None:
        """Have it end, and with it what it started."""
        self._requests.close()
        self._program.wait()


@cache
def preloaded() -> Preloaded:
    """Return the one of this process; it is started for the first who asks."""
    made = Preloaded()
    atexit.register(made.close)
    return made


class Forked(subprocess.Popen[bytes]):
    """One of its processes, which is no child of this one: who waits for it tells how it ended."""

    def __init__(self, arguments: list[str], told: socket.socket) -> None:
        self.args = arguments
        self.stdin = self.stdout = self.stderr = None
        self.returncode: int | None = None
        self._told = told
        self.pid = int(told.recv(MAX_ANSWER))

    def poll(self) -> int | None:
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        if (code := self._look(timeout)) is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # it has ended, and that is not told yet
                os.kill(self.pid, sig)

    def _look(self, seconds: float | None) -> int | None:
        if self.returncode is None:
            self._told.settimeout(seconds)
            try:
                answer = self._told.recv(MAX_ANSWER)
            except (TimeoutError, BlockingIOError):
                return None
            self.returncode = int(answer or -signal.SIGKILL)  # nobody tells: all were killed
            self._told.close()
        return self.returncode


def _serve(requests: socket.socket) -> None:
    """Fork for each request, until nobody can ask any more; returns in the process that is to run the module, too."""
    while True:
        message, files, _, _ = socket.recv_fds(requests, MAX_REQUEST, 2)
        _reap()
        if not message:
            os._exit(0)
        if os.fork() == 0:
            requests.close()
            command, environment = json.loads(message)
            return _start(command, environment, *files)
        for each in files:
            os.close(each)


def _reap() -> None:
    """Let those go that waited for a process which has ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _start(command: list[str], environment: dict[str, str], teller: int, log: int) -> None:
    """Wait for a child, and tell its ID and how it ended; returns in the child."""
    die_with_parent()
    if child := os.fork():
        os.close(log)
        os.write(teller, str(child).encode())
        _, status = os.waitpid(child, 0)
        os.write(teller, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    os.close(teller)
    _become(command, environment, log)


def _become(command: list[str], environment: dict[str, str], log: int) -> None:
    die_with_parent()
    os.setsid()
    for standard in (1, 2):
        os.dup2(log, standard)
    os.close(log)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)


def _import_what_does_not_count() -> None:
    sys.modules[COUNTING] = None  # type: ignore[assignment] # so that who needs it, or needs who does, is not imported
    for name in (*LIBRARIES, *map(dotted, modules())):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    del sys.modules[COUNTING]


if __name__ == "__main__":
    _import_what_does_not_count()
    gc.freeze()  # so that no collection copies what the processes share
    _serve(socket.socket(fileno=int(sys.argv[1])))
