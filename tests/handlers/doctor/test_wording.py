"""A report in words and as JSON."""

from __future__ import annotations

from handlers.doctor import wording
from pbx.doctor.findings import Finding, Report

FOUND = Report(
    (Finding("ami", "it is off", "nothing works", "turn it on", "publish"), Finding("x", "two", "w", "r")),
    checked=(("ami", "it is on"), ("files", "files are there")),
    skipped=(("modules", "modules are loaded"),),
    failed=(("x", "x is well"),),
    absent=(("trunk", "the trunk answers (there is none)"),),
)
SOUND = Report(checked=(("ami", "it is on"), ("files", "files are there")))


def test_findings_are_numbered_with_why_what_to_do_and_the_command_that_does_it() -> None:
    assert wording.lines(FOUND, "101") == [
        "❌ The doctor found 1 thing that is wrong with 101; it could not check 1 thing",
        "",
        "1. It is off.",
        "   Why it matters: nothing works.",
        "   What to do: turn it on",
        "   Or have it done: flask doctor 101 --fix publish",
        "",
        "2. Two.",
        "   Why it matters: w.",
        "   What to do: r",
        "",
        "Checked, and all right:",
        "  ✓ Files are there",
        "Not checked, because of what was found:",
        "  – Modules are loaded",
        "Nothing to check:",
        "  – The trunk answers (there is none)",
    ]


def test_what_could_not_be_checked_is_not_called_wrong() -> None:
    unknown = Report(FOUND.findings[1:], failed=FOUND.failed)
    assert wording.headline(unknown, "") == "⚠️ The doctor found nothing wrong, and could not check 1 thing"


def test_several_findings_begin_with_the_cause() -> None:
    several = Report(FOUND.findings * 2, FOUND.checked)
    assert wording.headline(several, "101") == (
        "❌ The doctor found 4 things that are wrong with 101, the cause of others first"
    )


def test_one_finding_is_one_thing_and_the_command_for_the_system_has_no_number() -> None:
    lines = wording.lines(Report(FOUND.findings[:1], FOUND.checked), "")
    assert lines[0] == "❌ The doctor found 1 thing that is wrong"
    assert lines[5] == "   Or have it done: flask doctor --fix publish"


def test_when_nothing_is_wrong_it_says_so_and_what_was_checked() -> None:
    assert wording.lines(SOUND, "") == [
        "✅ Nothing is wrong: 2 things were checked",
        "",
        "Checked, and all right:",
        "  ✓ It is on",
        "  ✓ Files are there",
    ]
    assert wording.headline(SOUND, "101").startswith("✅ Nothing is wrong with 101")


def test_json_has_every_finding_and_the_slugs_of_all_checks() -> None:
    assert wording.as_json(FOUND, "101") == {
        "number": "101",
        "ok": False,
        "findings": [
            {
                "check": "ami",
                "title": "it is on",
                "seen": "it is off",
                "why": "nothing works",
                "remedy": "turn it on",
                "fix": "publish",
            },
            {"check": "x", "title": "x is well", "seen": "two", "why": "w", "remedy": "r", "fix": None},
        ],
        "checked": ["ami", "files"],
        "skipped": ["modules"],
        "failed": ["x"],
        "absent": ["trunk"],
    }
    assert (wording.as_json(SOUND, "")["ok"], wording.as_json(SOUND, "")["number"]) == (True, None)
