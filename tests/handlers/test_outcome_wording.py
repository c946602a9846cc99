"""What came of a change, in plain words: never done when it is not, and what to do."""

from __future__ import annotations

import pytest

from handlers import outcome_wording
from models.extension import Extension, State
from pbx.answers import ChangeResult
from pbx.publishing import foreign_files
from tests.factories import extension_row

AWAY = "Asterisk is away"
AGAIN = "It is tried again every minute by itself."


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (extension_row(), "✅ Extension 101 (Alice) is created and verified in Asterisk."),
        (
            extension_row(reason="no HTTP"),
            "✅ Extension 101 (Alice) is created and verified in Asterisk. No HTTP.",
        ),
        (
            extension_row(enabled=False),
            "✅ Extension 101 (Alice) is created: Asterisk has let go of it. It keeps its number and settings.",
        ),
        (extension_row(State.FAILED, "twice"), "❌ Extension 101 (Alice) is saved, but not live. Twice."),
        (
            extension_row(State.PENDING, AWAY),
            f"🕓 Extension 101 (Alice) is saved, not live yet. {AWAY}. {AGAIN}",
        ),
        (
            extension_row(State.PENDING, AWAY, enabled=False),
            f"🕓 Extension 101 (Alice) is saved as disabled, not done yet. {AWAY}. {AGAIN}",
        ),
        (
            extension_row(State.DELETING),
            f"🕓 Extension 101 (Alice) is marked for deletion, still in Asterisk. Asterisk was not asked yet. {AGAIN}",
        ),
    ],
)
def test_an_outcome_says_how_far_it_has_come(row: Extension, words: str) -> None:
    assert outcome_wording.outcome(ChangeResult(row), "created", "101") == words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (extension_row(), "✅ Extension 101 (Alice): name Bob → Alice. Verified in Asterisk."),
        (
            extension_row(reason="no HTTP"),
            "✅ Extension 101 (Alice): name Bob → Alice. Verified in Asterisk. No HTTP.",
        ),
        (
            extension_row(enabled=False),
            "✅ Extension 101 (Alice): name Bob → Alice. It is disabled: no phone can use it.",
        ),
        (
            extension_row(State.FAILED, "twice"),
            "❌ Extension 101 (Alice): name Bob → Alice; saved, but not live. Twice.",
        ),
        (
            extension_row(State.PENDING, AWAY),
            f"🕓 Extension 101 (Alice): name Bob → Alice; saved, not live yet. {AWAY}. {AGAIN}",
        ),
        (
            extension_row(State.DELETING, AWAY),
            f"🕓 Extension 101 (Alice): name Bob → Alice; meanwhile marked for deletion. {AWAY}. {AGAIN}",
        ),
    ],
)
def test_a_change_says_what_was_changed(row: Extension, words: str) -> None:
    assert (
        outcome_wording.outcome(ChangeResult(row, changes={"name": ("Bob", "Alice")}), "changed", "101")
        == words
    )


def test_a_change_of_nothing_and_one_that_was_overtaken_say_so() -> None:
    assert outcome_wording.outcome(ChangeResult(extension_row(), changes={}), "changed", "101") == (
        "✅ Extension 101 (Alice): nothing to change, it was so already. Verified in Asterisk."
    )
    enabled = outcome_wording.outcome(ChangeResult(extension_row(), changes={}), "enabled", "101")
    assert "is enabled and verified" in enabled
    assert outcome_wording.outcome(ChangeResult(extension_row(), overtaken=True), "changed", "101") == (
        "↪️ Extension 101 (Alice) was saved, and has been changed again since: "
        "/ext status 101 says how it is, /ext audit 101 who did what"
    )
    verified = outcome_wording.outcome(
        ChangeResult(extension_row(), overtaken=True), "as it should be", "101"
    )
    assert verified.startswith("↪️ Extension 101 (Alice) was verified, and has been changed again since: ")


def test_a_deletion_is_named_and_warnings_have_lines_of_their_own() -> None:
    deleted = outcome_wording.outcome(ChangeResult(None), "deleted", "101")
    assert deleted == "✅ Extension 101 is gone from Asterisk and from the list."
    assert outcome_wording.outcome(ChangeResult(None, warnings=("a hint", "a step")), "deleted", "101") == (
        "Extension 101 is gone from the list, and its lines that Switchhook wrote, too.\n⚠️ a hint\n⚠️ a step"
    )
    overtaken = outcome_wording.outcome(ChangeResult(None, overtaken=True), "deleted", "101")
    assert overtaken.startswith("✅ Extension 101 is gone")


def test_what_waits_for_somebody_to_settle_is_not_said_to_come_by_itself() -> None:
    assert outcome_wording.tried_again("Asterisk is away") == f" {AGAIN}"
    assert outcome_wording.tried_again(f"An older state was put back. {foreign_files.SETTLE}") == ""
    assert outcome_wording.tried_again(f"Another database wrote it. {foreign_files.OTHER}") == ""
