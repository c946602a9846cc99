"""What differs, or that nothing does, in words."""

from __future__ import annotations

from dataclasses import replace

from handlers import drift_wording
from pbx.drift.report import Drift, DriftReport

NONE = DriftReport((), 3, 0, phones=4, extens=5, contacts=2)
EDITED = Drift("edited", "101", "the lines of 101 were edited")


def test_no_drift_says_what_was_compared() -> None:
    assert drift_wording.headline(NONE) == "✅ No drift: the files and Asterisk are as the database says"
    assert drift_wording.compared(NONE) == [
        "Compared: 3 extensions with the files and with what Asterisk shows; 4 endpoints, 5 extens and hints, and 2 "
        "registrations in Asterisk with the database and your files."
    ]


def test_drifts_are_counted_and_listed_as_sentences() -> None:
    assert drift_wording.headline(replace(NONE, drifts=[EDITED])).startswith("⚠️ 1 thing differs")
    assert drift_wording.headline(replace(NONE, drifts=[EDITED, EDITED])).startswith("⚠️ 2 things differ")
    assert drift_wording.lines([EDITED]) == ["• The lines of 101 were edited."]


def test_phones_that_are_written_by_hand_are_one_line() -> None:
    phones = [Drift("phone", str(number), f"{number} is written by hand") for number in range(120, 180)]
    assert drift_wording.by_hand(NONE) == []
    assert drift_wording.by_hand(replace(NONE, by_hand=phones[:1])) == ["• 120 is written by hand."]
    (line,) = drift_wording.by_hand(replace(NONE, by_hand=phones))
    assert line.startswith("• 60 phones are written by hand (120, 121, ")
    assert "/ext adopt all" in line


def test_what_was_not_compared_is_said() -> None:
    report = replace(NONE, extensions=1, waiting=2, unasked="is Asterisk running?")
    assert "Asterisk could not be asked" in drift_wording.headline(report)
    assert drift_wording.compared(report) == [
        "Compared: 1 extension with the files. Asterisk was not asked: Is Asterisk running?",
        "Not compared: 2 that wait or were refused; /ext list says why.",
    ]


def test_machines_read_the_same() -> None:
    assert drift_wording.as_json(NONE)["ok"]
    assert not drift_wording.as_json(replace(NONE, unasked="away"))["ok"]
    found = drift_wording.as_json(replace(NONE, drifts=[EDITED], by_hand=[EDITED]))
    assert not found["ok"]
    assert (
        found["drift"]
        == found["by_hand"]
        == [{"kind": "edited", "subject": "101", "text": "the lines of 101 were edited"}]
    )
    assert found["compared"] == {"extensions": 3, "endpoints": 4, "extens": 5, "registrations": 2}
