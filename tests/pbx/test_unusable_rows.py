"""What is wrong with one row is that row's own trouble: its lines stay as they are, and all others go on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from models.encryption import SecretCipher
from models.extension import Extension, State
from models.fields import Changes
from pbx import directory, extensions
from pbx.publish import publish
from pbx.publishing import foreign_files
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import (
    contents,
    create,
    create_live,
    insert,
    live,
    reason,
    registers,
    shown,
    states,
)
from tests.slash_commands import TESTER

MIXED_UP = SecretStr("another key of thirty-two characters")


@pytest.fixture
def mixed_up(services: Services) -> Services:
    """The same system after its SECRET_KEY was replaced."""
    return replace(services, cipher=SecretCipher([MIXED_UP]))


def store(services: Services, number: str, **values: Any) -> None:
    with services.database.session() as session:
        session.execute(update(Extension).where(Extension.number == number).values(**values))  # type: ignore[arg-type]


def test_an_unreadable_secret_keeps_its_lines_and_nobody_waits_for_it(
    services: Services, mixed_up: Services, asterisk: Asterisk
) -> None:
    secret = create(services, "101").secret
    before = contents(services.settings)
    publish(mixed_up)
    assert contents(services.settings) == before
    create_live(mixed_up, "102")
    assert contents(services.settings)[0].startswith(before[0].rpartition(b"; <<<")[0])
    assert states(services) == {"101": State.LIVE, "102": State.LIVE}
    assert secret is not None
    registers(asterisk, "101", secret.get_secret_value())


def test_a_change_of_it_waits_with_the_remedy_and_goes_live_by_it(
    services: Services, mixed_up: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    outcome = extensions.change(mixed_up, "101", Changes(name="Bob"), by=TESTER)
    assert outcome.extension is not None
    assert outcome.extension.state is State.PENDING
    assert "missing from SECRET_KEY" in reason(services, "101")
    assert reason(services, "101").endswith("or give it a new one with /ext secret 101")
    assert shown(services, "101")["endpoint"]["Callerid"] == '"Alice" <101>'
    secret = extensions.rotate_secret(mixed_up, "101", by=TESTER).secret
    assert secret is not None
    assert shown(services, "101")["endpoint"]["Callerid"] == '"Bob" <101>'
    registers(asterisk, "101", secret.get_secret_value())


def test_an_unusable_row_can_be_disabled_and_deleted(services: Services, mixed_up: Services) -> None:
    create_live(services, "101")
    live(extensions.disable(mixed_up, "101", by=TESTER))
    assert not shown(services, "101")
    assert extensions.delete(mixed_up, "101", by=TESTER).extension is None


def test_a_verified_revision_of_an_older_version_has_defaults(services: Services) -> None:
    create_live(services, "101")
    row = extensions.get(services, "101")
    assert row.last_verified is not None
    older = {
        name: value for name, value in row.last_verified.items() if name not in ("direct_media", "enabled")
    }
    before = contents(services.settings)
    store(services, "101", last_verified=older | {"a_field_of_later": 7}, state=State.FAILED)
    create_live(services, "102")
    assert contents(services.settings)[0].startswith(before[0].rpartition(b"; <<<")[0])
    assert shown(services, "101")


def test_a_row_with_a_control_character_stops_nobody_else(services: Services) -> None:
    insert(services, "101", name="Alice\n[evil]")
    insert(services, "103", context="sales\n[evil]")
    insert(services, "104", context="sales\n[evil]", state=State.DELETING)
    insert(services, "105,1,System(evil)")
    create_live(services, "102")
    live(extensions.change(services, "102", Changes(name="Bob"), by=TESTER))
    assert directory.status(services, "101").extension.state is State.PENDING
    assert "(name): change it with /ext set 101" in reason(services, "101")
    assert "(context): change it with /ext set 103" in reason(services, "103")
    assert b"evil" not in b"".join(contents(services.settings))
    assert foreign_files.conflict(services) is None
    live(extensions.change(services, "103", Changes(context="from-internal"), by=TESTER))


def test_stored_settings_that_cannot_be_used_are_named(services: Services) -> None:
    insert(services, "101", transport="pigeon")
    create_live(services, "102")
    assert states(services) == {"101": State.PENDING, "102": State.LIVE}
    assert reason(services, "101") == (
        "what is stored of it cannot be used (transport): change it with /ext set 101"
    )
    live(extensions.change(services, "101", Changes(transport="udp"), by=TESTER))
