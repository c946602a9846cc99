"""A finding is made of the sentence of an error; a report knows which checks found something."""

from __future__ import annotations

import pytest

from pbx.doctor.findings import Finding, Report


@pytest.mark.parametrize(
    ("sentence", "seen", "remedy"),
    [
        ("it is off: turn it on: now", "it is off", "turn it on: now"),
        ("it is off (on: never): turn it on", "it is off (on: never)", "turn it on"),
        ("it is off", "it is off", "mend that, and run the doctor again"),
    ],
)
def test_the_sentence_of_an_error_is_divided_into_what_was_seen_and_what_to_do(
    sentence: str, seen: str, remedy: str
) -> None:
    assert Finding.explained("ami", sentence, "it matters", "publish") == Finding(
        "ami", seen, "it matters", remedy, "publish"
    )


def test_reports_are_added_and_know_what_others_wait_for() -> None:
    found = Report((Finding("a", "", "", ""),), checked=(("a", "A"), ("b", "B")))
    both = found + Report(skipped=(("c", "C"),), failed=(("d", "D"),), absent=(("e", "E"),))
    assert both == Report(found.findings, found.checked, (("c", "C"),), (("d", "D"),), (("e", "E"),))
    assert both.blocking == {"a", "c"}
