"""After a database was restored, phones that it does not know stay, and nobody comes back by themselves."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from models import transfer
from models.database import Database
from models.encryption import generate_secret
from models.extension import State
from models.fields import Changes
from pbx import extensions
from pbx.publish import publish
from pbx.publishing import guard, identity
from pbx.services import Services
from tests.pbx.extension_driver import create_live, shown, states
from tests.pbx.publishing.refusing import refuses
from tests.slash_commands import TESTER


def backup(services: Services) -> Path:
    services.database.close()  # so that the file has all
    path = Path(services.database.engine.url.database or "")
    return Path(shutil.copy(path, path.with_suffix(".backup")))


def restore(services: Services, copy: Path) -> None:
    services.database.close()
    shutil.copy(copy, services.database.engine.url.database or "")


def test_after_restoring_a_backup_later_phones_stay_and_it_is_said(services: Services) -> None:
    create_live(services, "101")
    copy = backup(services)
    create_live(services, "102")
    restore(services, copy)
    assert refuses(services, "older state of the database was put back", "1 would go (102)")
    publish(services, take_over=True)
    assert not shown(services, "102")
    create_live(services, "103")


def test_a_publish_that_a_restore_overtakes_leaves_its_phones_to_whoever_decides(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_live(services, "101")
    earlier = Database(f"sqlite:///{backup(services)}")
    identity.renew(earlier)
    extensions.save_changes(services, "101", Changes(secret=generate_secret()), by=TESTER)
    conflict = guard.conflict

    def restore_meanwhile(*looked_at: Any) -> str | None:
        monkeypatch.undo()
        transfer.copy(earlier, services.database, replace=True)
        return conflict(*looked_at)

    monkeypatch.setattr(guard, "conflict", restore_meanwhile)
    publish(services)
    earlier.close()
    assert refuses(services, "another database, or a later state", "1 would be changed (101)")


def test_an_old_copy_that_was_put_back_brings_nobody_back_and_no_secret(services: Services) -> None:
    for number in ("101", "102", "103", "104"):
        create_live(services, number)
    copy = backup(services)
    extensions.rotate_secret(services, "102", by=TESTER)
    extensions.disable(services, "103", by=TESTER)
    extensions.delete(services, "104", by=TESTER)
    restore(services, copy)
    assert refuses(
        services,
        "older state of the database was put back",
        "1 would be changed (102), 2 would come (103, 104)",
    )
    assert not shown(services, "103")
    publish(services, take_over=True)
    assert set(states(services).values()) == {State.LIVE}
    create_live(services, "105")
