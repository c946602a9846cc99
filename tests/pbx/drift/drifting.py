"""What makes a phone system drift, and what a report says of it."""

from __future__ import annotations

from pathlib import Path

from pbx.drift.report import DriftReport
from tests.asterisk_bed import Asterisk

HAND = "[150]\ntype=endpoint\naors=150\n[150]\ntype=aor\nmax_contacts=1\n"
TRUNK = "[provider]\ntype=endpoint\naors=provider\n[provider]\ntype=aor\ncontact=sip:127.0.0.1:9\n"


def found(report: DriftReport) -> list[tuple[str, str]]:
    assert report.unasked is None
    return [(each.kind, each.subject) for each in report.drifts]


def text(report: DriftReport) -> str:
    return "\n".join(each.text for each in report.drifts)


def append(path: Path, more: str) -> None:
    path.write_text(path.read_text() + more)


def reload(asterisk: Asterisk) -> None:
    asterisk.cli("module reload res_pjsip.so")
    asterisk.cli("dialplan reload")
