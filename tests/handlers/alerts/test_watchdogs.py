"""What is posted past the outbox: that no listener runs."""

from __future__ import annotations

import logging
import os
import runpy
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlmodel import delete, update

from app import create_app
from handlers import health
from handlers.alerts.watchdogs import LISTENER, ListenerWatchdog
from handlers.doctor import process_checks
from handlers.slack.admins import Admins
from handlers.slack.blocks import clock
from models.incident import Incident
from models.lease import LISTENER_LEASE, Lease
from models.types import now
from pbx.services import Services
from tests.factories import free_lease, holder_of
from tests.server import ADMIN_ID, PROJECT, TEST_KEY
from tests.slack_stand_in import SlackStandIn


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


@pytest.fixture
def client(slack: SlackStandIn) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.url)


def watch(services: Services, client: WebClient) -> ListenerWatchdog:
    return ListenerWatchdog(services, client, Admins((ADMIN_ID, "S0PHONES"), client))


def ended_ago(services: Services, ago: timedelta) -> datetime:
    """Let a listener have ended so long ago, and return when."""
    holder_of(services).release()
    with services.database.session() as session:
        session.exec(update(Lease).values(renewed_at=now() - ago))
    with services.database.session() as session:
        return session.get_one(Lease, LISTENER_LEASE).renewed_at


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.alerts.watchdogs.GRACE", timedelta())
    monkeypatch.setattr("handlers.alerts.watchdogs.RENEWED_WITHIN", timedelta())


@pytest.mark.usefixtures("impatient")
def test_without_a_listener_one_of_the_web_processes_reports_it_once(
    quiet: Services, slack: SlackStandIn, client: WebClient
) -> None:
    several = [watch(quiet, client) for _ in range(3)]
    for each in several * 2:
        each.check()
    (message,) = slack.messages("C0PHONES")
    assert message.text.startswith("⚠️ *No listener runs: no alerts and no welcomes are sent")
    assert len(slack.called("chat.postMessage")) == 2


@pytest.mark.usefixtures("impatient")
def test_that_no_listener_runs_began_when_the_doctor_says_it_began(
    quiet: Services, slack: SlackStandIn, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_checks, "WATCH_SECONDS", 0.0)
    began = ended_ago(quiet, timedelta(minutes=10))
    watch(quiet, client).check()
    assert f" · since {clock(began.timestamp())}" in slack.messages("C0PHONES")[0].text
    (found,) = process_checks.listener(quiet)
    assert found.seen.endswith(f"since {began.astimezone():%Y-%m-%d %H:%M:%S}")


@pytest.mark.parametrize("ended", [timedelta(minutes=10), timedelta(minutes=-10)])
def test_a_web_process_that_starts_gives_a_listener_time_to_start_whenever_one_ran_last(
    quiet: Services, slack: SlackStandIn, client: WebClient, monkeypatch: pytest.MonkeyPatch, ended: timedelta
) -> None:
    """A clock of another machine may be ahead."""
    monkeypatch.setattr("handlers.alerts.watchdogs.RENEWED_WITHIN", timedelta())
    ended_ago(quiet, ended)
    watching = watch(quiet, client)
    watching.check()
    watching.check()
    assert slack.calls == []
    with quiet.database.session() as session:
        assert session.get_one(Incident, "listener").since <= now()


def test_pages_say_that_no_listener_runs_before_anybody_is_alerted(
    quiet: Services, slack: SlackStandIn, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.watchdogs.RENEWED_WITHIN", timedelta())
    watch(quiet, client).check()
    assert health.listener(quiet) == {"listener": "none runs: systemctl start switchhook-listener"}
    assert slack.calls == []


def test_a_web_process_that_starts_says_nothing_of_a_lease_that_may_be_an_old_one(
    quiet: Services, slack: SlackStandIn, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.alerts.watchdogs.GRACE", timedelta())
    holder_of(quiet)
    with quiet.database.session() as session:
        session.add(Incident(subject="listener", resolved=False, notified_at=now(), occurrences=1))
    fresh = watch(quiet, client)
    fresh.check()
    assert slack.calls == []
    free_lease(quiet)
    fresh.check()
    assert slack.calls == []
    holder = holder_of(quiet)
    fresh.check()
    holder.renew()
    fresh.check()
    (message,) = slack.messages("C0PHONES")
    assert message.text.startswith("✅ *A listener runs again* · after ")


@pytest.mark.usefixtures("impatient")
def test_several_that_check_at_the_same_moment_report_it_once(
    quiet: Services, slack: SlackStandIn, client: WebClient
) -> None:
    for _ in range(10):  # threads that meet are luck
        with quiet.database.session() as session:
            session.exec(delete(Incident))
            session.add(Incident(subject="listener"))
        together = threading.Barrier(4)

        def look(each: ListenerWatchdog, together: threading.Barrier = together) -> None:
            together.wait()
            each.check()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(look, [watch(quiet, client) for _ in range(4)]))
    assert len(slack.messages("C0PHONES")) == 10


@pytest.mark.usefixtures("impatient")
def test_a_message_whose_blocks_slack_refuses_is_posted_as_text_alone(
    quiet: Services, slack: SlackStandIn, client: WebClient
) -> None:
    slack.fail_next("chat.postMessage", error="invalid_blocks")
    several = watch(quiet, client)
    several.check()
    several.check()
    (message,) = slack.messages("C0PHONES")
    assert "Start it: systemctl restart switchhook-listener" in message.text
    assert not message.content.get("blocks")


@pytest.mark.usefixtures("impatient")
def test_a_message_that_slack_will_never_accept_is_tried_once(
    quiet: Services, slack: SlackStandIn, client: WebClient
) -> None:
    slack.fail_until_cleared("chat.postMessage", error="channel_not_found")
    watching = watch(quiet, client)
    watching.check()
    watching.check()
    assert len(slack.called("chat.postMessage")) == 2


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("stumble", [{"status": 500}, {"error": "internal_error"}])
def test_a_message_that_slack_refused_for_now_is_posted_the_next_time(
    quiet: Services, slack: SlackStandIn, client: WebClient, stumble: dict[str, Any]
) -> None:
    slack.fail_next("chat.postMessage", 2, **stumble)
    watching = watch(quiet, client)
    watching.check()
    assert slack.messages("C0PHONES") == []
    watching.check()
    watching.check()
    assert len(slack.messages("C0PHONES")) == 1


@pytest.mark.usefixtures("impatient")
def test_a_message_that_slack_may_have_accepted_is_not_sent_again_at_once(
    quiet: Services, slack: SlackStandIn
) -> None:
    slack.fail_next("chat.postMessage", 2, drop=True)
    create_app(quiet.settings).extensions[LISTENER].check()
    assert [call.arguments["channel"] for call in slack.called("chat.postMessage")] == ["C0PHONES", ADMIN_ID]


def test_gunicorns_web_processes_watch(quiet: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", TEST_KEY)
    hook = runpy.run_path(str(PROJECT / "gunicorn.conf.py"))["post_worker_init"]
    stop = hook(
        SimpleNamespace(
            wsgi=create_app(quiet.settings), alive=False, ppid=os.getppid(), log=logging.getLogger()
        )
    )
    assert "watchdog" in {thread.name for thread in threading.enumerate()}
    stop.set()
