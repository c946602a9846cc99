"""Which versions are kept, and who is said to have changed what in between."""

from __future__ import annotations

from datetime import UTC, datetime

from pbx.config import version_history
from pbx.config.managed_files import BEGIN, END
from pbx.config.version_history import KEPT, ORIGINAL, FileSet, KeptVersion, LastWrite

AT = datetime(2026, 11, 26, tzinfo=UTC)


def files(by_hand: str, block: str | None) -> FileSet:
    content = by_hand.encode() + (b"" if block is None else BEGIN + block.encode() + END)
    return FileSet(content, b"")


def write(kept: list[KeptVersion], replaced: FileSet, last: LastWrite | None = None) -> KeptVersion | None:
    """Keep what is replaced, as before each write."""
    version = version_history.next_version(kept, last, replaced, AT, ("101",))
    if version:
        kept.append(version)
    for gone in version_history.surplus(kept):
        kept.remove(gone)
    return version


def test_the_state_before_the_first_write_is_the_original() -> None:
    version = write([], files("hand", None))
    assert version
    assert (version.name, version.block_edited, version.outside_edited, version.numbers) == (
        ORIGINAL,
        False,
        False,
        (),
    )


def test_a_first_version_with_a_block_is_no_original() -> None:
    version = write([], files("hand", "block"))
    assert version
    assert version.name == "1"


def test_equal_versions_are_not_kept_twice() -> None:
    kept: list[KeptVersion] = []
    assert write(kept, files("hand", None))
    assert write(kept, files("hand", None)) is None


def test_what_switchhook_wrote_is_no_edit_and_anything_else_is() -> None:
    kept: list[KeptVersion] = []
    write(kept, files("hand", None))
    wrote = LastWrite.of(files("hand", "one"))
    for found, edits in (
        (files("hand", "one"), (False, False, ())),
        (files("hand", "two"), (True, False, ("101",))),
        (files("more", "one"), (False, True, ())),
        (files("more", None), (False, True, ())),
        (FileSet(None, b""), (False, True, ())),
    ):
        version = version_history.next_version(kept, wrote, found, AT, ("101",))
        assert version
        assert (version.block_edited, version.outside_edited, version.numbers) == edits, found


def test_a_file_that_a_crash_left_as_it_was_is_not_edited() -> None:
    """One of the two had been replaced by then."""
    kept: list[KeptVersion] = []
    write(kept, FileSet(b"a", b"b"))
    version = write(kept, FileSet(b"a", b"new"), LastWrite.of(FileSet(b"newer", b"new")))
    assert version
    assert not version.outside_edited


def test_of_a_hundred_creates_the_last_ten_and_every_edit_stay() -> None:
    kept: list[KeptVersion] = []
    write(kept, files("first", None))
    for number in range(50):
        write(kept, files("first", str(number)), LastWrite.of(files("first", str(number))))
    for number in range(100):
        state = str(50 + number)
        write(kept, files("second", state), LastWrite.of(files("second" if number else "first", state)))
    states = [version.digests for version in kept]
    assert len(kept) == KEPT + 1
    assert kept[0].name == ORIGINAL
    assert states[1] == version_history.digests(files("first", "49"))
    assert states[-1] == version_history.digests(files("second", "149"))


def test_if_every_version_was_edited_the_oldest_goes() -> None:
    kept: list[KeptVersion] = []
    for number in range(KEPT + 3):
        write(kept, files(str(number), "block"), LastWrite.of(files("x", "block")))
    assert [version.name for version in kept] == [str(number) for number in range(4, KEPT + 4)]


def test_damaged_marks_are_a_state_like_any_other() -> None:
    damaged = FileSet(BEGIN + b"no end", b"")
    assert version_history.digests(damaged) != version_history.digests(FileSet(b"", b""))
