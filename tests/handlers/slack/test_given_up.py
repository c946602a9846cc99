"""Requests that are not carried out any more, and what their senders read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import col, select, update

from handlers.slack import taking_up
from handlers.slack.storing import TOO_LATE
from models import inbox
from models.encryption import SecretCipher
from models.inbox import InboxRequest, InboxState
from models.process_names import process_name
from models.types import now
from pbx import numbers
from pbx.services import Services
from tests import one_server
from tests.asterisk_bed import Asterisk
from tests.handlers.slack.taking_up_bed import (
    acts,
    answer_to,
    held_up,
    newest,
    put_back,
    wait_until_committed,
)
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser
from tests.slash_commands import secret_in
from tests.waiting import wait_for

slack, admin = one_server.slack, one_server.admin
folder, asterisk, database_url = one_server.folder, one_server.asterisk, one_server.database_url
switchhook, more_environment = one_server.switchhook, one_server.more_environment
services = one_server.services


def test_what_ended_its_process_each_time_is_given_up_and_its_sender_reads_so(
    admin: SlackUser, switchhook: Switchhook, services: Services, asterisk: Asterisk
) -> None:
    asterisk.freeze()
    typed = admin.command("/ext", "create 108 Hal")
    switchhook.kill()
    put_back(services, attempt=taking_up.MOST_ATTEMPTS)
    asterisk.thaw()
    switchhook.start()
    assert "process ended each time that it carried that out" in answer_to(admin, typed)
    wait_for(lambda: newest(services).state is InboxState.GIVEN_UP)
    assert "a request is given up" in switchhook.log_text()
    assert numbers.find(services, "108") is None


@pytest.mark.parametrize(
    ("reached", "words"),
    [
        (InboxState.TAKEN, "Nothing of it was saved"),
        (InboxState.COMMITTED, "What it had saved by then stays"),
    ],
)
def test_what_is_given_up_says_whether_something_was_saved(
    admin: SlackUser, switchhook: Switchhook, services: Services, reached: InboxState, words: str
) -> None:
    with held_up(services):
        typed = admin.command("/ext", "create Kay")
        wait_until_committed(services)
        switchhook.kill()
        put_back(services, attempt=taking_up.MOST_ATTEMPTS, state=reached)
    switchhook.start()
    assert words in answer_to(admin, typed)


def test_what_this_process_has_no_key_for_waits_for_one_that_has_and_nothing_else_does(
    admin: SlackUser, switchhook: Switchhook, services: Services
) -> None:
    with held_up(services):
        unreadable = admin.command("/ext", "create 141 Lea")
        wait_until_committed(services)
        other = admin.command("/ext", "create 142 Mia")
        wait_for(lambda: newest(services).state is InboxState.COMMITTED and acts(services, "142"))
        switchhook.kill()
        sealed = seal_for_others(services, "141")
    switchhook.start()
    assert secret_in(answer_to(admin, other))
    assert "a request waits: the key that sealed it is missing" in switchhook.log_text()
    put_sealed(services, sealed)
    assert secret_in(answer_to(admin, unreadable))


def seal_for_others(services: Services, number: str) -> InboxRequest:
    """Have the oldest open request be sealed with a key that nobody here has; return it as it was."""
    with services.database.session() as session:
        open_ones = select(InboxRequest).where(col(InboxRequest.state) == InboxState.COMMITTED)
        row = session.exec(open_ones.order_by(col(InboxRequest.id))).all()[0]
        assert number in services.cipher.decrypt(row.sealed or "").get_secret_value()
        before = InboxRequest.model_validate(row.model_dump())
        row.sealed = SecretCipher([SecretStr("a key that only another process has.")]).encrypt(
            SecretStr("{}")
        )
    return before


def put_sealed(services: Services, before: InboxRequest) -> None:
    with services.database.session() as session:
        this = col(InboxRequest.id) == before.id
        session.exec(update(InboxRequest).where(this).values(sealed=before.sealed))


def test_what_was_typed_an_hour_ago_is_not_carried_out_any_more(
    admin: SlackUser, switchhook: Switchhook, services: Services, asterisk: Asterisk, slack: SlackStandIn
) -> None:
    asterisk.freeze()
    admin.command("/ext", "create 109 Ida")
    switchhook.kill()
    put_back(services, received_at=now() - inbox.TOO_OLD - timedelta(minutes=1))
    asterisk.thaw()
    switchhook.start()
    told = slack.wait_for(lambda call: "was away for too long" in str(call.arguments))
    assert told.method == "chat.postMessage"  # its response_url has expired long ago
    assert "create 109 Ida" in str(told.arguments["blocks"])
    assert numbers.find(services, "109") is None


def test_what_its_process_never_knew_to_be_stored_is_not_done_behind_the_askers_back(
    admin: SlackUser, switchhook: Switchhook, services: Services, asterisk: Asterisk, slack: SlackStandIn
) -> None:
    asterisk.freeze()
    admin.command("/ext", "create 113 Jo")
    switchhook.kill()
    long_ago = now() - timedelta(seconds=TOO_LATE + 5)  # by then the asker has read that nothing was done
    put_back(services, claim=process_name(), received_at=long_ago, alive_at=long_ago)
    asterisk.thaw()
    switchhook.start()
    told = slack.wait_for(
        lambda call: "the database did not say so for so long" in str(call.arguments), timeout=60
    )
    assert "so that was not done" in str(told.arguments)
    assert numbers.find(services, "113") is None
