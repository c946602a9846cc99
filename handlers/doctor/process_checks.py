"""Checks of the two processes: that they run, that they are of this version, and that messages get to Slack."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import requests
from sqlmodel import col, func, select

from command_lines import LISTENER, RESTART, WEB
from handlers import unshown
from handlers.deadline import DeadlineAdapter
from handlers.doctor.env_file import EnvFile
from models.lease import LISTENER_LEASE, Lease, RenewalMonitor
from models.outbox import OutboxMessage
from models.types import now
from pbx.doctor.findings import Check, Finding, NothingToCheck
from pbx.services import Services
from version import VERSION

HTTP_SECONDS = 4.0
RENEWED_WITHIN = timedelta(seconds=10)
WATCH_SECONDS = 4.0  # a listener renews its lease twice in one
POSTED_WITHIN = timedelta(minutes=5)


def web(services: Services) -> Iterator[Finding]:
    """Find that no web process answers, or one of another version."""
    url = f"http://127.0.0.1:{services.settings.port}/healthz"
    why = "Slack and HR systems get no answer: /ext says dispatch_failed"
    try:
        version = str(_health(url)["version"])
    except requests.ConnectionError:
        yield Finding("web", f"no web process answers at {url}", why, _start(WEB))
    except (requests.RequestException, ValueError, KeyError, TypeError):
        yield Finding(
            "web",
            f"what answers at {url} is not Switchhook's web process",
            why,
            f"ss -ltnp 'sport = :{services.settings.port}' shows which program it is: end that, or set another PORT, also in "
            f"the web server's configuration, then systemctl restart {WEB}",
        )
    else:
        if version != VERSION:
            yield Finding(
                "web",
                f"the web process is of version {version}, and this program of {VERSION}",
                "the old program goes on until it is restarted, on tables that may have changed",
                f"restart both processes: {RESTART}",
            )


def _health(url: str) -> dict[str, str]:
    """Return what /healthz answers. Raises RequestException, ValueError, TypeError."""
    with requests.Session() as session:
        session.mount("http://", DeadlineAdapter(HTTP_SECONDS))
        return dict(session.get(url, timeout=HTTP_SECONDS).json())


def forgotten_restart(services: Services) -> Iterator[Finding]:
    """Find that .env has changed since the web process read it. settings_changed() knows that of this process alone."""
    env = EnvFile.read()
    if env.text is None:
        raise NothingToCheck("there is no .env here")
    try:
        its = _health(f"http://127.0.0.1:{services.settings.port}/healthz")["env"]
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return  # web() finds it
    if its != env.digest(services.settings):
        yield Finding(
            "web-settings",
            f"the web process was started with another {env.path} than there is now",
            "what was changed there does not count yet: the running processes have the settings of before",
            f"restart both processes: {RESTART}",
        )


def listener(services: Services) -> Iterator[Finding]:
    """Find that nobody renews the listener's lease; watch for as long as that takes."""
    monitor, deadline = RenewalMonitor(), time.monotonic() + WATCH_SECONDS
    while True:
        with services.database.session() as session:
            row = session.get(Lease, LISTENER_LEASE)
        if is_fresh(row) or monitor.is_renewed(row):
            return
        if time.monotonic() > deadline:
            break
        time.sleep(0.5)
    last = f", since {row.renewed_at.astimezone():%Y-%m-%d %H:%M:%S}" if row else ""
    yield Finding(
        "listener",
        f"no listener runs{last}",
        "no alert is posted, nobody is welcomed, and what could not go live at once stays so",
        _start(LISTENER),
    )


def is_fresh(row: Lease | None) -> bool:
    """Return whether somebody has renewed a lease just now, by this machine's clock."""
    return row is not None and bool(row.holder) and abs(now() - row.renewed_at) < RENEWED_WITHIN


def _start(unit: str) -> str:
    return f"systemctl start {unit}; why it ended is in its log: journalctl -u {unit} -o cat -n 50"


def outbox(services: Services) -> Iterator[Finding]:
    """Find messages that Slack should have had by now."""
    due = col(OutboxMessage.due), col(OutboxMessage.updated_at) < now() - POSTED_WITHIN
    with services.database.session() as session:
        waiting = session.exec(select(func.count()).select_from(OutboxMessage).where(*due)).one()
        first = session.exec(
            select(OutboxMessage).where(*due).order_by(col(OutboxMessage.updated_at)).limit(1)
        ).first()
        unread = len(unshown.readable(session))
    if unread:
        yield Finding(
            "outbox",
            f"the listener could not read {unread} of the messages for Slack that were made within a day: it is of an older "
            "version than this program",
            "whom they are for has not got them, such as the way to a password",
            f"restart both processes, which sends them: {RESTART}",
        )
    if first:
        yield Finding(
            "outbox",
            f"{waiting} of the messages for Slack wait to be posted, the oldest since "
            f"{first.updated_at.astimezone():%Y-%m-%d %H:%M} for {first.channel}, tried {first.attempts} times",
            "alerts come late, or not at all",
            f"what Slack says is in the listener's log: journalctl -u {LISTENER} -o cat | grep poster; they are posted by "
            "themselves once it takes them",
        )


CHECKS: tuple[Check[Services], ...] = (
    Check("web", "the web process runs, and is of this version", web),
    Check(
        "web-settings",
        "the web process has .env as it is now",
        forgotten_restart,
        needs=("web", "settings-changed"),
    ),
    Check("listener", "a listener runs", listener, needs=("database", "identity"), limit=10.0),
    Check("outbox", "messages get to Slack", outbox, needs=("database", "listener", "slack")),
)
