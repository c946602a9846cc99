"""The doctor's report as a page shows it."""

from __future__ import annotations

from handlers.pages.doctor_report import shown
from pbx.doctor.findings import Finding, Report

WRONG = Finding("ami", "Asterisk does not answer", "no call goes", "start it")
UNKNOWN = Finding("disk", "the disk could not be looked at", "it may be full", "look at it")


def test_what_is_wrong_stands_apart_from_what_could_not_be_looked_at() -> None:
    report = Report(
        findings=(WRONG, UNKNOWN),
        checked=(("ami", "Asterisk answers"), ("files", "the files can be read")),
        skipped=(("nat", "NAT is right"),),
        failed=(("disk", "the disk has room"),),
        absent=(("trunk", "the trunk is there"),),
    )
    found = shown(report, "101")
    assert (found.wrong, found.unknown) == ([WRONG], [UNKNOWN])
    assert (found.right, found.skipped, found.absent) == (
        ["the files can be read"],
        ["NAT is right"],
        ["the trunk is there"],
    )
    assert "with 101" in found.headline
    assert found.number == "101"
