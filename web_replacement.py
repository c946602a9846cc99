"""A web process that takes the place of another, without a moment in which nobody answers.

At SIGUSR2 gunicorn starts itself anew, beside the one that runs and with its sockets: another version, if another one is
there by now. Once one of its workers is ready, the older gunicorn is told to end, which finishes what is under way, and
systemd learns which process is the main one. A version that cannot start, or use the tables, replaces nothing.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gunicorn.glogging import Logger
from gunicorn.systemd import sd_notify
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger("switchhook.http")

OLDER = "GUNICORN_PID"  # in the environment: gunicorn's name for who started it
READY_SECONDS = 20.0  # for a connection to Slack; the older process may have the same trouble
LOOK_SECONDS = 0.1


def begin(
    master: int, gunicorn_log: Logger, problem: Callable[[], str | None], is_ready: Callable[[], bool]
) -> None:
    """Have the gunicorn end that `master` replaces, if it replaces one, once this worker of its is ready.

    `problem`: why this version cannot use the tables; then `master` ends instead.
    """
    if older := _replaced_by(master):
        more = master, gunicorn_log, problem, is_ready
        threading.Thread(target=_replace, args=(older, *more), daemon=True).start()


def _replaced_by(master: int) -> int | None:
    older = int(os.environ.get(OLDER, "0"))
    return older if older and _parent(master) == older else None


def _parent(process: int) -> int:
    """Return the parent of a process, 0 if there is none any more, as proc(5) has it."""
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _replace(
    older: int,
    master: int,
    gunicorn_log: Logger,
    problem: Callable[[], str | None],
    is_ready: Callable[[], bool],
) -> None:
    if unfit := _unfit(problem):
        log.error("this version takes nobody's place: it cannot use the tables", extra={"reason": unfit})
        _end(master)
        return
    until = time.monotonic() + READY_SECONDS
    while not is_ready() and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
    if _replaced_by(master):  # another worker of ours may have been faster
        sd_notify(f"MAINPID={master}\nREADY=1", gunicorn_log)
        log.info("a web process takes the place of another", extra={"is": master, "was": older})
        _end(older)


def _unfit(problem: Callable[[], str | None]) -> str | None:
    """Return None where the database is away: the older one lacks it, too."""
    try:
        return problem()
    except SQLAlchemyError:
        return None


def _end(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
