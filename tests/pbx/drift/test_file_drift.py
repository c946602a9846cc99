"""Differences between the files and the database, in words."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.extension import State
from pbx.config.managed_files import ConfigOnDisk, ManagedFile
from pbx.config.version_history import FileSet, KeptVersion, digests
from pbx.drift import file_drift
from pbx.publishing.plan import Plan
from tests.pbx.config.texts import admin_config
from tests.pbx.publishing.rows import verified
from tests.pbx.publishing.test_plan import build

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
ROW = verified(state=State.LIVE)


def on_disk(todo: Plan, old: str = "", new: str = "") -> ConfigOnDisk:
    pjsip, extensions = (
        ManagedFile(Path(name), b"", (text.replace(old, new) if old else text).encode(), b"")
        for name, text in (("p", todo.blocks.pjsip), ("e", todo.blocks.extensions))
    )
    return ConfigOnDisk(pjsip, extensions, admin_config())


def test_equal_files_have_no_drift() -> None:
    todo = build(ROW)
    assert list(file_drift.drifts([ROW], todo, on_disk(todo))) == []


def test_an_edit_names_both_values() -> None:
    todo = build(ROW)
    (found,) = file_drift.drifts([ROW], todo, on_disk(todo, "qualify_frequency=60", "qualify_frequency=5"))
    assert (found.kind, found.subject, found.key) == ("edited", "101", "edited:101")
    assert "(qualify_frequency=5 instead of qualify_frequency=60)" in found.text


def test_what_may_be_a_secret_is_named_without_its_value() -> None:
    row = verified(state=State.LIVE, adopted_options={"endpoint": [["set_var", "DOOR_PIN=4711"]]})
    todo = build(row)
    edit = "set_var=DOOR_PIN=hush\n; Jane: hush\npasword=hush"
    (found,) = file_drift.drifts([row], todo, on_disk(todo, "set_var=DOOR_PIN=4711", edit))
    assert "(set_var=…, a comment, pasword=… instead of set_var=…)" in found.text


def test_a_removed_line_is_nothing_instead_of_it() -> None:
    todo = build(ROW)
    (found,) = file_drift.drifts([ROW], todo, on_disk(todo, "direct_media=no\n", ""))
    assert "(nothing instead of direct_media=no)" in found.text


def test_lines_of_no_extension_are_told_by_their_file() -> None:
    todo = build(ROW)
    edited = on_disk(todo, "bind=", "tos=3\nbind=")
    (found,) = file_drift.drifts([ROW], todo, edited)
    assert found.key == "edited:p"
    assert "(tos=… instead of nothing)" in found.text
    assert list(file_drift.drifts([ROW], todo, edited, some_wait=True)) == []


def test_of_many_edits_the_first_are_shown() -> None:
    todo = build(ROW)
    there = on_disk(todo)
    options = itertools.count()
    lines = re.sub("=(?=.)", lambda _: "=x" if next(options) % 2 else "=", there.pjsip.block_text()).encode()
    (found,) = file_drift.drifts(
        [ROW], todo, ConfigOnDisk(replace(there.pjsip, block=lines), there.extensions, there.admin)
    )
    assert found.text.count(" instead of ") == 5
    assert re.search(r" and \d more\): the next publish", found.text)


def test_a_file_without_a_block_is_said_with_the_version_that_has_it() -> None:
    there = on_disk(build(ROW))
    without = ConfigOnDisk(ManagedFile(Path("p"), b"", None, b""), there.extensions, there.admin)
    assert file_drift.gone(there) == []
    (path,) = file_drift.gone(without)
    drift = file_drift.without_block(path, "7", [])
    assert drift.key == "gone:p"
    assert "the next publish adds them again; flask restore-files 7 has the earlier file" in drift.text
    assert "are in no file any more, too (trunk): flask restore-files 7 goes back" in (
        file_drift.without_block(path, "7", ["trunk"]).text
    )


def test_only_edits_of_the_block_since_then_are_told() -> None:
    def version(name: str, at: datetime, edited: bool, *numbers: str) -> KeptVersion:
        return KeptVersion(
            name=name,
            kept_at=at,
            write=1,
            size=1,
            digests=digests(FileSet(b"", b"")),
            block_edited=edited,
            numbers=numbers,
        )

    kept = [
        version("1", AT - timedelta(days=9), True, "101"),
        version("2", AT, False),
        version("3", AT, True, "101", "102"),
        version("4", AT, True),
    ]
    first, second = file_drift.overwritten(kept, AT - timedelta(days=7))
    assert (first.key, second.key) == ("overwritten:3", "overwritten:4")
    assert "lines of 101, 102 were edited by somebody" in first.text
    assert "Switchhook's lines were edited by somebody" in second.text
