"""Yesterday's database beside today's Asterisk: told before anything is written, and settled by one decision."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import Session, select

from models import audit
from models.extension import Extension, State
from models.fields import Changes
from pbx import extensions
from pbx.errors import AsteriskUnavailable, PhonesAtRisk, Refusal
from pbx.publish import publish
from pbx.services import Services
from pbx.settling import notice, settle
from pbx.settling.decision import Decision, Side
from pbx.settling.difference import Difference
from pbx.settling.newer import KEPT
from pbx.settling.settle import Settled
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import contents, create, create_live
from tests.pbx.settling import day, roads
from tests.slash_commands import TESTER

SENTENCES = [
    "only in Asterisk, so made since: 101 (Alice), 165 (Frank)",
    "only in the database, so deleted or disabled since: 162 (Carol), 163 (Dave)",
    "disabled in the database, and in use in Asterisk: 166 (Mallory)",
    "yours by hand in Asterisk, so released since: 103 (Extension 103)",
    "another password in Asterisk: 160, 164",
    "another name: 161 (Robert in Asterisk, Bob in the database), 164 (Trudy in Asterisk, Eve in the database)",
    "other settings: 164 (mailboxes, voicemail_extension)",
    "another external address (NAT), of: transport-udp, transport-tcp",
]


def untold(_session: Session, _decision: Decision, _found: Difference) -> None:
    """Tell nobody."""


def rows(services: Services) -> dict[str, Extension]:
    with services.database.session() as session:
        return {row.number: row for row in session.exec(select(Extension))}


def note_state(services: Services) -> None:
    with services.database.session() as session:
        seen = notice.tick(services, session)
    notice.note(services, seen)


def block(services: Services) -> str:
    return "".join(
        part.decode().partition("write")[2].partition("\n")[2] for part in contents(services.settings)
    )


class Day:
    """The database is as it was yesterday, and Asterisk as it is today."""

    def __init__(self, services: Services, folder: Path) -> None:
        self.services = services
        day.yesterday(services)
        note_state(services)
        put_back = roads.keep(services, folder)
        day.today(services)
        note_state(services)
        self.block, self.today = block(services), rows(services)
        put_back()

    def settle(self, side: Side, *but: str) -> Settled:
        return settle.settle(self.services, Decision(side, TESTER, but), untold)


@pytest.fixture
def day_after(services: Services, folder: Path) -> Day:
    return Day(services, folder)


def test_what_differs_is_told_before_anything_is_written(day_after: Day) -> None:
    services = day_after.services
    assert notice.is_unsettled(services)
    with pytest.raises(PhonesAtRisk, match="flask settle"):
        publish(services)
    outcome = create(services, "170", "Grace")
    assert outcome.extension
    assert outcome.extension.state is State.PENDING
    assert "flask settle" in (outcome.extension.reason or "")
    assert block(services) == day_after.block
    told = settle.look(services)
    assert told.found.sentences() == [
        *SENTENCES,
        "changed here since it was noticed, and stays so: 170 (made)",
    ]
    secrets = [
        services.cipher.decrypt(row.encrypted_secret).get_secret_value() for row in day_after.today.values()
    ]
    assert not any(secret in str(told) for secret in secrets)
    day_after.settle(Side.ASTERISK)
    assert rows(services)["170"].state is State.LIVE


def test_phones_stay_as_asterisk_has_them_to_the_last_line(day_after: Day) -> None:
    services, today = day_after.services, day_after.today
    assert settle.look(services).found.sentences() == SENTENCES
    done = day_after.settle(Side.ASTERISK)
    assert (done.left, done.changed) == ([], [])
    assert (done.ownerless, done.disabled) == (["101", "161", "164", "165"], ["162", "163"])
    assert block(services) == day_after.block
    now = rows(services)
    assert now.keys() == today.keys() | {"163"}
    for number, row in today.items():
        assert (row.name, row.enabled, row.voicemail_enabled) == (
            now[number].name,
            now[number].enabled,
            now[number].voicemail_enabled,
        )
        assert services.cipher.decrypt(row.encrypted_secret) == services.cipher.decrypt(
            now[number].encrypted_secret
        )
    assert (now["160"].slack_user_id, now["160"].notes) == (day.ALICE, "first floor")
    assert (now["164"].slack_user_id, now["163"].enabled) == (None, False)
    changes = {act.number: act.changes for act in audit.latest(services.database) if act.action == KEPT}
    assert ["secret" in changes[number] for number in ("160", "161", "166")] == [True, False, False]
    assert not notice.is_unsettled(services)
    publish(services)
    assert block(services) == day_after.block
    create_live(services, "171", "Grace")
    entry = next(each for each in audit.latest(services.database) if each.action.startswith("settled"))
    assert (entry.actor, entry.action) == (
        str(TESTER),
        "settled the older database: phones stay as Asterisk has them",
    )


def test_of_a_phone_that_was_changed_since_only_that_is_not_as_asterisk_has_it(day_after: Day) -> None:
    services, today = day_after.services, day_after.today
    assert notice.is_unsettled(services)
    extensions.rotate_secret(services, "161", by=TESTER)
    extensions.change(services, "164", Changes(name="Eva"), by=TESTER)
    extensions.enable(services, "162", by=TESTER)
    extensions.change(services, "163", Changes(notes="second floor"), by=TESTER)
    assert settle.look(services).found.sentences() == [
        SENTENCES[0],
        "only in the database, so deleted or disabled since: 163 (Dave)",
        *SENTENCES[2:5],
        "another name: 161 (Robert in Asterisk, Bob in the database)",
        *SENTENCES[6:],
        "changed here since it was noticed, and stays so: 161 (password), 162 (asked for as it is), 163 (notes), 164 (name)",
    ]
    told: list[str] = []
    done = settle.settle(
        services, Decision(Side.ASTERISK, TESTER), lambda *given: told.append(given[2].stays())
    )
    assert (done.left, done.changed, done.disabled) == ([], [], ["163"])
    assert "161 (password)" in told[0]
    now = rows(services)
    password = {n: services.cipher.decrypt(row.encrypted_secret) for n, row in now.items()}
    then = {n: services.cipher.decrypt(row.encrypted_secret) for n, row in today.items()}
    assert (now["161"].name, now["161"].context) == ("Robert", "from-internal")
    assert password["161"] != then["161"]
    assert (now["164"].name, password["164"] == then["164"]) == ("Eva", True)
    assert (now["162"].enabled, now["163"].enabled, now["163"].notes) == (True, False, "second floor")


def test_phones_become_what_the_database_has_but_for_those_that_are_named(day_after: Day) -> None:
    services = day_after.services
    done = day_after.settle(Side.DATABASE, "160", "165")
    assert done.left == []
    now, today = rows(services), day_after.today
    assert now.keys() == {"104", *(str(number) for number in range(160, 167))}
    assert done.by_hand == ["103"]
    for number in ("160", "165"):
        assert services.cipher.decrypt(now[number].encrypted_secret) == services.cipher.decrypt(
            today[number].encrypted_secret
        )
    assert (now["164"].name, now["162"].enabled, now["166"].enabled) == ("Eve", True, False)
    assert not notice.is_unsettled(services)
    with pytest.raises(Refusal, match="nothing to settle"):
        day_after.settle(Side.ASTERISK)


def test_who_is_interrupted_settles_once_more(day_after: Day, asterisk: Asterisk) -> None:
    asterisk.stop()
    with pytest.raises(AsteriskUnavailable):
        day_after.settle(Side.ASTERISK)
    assert notice.is_unsettled(day_after.services)
    asterisk.start()
    with pytest.raises(Refusal, match="phones stay as Asterisk has them, and that is not carried out"):
        day_after.settle(Side.DATABASE)
    with pytest.raises(Refusal, match="bin/flask settle asterisk carries it out; to decide anew"):
        day_after.settle(Side.ASTERISK, "160")
    with pytest.raises(
        PhonesAtRisk, match=r"until it is: on the server, .*/flask settle asterisk carries it out"
    ):
        publish(day_after.services)
    done = day_after.settle(Side.ASTERISK)
    assert (done.left, done.by_hand) == ([], ["103"])
    assert (done.ownerless, done.disabled) == (["101", "161", "164", "165"], ["162", "163"])
    decided = [
        each for each in audit.latest(day_after.services.database) if each.action.startswith("settled")
    ]
    assert len(decided) == 1
    assert block(day_after.services) == day_after.block
    assert not notice.is_unsettled(day_after.services)


def test_a_number_that_neither_has_is_refused_and_nothing_is_settled(day_after: Day) -> None:
    with pytest.raises(Refusal, match="neither the database nor Asterisk's files have 199"):
        day_after.settle(Side.ASTERISK, "199")
    assert notice.is_unsettled(day_after.services)
