"""What a process had saved by a request before it ended is ended by another one, and told as it would have been."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlmodel import select

from handlers.onboarding import password, password_handovers
from handlers.reports import command
from handlers.slack import resuming
from handlers.slack.admins import Admins
from handlers.slack.client import slack_client
from handlers.slack.command_text import Arguments
from models import audit, inbox
from models.actor import Actor
from models.extension import State
from models.fields import Changes, NewExtension
from models.inbox import Claim, InboxRequest, InboxState
from models.nat import Nat
from models.nat_fields import NatChanges
from models.outbox import OutboxMessage
from models.password_handover import PasswordHandover
from pbx import extensions, nat, numbers
from pbx.errors import Refusal
from pbx.services import Services
from tests import fresh
from tests.server import ADMIN_ID
from tests.slash_commands import TESTER

asterisk, database_url = fresh.asterisk, fresh.database_url
ADMIN = Actor.slack(ADMIN_ID)
TYPED: dict[str, Any] = {"command": "/ext", "user_id": ADMIN_ID}
Told = Callable[..., str]


@pytest.fixture
def claim(services: Services) -> Iterator[Claim]:
    """A request of an admin's, which this thread carries out."""
    row = InboxRequest(body_hash="a", kind="command", request_id="r", claim="a process that has ended")
    with services.database.session() as session:
        mine = inbox.add(session, services.cipher, row, "{}")
    token = inbox.current.set(mine)
    yield mine
    inbox.current.reset(token)


@pytest.fixture
def told(services: Services, claim: Claim) -> Told:
    """What another process tells, which has taken it up."""

    def tell(payload: dict[str, Any] = TYPED, admin_id: str = ADMIN_ID) -> str:
        admins = Admins((admin_id,), slack_client(services.settings))
        inbox.release(services.database, claim)
        (waiting,) = inbox.waiting(services.database)
        taken = inbox.take_up(services.database, services.cipher, waiting, "another")
        assert taken
        with of(taken.claim):
            found = resuming.answer(services, admins, taken.claim, payload)
        return f"{found.text}{found.blocks}"

    return tell


@contextmanager
def of(claim: Claim) -> Iterator[None]:
    token = inbox.current.set(claim)
    yield
    inbox.current.reset(token)


def acts(services: Services) -> list[str]:
    return [each.action for each in audit.latest(services.database) if each.actor == str(ADMIN)]


def test_a_password_that_is_for_somebody_else_is_sent_to_them_alone(services: Services, told: Told) -> None:
    new = NewExtension(number="101", name="Bob", slack_user_id="U0BOB0001")
    extensions.save_new(services, new, by=ADMIN, with_row=password_handovers.begin)
    assert "<@U0BOB0001> gets the password in a direct message" in told()
    with services.database.session() as session:
        assert [row.channel for row in session.exec(select(OutboxMessage))] == ["U0BOB0001"]


def test_what_was_changed_since_names_the_change_and_who_made_it(
    services: Services, told: Told, claim: Claim
) -> None:
    extensions.save_new(services, NewExtension(number="101", name="Bob"), by=ADMIN)
    token = inbox.current.set(None)
    extensions.change(services, "101", Changes(name="Robert"), by=TESTER)
    inbox.current.reset(token)
    assert "has been changed again since: " in (answer := told())
    assert "changed 101: name Bob → Robert" in answer


def test_who_is_no_admin_any_more_is_shown_no_password(services: Services, told: Told) -> None:
    row, _ = extensions.save_new(services, NewExtension(number="101", name="Bob"), by=ADMIN)
    answer = told(admin_id="U0OTHER")
    assert "Done, though Switchhook was started anew meanwhile" in answer
    assert services.cipher.decrypt(row.encrypted_secret).get_secret_value() not in answer
    assert [each.state for each in [numbers.find(services, "101")] if each] == [State.LIVE]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (Changes(enabled=False), "is disabled: no phone can use it"),
        (Changes(name="Alice Lee"), "name Alice → Alice Lee"),
    ],
)
def test_it_says_of_a_change_what_it_was(
    services: Services, claim: Claim, told: Told, changes: Changes, words: str
) -> None:
    extensions.create(services, NewExtension(number="101", name="Alice"), by=TESTER)
    extensions.save_changes(services, "101", changes, by=ADMIN)
    assert words in told()
    assert acts(services) == ["changed"]


def test_nat_that_asterisk_has_to_take_yet_is_published_and_shown(
    services: Services, claim: Claim, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(nat, "taken", lambda *_: None)
        nat.change(services, NatChanges.model_validate({"media": "203.0.113.7"}), by=ADMIN)
    assert "203.0.113.7" not in services.settings.pjsip_path.read_text()
    assert "203.0.113.7" in told()
    assert "external_media_address=203.0.113.7" in services.settings.pjsip_path.read_text().replace(" ", "")


def test_nat_that_asterisk_refuses_is_taken_back(
    services: Services, claim: Claim, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(nat, "taken", lambda *_: None)
        nat.change(services, NatChanges.model_validate({"media": "203.0.113.7"}), by=ADMIN)
    monkeypatch.setattr(nat, "_refused", lambda *_: "it shows another")
    with pytest.raises(Refusal, match="Asterisk does not take that"):
        told()
    with services.database.session() as session:
        assert session.exec(select(Nat)).all() == []


def test_a_password_whose_window_nobody_saw_may_be_asked_for_again(
    services: Services, claim: Claim, told: Told
) -> None:
    bob = Actor.slack("U0BOB0001")
    new = NewExtension(number="101", name="Bob", slack_user_id=bob.id)
    row, _ = extensions.save_new(services, new, by=TESTER, with_row=password_handovers.begin)
    with services.database.session() as session:
        handover = session.exec(select(PasswordHandover)).one()
    key = password.key_of(handover)
    assert password.reveal(services, handover, row, by=bob)
    pressed = {"user": {"id": bob.id}, "actions": [{"value": key}]}
    assert "press the button once more" in told(pressed)
    found = password.find(services, key)
    assert found
    assert found[0].secret_shown_at is None


def test_what_leaves_no_trace_is_not_done_twice_and_its_sender_reads_so(
    services: Services, claim: Claim, told: Told
) -> None:
    with services.database.session() as session:
        inbox.fence(session, InboxState.BEGUN)
    with pytest.raises(Refusal, match="in the middle of /ext call 102, and does not call twice") as raised:
        told({**TYPED, "text": "call 102"})
    assert "If it did, your phone has rung" in str(raised.value)


def test_what_is_on_its_way_is_not_sent_for_twice(services: Services, claim: Claim, told: Told) -> None:
    report = command.run(services, Arguments(("day",), {}, asked_by=ADMIN_ID, is_admin=True))
    assert "The picture comes to you" in str(report.blocks)
    assert "is on its way" in told()
    with services.database.session() as session:
        assert len(session.exec(select(OutboxMessage)).all()) == 1


def test_of_anything_else_it_says_what_is_in_the_audit_trail(
    services: Services, claim: Claim, told: Told
) -> None:
    with services.database.session() as session:
        audit.record(session, ADMIN, "ignored bamboohr’s employee 17")
    assert "Done, though Switchhook was started anew meanwhile: ignored bamboohr’s employee 17." in told()
