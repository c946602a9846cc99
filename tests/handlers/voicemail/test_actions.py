"""Only the owner of a message may mark it as heard, and reads why where that cannot be."""

from __future__ import annotations

import pytest
from sqlmodel import delete, update

from handlers.voicemail.actions import heard
from models.extension import Extension
from pbx.errors import AsteriskUnavailable, Refusal
from tests.handlers.voicemail.conftest import BOB, CAROL, VoicemailBed


@pytest.fixture
def told(bed: VoicemailBed) -> VoicemailBed:
    """Bob has read of message 1."""
    bed.leave("1-0")
    bed.deliver()
    return bed


@pytest.mark.parametrize(
    ("user_id", "message"), [(CAROL, "1"), (BOB, "2"), (BOB, "1; DROP"), (BOB, ""), (BOB, "9" * 30)]
)
def test_the_message_of_somebody_else_is_as_unknown_as_one_that_never_was(
    told: VoicemailBed, user_id: str, message: str
) -> None:
    with pytest.raises(Refusal, match="that message is not known any more"):
        heard(told.services, user_id, message)


def test_where_the_mailbox_is_gone_it_says_so(told: VoicemailBed) -> None:
    with told.services.database.session() as session:
        session.exec(update(Extension).values(voicemail_enabled=False))
    with pytest.raises(Refusal, match="102 has no voicemail any more"):
        heard(told.services, BOB, "1")
    with told.services.database.session() as session:
        session.exec(delete(Extension))
    with pytest.raises(Refusal, match="its extension was deleted"):
        heard(told.services, BOB, "1")


def test_while_asterisk_is_away_nothing_is_marked(told: VoicemailBed) -> None:
    with pytest.raises(AsteriskUnavailable):
        heard(told.services, BOB, "1")
    told.deliver()
    assert "Marked as heard" not in str([each.blocks for each in told.messages()])
