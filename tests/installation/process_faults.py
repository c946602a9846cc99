"""Faults of the two processes, and of the way to Slack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlmodel import Session, SQLModel, update

from handlers.alerts.call_messages import MissedCall
from models import outbox
from models.database import Database
from models.lease import NOBODY, Lease
from models.types import now
from tests.installation.fault import Fault
from tests.installation.installation import Installation
from tests.waiting import wait_for

WEB, LISTENER = "switchhook-web", "switchhook-listener"
SALES = "C0SALES"


@contextmanager
def _session(installation: Installation) -> Iterator[Session]:
    database = Database(f"sqlite:///{installation.database}")
    with database.session() as session:
        yield session
    database.close()


def _set(installation: Installation, table: type[SQLModel], **values: Any) -> None:
    with _session(installation) as session:
        session.exec(update(table).values(**values))


def _kill_listener(installation: Installation) -> None:
    """A minute ago, so that its lease has run out."""
    installation.processes.kill(LISTENER)
    _set(installation, Lease, renewed_at=now() - timedelta(minutes=1))


def _start_listener(installation: Installation) -> None:
    _set(installation, Lease, holder=NOBODY)  # or it would wait ten seconds for the dead one
    installation.processes.start(LISTENER)


def _refuse_messages(installation: Installation) -> None:
    """Slack is out of order for one channel, and has been for an hour."""
    slack, missed = installation.slack, MissedCall(caller="101", at=0.0, disposition="NO ANSWER")
    slack.fail_until_cleared("chat.postMessage", status=500, channel=SALES)
    with _session(installation) as session:
        row = outbox.enqueue(session, SALES, "test", missed.as_json())
        row.updated_at = now() - timedelta(hours=1)
    slack.wait_for(lambda call: call.arguments.get("channel") == SALES)


def _accept_messages(installation: Installation) -> None:
    installation.slack.clear_faults()
    wait_for(lambda: installation.slack.messages(SALES))


PROCESSES = (
    Fault(
        "the web process is dead",
        "web",
        lambda installation: installation.processes.kill(WEB),
        f"systemctl start {WEB}",
        lambda installation: installation.processes.start(WEB),
    ),
    Fault(
        "the listener is dead",
        "listener",
        _kill_listener,
        f"systemctl start {LISTENER}",
        _start_listener,
        listening=True,
    ),
    Fault(
        "Slack takes no messages",
        "outbox",
        _refuse_messages,
        "they are posted by themselves once it takes them",
        _accept_messages,
        listening=True,
    ),
)
