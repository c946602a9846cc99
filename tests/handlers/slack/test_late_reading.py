"""What the button below a late answer shows, and to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, update

from handlers.slack import late_reading
from handlers.slack.admins import Admins
from handlers.slack.blocks import SlackMessage, phone_settings, section
from models import audit
from models.actor import Actor
from models.audit import AuditEntry
from models.types import now
from pbx.errors import Refusal
from pbx.services import Services
from tests.handlers.slack.answer_bed import ASKER, DIRECT, AnswerBed
from tests.slack_stand_in import SlackStandIn

PASSWORD = "hunter22"
CREATED = SlackMessage("101 is created.", [section("101"), phone_settings("101", "pbx", "udp", PASSWORD)])


@pytest.fixture
def bed(quiet: Services, slack: SlackStandIn) -> AnswerBed:
    return AnswerBed(quiet, slack)


@pytest.fixture
def button(bed: AnswerBed) -> str:
    """Return the value of the button below an answer with a password that went by direct message."""
    bed.slack.fail_next("response_url", status=404, error="expired_url")
    bed.ask("create 101 Alice", lambda: CREATED)
    bed.wait_until_told()
    told = bed.slack.messages(DIRECT)[-1]
    return str(told.content["blocks"][-1]["elements"][0]["value"])


@pytest.fixture
def admins(bed: AnswerBed) -> Admins:
    return Admins((ASKER,), bed.client)


def test_it_shows_all_of_it_and_when_it_was_asked_for(bed: AnswerBed, admins: Admins, button: str) -> None:
    shown = late_reading.shown(bed.services, admins, ASKER, button)
    assert shown.text.startswith("Answer to `/ext create 101 Alice`, asked <!date^")
    assert PASSWORD in str(shown.blocks)


def test_a_password_is_shown_once_and_to_nobody_else(bed: AnswerBed, admins: Admins, button: str) -> None:
    for user_id, pressed in ((ASKER, "999"), (ASKER, "x"), ("U0EVE", button)):
        with pytest.raises(Refusal, match="not kept any more"):
            late_reading.in_full(bed.services, admins, user_id, pressed)
    with pytest.raises(Refusal, match="for phone admins"):
        late_reading.in_full(bed.services, Admins((), bed.client), ASKER, button)
    late_reading.forget_password(bed.services, admins, ASKER, button)
    with pytest.raises(Refusal, match="not kept any more"):
        late_reading.in_full(bed.services, admins, ASKER, button)


def test_a_password_that_was_replaced_since_is_not_shown(bed: AnswerBed, admins: Admins, button: str) -> None:
    acts(bed, {"name": ["Alice", "Alicia"]})
    assert PASSWORD in str(late_reading.in_full(bed.services, admins, ASKER, button).blocks)
    acts(bed, {"secret": None})
    with pytest.raises(Refusal, match="does not count any more: 101 was given another one since"):
        late_reading.in_full(bed.services, admins, ASKER, button)


def test_whose_clock_is_behind_does_not_matter(bed: AnswerBed, admins: Admins, button: str) -> None:
    with bed.services.database.session() as session:
        own = AuditEntry(
            actor="slack:U0ADA", action="created", number="101", changes={}, inbox_id=int(button)
        )
        session.add(own)
    acts(bed, {"secret": None})
    with bed.services.database.session() as session:
        earlier = now() - timedelta(minutes=3)
        session.exec(update(AuditEntry).where(col(AuditEntry.number) == "101").values(at=earlier))
    with pytest.raises(Refusal, match="does not count any more"):
        late_reading.in_full(bed.services, admins, ASKER, button)


def acts(bed: AnswerBed, changes: audit.Differences) -> None:
    with bed.services.database.session() as session:
        audit.record(session, Actor.slack("U0BOB"), "changed", "101", changes)
