"""Why the administrator's files, or a phone's own options, forbid what a row asks for. test_desired.py has the words."""

from __future__ import annotations

import pytest

from models.extension import State
from pbx.publishing import row_conflicts
from tests.pbx.config.texts import admin_config
from tests.pbx.publishing.rows import row, verified

ADMIN = admin_config("[101]\ntype=endpoint\n", "[from-internal]\nexten => 102,1,Answer()\n")
OWN_MAILBOX = {"endpoint": [["mailboxes", "101@default"]]}


@pytest.mark.parametrize(("number", "is_refused"), [("101", True), ("102", True), ("103", False)])
def test_a_number_in_the_administrators_files_is_refused(number: str, is_refused: bool) -> None:
    assert bool(row_conflicts.hand_written_conflict(row(number), ADMIN)) is is_refused


def test_what_is_to_be_gone_conflicts_with_nothing() -> None:
    for gone in (row(enabled=False), row(state=State.DELETING)):
        assert not row_conflicts.belongs_in_asterisk(gone)
        assert row_conflicts.hand_written_conflict(gone, ADMIN) is None
    assert row_conflicts.missing_transport(row(transport="tls", enabled=False), ADMIN) is None


def test_tls_alone_is_a_transport_that_can_be_missing() -> None:
    assert row_conflicts.lacks_transport("tls", ADMIN)
    assert not row_conflicts.lacks_transport("tcp", ADMIN)
    assert row_conflicts.missing_transport(row(transport="tls"), ADMIN)


def test_a_phone_with_a_mailbox_of_its_own_gets_none_of_switchhooks() -> None:
    assert row_conflicts.own_mailbox_conflict(row(voicemail_enabled=True, adopted_options=OWN_MAILBOX))
    assert row_conflicts.own_mailbox_conflict(row(voicemail_enabled=True)) is None
    assert row_conflicts.own_mailbox_conflict(verified(adopted_options=OWN_MAILBOX)) is None
