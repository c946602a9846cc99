"""Runs a table of checks: those that need nothing of each other at the same time, each within its limit."""

from __future__ import annotations

import contextvars
import logging
import queue
import threading
import time
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from command_lines import WEB
from models import failure
from pbx.doctor.findings import Check, Finding, NothingToCheck, Report, Skipped, SubjectT
from pbx.errors import SwitchhookError

log = logging.getLogger("switchhook.doctor")

Answer = queue.SimpleQueue[Report]


def run(checks: Iterable[Check[SubjectT]], subject: SubjectT, before: Report | None = None) -> Report:
    """Run each check on the subject, unless one that it needs has found something; report in the order of the table.

    `before`: what was found already, by checks that these may need; the report goes on from there. None stops another.
    """
    checks, before = tuple(checks), before or Report()
    parts: dict[str, Report] = {}
    waiting = list(checks)
    while waiting:
        unsettled = {check.slug for check in waiting}
        ready = [check for check in waiting if unsettled.isdisjoint(check.needs)]
        parts |= _at_once(ready, subject, sum(parts.values(), before).blocking)
        waiting = [check for check in waiting if check not in ready]
    return sum((parts[check.slug] for check in checks), before)


def _at_once(checks: list[Check[SubjectT]], subject: SubjectT, blocking: set[str]) -> dict[str, Report]:
    """Run these at the same time, but for those that need what is blocking."""
    skipped = {check.slug: _skipped(check) for check in checks if not blocking.isdisjoint(check.needs)}
    started = [(check, _start(check, subject)) for check in checks if check.slug not in skipped]
    begun = time.monotonic()
    return skipped | {check.slug: _answer(check, answer, begun) for check, answer in started}


def _start(check: Check[SubjectT], subject: SubjectT) -> Answer:
    """Run one check in a thread of its own: some wait for a network that says nothing, longer than people do."""
    answer: Answer = queue.SimpleQueue()
    context = contextvars.copy_context()  # log lines keep the id of the request
    work = threading.Thread(target=context.run, args=(lambda: answer.put(_found(check, subject)),))
    work.daemon = True
    work.start()
    return answer


def _answer(check: Check[SubjectT], answer: Answer, begun: float) -> Report:
    try:
        return answer.get(timeout=max(0.0, begun + check.limit - time.monotonic()))
    except queue.Empty:
        return _failure(check, f"no answer within {check.limit:g} seconds")


def _found(check: Check[SubjectT], subject: SubjectT) -> Report:
    try:
        findings = tuple(replace(each, check=check.slug) for each in check.find(subject))
    except Skipped:
        return _skipped(check)
    except NothingToCheck as reason:
        return Report(absent=((check.slug, f"{check.title} ({reason})"),))
    except SwitchhookError as error:
        return _failure(check, str(error))
    except SQLAlchemyError as error:
        return _failure(check, failure.cause(error))
    except Exception as error:
        log.exception("a check failed", extra={"check": check.slug})
        return _failure(
            check, f"an error inside Switchhook ({type(error).__name__}), which its log has in full"
        )
    return Report(findings, checked=((check.slug, check.title),))


def _skipped(check: Check[SubjectT]) -> Report:
    return Report(skipped=((check.slug, check.title),))


def _failure(check: Check[SubjectT], reason: str) -> Report:
    finding = Finding(
        check.slug,
        f"could not check: {check.title} ({reason})",
        "what is wrong there, if anything, stays unknown",
        f"mend what is named above, if anything, and look again; the log has more: journalctl -u {WEB} -o cat -n 50",
    )
    return Report((finding,), failed=((check.slug, check.title),))
