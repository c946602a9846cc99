"""What the tests of the poster work with: a clock and a Slack of the same time, and messages to post."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from handlers import message_kinds
from handlers.alerts.poster import Poster
from handlers.slack.admins import Admins
from handlers.slack.client import slack_client
from models import outbox
from models.lease import LeaseHolder
from models.outbox import OutboxMessage
from pbx.services import Services
from tests.clock import Clock
from tests.factories import PHONES, holder_of, outbox_messages
from tests.server import ADMIN_ID, PROJECT, quiet_settings
from tests.slack_stand_in import ApiCall, SlackStandIn, as_text
from tests.waiting import SECONDS

INTERVAL = 1.0
ADMINS_DM = "D" + ADMIN_ID[1:]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def slack(clock: Clock) -> Iterator[SlackStandIn]:
    """Of the same time as the poster; refuses whoever posts too fast."""
    with SlackStandIn(clock.monotonic) as running:
        running.enforce_rate_limits = True
        yield running


@pytest.fixture
def quiet(quiet: Services, slack: SlackStandIn) -> Services:
    """With Slack's rate limit kept."""
    path = quiet.database.engine.url.database
    assert path
    return Services(
        quiet_settings(PROJECT / path, slack, alert_interval=INTERVAL), quiet.database, quiet.cipher
    )


@pytest.fixture
def poster(quiet: Services) -> Iterator[Poster]:
    made = a_poster(quiet)
    yield made
    made.finish()


def a_poster(services: Services, holder: LeaseHolder | None = None) -> Poster:
    """With the program's own client, but patient: an answer that is late counts as lost."""
    client = slack_client(services.settings, SECONDS)
    admins = Admins(services.settings.slack_admins, client)
    read = message_kinds.reader(services)
    return Poster(services, holder or holder_of(services), client, admins, read)


def lose_an_answer(poster: Poster, slack: SlackStandIn) -> None:
    """Post once, to a Slack that takes the message and hangs or drops its answer."""
    poster._client.timeout = 1
    poster.post_due()
    poster.finish()
    slack.wait_for(lambda call: call.method == "chat.postMessage")
    poster._client.timeout = SECONDS


def hold_answers(slack: SlackStandIn) -> threading.Event:
    """Have answers that hang go on with it until the event is set."""
    over = threading.Event()
    slack._server.wait = over.wait
    return over


def content(text: str) -> dict[str, Any]:
    """Of a call that ended, on a channel of that name."""
    channel, cause = text, "Normal Clearing"
    call = {"kind": "call", "caller": "101", "caller_name": "", "rang": [], "state": "ended", "callee": "102"}
    ended = {"channel": channel, "cause_text": cause, "disposition": "busy", "rang_seconds": 1.0}
    return call | ended | {"talked_seconds": 0.0, "backfilled": False}


def enqueue(services: Services, *texts: str, channel: str = PHONES) -> list[OutboxMessage]:
    with services.database.session() as session:
        return [outbox.enqueue(session, channel, f"call:{text}", content(text)) for text in texts]


def edit(services: Services, row: OutboxMessage, text: str) -> None:
    with services.database.session() as session:
        found = session.get(OutboxMessage, row.id)
        assert found
        outbox.edit(session, found, content(text))


def said(call: ApiCall) -> str:
    """What the message of a call is about."""
    return _about(as_text(call.arguments))


def shown(slack: SlackStandIn, channel: str = PHONES) -> list[str]:
    return [_about(as_text(message)) for message in slack.messages(channel)]


def _about(shown: str) -> str:
    found = re.search("Call ended: (.*) - Normal Clearing", shown)
    return found[1] if found else shown


def chats(slack: SlackStandIn, channel: str = PHONES) -> list[ApiCall]:
    """Posts and edits in a channel, refused ones too."""
    return [
        call
        for call in slack.calls
        if call.method in ("chat.postMessage", "chat.update") and call.arguments["channel"] == channel
    ]


def post_for(poster: Poster, clock: Clock, seconds: float, step: float = 0.25) -> None:
    """As the scheduler does, for so long."""
    for _ in range(int(seconds / step)):
        poster.post_due()
        poster.finish()
        clock.forward(step)


def due(services: Services) -> list[int | None]:
    return [row.id for row in outbox_messages(services) if row.due]
