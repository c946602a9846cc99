"""publish(): what the database says becomes true in a real Asterisk, whatever happened before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import col, select, update

from models.extension import Extension, State
from pbx import extensions
from pbx import publish as publish_steps
from pbx.extensions import publish_all
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import (
    contents,
    create,
    create_live,
    has_exten,
    insert,
    reason,
    shown,
    states,
)
from tests.slash_commands import TESTER


def test_nothing_is_written_before_there_is_an_extension(services: Services, asterisk: Asterisk) -> None:
    before = contents(services.settings)
    publish(services)
    assert contents(services.settings) == before
    assert asterisk.reload_counts()["res_pjsip.so"] == 0


def test_a_second_publish_leaves_everything_alone(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    inodes = [
        path.stat().st_ino for path in (services.settings.pjsip_path, services.settings.extensions_path)
    ]
    reloads = asterisk.reload_counts()
    publish(services)
    assert [
        path.stat().st_ino for path in (services.settings.pjsip_path, services.settings.extensions_path)
    ] == inodes
    assert asterisk.reload_counts() == reloads


def test_waiting_extensions_go_live_when_asterisk_is_back(services: Services, asterisk: Asterisk) -> None:
    before = contents(services.settings)
    asterisk.kill()
    row = create(services, "101").extension
    assert row is not None
    assert row.state is State.PENDING
    assert "is Asterisk running" in (row.reason or "")
    assert contents(services.settings) == before
    asterisk.start()
    publish(services)
    assert states(services) == {"101": State.LIVE}
    assert reason(services, "101") == ""


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("wrong", [{"codecs": ["nonsense"]}, {"max_contacts": -5}, {"qualify_frequency": -1}])
def test_a_refused_extension_fails_alone_and_leaves_files_that_asterisk_accepts(
    services: Services, asterisk: Asterisk, wrong: dict[str, object]
) -> None:
    insert(services, "101", "103")
    insert(services, "102", **wrong)
    publish(services)
    assert states(services) == {"101": State.LIVE, "102": State.FAILED, "103": State.LIVE}
    assert "Asterisk did not take it" in reason(services, "102")
    assert b"[102]" not in contents(services.settings)[0]
    assert not has_exten(services, "102")
    asterisk.kill()
    logged = len(asterisk.log_text())
    asterisk.start()
    assert " ERROR[" not in asterisk.log_text()[logged:]
    assert "endpoint" in shown(services, "103")


@pytest.mark.usefixtures("impatient")
def test_a_refused_extension_is_tried_again_when_asked(services: Services) -> None:
    insert(services, "102", codecs=["nonsense"])
    publish(services)
    with services.database.session() as session:
        session.exec(update(Extension).values(codecs=["ulaw"]))
    assert publish_all(services, by=TESTER) == []
    assert states(services) == {"102": State.LIVE}


def test_many_creates_at_once_share_their_reloads(services: Services, asterisk: Asterisk) -> None:
    numbers = [str(number) for number in range(130, 170)]
    with ThreadPoolExecutor(40) as pool:
        rows = list(pool.map(lambda number: create_live(services, number), numbers))
    assert {row.number for row in rows} == set(numbers)
    assert asterisk.reload_counts()["res_pjsip.so"] <= 20
    assert asterisk.reload_counts()["pbx_config.so"] == 1


def test_deleting_while_asterisk_is_down_frees_the_number_later(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    asterisk.kill()
    row = extensions.delete(services, "101", by=TESTER).extension
    assert row is not None
    assert row.state is State.DELETING
    asterisk.start()
    assert "endpoint" in shown(services, "101")
    publish(services)
    assert states(services) == {}
    assert not shown(services, "101")
    assert not has_exten(services, "101")
    create_live(services, "101", "Bob")


def test_a_result_for_an_old_revision_does_not_count_for_a_newer_one(services: Services) -> None:
    """The row is changed again while Asterisk is asked about it, twice over; nothing of the middle stays."""
    create_live(services, "101", context="first")
    publish_while_changing(services, "second", "third")
    with services.database.session() as session:
        row = session.exec(select(Extension)).one()
    assert (row.state, row.context, (row.last_verified or {})["context"]) == (
        State.PENDING,
        "third",
        "second",
    )
    publish(services)
    assert states(services) == {"101": State.LIVE}
    assert [has_exten(services, "101", context) for context in ("first", "second", "third")] == [
        False,
        False,
        True,
    ]


def publish_while_changing(services: Services, now: str, during: str) -> None:
    """Do one round for `now`, and change it to `during` before the result is saved."""

    def ask_for(context: str) -> None:
        with services.database.session() as session:
            values = {"context": context, "state": State.PENDING, "revision": col(Extension.revision) + 1}
            session.exec(update(Extension).values(values))

    def carry_out(*arguments: object) -> object:
        faults = original(*arguments)  # type: ignore[arg-type]
        ask_for(during)
        return faults

    original = publish_steps._carry_out
    ask_for(now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publish_steps, "_carry_out", carry_out)
        publish_steps._round(services, take_over=False, edited=[])
