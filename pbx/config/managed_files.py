"""Pure: the files as they are on disk: Switchhook's block between its markers, the administrator's bytes around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pbx import voicemail
from pbx.config.admin_config import AdminConfig
from pbx.config.blocks import Blocks
from pbx.config.parser import BLOCK
from pbx.errors import ConfigFileError

# The newline before the first marker is ours, so that a file without a final newline comes back as it was.
BEGIN = (
    b"\n; >>> Switchhook writes the lines from here to its closing mark. Change them with /ext in Slack.\n"
)
END = b"; <<< Switchhook ends here.\n"
PROVENANCE = re.compile(rb"; Written by database ([0-9a-f-]{36})(?:, write ([0-9]{1,9}))?\n")


class Provenance(NamedTuple):
    """Which database wrote a block, and how many times it had written by then."""

    identity: str
    writes: int = 0

    def __str__(self) -> str:
        return f"; Written by database {self.identity}, write {self.writes}\n"


@dataclass(frozen=True)
class ManagedFile:
    """A file's bytes, split at the markers; `block` is None where there is none yet."""

    path: Path
    before: bytes
    block: bytes | None
    after: bytes
    keeps_empty_block: bool = True  # else a block without lines leaves the file, marks and all
    end: bytes = END  # as it is there: empty where Asterisk took it out

    @property
    def written_by(self) -> Provenance | None:
        """Return which database wrote the block; None: there is none, or an older version wrote it, which did not say."""
        found = PROVENANCE.match(self.block or b"")
        return Provenance(found[1].decode(), int(found[2] or 0)) if found else None

    def is_of(self, provenance: Provenance) -> bool:
        """Return whether that database wrote it, whenever it did."""
        return self.written_by is not None and self.written_by.identity == provenance.identity

    @property
    def content(self) -> bytes:
        return self.before + self._marked + self.after

    @property
    def _marked(self) -> bytes:
        return b"" if self.block is None else BEGIN + self.block + self.end

    def has(self, text: str, provenance: Provenance) -> bool:
        """Return whether its block is this text already, and of that database."""
        return self.block is not None and self.block_text() == text and self.is_of(provenance)

    def written(self, text: str, provenance: Provenance) -> bytes:
        """Return what publishing makes of the file; one that has the text already stays as it is."""
        return self.content if self.has(text, provenance) else self.with_block(text, provenance)

    def with_block(self, text: str, provenance: Provenance) -> bytes:
        if not (text or self.keeps_empty_block):
            gap = b"\n" if self.before and self.after and not self.before.endswith(b"\n") else b""
            return self.before + gap + self.after
        return self.before + BEGIN + str(provenance).encode() + text.encode() + END + self.after

    def without_block(self) -> str:
        """Return what the administrator wrote, line numbers unchanged; an empty section stands for the block."""
        lines = 1 if self.block is None else self._marked.count(b"\n")
        block = b"\n[" + BLOCK.encode() + b"]" + b"\n" * (lines - 1)
        return (self.before + block + self.after).decode("utf-8", "replace")

    def block_text(self) -> str:
        """Return the block without the line that says which database wrote it."""
        block = self.block or b""
        provenance = PROVENANCE.match(block)
        return block[provenance.end() if provenance else 0 :].decode("utf-8", "replace")


@dataclass(frozen=True)
class ConfigOnDisk:
    """The files as they are on disk, and what the administrator wrote in them and beside them.

    voicemail.conf is None where it cannot be written, and `voicemail_obstacle` says why: mailboxes stay as they are then,
    and everything else is written.
    """

    pjsip: ManagedFile
    extensions: ManagedFile
    admin: AdminConfig
    # Whoever restored them was told which phones of theirs go again, as the database does not have those.
    is_restored: bool = False
    voicemail: ManagedFile | None = None
    voicemail_obstacle: str | None = None

    @property
    def provenances(self) -> list[Provenance]:
        files = [file for file, _ in self.texts(self.blocks)]
        return [provenance for file in files if (provenance := file.written_by)]

    @cached_property
    def blocks(self) -> Blocks:
        voicemail = self.voicemail.block_text() if self.voicemail else ""
        return Blocks(self.pjsip.block_text(), self.extensions.block_text(), voicemail)

    def texts(self, blocks: Blocks) -> list[tuple[ManagedFile, str]]:
        """Return each file with the text that its block is to have. voicemail.conf is among them once it has a block."""
        files = [(self.pjsip, blocks.pjsip), (self.extensions, blocks.extensions)]
        if self.voicemail and (blocks.voicemail or self.voicemail.block is not None):
            files.append((self.voicemail, blocks.voicemail))
        return files


def split(path: Path, content: bytes) -> ManagedFile:
    """Split a file at its markers. Raises ConfigFileError when they are not there once each, as they were written.

    The second may be missing below mailboxes: whoever changes the PIN of another by phone has Asterisk write the file
    anew, without the comment that ends it.
    """
    before, begin, rest = content.partition(BEGIN)
    block, end, after = rest.partition(END)
    pairs = {content.count(BEGIN.strip()), content.count(END.strip())}
    if pairs == {0}:
        return ManagedFile(path, content, None, b"")
    if begin and not end and content.count(BEGIN.strip()) == 1 and (found := _mailboxes(rest)):
        return ManagedFile(path, before, found, rest.removeprefix(found), end=b"")
    if pairs != {1} or not (begin and end):
        raise ConfigFileError(
            f"{path} does not have Switchhook's two marker lines as one pair, each on a line of its own: "
            f"restore them ({_quoted(BEGIN)} above Switchhook's lines, {_quoted(END)} below), or delete both and everything between them"
        )
    return ManagedFile(path, before, block, after)


def _quoted(mark: bytes) -> str:
    return f"“{mark.decode().strip()}”"


def _mailboxes(text: bytes) -> bytes:
    """Return the block of mailboxes that a text begins with; empty where lines of others may be among them."""
    provenance = PROVENANCE.match(text)
    begins = provenance.end() if provenance else 0
    length = len(voicemail.block_in(text[begins:].decode("latin-1")))  # a character for each byte
    return text[: begins + length] if length else b""
