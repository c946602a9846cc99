"""Pure: what differs from the database in words, for Slack, the command line and machines alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers import wording
from models.words import some
from pbx.drift.report import Drift, DriftReport


def headline(report: DriftReport) -> str:
    if report.drifts:
        things = "1 thing differs" if len(report.drifts) == 1 else f"{len(report.drifts)} things differ"
        return f"⚠️ {things} from what the database says"
    if report.unasked:
        return "❔ The files are as the database says, but Asterisk could not be asked"
    return "✅ No drift: the files and Asterisk are as the database says"


def lines(drifts: Sequence[Drift]) -> list[str]:
    return [f"• {wording.ended(each.text)}" for each in drifts]


def by_hand(report: DriftReport) -> list[str]:
    """Return one line for all phones that are written by hand: no drift, and so many as an older PBX has."""
    if len(report.by_hand) < 2:
        return lines(report.by_hand)
    numbers = some([each.subject for each in report.by_hand])
    return [
        f"• {len(report.by_hand)} phones are written by hand ({numbers}): /ext adopt all shows which of them Switchhook can "
        "take over, and why not the others, before it does so."
    ]


def compared(report: DriftReport) -> list[str]:
    """Return what was compared, and what was not."""
    number = report.extensions
    extensions = "1 extension" if number == 1 else f"{number} extensions"
    if report.unasked:
        return [
            f"Compared: {extensions} with the files. Asterisk was not asked: {wording.ended(report.unasked)}",
            *_waiting(report),
        ]
    return [
        f"Compared: {extensions} with the files and with what Asterisk shows; {report.phones} endpoints, {report.extens} "
        f"extens and hints, and {report.contacts} registrations in Asterisk with the database and your files.",
        *_waiting(report),
    ]


def _waiting(report: DriftReport) -> list[str]:
    if not report.waiting:
        return []
    return [f"Not compared: {report.waiting} that wait or were refused; /ext list says why."]


def as_json(report: DriftReport) -> dict[str, Any]:
    """Return what `flask ext drift --json` prints."""
    return {
        "ok": not report.drifts and report.unasked is None,
        "drift": [_as_json(each) for each in report.drifts],
        "overwritten": [_as_json(each) for each in report.overwritten],
        "by_hand": [_as_json(each) for each in report.by_hand],
        "compared": {
            "extensions": report.extensions,
            "endpoints": report.phones,
            "extens": report.extens,
            "registrations": report.contacts,
        },
        "waiting": report.waiting,
        "not_asked": report.unasked,
    }


def _as_json(drift: Drift) -> dict[str, str]:
    return {"kind": drift.kind, "subject": drift.subject, "text": drift.text}
