"""Going back to an earlier version of the two files: what is said before is what happens then."""

from __future__ import annotations

import pytest

from models import audit
from models.extension import State
from pbx import extensions, restore_files, versions
from pbx.errors import ConfigFileError, Overtaken, Refusal
from pbx.publish import publish
from pbx.publishing import foreign_files, identity
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import create, create_live, has_exten, insert, shown, states, temporary_files
from tests.slash_commands import TESTER

pytestmark = pytest.mark.usefixtures("impatient")

MINE = "[mine]\ntype=endpoint\ncontext=door\n"


def names(services: Services) -> list[str]:
    return [version.name for version in versions.listed(services.settings)]


def restore(services: Services, name: str) -> restore_files.Restored:
    return restore_files.restore(services, restore_files.preview(services, name), by=TESTER)


def test_the_list_says_what_each_would_change(services: Services) -> None:
    create_live(services, "101")
    create_live(services, "102")
    path = services.settings.pjsip_path
    path.write_text(path.read_text() + MINE)
    extensions.delete(services, "101", by=TESTER)
    original, one, two = restore_files.listing(services)
    assert (original.effect.removed, original.effect.added) == (["102"], [])
    assert (one.effect.added, one.effect.removed) == (["101"], ["102"])
    assert (two.effect.added, two.effect.removed) == (["101"], [])
    assert [each.changes_other_lines for each in (original, one, two)] == [True, True, False]


def test_both_files_are_back_byte_for_byte_and_loaded(services: Services, asterisk: Asterisk) -> None:
    create_live(services, "101")
    create_live(services, "102")
    then = versions.current(services.settings)
    mode = services.settings.pjsip_path.stat().st_mode
    extensions.delete(services, "102", by=TESTER)
    now = versions.current(services.settings)
    assert restore(services, "2") == restore_files.Restored()
    assert versions.current(services.settings) == then
    assert services.settings.pjsip_path.stat().st_mode == mode
    assert "endpoint" in shown(services, "102")
    assert has_exten(services, "102")
    assert versions.read(services.settings, versions.listed(services.settings)[-1]) == now
    assert audit.latest(services.database)[0].action == "restored version 2 of Asterisk's files"
    assert temporary_files(asterisk.config_dir) == []


def test_the_next_publish_goes_on_from_the_database_as_was_said(services: Services) -> None:
    """The guard does not stop it: who restored was told that 102 goes again."""
    for number in ("101", "102"):
        create_live(services, number)
    extensions.delete(services, "102", by=TESTER)
    create_live(services, "103")
    preview = restore_files.preview(services, "2")
    assert preview.published
    assert (preview.published.removed, preview.published.added) == (["102"], ["103"])
    assert not preview.is_foreign
    restore_files.restore(services, preview, by=TESTER)
    assert foreign_files.why_blocked(services) is None
    publish(services)
    assert states(services) == {"101": State.LIVE, "103": State.LIVE}
    assert not shown(services, "102")
    assert "endpoint" in shown(services, "103")
    create_live(services, "102", "Bob")


def test_rows_that_vanish_later_are_still_guarded(services: Services) -> None:
    create_live(services, "101")
    extensions.rotate_secret(services, "101", by=TESTER)
    restore(services, "1")
    publish(services)
    insert(services, "102")
    publish(services)
    with services.database.session() as session:
        session.delete(extensions.get(services, "102"))
    assert "1 would go (102)" in (foreign_files.why_blocked(services) or "")


def test_a_newer_edit_of_the_administrators_is_shown_and_kept(services: Services) -> None:
    create_live(services, "101")
    path = services.settings.pjsip_path
    path.write_text(path.read_text() + MINE)
    edited = versions.current(services.settings)
    create_live(services, "102")
    assert names(services)[-1] == "1"
    preview = restore_files.preview(services, "original")
    assert "-[mine]" in preview.diff
    assert not any("password=" in line and "********" not in line for line in preview.diff)
    restore_files.restore(services, preview, by=TESTER)
    publish(services)
    assert MINE not in path.read_text()
    assert "endpoint" in shown(services, "101")
    assert not shown(services, "mine")
    kept = [versions.read(services.settings, each) for each in versions.listed(services.settings)]
    assert edited in kept
    assert restore(services, names(services)[-2]) == restore_files.Restored()
    assert MINE in path.read_text()
    assert "endpoint" in shown(services, "mine")


def test_a_version_of_before_a_phone_was_taken_over_has_it_by_hand_again(
    services: Services, asterisk: Asterisk
) -> None:
    path = services.settings.pjsip_path
    by_hand = path.read_text()
    path.write_text(by_hand + "[101]\ntype=endpoint\ncontext=door\n")
    create_live(services, "102")
    path.write_text(path.read_text().replace("[101]\ntype=endpoint\ncontext=door\n", ""))
    asterisk.cli("module reload res_pjsip.so")
    create_live(services, "101")
    preview = restore_files.preview(services, "original")
    assert [each.partition(":")[0] for each in preview.refused] == ["101 would be refused"]
    assert "written by hand" in preview.refused[0]
    restore_files.restore(services, preview, by=TESTER)
    publish(services)
    assert states(services) == {"101": State.FAILED, "102": State.LIVE}
    assert shown(services, "101")["endpoint"]["Context"] == "door"


def test_a_version_by_which_a_number_would_stand_twice_is_refused(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    extensions.delete(services, "101", by=TESTER)
    (asterisk.config_dir / "pjsip_wizard.conf").write_text("[101]\ntype=wizard\naccepts_auth=no\n")
    files = versions.current(services.settings)
    with pytest.raises(Refusal, match=r"has 101 .* at .*pjsip_wizard\.conf:1 .*flask ext adopt 101 first"):
        restore_files.preview(services, "1")
    assert versions.current(services.settings) == files


def test_a_file_that_was_removed_or_replaced_comes_back(services: Services) -> None:
    create_live(services, "101")
    create_live(services, "102")
    then = versions.read(services.settings, versions.listed(services.settings)[-1])
    path = services.settings.pjsip_path
    path.unlink()
    with pytest.raises(ConfigFileError):
        publish(services)
    assert restore(services, "1") == restore_files.Restored()
    assert versions.current(services.settings) == then
    path.write_text("; the package's own file\n")
    restore(services, "1")
    publish(services)
    assert states(services) == {"101": State.LIVE, "102": State.LIVE}


def test_a_version_that_another_database_wrote_stops_publishing_as_was_said(services: Services) -> None:
    create_live(services, "101")
    extensions.rotate_secret(services, "101", by=TESTER)
    identity.renew(services.database)
    publish(services, take_over=True)
    preview = restore_files.preview(services, "1")
    assert preview.is_foreign
    restore_files.restore(services, preview, by=TESTER)
    assert "another database" in (foreign_files.why_blocked(services) or "")
    assert "endpoint" in shown(services, "101")
    publish(services, take_over=True)
    assert foreign_files.why_blocked(services) is None


def test_an_edit_between_looking_and_restoring_is_not_lost(services: Services) -> None:
    create_live(services, "101")
    preview = restore_files.preview(services, "original")
    path = services.settings.pjsip_path
    path.write_text(path.read_text() + MINE)
    edited = versions.current(services.settings)
    with pytest.raises(Overtaken, match="look again"):
        restore_files.restore(services, preview, by=TESTER)
    assert versions.current(services.settings) == edited


def test_a_version_that_asterisk_does_not_take_is_said_to(services: Services, asterisk: Asterisk) -> None:
    path = services.settings.pjsip_path
    path.write_text(path.read_text() + "[mine]\ntype=endpoint\nnonsense=yes\n")
    create_live(services, "101")
    path.write_text(path.read_text().replace("[mine]\ntype=endpoint\nnonsense=yes\n", ""))
    asterisk.cli("module reload res_pjsip.so")
    assert restore(services, "original").missing == ("mine",)


def test_without_asterisk_the_files_are_back_all_the_same(services: Services, asterisk: Asterisk) -> None:
    before = versions.current(services.settings)
    create_live(services, "101")
    asterisk.kill()
    assert "is Asterisk running" in (restore(services, "original").unasked or "")
    assert versions.current(services.settings) == before


def test_what_could_not_be_published_afterwards_is_said(services: Services) -> None:
    create(services, "101")
    path = services.settings.pjsip_path
    path.write_text(path.read_text() + "[twice]\ntype=aor\n")
    create(services, "102")
    (path.parent / "more.conf").write_text("[twice]\ntype=aor\n")
    path.write_text("#include more.conf\n" + path.read_text().replace("[twice]\ntype=aor\n", ""))
    create_live(services, "103")
    path.write_text(path.read_text() + "[twice]\ntype=aor\n")
    edited = versions.current(services.settings)
    restore(services, "1")
    assert versions.read(services.settings, versions.listed(services.settings)[-1]) == edited
    assert "stands twice" in (restore_files.preview(services, names(services)[-1]).stopped or "")


def test_a_name_that_there_is_not_is_refused_with_those_that_there_are(services: Services) -> None:
    with pytest.raises(Refusal, match="none has been kept yet"):
        restore_files.preview(services, "original")
    create_live(services, "101")
    with pytest.raises(Refusal, match="there is no version 7: there are original"):
        restore_files.preview(services, "7")
