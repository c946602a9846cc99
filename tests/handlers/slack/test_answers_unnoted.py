"""Answers that were told while the database could not note that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy.exc import SQLAlchemyError

from handlers.slack.blocks import plain
from tests.handlers.slack import answer_bed
from tests.handlers.slack.answer_bed import DIRECT, AnswerBed
from tests.waiting import wait_for

slack, bed = answer_bed.slack, answer_bed.bed


@contextmanager
def unnotable(bed: AnswerBed, when: str, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with bed.services.database.session() as session:
        trigger = f"CREATE TRIGGER unnotable BEFORE {when} BEGIN SELECT RAISE(ABORT, 'no'); END"
        session.connection().exec_driver_sql(trigger)
    yield
    wait_for(lambda: "how an answer was sent is not noted" in caplog.text)
    bed.pass_time(timedelta(minutes=2))
    with pytest.raises(SQLAlchemyError):
        bed.answers.send_due()
    with bed.services.database.session() as session:
        session.connection().exec_driver_sql("DROP TRIGGER unnotable")


def test_what_slack_took_while_the_database_could_not_note_it_is_not_sent_again(
    bed: AnswerBed, caplog: pytest.LogCaptureFixture
) -> None:
    with unnotable(bed, "DELETE ON inbox_answer", caplog):
        name = bed.ask("list", lambda: plain("done"))
    bed.wait_until_told()
    assert bed.shown(name) == ["done"]


def test_what_went_by_direct_message_while_that_could_not_be_noted_is_not_sent_again(
    bed: AnswerBed, caplog: pytest.LogCaptureFixture
) -> None:
    bed.slack.fail_next("response_url", status=404, error="expired_url")
    with unnotable(bed, "UPDATE OF is_late ON inbox_answer WHEN new.is_late", caplog):
        bed.ask("list", lambda: plain("done"))
    bed.wait_until_told()
    assert len(bed.slack.messages(DIRECT)) == 1
