"""Web processes are killed in the middle of an import, two people import at once, Asterisk is away."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import select

from models import csv_import, process_names
from models.actor import Actor
from models.csv_import import CsvImport
from models.outbox import OutboxMessage
from models.password_handover import PasswordHandover
from pbx import config_files, numbers
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.handlers.pages.importing.uploads import carried_out, ended, path_of, seen, uploaded, words
from tests.handlers.pages.signing_in import PageUser
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn
from tests.waiting import wait_for

INTERRUPTED = "The import was interrupted before anything was saved"


@pytest.fixture(scope="module")
def other(switchhook: Switchhook, database_url: str) -> PageUser:
    return PageUser(switchhook.url, database_url, Actor("cli", "root"), "root")


def running(services: Services, step: str) -> CsvImport:
    """Wait until the one that is carried out has come to that step."""

    def look() -> CsvImport | None:
        found = csv_import.running(services.database)
        return found if found and found.step == step else None

    return wait_for(look)


def kill_worker(row: CsvImport) -> None:
    """End the web process that carries it out, as the kernel does when memory runs out."""
    os.kill(int(row.holder.rsplit(":", 3)[1].partition("-")[0]), signal.SIGKILL)
    wait_for(lambda: process_names.has_ended(row.holder))


@contextmanager
def frozen(asterisk: Asterisk) -> Iterator[None]:
    asterisk.freeze()
    try:
        yield
    finally:
        asterisk.thaw()


def press(user: PageUser, csrf: str, path: str, **fields: str) -> None:
    """Press a button, and look at no page, which may wait for Asterisk."""
    sent = {"csrf": csrf} | fields
    assert user.browser.post(f"{user.url}{path}", data=sent, allow_redirects=False).status_code == 303


def test_killed_before_it_saved_it_has_done_nothing_and_can_be_begun_anew(
    services: Services, admin: PageUser, asterisk: Asterisk
) -> None:
    preview = uploaded(admin, "number,name\n130,Alice\n131,Bob\n")
    path, csrf = path_of(preview), admin.csrf()
    with frozen(asterisk):  # which is asked whether it has the numbers
        press(admin, csrf, path, seen=seen(preview.text))
        kill_worker(running(services, "checking"))
    shown = admin.get(path)
    assert INTERRUPTED in words(shown.text)
    assert "2 of 2 imported extensions are live." in words(carried_out(admin, shown))


def test_who_signs_out_before_it_is_saved_takes_it_back(
    switchhook: Switchhook, services: Services, database_url: str, asterisk: Asterisk
) -> None:
    leaving = PageUser(switchhook.url, database_url, Actor("cli", "root"), "root")
    preview = uploaded(leaving, "number,name\n140,Alice\n")
    csrf = leaving.csrf()
    with frozen(asterisk):
        press(leaving, csrf, path_of(preview), seen=seen(preview.text))
        running(services, "checking")
        press(leaving, csrf, "/sign-out")
    switchhook.wait_for_log("an import is not carried out")
    assert numbers.find(services, "140") is None
    assert csv_import.find(services.database, int(path_of(preview).rpartition("/")[2])) is None


def test_killed_after_it_saved_what_waits_is_published_by_others(services: Services, admin: PageUser) -> None:
    preview = uploaded(admin, "number,name\n132,Alice\n133,Bob\n112,Help\n")
    path = path_of(preview)
    with config_files.locked(services.settings.asterisk_config_dir):
        admin.post(path, seen=seen(preview.text))
        kill_worker(running(services, "waiting"))
        shown = words(admin.get(path).text)
        assert "0 of 2 imported extensions are live." in shown
        assert "2 are saved, and not live yet." in shown
    publish(services)  # as the listener does
    shown = words(admin.get(path).text)
    assert "2 of 2 imported extensions are live. 1 refused." in shown
    assert admin.post(f"{path}/passwords").content.count(b"\n") == 3


def test_of_two_who_import_at_once_the_second_is_told_whose_runs(
    services: Services, admin: PageUser, other: PageUser
) -> None:
    first = uploaded(admin, "number,name\n134,Alice\n", "first.csv")
    second = uploaded(other, "number,name\n135,Bob\n", "second.csv")
    with config_files.locked(services.settings.asterisk_config_dir):
        admin.post(path_of(first), seen=seen(first.text))
        running(services, "waiting")
        told = other.post(path_of(second), seen=seen(second.text))
        assert "Alice Admin's import of first.csv is being carried out, and one is at a time." in words(
            told.text
        )
        assert "importing first.csv right now" in words(other.get("/import").text)
        watched = words(other.get(path_of(first)).text)
        assert "Begun by Alice Admin." in watched
        assert "You may close this page" in watched
    assert "1 of 1 imported extension is live." in words(ended(other, path_of(first)))
    assert "1 of 1 imported extension is live." in words(carried_out(other, second))
    assert other.post(f"{path_of(first)}/passwords").status_code == 404


def test_with_asterisk_away_all_is_saved_and_the_page_says_what_waits(
    services: Services, admin: PageUser, asterisk: Asterisk
) -> None:
    asterisk.stop()
    preview = uploaded(admin, "number,name\n136,Alice\n")
    assert "Numbers that it has from elsewhere are found when it is there again." in words(preview.text)
    path = path_of(preview)
    admin.post(path, seen=seen(preview.text))
    wait_for(lambda: csv_import.running(services.database) is None)
    shown = words(admin.get(path).text)
    asterisk.start()
    assert "0 of 1 imported extension is live. 1 not live yet." in shown
    assert "Saved, not live yet. Asterisk" in shown
    publish(services)
    assert "1 of 1 imported extension is live." in words(admin.get(path).text)


def test_who_has_a_slack_user_is_sent_the_way_to_their_password_if_that_is_wished(
    services: Services, admin: PageUser, slack: SlackStandIn
) -> None:
    for user_id in ("U0BOB0001", "U0DORA001"):
        slack.add_user(user_id, user_id, f"{user_id}@example.com")
    text = "number,name,slack_user_id,password\n137,Bob,U0BOB0001,\n138,Cleo,,\n139,Dora,U0DORA001,SecurePass123\n141,Eve,U0NOBODY1,\n"
    preview = uploaded(admin, text)
    assert "One new extension has a Slack user: send that person the way to the password in Slack" in words(
        preview.text
    )
    assert "slack_user_id: U0NOBODY1 is nobody in this workspace: leave the cell empty" in words(preview.text)
    done = words(carried_out(admin, preview, hands_over="on"))
    assert "1 person is sent the way to their new password in Slack" in done
    taken = admin.post(f"{path_of(preview)}/passwords").text
    assert "138,Cleo," in taken
    assert "137" not in taken
    with services.database.session() as session:
        (handed,) = session.exec(select(PasswordHandover))
        sent = session.exec(select(OutboxMessage)).all()
    assert (handed.slack_user_id, handed.sent_at is not None) == ("U0BOB0001", True)
    assert [each.channel for each in sent if each.subject == f"handover:{handed.id}"] == ["U0BOB0001"]
