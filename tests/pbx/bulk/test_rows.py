"""What came of a row says whether it is to be saved and whether it failed."""

from __future__ import annotations

import pytest

from pbx.bulk.rows import Fault, Outcome, RowStatus, refused
from tests.pbx.bulk.bulk_driver import row


@pytest.mark.parametrize(
    ("status", "is_to_save", "has_failed"),
    [
        (RowStatus.CREATED, True, False),
        (RowStatus.CHANGED, True, False),
        (RowStatus.UNCHANGED, False, False),
        (RowStatus.REFUSED, False, True),
        (RowStatus.SAVED, False, True),
    ],
)
def test_only_what_is_made_or_changed_is_to_be_saved(
    status: RowStatus, is_to_save: bool, has_failed: bool
) -> None:
    outcome = Outcome(row("101"), status)
    assert (outcome.is_to_save, outcome.has_failed) == (is_to_save, has_failed)


def test_a_refused_row_has_its_faults() -> None:
    fault = Fault("name", "this is needed")
    assert refused(row("101"), fault) == Outcome(row("101"), RowStatus.REFUSED, (fault,))
