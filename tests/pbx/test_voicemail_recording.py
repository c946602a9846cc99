"""A message's audio is its own, in the best format that there is, and never another's."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pbx import voicemail_recording
from pbx.voicemail_recording import MAX_BYTES, Recording, TooLarge, find
from tests.voicemail_files import leave, wav

MAILBOX = "102_abcdefgh"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "voicemail"


@pytest.mark.parametrize("folder", ["INBOX", "Urgent", "Old"])
def test_it_is_found_wherever_it_is(path: Path, folder: str) -> None:
    leave(path, MAILBOX, "1-0", folder=folder, index=7)
    leave(path, MAILBOX, "2-0", folder=folder, audio={"wav": wav(1)})
    assert find(path, MAILBOX, "1-0") == Recording("wav", wav(2))


def test_the_format_that_plays_anywhere_comes_first(path: Path) -> None:
    every = {"gsm": b"gsm", "WAV": b"wav49", "wav": wav(1)}
    while every:
        leave(path, MAILBOX, "1-0", audio=every)
        found = find(path, MAILBOX, "1-0")
        assert found
        assert (found.format, found.content) == list(every.items())[-1]
        path.joinpath("switchhook", MAILBOX, "INBOX", f"msg0000.{found.format}").unlink()
        del every[found.format]


def test_a_format_that_is_too_large_gives_way_to_a_smaller_one(path: Path) -> None:
    inbox = leave(path, MAILBOX, "1-0", audio={"WAV": b"wav49"}).parent
    with (inbox / "msg0000.wav").open("wb") as file:
        file.truncate(2_000_000_000)
    assert find(path, MAILBOX, "1-0") == Recording("WAV", b"wav49")
    (inbox / "msg0000.WAV").write_bytes(b"\x00" * (MAX_BYTES + 1))
    with pytest.raises(TooLarge):
        find(path, MAILBOX, "1-0")


def test_what_was_deleted_is_none(path: Path) -> None:
    assert find(path, MAILBOX, "1-0") is None
    leave(path, MAILBOX, "1-0", audio={})
    assert find(path, MAILBOX, "1-0") is None
    leave(path, MAILBOX, "1-0", audio={"wav": b""})
    assert find(path, MAILBOX, "1-0") is None


def test_a_link_in_the_place_of_the_audio_is_not_followed(path: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"root:")
    inbox = leave(path, MAILBOX, "1-0", audio={}).parent
    (inbox / "msg0000.wav").symlink_to(secret)
    assert find(path, MAILBOX, "1-0") is None


def test_while_asterisk_has_the_folder_it_waits_but_not_for_one_that_has_crashed(path: Path) -> None:
    lock = leave(path, MAILBOX, "1-0").with_name(".lock")
    lock.touch()
    with pytest.raises(OSError, match="locked by Asterisk"):
        find(path, MAILBOX, "1-0")
    before = time.time() - 3600
    os.utime(lock, (before, before))
    assert find(path, MAILBOX, "1-0") == Recording("wav", wav(2))


def test_audio_of_a_message_that_moved_up_while_it_was_read_is_not_taken_for_this_ones(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asterisk deletes the first of two and renames the second, between the look at the text and that at the audio."""
    first = leave(path, MAILBOX, "1-0", audio={"wav": wav(1, 1)})
    second = leave(path, MAILBOX, "2-0", index=1, audio={"wav": wav(1, 2)})
    read: Callable[[int, str], Recording | None] = voicemail_recording._first_format

    def renamed(folder: int, stem: str) -> Recording | None:
        second.with_suffix(".wav").rename(first.with_suffix(".wav"))
        second.rename(first)
        return read(folder, stem)

    monkeypatch.setattr(voicemail_recording, "_first_format", renamed)
    with pytest.raises(OSError, match="being renamed"):
        find(path, MAILBOX, "1-0")
