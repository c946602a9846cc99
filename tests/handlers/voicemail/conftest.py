"""A spool with Bob's mailbox, and what sends its messages to Slack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers.alerts.poster import Poster
from handlers.voicemail.delivery import VoicemailDelivery
from models.lease import LeaseHolder
from pbx import voicemail
from pbx.services import Services
from tests import voicemail_files
from tests.clock import Clock
from tests.factories import holder_of, insert_extension
from tests.handlers.alerts import posting
from tests.handlers.alerts.posting import a_poster, post_for
from tests.slack_stand_in import Message, SlackStandIn

clock, slack = posting.clock, posting.slack
BOB, BOBS_DM, CAROL = "U0BOB0001", "D0BOB0001", "U0CAROL01"
CREATED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MAILBOX = voicemail.mailbox("102", CREATED)


@dataclass
class VoicemailBed:
    """A listener's part in voicemail, with a clock and a Slack of the same time."""

    services: Services
    holder: LeaseHolder
    delivery: VoicemailDelivery
    poster: Poster
    slack: SlackStandIn
    clock: Clock

    @property
    def spool(self) -> Path:
        return self.services.settings.voicemail_spool

    def leave(self, message_id: str, **more: Any) -> Path:
        return voicemail_files.leave(self.spool, MAILBOX, message_id, **more)

    def deliver(self, seconds: float = 5) -> None:
        """Have new messages found, and posted for so long."""
        self.delivery.store_new()
        post_for(self.poster, self.clock, seconds)

    def messages(self, channel: str = BOBS_DM) -> list[Message]:
        return self.slack.messages(channel)

    def files(self, channel: str = BOBS_DM) -> list[bytes]:
        """The content of the files in a channel."""
        shared = [file for each in self.messages(channel) for file in each.content.get("files", [])]
        return [self.slack.uploaded(file["id"]) for file in shared]

    def restarted(self) -> VoicemailBed:
        """As another process has it, that knows nothing of this one's."""
        self.poster.finish()
        poster = a_poster(self.services, self.holder)
        delivery = VoicemailDelivery(self.services, self.holder)
        return VoicemailBed(self.services, self.holder, delivery, poster, self.slack, self.clock)


@pytest.fixture
def quiet(quiet: Services, tmp_path: Path) -> Services:
    """With a spool, in which nobody has left anything yet."""
    (tmp_path / "spool").mkdir()
    settings = quiet.settings.model_copy(update={"voicemail_spool": tmp_path / "spool/voicemail"})
    return Services(settings, quiet.database, quiet.cipher)


@pytest.fixture
def bed(quiet: Services, slack: SlackStandIn, clock: Clock) -> Iterator[VoicemailBed]:
    insert_extension(
        quiet,
        "102",
        name="Bob",
        slack_user_id=BOB,
        created_at=CREATED,
        updated_at=CREATED,
        voicemail_enabled=True,
    )
    holder = holder_of(quiet)
    poster = a_poster(quiet, holder)
    yield VoicemailBed(quiet, holder, VoicemailDelivery(quiet, holder), poster, slack, clock)
    poster.finish()


def ago(**before: float) -> datetime:
    return datetime.now(UTC) - timedelta(**before)
