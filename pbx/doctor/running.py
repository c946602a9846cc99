"""Runs a table of checks: in its order, each within its time, none stopping the others."""

from __future__ import annotations

import contextvars
import logging
import queue
import threading
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from models import failure
from pbx.doctor.findings import Check, Finding, PatientT, Report, Skipped
from pbx.errors import SwitchhookError

log = logging.getLogger("switchhook.doctor")


def run(checks: Iterable[Check[PatientT]], patient: PatientT, before: Report | None = None) -> Report:
    """Run each check on the patient, unless one that it needs has found something.

    `before`: what was found already, by checks that these may need; the report goes on from there.
    """
    report = before or Report()
    for check in checks:
        if report.sick.isdisjoint(check.needs):
            report += _of_one(check, patient)
        else:
            report += Report(skipped=((check.slug, check.title),))
    return report


def _of_one(check: Check[PatientT], patient: PatientT) -> Report:
    """Run one check in a thread of its own: some wait for a network that says nothing, longer than people do."""
    answers: queue.SimpleQueue[Report] = queue.SimpleQueue()
    context = contextvars.copy_context()  # log lines keep the id of the request
    work = threading.Thread(target=context.run, args=(lambda: answers.put(_found(check, patient)),))
    work.daemon = True
    work.start()
    try:
        return answers.get(timeout=check.limit)
    except queue.Empty:
        return _failure(check, f"no answer within {check.limit:g} seconds")


def _found(check: Check[PatientT], patient: PatientT) -> Report:
    try:
        findings = tuple(replace(each, check=check.slug) for each in check.find(patient))
    except Skipped:
        return Report(skipped=((check.slug, check.title),))
    except SwitchhookError as error:
        return _failure(check, str(error))
    except SQLAlchemyError as error:
        return _failure(check, failure.describe(error))
    except Exception as error:
        log.exception("a check failed", extra={"check": check.slug})
        return _failure(
            check, f"an error inside Switchhook ({type(error).__name__}), which its log has in full"
        )
    return Report(findings, checked=((check.slug, check.title),))


def _failure(check: Check[PatientT], reason: str) -> Report:
    finding = Finding(
        check.slug,
        f"could not check: {check.title} ({reason})",
        "what is wrong there, if anything, stays unknown",
        "mend what is named above, if anything, and run the doctor again",
    )
    return Report((finding,), failed=((check.slug, check.title),))
