"""Who has no extension any more."""

from __future__ import annotations

from sqlmodel import col, update

import housekeeping
from models.extension import Extension
from tests.factories import outbox_texts
from tests.handlers.oncall.conftest import ALICE, BOB, KeeperBed


def test_what_they_have_permitted_is_taken_back_and_they_are_told_once(bed: KeeperBed) -> None:
    token = bed.connect(ALICE)
    bed.connect(BOB)
    bed.round("101")
    with bed.services.database.session() as session:
        hers = update(Extension).where(col(Extension.slack_user_id) == ALICE)
        session.exec(hers.values(slack_user_id=None))
    for _ in range(2):
        housekeeping.prune(bed.services)
    bed.round("101")
    assert [row.slack_user_id for row in bed.rows()] == [BOB]
    assert (bed.words(), bed.slack.oauth.tokens[token].fault) == ("", "token_revoked")
    [(user_id, text)] = outbox_texts(bed.services)
    assert (user_id, "no extension is yours any more" in text) == (ALICE, True)
