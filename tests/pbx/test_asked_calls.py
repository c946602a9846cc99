"""A call that was asked for in Slack is known by its Linkedid."""

from __future__ import annotations

from pbx.asked_calls import ASKED, is_asked


def test_a_call_is_known_by_how_its_linkedid_begins() -> None:
    assert is_asked(f"{ASKED}7")
    assert not any(map(is_asked, ("1700000000.12", f"x{ASKED}7", "", None)))
