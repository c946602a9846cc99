"""Many extensions at once: one reload for all, the same again changes nothing, and what fails is said row by row."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import audit
from models.encryption import generate_secret
from models.extension import State
from models.fields import Changes
from pbx import config_files, extensions, numbers
from pbx.bulk import upsert
from pbx.bulk.check import check
from pbx.bulk.rows import RowStatus
from pbx.publish import publish
from pbx.publishing import verify
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.kills import places
from tests.pbx.bulk.bulk_driver import carried_out, fault, many, only, reloads, row, statuses, upserted
from tests.pbx.extension_driver import contents, create_live, insert, reason, shown, states
from tests.pbx.victim import Victim
from tests.slash_commands import TESTER

SIXTY = range(130, 190)


def test_sixty_new_extensions_are_one_reload_and_all_verified(services: Services, asterisk: Asterisk) -> None:
    done = upserted(services, many(SIXTY))
    assert set(statuses(done).values()) == {"created"}
    assert set(states(services).values()) == {State.LIVE}
    assert reloads(asterisk) == (1, 1)
    assert len({each.new_secret.get_secret_value() for each in done if each.new_secret}) == 60
    entries = audit.latest(services.database)
    assert {(entry.number, entry.action, entry.actor) for entry in entries} == {
        (str(number), "created", str(TESTER)) for number in SIXTY
    }


def test_who_publishes_is_told_how_far_it_is(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "ASKED_AT_ONCE", 25)
    upsert.commit(services, check(services, many(SIXTY)), by=TESTER)
    told: list[tuple[str, int, int]] = []
    publish(services, told=lambda *how_far: told.append(how_far))
    assert told[:3] == [("writing", 0, 60), ("reloading", 0, 60), ("verifying", 0, 60)]
    assert [done for step, done, _ in told if step == "verifying"][:3] == [0, 25, 50]


def test_changing_sixty_is_one_reload_and_the_same_again_is_none(
    services: Services, asterisk: Asterisk
) -> None:
    rows = many(SIXTY, secret="Change-me-1", notes="desk", codecs=["ulaw"])
    upserted(services, many(SIXTY))
    before = reloads(asterisk)[0]
    assert set(statuses(upserted(services, rows)).values()) == {"changed"}
    assert reloads(asterisk) == (before + 1, 1)
    files, entries = contents(services.settings), audit.latest(services.database)
    again = upserted(services, rows)
    assert set(statuses(again).values()) == {"unchanged"}
    assert [each.new_secret for each in again] == [None] * 60
    assert reloads(asterisk) == (before + 1, 1)
    assert contents(services.settings) == files
    assert audit.latest(services.database) == entries
    assert entries[0].changes == {
        "codecs": [["ulaw", "alaw", "g722"], ["ulaw"]],
        "notes": [None, "desk"],
        "secret": None,
    }


def test_good_rows_are_saved_beside_refused_ones(services: Services) -> None:
    done = upserted(services, [row("101"), row("911", 2), row("102", 3, name=None), row("103", 4)])
    assert statuses(done) == {"101": "created", "911": "refused", "102": "refused", "103": "created"}
    assert states(services) == {"101": State.LIVE, "103": State.LIVE}


def test_a_preview_changes_nothing(services: Services) -> None:
    create_live(services, "101", "Bob")
    files, entries = contents(services.settings), audit.latest(services.database)
    found = check(services, [row("101"), row("102", 2)])
    assert statuses(found) == {"101": "changed", "102": "created"}
    assert states(services) == {"101": State.LIVE}
    assert extensions.get(services, "101").name == "Bob"
    assert (contents(services.settings), audit.latest(services.database)) == (files, entries)


def test_with_asterisk_away_rows_are_saved_and_the_same_rows_complete_them(
    services: Services, asterisk: Asterisk
) -> None:
    asterisk.stop()
    done = upserted(services, many(range(101, 104)))
    assert set(statuses(done).values()) == {"saved"}
    assert {"does not answer" in (each.reason or "") for each in done} == {True}
    asterisk.start()
    assert set(statuses(upserted(services, many(range(101, 104)))).values()) == {"unchanged"}
    assert set(states(services).values()) == {State.LIVE}


def test_a_refused_one_that_is_sent_again_says_why_it_is_not_live(services: Services) -> None:
    insert(services, "101", state=State.FAILED, reason="Asterisk did not take it", codecs=["ulaw"])
    found = only(upserted(services, [row("101")]))
    assert (found.status, found.reason) == (RowStatus.SAVED, "Asterisk did not take it")


def test_somebody_who_changes_one_of_them_meanwhile_is_not_overwritten(services: Services) -> None:
    create_live(services, "101")
    create_live(services, "102")
    checked = check(services, [row("101", notes="mine"), row("102", 2, notes="mine"), row("103", 3)])
    extensions.change(services, "101", Changes(notes="theirs"), by=TESTER)
    create_live(services, "103", "Carol")
    done = carried_out(services, checked)
    assert statuses(done) == {"101": "refused", "102": "changed", "103": "refused"}
    assert "at the same moment" in fault(done[:1])[1]
    assert extensions.get(services, "101").notes == "theirs"
    assert extensions.get(services, "103").name == "Carol"
    assert [entry.action for entry in audit.latest(services.database, "101")] == ["changed", "created"]


def test_two_of_the_same_at_once_make_each_extension_once(services: Services) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: statuses(upserted(services, many(SIXTY[:30]))), range(2)))
    assert set(states(services).values()) == {State.LIVE}
    for number in map(str, SIXTY[:30]):
        assert [each[number] for each in both].count("created") == 1
        assert [entry.action for entry in audit.latest(services.database, number)] == ["created"]


def test_a_caller_who_waits_for_a_moment_only_hears_what_is_not_live_yet(services: Services) -> None:
    with config_files.locked(services.settings.asterisk_config_dir):
        checked = check(services, [row("101")])
        found = only(upsert.publish_all(services, upsert.commit(services, checked, by=TESTER), wait=0.01))
        assert (found.status, found.reason) == (RowStatus.SAVED, upsert.NOT_ASKED_YET)
    for thread in threading.enumerate():
        if thread.name == "bulk-publish":
            thread.join()
    assert states(services) == {"101": State.LIVE}


def test_a_new_secret_that_somebody_has_replaced_is_not_told(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish_after_a_new_secret(on: Services) -> None:
        monkeypatch.undo()
        extensions.change(on, "101", Changes(secret=generate_secret()), by=TESTER)

    monkeypatch.setattr(upsert, "publish", publish_after_a_new_secret)
    found = only(upserted(services, [row("101")]))
    assert (found.status, found.new_secret, found.reason) == (RowStatus.SAVED, None, upsert.CHANGED_AGAIN)


def test_a_kill_at_any_step_leaves_what_the_same_rows_complete(services: Services, victim: Victim) -> None:
    five = range(101, 106)
    calls = victim.run(services.settings, "bulk", -1)
    for place in places(calls, 4):
        for number in five:
            if numbers.find(services, str(number)):
                extensions.delete(services, str(number), by=TESTER)
        assert victim.run(services.settings, "bulk", place) == -9
        assert len(states(services)) in (0, 5)
        done = upserted(services, many(five, notes="x"))
        assert set(statuses(done).values()) <= {"created", "unchanged"}
        assert all("endpoint" in shown(services, str(number)) for number in five)
        assert [reason(services, str(number)) for number in five] == [""] * 5
    publish(services)
