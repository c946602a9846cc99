"""Why a row is refused before anything is written, and what is known of one that is not."""

from __future__ import annotations

import pytest

from models.employee import Employee, Stage
from models.fields import Changes
from models.types import now
from pbx import extensions
from pbx.bulk.check import check
from pbx.bulk.rows import Fault, Row, RowStatus
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.bulk.bulk_driver import fault, only, row, statuses, upserted
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import create_live, insert, states
from tests.slash_commands import TESTER


def test_what_cannot_be_read_is_refused_with_its_faults(services: Services) -> None:
    faults = (Fault("secret", "too short"), Fault("codecs", "unknown"))
    found = only(check(services, [Row(7, "101", None, faults)]))
    assert (found.status, found.faults, found.row.place) == (RowStatus.REFUSED, faults, 7)


def test_a_number_that_stands_twice_counts_once(services: Services) -> None:
    found = check(services, [row("101", 2), row("101", 5)])
    assert [each.status for each in found] == [RowStatus.CREATED, RowStatus.REFUSED]
    assert fault(found[1:]) == ("extension_number", "101 stands there twice: first at 2")


def test_a_new_extension_needs_a_name_and_a_known_one_does_not(services: Services) -> None:
    create_live(services, "101")
    found = check(services, [row("101", notes="x", name=None), row("102", 2, name=None)])
    assert statuses(found) == {"101": "changed", "102": "refused"}
    assert fault(found[1:])[0] == "name"


def test_who_gives_an_extension_to_somebody_else_reads_what_the_one_before_still_has(
    services: Services,
) -> None:
    insert(services, "101", slack_user_id="U0ALICE01", voicemail_enabled=True)
    found = check(services, [row("101", slack_user_id="U0BOB0001")])
    assert found[0].status is RowStatus.CHANGED
    password, mailbox = found[0].warnings
    assert "who had 101 until now still has its password" in password
    assert "the mailbox of 101 goes along" in mailbox
    with_another = row("101", slack_user_id="U0BOB0001", secret="AnotherPass12")
    assert [mailbox] == list(check(services, [with_another])[0].warnings)
    insert(services, "102")
    assert check(services, [row("102", slack_user_id="U0BOB0001")])[0].warnings == ()


def test_an_emergency_number_is_refused_and_one_outside_the_range_warned_of(services: Services) -> None:
    found = check(services, [row("112"), row("2001", 2)])
    assert "112 is an emergency number" in fault(found[:1])[1]
    assert found[1].status is RowStatus.CREATED
    assert "2001 is outside EXTENSION_RANGE" in found[1].warnings[0]


def test_a_number_whose_zeros_a_spreadsheet_has_taken_is_warned_of(services: Services) -> None:
    insert(services, "0109")
    found = check(services, [row("109"), row("110", 2), row("0109", 3, notes="x")])
    assert [len(each.warnings) for each in found] == [1, 0, 0]
    assert found[0].warnings[0].startswith("0109 is there already")


def test_hand_written_phones_are_refused_by_place(folder_asterisk: ServicesOn) -> None:
    services = folder_asterisk("[101]\ntype=endpoint\n")
    found = check(services, [row("101"), row("102", 2)])
    assert statuses(found) == {"101": "refused", "102": "created"}
    assert "written by hand at" in fault(found[:1])[1]


def test_what_asterisk_has_from_elsewhere_is_refused(services: Services, asterisk: Asterisk) -> None:
    asterisk.cli("dialplan add extension 101,1,NoOp() into from-internal")
    found = check(services, [row("101"), row("102", 2)])
    assert statuses(found) == {"101": "refused", "102": "created"}
    assert "the running dialplan already has 101@from-internal" in fault(found[:1])[1]


def test_phones_of_another_database_are_refused(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    create_live(services, "102")
    with services.database.session() as session:
        session.delete(extensions.get(services, "101"))
    found = check(services, [row("101"), row("102", 2, notes="x")])
    assert statuses(found) == {"101": "refused", "102": "changed"}
    assert "would lose its password" in fault(found[:1])[1]


def test_a_context_that_a_change_may_not_have_is_refused(folder_asterisk: ServicesOn) -> None:
    services = folder_asterisk(extensions_conf="[from-internal]\n[sales]\nexten => 101,1,NoOp()\n")
    create_live(services, "101")
    assert "written by hand at" in fault(check(services, [row("101", context="sales")]))[1]


def test_a_number_that_is_being_deleted_waits(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    asterisk.stop()
    extensions.delete(services, "101", by=TESTER)
    assert "is being deleted" in fault(check(services, [row("101")]))[1]
    asterisk.start()


def test_an_old_file_does_not_let_somebody_in_who_has_left_since(services: Services) -> None:
    create_live(services, "101")
    create_live(services, "102", enabled=False)
    extensions.disable(services, "101", by=TESTER)
    with services.database.session() as session:
        bob = Employee(source="standard", external_id="e1", name="Bob", number="101", stage=Stage.LEFT)
        session.add(bob.sqlmodel_update({"left_at": now()}))
    found = check(services, [row("101", enabled=True), row("102", 2, enabled=True)])
    assert statuses(found) == {"101": "refused", "102": "changed"}
    assert fault(found[:1])[0] == "enabled"
    assert "Bob, who left, still has the password of 101" in fault(found[:1])[1]
    new_secret = row("101", enabled=True, secret="An-other-1")
    assert only(upserted(services, [new_secret])).status is RowStatus.CHANGED


@pytest.mark.parametrize(("secret", "status"), [("The-first-1", "unchanged"), ("The-second-2", "changed")])
def test_a_secret_is_a_change_only_if_it_is_another(services: Services, secret: str, status: str) -> None:
    create_live(services, "101", secret="The-first-1")
    found = check(services, [row("101", secret=secret)])
    assert statuses(found) == {"101": status}
    assert "The-" not in repr(found)


def test_a_secret_that_cannot_be_read_any_more_is_replaced_by_the_one_given(services: Services) -> None:
    insert(services, "101", codecs=["ulaw", "alaw", "g722"], encrypted_secret="of a lost key")
    assert statuses(upserted(services, [row("101", secret="The-first-1")])) == {"101": "changed"}
    assert len(states(services)) == 1


def test_only_what_differs_overrides_options_of_an_adopted_phone(services: Services) -> None:
    create_live(services, "101", "Alice")
    encrypt = services.cipher.encrypt
    options = {"endpoint": [["callerid", encrypt(Changes(secret="Alice-of-old").secret)]]}
    with services.database.session() as session:
        session.add(extensions.get(services, "101").sqlmodel_update({"adopted_options": options}))
    same = only(check(services, [row("101", notes="x", transport="udp")]))
    assert same.extension is not None
    assert same.extension.adopted_options == options
    renamed = only(check(services, [row("101", name="Bob")]))
    assert renamed.extension is not None
    assert renamed.extension.adopted_options == {}
