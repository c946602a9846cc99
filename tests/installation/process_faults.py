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
from tests.installation.fault import Act, Fault, setting
from tests.installation.installation import Installation
from tests.installation.web_server import PASSED_ON, SAID
from tests.waiting import wait_for

WEB, LISTENER = "switchhook-web", "switchhook-listener"
SALES = "C0SALES"


@contextmanager
def opened(installation: Installation) -> Iterator[Session]:
    """Its database."""
    database = Database(f"sqlite:///{installation.database}")
    with database.session() as session:
        yield session
    database.close()


def _set(installation: Installation, table: type[SQLModel], **values: Any) -> None:
    with opened(installation) as session:
        session.exec(update(table).values(**values))


def renew_lease(installation: Installation) -> None:
    """In the place of the listener, while it is frozen."""
    _set(installation, Lease, renewed_at=now())


def _restart_web(installation: Installation) -> None:
    installation.processes.kill(WEB)
    installation.processes.start(WEB)


def _with_setting(name: str, value: str) -> Act:
    """Write a line of `.env`, and have the web process read it."""

    def put(installation: Installation) -> None:
        setting(name, value)(installation)
        _restart_web(installation)

    return put


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
    with opened(installation) as session:
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
        "nobody restarted after .env was edited",
        "web-settings",
        setting("KEEP_EVENTS_DAYS", "91"),
        "restart both processes",
        _restart_web,
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


def _renew(days: int) -> Act:
    return lambda installation: installation.web_server.renew(timedelta(days=days))


def _hide(installation: Installation) -> None:
    """Have the web server say nothing of itself."""
    _pass_on((*PASSED_ON, "/metrics"))(installation)
    installation.web_server.headers = {}


def _show(installation: Installation) -> None:
    _pass_on(PASSED_ON)(installation)
    installation.web_server.headers = dict(SAID)


def _pass_on(paths: tuple[str, ...]) -> Act:
    return lambda installation: setattr(installation.web_server, "passed_on", paths)


WORLD = (
    Fault("the certificate has expired", "certificate", _renew(-1), "certbot renew", _renew(90)),
    Fault("the certificate expires soon", "certificate", _renew(5), "certbot renew", _renew(90)),
    Fault(
        "PUBLIC_URL has a wrong port",
        "public-url",
        _with_setting("PUBLIC_URL", "https://127.0.0.1:1"),
        "that PUBLIC_URL is right",
        _with_setting("PUBLIC_URL", "{PUBLIC_URL}"),
    ),
    Fault(
        "PUBLIC_URL has a misspelt name",
        "public-url",
        _with_setting("PUBLIC_URL", "https://phones.invalid"),
        "set PUBLIC_URL to the name that there is",
        _with_setting("PUBLIC_URL", "{PUBLIC_URL}"),
    ),
    Fault(
        "the web server does not pass the page on",
        "page",
        _pass_on(tuple(path for path in PASSED_ON if path != "/extensions")),
        "have the web server pass on /extensions",
        _pass_on(PASSED_ON),
    ),
    Fault(
        "the web server passes on everything",
        "readyz",
        _pass_on(("/",)),
        "pass on /slack/events, /slack/oauth, /webhooks/hr/, /api/, /extensions and /phones/ alone",
        _pass_on(PASSED_ON),
    ),
    Fault(
        "the web server passes on /metrics so that it looks like a program on this machine",
        "readyz",
        _hide,
        "pass on /slack/events, /slack/oauth, /webhooks/hr/, /api/, /extensions and /phones/ alone",
        _show,
    ),
    Fault(
        "the web server does not pass on what Slack sends",
        "public-url",
        _pass_on(("/phones/",)),
        "location = /slack/events { proxy_pass http://127.0.0.1:{PORT}; }",
        _pass_on(PASSED_ON),
    ),
)
