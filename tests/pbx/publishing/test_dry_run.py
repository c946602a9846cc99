"""A dry run says what publish() then does, and does nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.extension import Extension, State
from models.installation import Installation
from models.nat import Nat
from pbx import config_files, extensions
from pbx.ami import connected
from pbx.publish import publish
from pbx.publishing import dry_run
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import contents, create, create_live, insert, states
from tests.slash_commands import TESTER


def everything(services: Services) -> list[Any]:
    with services.database.session() as session:
        rows = [each.model_dump() for each in session.exec(select(Extension))]
        rows += [each.model_dump() for each in session.exec(select(Installation))]
    folder = services.settings.asterisk_config_dir
    return [rows, sorted(folder.rglob("*")), [path.stat().st_mtime_ns for path in files(services)]]


def files(services: Services) -> list[Path]:
    return [services.settings.pjsip_path, services.settings.extensions_path]


def test_without_an_extension_there_is_nothing_to_do(services: Services) -> None:
    before = everything(services)
    assert not dry_run.look(services)
    assert everything(services) == before


def test_nat_that_waits_is_shown_also_without_an_extension(services: Services, asterisk: Asterisk) -> None:
    with services.database.session() as session:
        session.add(Nat(external_media_address="203.0.113.7"))
    before = everything(services)
    found = dry_run.look(services)
    assert "+external_media_address=203.0.113.7" in found.diff
    assert (found.reloads, found.conflict, everything(services)) == (
        ["res_pjsip", "pbx_config"],
        None,
        before,
    )
    publish(services)
    assert not dry_run.look(services)


def test_it_shows_the_files_as_they_are_written_then(services: Services, asterisk: Asterisk) -> None:
    insert(services, "101", "102")
    before, reloads = everything(services), asterisk.reload_counts()
    found = dry_run.look(services)
    assert (found.effect.added, found.verified, found.reloads) == (
        ["101", "102"],
        ["101", "102"],
        ["res_pjsip", "pbx_config"],
    )
    assert (everything(services), asterisk.reload_counts()) == (before, reloads)
    added = [line[1:] for line in found.diff if line.startswith("+") and not line.startswith("+++")]
    publish(services)
    with_blocks = [config_files.read(path).content.decode() for path in files(services)]
    secrets = [line for text in with_blocks for line in text.split("\n") if line.startswith("password=")]
    assert len(secrets) == 2
    written = [line for text in with_blocks for line in text.split("; >>>")[1].split("\n")[1:]]
    assert [line for line in added if line.startswith(("exten", "callerid", "auth="))] == [
        line for line in written if line.startswith(("exten", "callerid", "auth="))
    ]
    assert not any(secret in "\n".join(found.diff) for secret in secrets)
    assert not dry_run.look(services)


def test_a_change_and_a_removal_are_told_apart(services: Services, asterisk: Asterisk) -> None:
    for number in ("101", "102", "103"):
        create_live(services, number)
    asterisk.kill()
    extensions.rotate_secret(services, "101", by=TESTER)
    extensions.delete(services, "102", by=TESTER)
    away = dry_run.look(services)
    assert "is Asterisk running" in (away.unasked or "")
    asterisk.start()
    found = dry_run.look(services)
    for each in (away, found):
        assert (each.effect.changed, each.effect.removed, each.effect.unchanged) == (
            ["101"],
            ["102"],
            ["103"],
        )
        assert "+password=********  (another value)" in each.diff
    assert found.reloads == ["res_pjsip"]
    reloads = asterisk.reload_counts()
    publish(services)
    assert asterisk.reload_counts() == reloads | {"res_pjsip.so": reloads["res_pjsip.so"] + 1}


def test_edits_of_the_block_are_shown_as_put_back(services: Services) -> None:
    create_live(services, "101")
    path = services.settings.pjsip_path
    path.write_text(path.read_text().replace("max_contacts=1", "max_contacts=7"))
    found = dry_run.look(services)
    assert {"-max_contacts=7", "+max_contacts=1"} <= set(found.diff)
    assert found.effect.changed == found.verified == ["101"]
    assert states(services) == {"101": State.LIVE}


def test_who_is_refused_is_said_with_the_reason(services: Services) -> None:
    create_live(services, "101")
    insert(services, "102")
    insert(services, "103", encrypted_secret="unreadable")
    path = services.settings.pjsip_path
    path.write_text(path.read_text() + "[102]\ntype=endpoint\n")
    found = dry_run.look(services)
    assert [each.row.number for each in found.refused] == ["102"]
    assert "written by hand" in (found.refused[0].conflict or "")
    assert [each.row.number for each in found.waiting] == ["103"]
    assert states(services)["102"] is State.PENDING


def test_a_number_that_lives_in_asterisk_alone_is_refused_without_a_reload(
    services: Services, asterisk: Asterisk
) -> None:
    with connected(services.settings) as session:
        session.ask(
            Action="DialplanExtensionAdd",
            Context="from-internal",
            Extension="104",
            Priority="1",
            Application="Answer",
        )
    insert(services, "104")
    reloads = asterisk.reload_counts()
    found = dry_run.look(services)
    assert "already has 104@from-internal" in (found.refused[0].conflict or "")
    assert asterisk.reload_counts() == reloads


@pytest.mark.usefixtures("impatient")
def test_refused_extensions_are_tried_again_as_publishing_does(services: Services) -> None:
    insert(services, "102", codecs=["nonsense"])
    publish(services)
    before = contents(services.settings)
    found = dry_run.look(services)
    assert found.verified == ["102"]
    assert states(services) == {"102": State.FAILED}
    assert contents(services.settings) == before


def test_phones_at_risk_are_said(services: Services) -> None:
    create(services, "101")
    with services.database.session() as session:
        session.delete(session.exec(select(Extension)).one())
    found = dry_run.look(services)
    assert "1 would go (101)" in (found.conflict or "")
    assert "flask settle" in (found.conflict or "")
