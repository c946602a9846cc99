"""Two who change one extension at the same moment: each hears what has become of their own change."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest

from models.extension import State
from pbx import config_files, extensions, numbers
from pbx.answers import ChangeResult
from pbx.errors import Overtaken, Refusal
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import create, create_live, insert, live, registers
from tests.slash_commands import TESTER
from tests.waiting import wait_for

Change = Callable[..., ChangeResult]


def is_saved(services: Services, revision: int) -> bool:
    return extensions.get(services, "101").revision == revision


def both(services: Services, *changes: Change) -> list[ChangeResult]:
    """Each of the changes of 101 saved in this order, before any of them is published."""
    before, asked = extensions.get(services, "101").revision, list[Future[ChangeResult]]()
    with ThreadPoolExecutor(len(changes)) as pool:
        with config_files.locked(services.settings.asterisk_config_dir):
            for change in changes:
                asked.append(pool.submit(change, services, "101", by=TESTER))
                wait_for(partial(is_saved, services, before + len(asked)))
        return [each.result() for each in asked]


def test_a_secret_that_somebody_else_replaced_at_once_is_not_shown(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    first, second = both(services, extensions.rotate_secret, extensions.rotate_secret)
    assert (first.overtaken, first.secret) == (True, None)
    assert not second.overtaken
    assert second.secret
    live(second)
    registers(asterisk, "101", second.secret.get_secret_value())


def test_a_secret_that_is_still_the_one_is_shown_though_something_else_was_changed(
    services: Services,
) -> None:
    create_live(services, "101")
    first, _ = both(services, extensions.rotate_secret, extensions.disable)
    assert first.overtaken
    assert first.secret


def test_what_somebody_else_verified_at_once_is_not_said_to_be_changed_again(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    first, _ = both(services, extensions.rotate_secret, extensions.verify)
    assert (first.overtaken, first.since) == (False, None)
    assert first.secret
    live(first)
    registers(asterisk, "101", first.secret.get_secret_value())


def test_the_newest_change_is_named_and_not_what_was_only_looked_at(services: Services) -> None:
    create_live(services, "101")
    first, *_ = both(services, extensions.rotate_secret, extensions.disable, extensions.verify)
    assert first.overtaken
    assert first.since
    assert first.since.changes == {"enabled": [True, False]}


def test_an_enabling_that_was_undone_at_once_is_not_reported_as_enabled(services: Services) -> None:
    create_live(services, "101")
    first, second = both(services, extensions.enable, extensions.disable)
    assert first.overtaken
    assert live(second).enabled is False


def test_a_change_of_an_extension_deleted_at_once_reports_the_deletion(services: Services) -> None:
    create_live(services, "101")
    with pytest.raises(Overtaken, match="101 was saved, and somebody has deleted it at the same moment"):
        both(services, extensions.rotate_secret, extensions.delete)


def test_a_button_pressed_twice_says_that_it_is_being_deleted_and_not_that_somebody_changed_it(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = create(services, "101").extension
    monkeypatch.setattr(extensions, "_published", numbers.find)
    extensions.delete(services, "101", by=TESTER, seen=seen)
    with pytest.raises(Refusal, match="101 is being deleted"):
        extensions.delete(services, "101", by=TESTER, seen=seen)


def test_a_button_that_named_an_earlier_row_deletes_no_other(services: Services) -> None:
    earlier = create(services, "101").extension
    extensions.delete(services, "101", by=TESTER)
    insert(services, "101")
    with pytest.raises(Overtaken):
        extensions.delete(services, "101", by=TESTER, seen=earlier)
    assert extensions.get(services, "101").state is not State.DELETING
