"""Phones that were adopted, and that the database does not know: their own lines come back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from models import audit
from models.extension import State
from pbx import extensions, restore_files
from pbx.adoption import adopt, adopt_preview, release, release_preview, take_over
from pbx.config import version_history
from pbx.doctor import drift_checks
from pbx.drift.look import look
from pbx.errors import PhonesAtRisk
from pbx.publish import publish
from pbx.publishing import foreign_files
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.adoption import office
from tests.pbx.extension_driver import create_live, live, registers, states
from tests.slash_commands import TESTER


def backup(services: Services) -> Path:
    services.database.close()  # so that the file has all
    path = Path(services.database.engine.url.database or "")
    return Path(shutil.copy(path, path.with_suffix(".backup")))


def restore(services: Services, copy: Path) -> None:
    services.database.close()
    shutil.copy(copy, services.database.engine.url.database or "")


def take_over_files(services: Services) -> None:
    take_over.give_back(services, by=TESTER, typed="flask settle database")
    publish(services, take_over=True)


@pytest.fixture
def files(services: Services, asterisk: Asterisk) -> dict[str, bytes]:
    """What the administrator's files had before all phones were adopted, and a backup of then was restored."""
    create_live(services, "170")
    found = office.files(asterisk.config_dir)
    copy = backup(services)
    adopt.adopt(services, None, by=TESTER)
    create_live(services, "171")
    restore(services, copy)
    return found


def test_a_take_over_after_restoring_gives_phones_their_own_lines_back(
    services: Services, asterisk: Asterisk, files: dict[str, bytes]
) -> None:
    with pytest.raises(
        PhonesAtRisk,
        match=r"1 would go \(171\), 4 would go back to your own lines \(101, 102, 103, 104\)\. Nothing is written",
    ):
        publish(services)
    take_over_files(services)
    assert same(office.files(asterisk.config_dir), files)
    for number, password in office.PASSWORDS.items():
        registers(asterisk, number, password)
    assert not asterisk.cli("pjsip show endpoint 171").count("Endpoint:  171")
    assert states(services) == {"170": State.LIVE}
    assert look(services).drifts == []
    assert [(each.action, each.number) for each in audit.latest(services.database, "104")] == [
        ("released", "104")
    ]


def same(now: dict[str, bytes], before: dict[str, bytes]) -> bool:
    """But for how often they were written."""
    return {name: counted(content) for name, content in now.items()} == {
        name: counted(content) for name, content in before.items()
    }


def counted(content: bytes) -> list[bytes]:
    return [line for line in content.split(b"\n") if not line.startswith(b"; Written by database")]


@pytest.fixture
def lost(services: Services, asterisk: Asterisk) -> dict[str, bytes]:
    """The files of before; now 101 and 103 stand in none, as after a take-over by a version that gave nothing back."""
    files = office.files(asterisk.config_dir)
    copy = backup(services)
    adopt.adopt(services, ["101", "103"], by=TESTER)
    restore(services, copy)
    publish(services, take_over=True)
    assert "Endpoint:  101" not in asterisk.cli("pjsip show endpoint 101")
    return files


def test_phones_that_are_comments_alone_are_drift_and_can_be_released(
    services: Services, asterisk: Asterisk, lost: dict[str, bytes]
) -> None:
    (drift,) = look(services).drifts
    assert drift.text.startswith(
        "101, 103, adopted once and not in the database now, stand in no file but as comments, at"
    )
    assert f"at {asterisk.config_dir}/pjsip.conf:" in drift.text
    assert "flask ext release 101 103 brings them back" in drift.text
    (found,) = drift_checks.drift(services)
    assert found.remedy.startswith("flask ext release 101 103 brings them back")
    (refused,) = adopt_preview.preview(services, ["101"]).refused
    assert "/ext release 101 brings them back" in refused.reason

    assert list(release.release(services, ["101", "103"], by=TESTER).restored) == ["101", "103"]

    assert same(office.files(asterisk.config_dir), lost)
    registers(asterisk, "103", office.PASSWORDS["103"])
    assert look(services).drifts == []


def test_release_of_all_brings_back_what_is_comments_alone(
    services: Services, lost: dict[str, bytes]
) -> None:
    assert list(release_preview.preview(services, None).restored) == ["101", "103"]
    assert release_preview.numbers_of(services, release_preview.ADOPTED) == ["101", "103"]


def test_the_comments_of_a_deleted_extension_are_no_drift_and_come_back_when_asked_for(
    services: Services, asterisk: Asterisk
) -> None:
    adopt.adopt(services, ["101"], by=TESTER)
    extensions.delete(services, "101", by=TESTER)
    assert look(services).drifts == []
    assert list(release_preview.preview(services, None).restored) == []
    assert list(release.release(services, ["101"], by=TESTER).restored) == ["101"]
    registers(asterisk, "101", office.PASSWORDS["101"])


def test_an_extension_that_was_written_by_hand_once_more_is_released(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "170")
    with (asterisk.config_dir / "pjsip.conf").open("a") as file:
        file.write("\n[170]\ntype=endpoint\ncontext=from-internal\nallow=ulaw\n")
    publish(services)
    assert states(services) == {"170": State.FAILED}
    assert list(release.release(services, None, by=TESTER).restored) == ["170"]
    assert states(services) == {}
    text = (asterisk.config_dir / "pjsip.conf").read_text()
    assert text.endswith("\n[170]\ntype=endpoint\ncontext=from-internal\nallow=ulaw\n")
    assert text.count("[170]") == 1
    assert "Endpoint:  170" in asterisk.cli("pjsip show endpoint 170")


def test_restoring_the_original_names_the_phones_whose_lines_stay_comments(
    services: Services, asterisk: Asterisk
) -> None:
    adopt.adopt(services, None, by=TESTER)
    original = restore_files.preview(services, version_history.ORIGINAL)
    assert original.gone == ["103", "104"]
    restore_files.restore(services, original, by=TESTER)
    shown = asterisk.cli("pjsip show endpoints")
    assert [number for number in office.PASSWORDS if f"Endpoint:  {number}" not in shown] == original.gone
    publish(services)
    assert {number: state.name for number, state in states(services).items()} == {
        "101": "FAILED", "102": "FAILED", "103": "LIVE", "104": "LIVE",
    }  # fmt: skip
    assert list(release.release(services, None, by=TESTER).restored) == ["101", "102", "103", "104"]
    assert states(services) == {}
    registers(asterisk, "104", office.PASSWORDS["104"])


def test_who_was_locked_out_since_a_backup_does_not_come_back_with_a_take_over(
    services: Services, asterisk: Asterisk
) -> None:
    copy = backup(services)
    adopt.adopt(services, ["101", "104"], by=TESTER)
    live(extensions.disable(services, "101", by=TESTER))
    restore(services, copy)
    _, effect = foreign_files.preview(services)
    assert (effect.removed, effect.returned) == ([], ["104"])
    take_over_files(services)
    assert "Endpoint:  101" not in asterisk.cli("pjsip show endpoints")
    registers(asterisk, "104", office.PASSWORDS["104"])
    assert [drift.subject for drift in look(services).drifts] == ["101"]
