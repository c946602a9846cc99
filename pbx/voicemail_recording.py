"""Reads the audio of one message, which is not that of another while Asterisk renames its files.

When a message is deleted, those behind it move up, audio first, with `.lock` in their folder for as long as it takes.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pbx import safe_files
from pbx.voicemail import CONTEXT, PLAYS_ANYWHERE
from pbx.voicemail_envelope import Envelope
from pbx.voicemail_spool import NEW_FOLDERS, OLD_FOLDER, content_of, envelopes, folder_of

FOLDERS = (*NEW_FOLDERS, OLD_FOLDER)
LOCK = ".lock"
LOCKED_FOR = 60.0  # seconds; an older lock is left over from a crash
MAX_BYTES = 20_000_000  # some twenty minutes of WAV
FORMATS = (PLAYS_ANYWHERE, "WAV", "gsm")  # WAV is what voicemail.conf calls wav49


@dataclass(frozen=True)
class Recording:
    """The audio of a message. `format` is what its file name ends with."""

    format: str
    content: bytes


class TooLarge(Exception):
    """Raised for a recording of more than MAX_BYTES in every format."""


def find(spool: Path, mailbox: str, message_id: str) -> Recording | None:
    """Return a message's audio, wherever in its mailbox it is by now; None: it was deleted.

    Raises TooLarge, and OSError while it may not be read or is being renamed.
    """
    with suppress(FileNotFoundError), safe_files.folder(spool / CONTEXT) as context:
        for name in FOLDERS:
            with suppress(FileNotFoundError), folder_of(context, mailbox, name) as folder:
                for envelope, text in envelopes(folder):
                    if envelope.id == message_id:
                        return _read(folder, text)
    return None


def envelopes_of(spool: Path, mailbox: str) -> dict[str, tuple[Envelope, bool]]:
    """Return the messages of a mailbox by their id, and whether each is new. Raises OSError where they may not be read."""
    found: dict[str, tuple[Envelope, bool]] = {}
    with suppress(FileNotFoundError), safe_files.folder(spool / CONTEXT) as context:
        for name in FOLDERS:
            with suppress(FileNotFoundError), folder_of(context, mailbox, name) as folder:
                found |= {each.id: (each, name in NEW_FOLDERS) for each, _ in envelopes(folder)}
    return found


def _read(folder: int, text: str) -> Recording | None:
    """Return the audio beside a text. Raises TooLarge, and OSError if it may be another's."""
    _must_be_free(folder)
    before = os.stat(text, dir_fd=folder, follow_symlinks=False)
    found = _first_format(folder, Path(text).stem)
    with suppress(FileNotFoundError):
        after = os.stat(text, dir_fd=folder, follow_symlinks=False)
        _must_be_free(folder)
        if os.path.samestat(before, after):
            return found
    raise BlockingIOError("the messages of the mailbox are being renamed")


def _must_be_free(folder: int) -> None:
    """Raise OSError while Asterisk renames files in the folder."""
    with suppress(FileNotFoundError):
        locked_at = os.stat(LOCK, dir_fd=folder, follow_symlinks=False).st_mtime
        if abs(time.time() - locked_at) < LOCKED_FOR:
            raise BlockingIOError("the mailbox is locked by Asterisk")


def _first_format(folder: int, stem: str) -> Recording | None:
    """Return the audio in the best format that is there; None: there is none. Raises TooLarge, OSError."""
    is_too_large = False
    for suffix in FORMATS:
        with suppress(FileNotFoundError):
            content = content_of(folder, f"{stem}.{suffix}", MAX_BYTES)
            if content:
                return Recording(suffix, content)
            is_too_large = is_too_large or content is None
    if is_too_large:
        raise TooLarge
    return None
