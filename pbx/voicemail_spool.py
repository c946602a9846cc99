"""Finds the messages that Asterisk keeps: SPOOL/switchhook/MAILBOX/INBOX/msg0000.txt beside msg0000.wav.

Asterisk records into `tmp`, and moves a message into place with its text last, so one whose text is there is whole.
Links are followed nowhere below the spool.
"""

from __future__ import annotations

import logging
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pbx import safe_files, voicemail_envelope
from pbx.config import remedies
from pbx.voicemail import CONTEXT
from pbx.voicemail_envelope import Envelope

log = logging.getLogger("switchhook.voicemail")

NEW_FOLDERS = ("INBOX", "Urgent")
OLD_FOLDER = "Old"
SETTLED = 1.0  # seconds; a folder may change twice within one tick of the file system's clock
MAILBOX = re.compile(r"[0-9A-Za-z_-]{1,64}")
TEXT = re.compile(r"msg[0-9]{4,6}\.txt")
ON_ITS_MACHINE = (
    "have the listener run on the machine of Asterisk, and VOICEMAIL_SPOOL name the folder voicemail in what asterisk.conf "
    "has as astspooldir"
)


@dataclass(frozen=True)
class Found:
    """A message that is new to its owner."""

    mailbox: str
    envelope: Envelope


class Spool:
    """The folder of Switchhook's mailboxes; remembers which of them had nothing new."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._context = path / CONTEXT
        self._unreadable: Path | None = None  # the first that the last look could not read
        self._looked_at: dict[str, int] = {}  # by folder: when it was changed last
        self._remembered: dict[str, int] = {}

    def look(self) -> list[Found]:
        """Return the messages of all folders that have changed since they were remembered."""
        self._unreadable, self._looked_at = None, {}
        try:
            with safe_files.folder(self._context) as context:
                mailboxes = _names(context, MAILBOX)
                return [each for mailbox in mailboxes for each in self._in_mailbox(context, mailbox)]
        except FileNotFoundError:
            return []  # nobody has left a message yet
        except OSError:
            self._unreadable = self._context
            return []

    def _in_mailbox(self, context: int, mailbox: str) -> Iterator[Found]:
        for name in (f"{mailbox}/{folder}" for folder in NEW_FOLDERS):
            try:
                changed = os.stat(name, dir_fd=context).st_mtime_ns
                if self._remembered.get(name) != changed:
                    with folder_of(context, *name.split("/")) as folder:
                        yield from (Found(mailbox, envelope) for envelope, _ in envelopes(folder))
                    self._looked_at[name] = changed
            except PermissionError as error:
                self._unreadable = self._unreadable or self._context / name / _file_of(error)
            except OSError:
                continue  # it is not there (yet), or a link

    def remember(self) -> None:
        """Note that what look() returned is stored: it is returned again when its folder has changed."""
        settled = (time.time() - SETTLED) * 1e9
        self._remembered |= {name: at for name, at in self._looked_at.items() if at < settled}

    def forget(self) -> None:
        """Have look() return all messages once more."""
        self._remembered.clear()

    def problem(self) -> str | None:
        """Return why messages cannot be read, with what to do; None: they can, or there are none yet."""
        if self._unreadable:
            return f"{self._unreadable} may not be read by {remedies.user()}: {remedies.to_read(self._unreadable)}"
        if self.path.is_dir() or self.path.parent.is_dir():
            return None
        return f"{self.path} is not there: {ON_ITS_MACHINE}"

    def has_new(self, mailbox: str) -> bool:
        """Return whether a mailbox has new messages here; also if that may not be read, which problem() says."""
        try:
            with safe_files.folder(self._context) as context:
                return any(_has_text(context, mailbox, name) for name in NEW_FOLDERS)
        except FileNotFoundError:
            return False
        except OSError:
            return True


def _has_text(context: int, mailbox: str, name: str) -> bool:
    with suppress(FileNotFoundError), folder_of(context, mailbox, name) as folder:
        return bool(_names(folder, TEXT))
    return False


def _names(folder: int, pattern: re.Pattern[str]) -> list[str]:
    return sorted(filter(pattern.fullmatch, os.listdir(folder)))


def _file_of(error: OSError) -> str:
    """Return the name of the file that could not be opened; empty: it was the folder."""
    name = str(error.filename)
    return name if TEXT.fullmatch(name) else ""


@contextmanager
def folder_of(context: int, mailbox: str, name: str) -> Iterator[int]:
    """Open a folder of a mailbox. Raises OSError, also for a link."""
    with safe_files.folder_in(context, mailbox) as opened, safe_files.folder_in(opened, name) as folder:
        yield folder


def envelopes(folder: int) -> Iterator[tuple[Envelope, str]]:
    """Yield what the texts of a folder say, with their names. Raises PermissionError."""
    for name in _names(folder, TEXT):
        try:
            content = content_of(folder, name, voicemail_envelope.MAX_BYTES)
        except PermissionError:
            raise
        except OSError:
            continue  # moved or deleted meanwhile, or a link
        if content is None:
            log.warning("a voicemail's text is too large to be read", extra={"file": name})
        if content and (envelope := voicemail_envelope.parse(content)):
            yield envelope, name


def content_of(folder: int, name: str, most: int) -> bytes | None:
    """Return a file's content; None: it has more bytes than that. Raises OSError, FileNotFoundError also for a link."""
    if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        raise FileNotFoundError(f"{name} is no file")
    with os.fdopen(os.open(name, safe_files.READ, dir_fd=folder), "rb") as file:
        content = file.read(most + 1)
    return content if len(content) <= most else None
