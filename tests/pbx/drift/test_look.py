"""Each way in which the phone system may drift from the database, made on a real Asterisk, is found and named."""

from __future__ import annotations

import pytest
from sqlmodel import col, update

from models.extension import Extension, State
from models.types import now
from pbx import extensions, versions
from pbx.drift.look import look
from pbx.publish import publish
from pbx.publishing import identity
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.conftest import ServicesOn
from tests.pbx.drift.drifting import TRUNK, append, found, reload, text
from tests.pbx.extension_driver import contents, create, create_live, insert, states
from tests.slash_commands import TESTER

pytestmark = pytest.mark.usefixtures("two")


def test_without_drift_it_says_what_was_compared_and_changes_nothing(
    services: Services, asterisk: Asterisk
) -> None:
    create(services, "103", enabled=False)
    append(services.settings.pjsip_path, TRUNK)
    append(services.settings.extensions_path, "[from-internal]\nexten => 9,1,Answer()\n")
    reload(asterisk)
    before, reloads = contents(services.settings), asterisk.reload_counts()
    report = look(services)
    assert report.drifts == report.by_hand == []
    assert (report.extensions, report.waiting, report.phones, report.contacts) == (3, 0, 3, 0)
    assert report.extens >= 3
    assert (contents(services.settings), asterisk.reload_counts()) == (before, reloads)


def test_edited_lines_are_named_with_what_they_are_instead(services: Services) -> None:
    path = services.settings.pjsip_path
    path.write_text(path.read_text().replace("max_contacts=1", "max_contacts=7", 1))
    path = services.settings.extensions_path
    path.write_text(path.read_text().replace("Dial(PJSIP/102,30)", "Dial(PJSIP/102,99)", 1))
    report = look(services)
    assert found(report) == [("edited", "101"), ("edited", "102")]
    assert "max_contacts=7 instead of max_contacts=1" in report.drifts[0].text
    assert "Dial(PJSIP/102,99)" in report.drifts[1].text
    assert "/ext set 101" in report.drifts[0].text


def test_an_edited_secret_is_not_shown(services: Services) -> None:
    path = services.settings.pjsip_path
    (line,) = [line for line in path.read_text().split("\n") if line.startswith("password=")][:1]
    path.write_text(path.read_text().replace(line, "password=SomethingElse1", 1))
    report = look(services)
    assert found(report) == [("edited", "101")]
    assert "SomethingElse1" not in text(report)
    assert line.partition("=")[2] not in text(report)


def test_an_edit_that_publish_put_back_is_told_for_a_week(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = services.settings.pjsip_path
    path.write_text(path.read_text().replace("max_contacts=1", "max_contacts=7", 1))
    publish(services)
    report = look(services)
    name = versions.listed(services.settings)[-1].name
    assert found(report) == []
    assert [each.key for each in report.overwritten] == [f"overwritten:{name}"]
    assert (
        f"lines of 101 were edited by somebody, and publish put them back at {now().astimezone():%Y}"
        in report.overwritten[0].text
    )
    assert f"flask restore-files {name}" in report.overwritten[0].text
    create_live(services, "103")
    assert look(services).overwritten == report.overwritten
    monkeypatch.setattr("pbx.drift.look.REMEMBERED", now() - now())
    assert look(services).overwritten == []


def test_a_replaced_file_has_lost_its_block(services: Services, asterisk: Asterisk) -> None:
    path = services.settings.extensions_path
    path.write_text("; the package's own\n[general]\n")
    asterisk.cli("dialplan reload")
    assert found(look(services)) == [("gone", "extensions.conf")]  # and not what follows for each extension
    publish(services)
    assert (found(look(services)), len(look(services).overwritten)) == ([], 1)


def test_a_replaced_file_has_lost_phones_of_the_administrators_with_its_block(
    services: Services, asterisk: Asterisk
) -> None:
    path = services.settings.pjsip_path
    before = path.read_text()
    append(path, TRUNK)
    create_live(services, "103")  # keeps the version with the trunk
    create_live(services, "104")
    path.write_text(before.partition("\n; >>>")[0])
    reload(asterisk)
    report = look(services)
    assert found(report) == [("gone", "pjsip.conf")]
    kept = versions.listed(services.settings)[-1].name
    assert f"in no file any more, too (provider): flask restore-files {kept} goes back" in text(report)


@pytest.mark.parametrize("how", ["removed", "symlink", "not included"])
def test_a_file_that_asterisk_or_publish_cannot_read_is_named(
    asterisk: Asterisk, services: Services, services_on: ServicesOn, how: str
) -> None:
    path = services.settings.pjsip_path
    if how == "not included":
        (path.parent / "own.conf").write_text("")
        report = look(services_on(asterisk, PJSIP_CONF="own.conf"))
        assert "add the line #include own.conf" in text(report)
    else:
        path.rename(path.with_name("moved"))
        if how == "symlink":
            path.symlink_to(path.with_name("moved"))
        report = look(services)
        assert ("is a symlink" if how == "symlink" else "does not exist") in text(report)
    assert found(report) == [("files", "both")]


def test_the_block_of_another_database_is_said_once(services: Services) -> None:
    identity.renew(services.database)
    with services.database.session() as session:
        session.exec(update(Extension).where(col(Extension.number) == "102").values(codecs=["alaw"]))
    report = look(services)
    assert (found(report), report.extensions) == ([("foreign", "both")], 0)
    assert "flask settle" in text(report)


def test_an_endpoint_that_asterisk_does_not_have_is_named(services: Services, asterisk: Asterisk) -> None:
    path = services.settings.pjsip_path
    ours = path.read_text()
    path.write_text(ours.partition("; Extension 102")[0] + "; <<< Switchhook ends here.\n")
    asterisk.cli("module reload res_pjsip.so")
    path.write_text(ours)
    report = look(services)
    assert found(report) == [("asterisk", "102")]
    assert "there is no endpoint 102" in text(report)


def test_a_value_that_asterisk_shows_differently_is_named(services: Services, asterisk: Asterisk) -> None:
    path = services.settings.pjsip_path
    ours = path.read_text()
    path.write_text(ours.replace("direct_media=no", "direct_media=yes", 1))
    asterisk.cli("module reload res_pjsip.so")
    path.write_text(ours)
    report = look(services)
    assert found(report) == [("asterisk", "101")]
    assert "direct_media is 'true' instead of 'false'" in text(report)


def test_steps_that_left_the_running_dialplan_are_named(services: Services, asterisk: Asterisk) -> None:
    asterisk.cli("dialplan remove extension 101@from-internal")
    report = look(services)
    assert found(report) == [("asterisk", "101")]
    assert "does not have 101@from-internal with its hint" in text(report)


def test_a_number_that_the_administrator_has_written_too_is_named(services: Services) -> None:
    append(services.settings.pjsip_path, "[101]\ntype=endpoint\n")
    report = look(services)
    assert found(report) == [("conflict", "101")]
    assert "101 was written by hand at" in text(report)
    assert (
        "Asterisk, started anew, would load no phone at all: flask publish takes Switchhook's lines out"
        in text(report)
    )
    publish(services)
    assert states(services)["101"] is State.FAILED


def test_what_waits_is_no_drift(services: Services) -> None:
    insert(services, "104")
    report = look(services)
    assert (found(report), report.waiting) == ([], 1)
    assert states(services)["104"] is State.PENDING


def test_a_disabled_extension_that_is_alive_is_named(services: Services, asterisk: Asterisk) -> None:
    path = services.settings.pjsip_path
    before = path.read_text()
    extensions.disable(services, "102", by=TESTER)
    after = path.read_text()
    path.write_text(before)
    asterisk.cli("module reload res_pjsip.so")
    path.write_text(after)
    report = look(services)
    assert found(report) == [("asterisk", "102")]
    assert "endpoint 102 is still there" in text(report)


def test_without_asterisk_the_files_are_compared_all_the_same(services: Services, asterisk: Asterisk) -> None:
    path = services.settings.pjsip_path
    path.write_text(path.read_text().replace("max_contacts=1", "max_contacts=7", 1))
    asterisk.kill()
    report = look(services)
    assert "is Asterisk running" in (report.unasked or "")
    assert [each.subject for each in report.drifts] == ["101"]
