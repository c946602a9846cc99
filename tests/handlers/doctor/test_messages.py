"""A report as a message: findings with their buttons, as many as Slack takes."""

from __future__ import annotations

from handlers.doctor import messages
from handlers.doctor.messages import FIX_ACTION, MAX_FINDINGS
from handlers.slack.blocks import plain_section, section
from pbx.doctor.findings import Finding, Report

FIXES = {"publish": ("Publish now", "writes what waits")}


def found(*findings: Finding) -> Report:
    return Report(findings, checked=(("files", "files & folders are there"),))


def test_a_finding_has_a_button_that_asks_first() -> None:
    message = messages.report(
        found(Finding("ami", "it <is> off", "nothing works", "turn it on", "publish")), "101", FIXES, "7.2"
    )
    _, seen, text, actions, checked = message.blocks
    assert seen == section("*1. It &lt;is&gt; off.*")
    assert text == plain_section("Why it matters: nothing works.\nWhat to do: turn it on")
    (button,) = actions["elements"]
    assert (button["action_id"], button["value"]) == (FIX_ACTION, "publish:101:7.2")
    assert button["confirm"]["text"]["text"] == "It writes what waits."
    assert "Files & folders are there" in checked["elements"][0]["text"]


def test_without_a_fix_or_with_one_that_is_unknown_there_is_no_button() -> None:
    for fix in (None, "dance"):
        message = messages.report(found(Finding("ami", "s", "w", "r", fix)), "", FIXES)
        assert [block["type"] for block in message.blocks] == ["section", "section", "section", "context"]


def test_what_does_not_fit_is_counted() -> None:
    message = messages.report(
        found(*[Finding("ami", "s", "w", "r", "publish")] * (MAX_FINDINGS + 3)), "", FIXES
    )
    assert len(message.blocks) <= 50
    assert "… and 3 more" in message.blocks[-2]["elements"][0]["text"]


def test_a_long_question_and_label_are_cut_to_what_slack_takes() -> None:
    message = messages.report(found(Finding("a", "s", "w", "r", "f")), "", {"f": ("L" * 40, "d" * 400)})
    question = message.blocks[3]["elements"][0]["confirm"]
    assert len(question["confirm"]["text"]) == 30
    assert len(question["text"]["text"]) == 300
