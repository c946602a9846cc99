"""A report reaches Slack in words and as a picture, once, and in words alone where it cannot be drawn."""

from __future__ import annotations

import pytest

from handlers.alerts.poster import Poster
from handlers.reports import sending
from models.outbox import OutboxMessage
from pbx.services import Services
from tests.clock import Clock
from tests.factories import PHONES, outbox_messages
from tests.handlers.alerts import posting
from tests.handlers.alerts.posting import post_for
from tests.reporting import a_report
from tests.slack_stand_in import SlackStandIn, as_text

clock, slack, quiet, poster = posting.clock, posting.slack, posting.quiet, posting.poster
REPORT = a_report(calls={9: (5, 1, 0)})


def due(services: Services) -> list[OutboxMessage]:
    return [row for row in outbox_messages(services) if row.due]


def enqueue(services: Services) -> None:
    with services.database.session() as session:
        sending.enqueue_words(session, PHONES, REPORT)
        sending.enqueue_picture(session, PHONES, REPORT)


def test_words_come_first_and_the_picture_with_its_alternative_text(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    enqueue(quiet)
    post_for(poster, clock, 10)
    said, shown = slack.messages(PHONES)
    assert "6 calls: 5 answered, 1 missed." in as_text(said)
    (file,) = shown.content["files"]
    assert (file["title"], file["mimetype"]) == ("Thursday 26 November 2026", "image/png")
    assert "6 calls: 5 answered, 1 missed." in file["alt_txt"]
    assert slack.uploaded(file["id"]).startswith(b"\x89PNG")
    assert not due(quiet)


def test_what_slack_did_not_take_is_sent_later_and_once(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn
) -> None:
    enqueue(quiet)
    slack.fail_next("chat.postMessage", status=503)
    slack.fail_next("files.completeUploadExternal", status=500)
    post_for(poster, clock, 120)
    assert [bool(each.content.get("files")) for each in slack.messages(PHONES)] == [False, True]


def test_what_cannot_be_drawn_is_sent_in_words(
    quiet: Services, poster: Poster, clock: Clock, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "draw", lambda *_: "<svg")
    enqueue(quiet)
    post_for(poster, clock, 10)
    _, instead = slack.messages(PHONES)
    assert "The picture could not be drawn" in as_text(instead)
