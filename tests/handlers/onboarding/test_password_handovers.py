"""The password of an extension that was made for somebody goes to them alone, once it works, and once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from handlers import message_kinds
from handlers.onboarding import actions, password, password_handovers, provisioning
from handlers.onboarding.messages import Welcome
from models import password_handover
from models.actor import Actor
from models.encryption import generate_secret
from models.extension import Extension, State
from models.fields import NewExtension
from models.outbox import OutboxMessage
from models.password_handover import PasswordHandover
from models.types import now
from pbx import extensions
from pbx.services import Services
from tests.slash_commands import TESTER

BOB, CAROL = "U0BOB0001", "U0CAROL01"


@pytest.fixture
def made(quiet: Services) -> Services:
    """An extension for Bob, of which Asterisk has nothing yet."""
    secret = quiet.cipher.encrypt(generate_secret())
    row = Extension(number="101", name="Bob", codecs=["ulaw"], encrypted_secret=secret, slack_user_id=BOB)
    with quiet.database.session() as session:
        session.add(row)
        session.flush()
        password_handovers.begin(session, row)
    return quiet


def change(services: Services, **values: Any) -> None:
    with services.database.session() as session:
        row = session.exec(select(Extension)).one()
        row.sqlmodel_update(values)
        session.add(row)


def sent(services: Services) -> list[tuple[str, Welcome]]:
    with services.database.session() as session:
        rows = session.exec(select(OutboxMessage)).all()
    contents = [(row.channel, message_kinds.read(row.content)) for row in rows]
    return [(channel, content) for channel, content in contents if isinstance(content, Welcome)]


def key_of(welcome: Welcome) -> str:
    return str(welcome.render().blocks[-1]["elements"][0]["value"])


def is_shown(services: Services, key: str, user_id: str = BOB) -> bool:
    return actions.secret_view(services, user_id, key) is not None


def test_there_is_no_extension_without_its_hand_over_whenever_it_ends(quiet: Services) -> None:
    def crash(session: Session, row: Extension) -> None:
        password_handovers.begin(session, row)
        raise KeyboardInterrupt

    new = NewExtension(number="101", name="Bob", slack_user_id=BOB)
    with pytest.raises(KeyboardInterrupt):
        extensions.create(quiet, new, by=TESTER, with_row=crash)
    with quiet.database.session() as session:
        assert not [*session.exec(select(Extension)), *session.exec(select(PasswordHandover))]
    extensions.create(quiet, new, by=TESTER, with_row=password_handovers.begin)
    with quiet.database.session() as session:
        row, handover = session.exec(select(Extension)).one(), session.exec(select(PasswordHandover)).one()
    assert (handover.extension_id, handover.slack_user_id) == (row.id, BOB)


@pytest.mark.parametrize("values", [{}, {"state": State.FAILED}, {"state": State.LIVE, "enabled": False}])
def test_nobody_is_welcomed_to_a_phone_that_does_not_work(made: Services, values: dict[str, Any]) -> None:
    change(made, **values)
    assert password_handovers.send_due(made) == 0
    assert sent(made) == []


def test_the_welcome_is_sent_once_and_its_button_shows_the_password_once_to_them(made: Services) -> None:
    change(made, state=State.LIVE)
    assert [password_handovers.send_due(made) for _ in range(2)] == [1, 0]
    ((channel, welcome),) = sent(made)
    assert (channel, welcome.number, welcome.name) == (BOB, "101", "Bob")
    key = key_of(welcome)
    assert [is_shown(made, key, user) for user in (CAROL, BOB, BOB)] == [False, True, False]
    password.mark_unseen(made, key, by=Actor.slack(BOB))
    assert is_shown(made, key)


def test_whose_it_is_no_more_is_neither_welcomed_nor_shown_anything(made: Services) -> None:
    change(made, state=State.LIVE, slack_user_id=CAROL)
    assert password_handovers.send_due(made) == 0
    change(made, slack_user_id=BOB)
    assert password_handovers.send_due(made) == 0


@pytest.mark.parametrize("values", [{"slack_user_id": CAROL}, {"state": State.DELETING}])
def test_a_button_that_is_outdated_shows_nothing(made: Services, values: dict[str, Any]) -> None:
    change(made, state=State.LIVE)
    password_handovers.send_due(made)
    key = key_of(sent(made)[0][1])
    change(made, **values)
    assert not is_shown(made, key)
    assert not is_shown(made, key, CAROL)


@pytest.mark.parametrize("key", ["h", "h0", "hh1", "h1.5", "h９", "h" + "9" * 20, "x1"])
def test_a_key_that_nothing_has_shows_nothing(made: Services, key: str) -> None:
    assert not is_shown(made, key)


def test_a_ticket_is_theirs(made: Services) -> None:
    settings = made.settings.model_copy(update={"public_url": "https://phones.example.com"})
    with made.database.session() as session:
        handover, row = session.exec(select(PasswordHandover)).one(), session.exec(select(Extension)).one()
    ticket = provisioning.ticket_for(settings, handover, row)
    assert ticket is not None
    token = provisioning.link(settings, ticket).rpartition("/")[2]
    assert provisioning.ticket_of(settings, token) == ticket
    assert password.find(made, str(ticket.key)) is not None


def test_old_ones_are_deleted(made: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    password_handover.prune(made.database)
    with made.database.session() as session:
        assert session.exec(select(PasswordHandover)).all()
    later = now() + timedelta(days=61)
    monkeypatch.setattr(password_handover, "now", lambda: later)
    password_handover.prune(made.database)
    with made.database.session() as session:
        assert not session.exec(select(PasswordHandover)).all()
