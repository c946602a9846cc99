"""What tests of requests that are taken up share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import col, select, update

from models import audit
from models.inbox import InboxRequest, InboxState
from pbx import config_files
from pbx.services import Services
from tests.slack_stand_in import Acknowledgement, SlackUser, as_text
from tests.waiting import wait_for


@contextmanager
def held_up(services: Services) -> Iterator[None]:
    """What is committed is not published meanwhile."""
    with config_files.locked(services.settings.asterisk_config_dir):
        yield


def newest(services: Services) -> InboxRequest:
    with services.database.session() as session:
        return session.exec(select(InboxRequest).order_by(col(InboxRequest.id).desc())).all()[0]


def wait_until_committed(services: Services) -> None:
    wait_for(lambda: newest(services).state is InboxState.COMMITTED)


def acts(services: Services, number: str) -> list[str]:
    return [each.action for each in audit.latest(services.database, number)][::-1]


def answer_to(user: SlackUser, ack: Acknowledgement) -> str:
    return as_text(user.replies(ack)[0])


def wait_until_done(services: Services) -> None:
    wait_for(lambda: newest(services).state is InboxState.DONE)


def put_back(services: Services, **values: object) -> None:
    """Have the newest request wait, as if its process had ended."""
    these = {"claim": "", "alive_at": None, **values}
    with services.database.session() as session:
        session.exec(update(InboxRequest).where(col(InboxRequest.id) == newest(services).id).values(these))
