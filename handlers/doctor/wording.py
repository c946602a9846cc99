"""Pure: a report in words, for the command line and for machines; Slack's are in messages.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pbx.doctor.findings import Finding, Report


def headline(report: Report, number: str) -> str:
    """Return `❌ The doctor found 2 things that are wrong with 101`, or that nothing is."""
    of = f" with {number}" if number else ""
    unknown = len({slug for slug, _ in report.failed})
    wrong = len(report.findings) - unknown
    if not report.findings:
        return f"✅ Nothing is wrong{of}: {len(report.checked)} things were checked"
    if not wrong:
        return f"⚠️ The doctor found nothing wrong{of}, and could not check {_things(unknown)}"
    more = f"; it could not check {_things(unknown)}" if unknown else ""
    if wrong == 1:
        return f"❌ The doctor found 1 thing that is wrong{of}{more}"
    return f"❌ The doctor found {wrong} things that are wrong{of}, the cause of others first{more}"


def _things(count: int) -> str:
    return "1 thing" if count == 1 else f"{count} things"


def lines(report: Report, number: str) -> list[str]:
    """Return the whole report, with what was checked."""
    found = [line for at, each in enumerate(report.findings, 1) for line in _finding(at, each, number)]
    return [headline(report, number), "", *found, *checked(report)]


def _finding(at: int, found: Finding, number: str) -> Iterable[str]:
    yield f"{at}. {sentence(found.seen)}"
    yield f"   Why it matters: {found.why}."
    yield f"   What to do: {found.remedy}"
    if found.fix:
        yield f"   Or have it done: flask doctor {number + ' ' if number else ''}--fix {found.fix}"
    yield ""


def checked(report: Report) -> list[str]:
    """Return what was checked without a finding, and what could not be because of one."""
    blocking = report.blocking
    all_right = [_capital(title) for slug, title in report.checked if slug not in blocking]
    skipped = [_capital(title) for _, title in report.skipped]
    return [
        *(["Checked, and all right:"] if all_right else []),
        *(f"  ✓ {title}" for title in all_right),
        *(["Not checked, because of what was found:"] if skipped else []),
        *(f"  – {title}" for title in skipped),
        *(["Nothing to check:"] if report.absent else []),
        *(f"  – {_capital(title)}" for _, title in report.absent),
    ]


def sentence(text: str) -> str:
    return f"{_capital(text)}."


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def as_json(report: Report, number: str) -> dict[str, Any]:
    """Return what `flask doctor --json` prints; docs/command-line.md says what each field means."""
    titles = dict(report.checked + report.failed)
    return {
        "number": number or None,
        "ok": not report.findings,
        "findings": [
            {
                "check": each.check,
                "title": titles[each.check],
                "seen": each.seen,
                "why": each.why,
                "remedy": each.remedy,
                "fix": each.fix,
            }
            for each in report.findings
        ],
        "checked": [slug for slug, _ in report.checked],
        "skipped": [slug for slug, _ in report.skipped],
        "failed": [slug for slug, _ in report.failed],
        "absent": [slug for slug, _ in report.absent],
    }
