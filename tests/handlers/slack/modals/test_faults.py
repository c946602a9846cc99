"""What is wrong with what was typed reads as all of its sentences."""

from __future__ import annotations

from handlers.slack.modals.faults import Faults


def test_all_sentences_are_its_words() -> None:
    faults = Faults({"name": "a name is needed", "number": "101 is taken"})
    assert str(faults) == "a name is needed; 101 is taken"
    assert faults.sentences["number"] == "101 is taken"
