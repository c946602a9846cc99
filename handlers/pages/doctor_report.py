"""Pure: the doctor's report as a page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.doctor import wording
from pbx.doctor.findings import Finding, Report


@dataclass(frozen=True)
class Shown:
    """What is wrong, and apart from that what could not be looked at. `number`: empty, of the whole system."""

    number: str
    headline: str
    wrong: Sequence[Finding]
    unknown: Sequence[Finding]
    right: Sequence[str]
    skipped: Sequence[str]
    absent: Sequence[str]


def shown(report: Report, number: str) -> Shown:
    failed, blocking = {slug for slug, _ in report.failed}, report.blocking
    return Shown(
        number,
        wording.headline(report, number),
        [each for each in report.findings if each.check not in failed],
        [each for each in report.findings if each.check in failed],
        [title for slug, title in report.checked if slug not in blocking],
        [title for _, title in report.skipped],
        [title for _, title in report.absent],
    )
