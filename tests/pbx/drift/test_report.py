"""What tells one drift from another."""

from __future__ import annotations

from pbx.drift.report import Drift


def test_a_drift_is_known_again_whatever_its_words_say() -> None:
    assert Drift("edited", "101", "once").key == Drift("edited", "101", "again").key
    assert len({Drift(kind, "101", "").key for kind in ("edited", "asterisk", "phone")}) == 3
