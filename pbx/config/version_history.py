"""Pure: earlier states of the files, who changed what in between, and which of them are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from pbx.config.blocks import Blocks
from pbx.config.managed_files import ManagedFile, split
from pbx.errors import ConfigFileError

KEPT = 10  # besides the original
ORIGINAL = "original"


class FileSet(NamedTuple):
    """The bytes of pjsip.conf, extensions.conf and voicemail.conf, None for a file that is not there.

    voicemail.conf counts as not there where nothing of Switchhook's is or was written to it.
    """

    pjsip: bytes | None
    extensions: bytes | None
    voicemail: bytes | None = None


class Digest(NamedTuple):
    """What tells two states of one file apart: all of it, Switchhook's block, and the administrator's lines around that."""

    content: str
    block: str
    outside: str


class Digests(NamedTuple):
    """The digests of the files; older versions kept none of voicemail.conf."""

    pjsip: Digest
    extensions: Digest
    voicemail: Digest = Digest("", "", "")

    @property
    def outside(self) -> tuple[str, ...]:
        return tuple(file.outside for file in self)


def digests(files: FileSet) -> Digests:
    return Digests(*map(_digest, files))


def managed(path: Path, content: bytes | None) -> ManagedFile | None:
    """Return the file split at its marks; None where somebody damaged them."""
    try:
        return split(path, content or b"")
    except ConfigFileError:
        return None


def blocks(files: FileSet) -> Blocks:
    """Return Switchhook's lines in the files; none where the marks are damaged."""
    texts = [file.block_text() if (file := managed(Path(), content)) else "" for content in files]
    return Blocks(*texts)


def _write_number(files: FileSet) -> int:
    found = [file for content in files if (file := managed(Path(), content))]
    return max((file.written_by.writes for file in found if file.written_by), default=0)


def _digest(content: bytes | None) -> Digest:
    whole, file = _sha256(content), managed(Path(), content)
    if file is None:
        return Digest(whole, whole, whole)
    block = None if file.block is None else file.block_text().encode()
    outside = None if content is None else file.before + b"\0" + file.after
    return Digest(whole, _sha256(block), _sha256(outside))


def _sha256(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()


class LastWrite(BaseModel):
    """What Switchhook itself wrote last, noted before it did.

    `restored`: it was an earlier version, whose phones that the database does not have may go, as whoever restored it
    was told.
    """

    model_config = ConfigDict(frozen=True)

    digests: Digests
    restored: bool = False

    @classmethod
    def of(cls, written: FileSet, *, restored: bool = False) -> LastWrite:
        return cls(digests=digests(written), restored=restored)


class KeptVersion(BaseModel):
    """One earlier state of the files."""

    model_config = ConfigDict(frozen=True)

    name: str  # ORIGINAL, or a number that counts up
    kept_at: datetime
    write: int  # as the blocks say; 0: there was none
    size: int  # bytes of all files
    digests: Digests
    block_edited: bool = False  # somebody else had changed Switchhook's lines since its last write
    outside_edited: bool = False  # or the lines around them
    numbers: tuple[str, ...] = ()  # the extensions whose lines had been changed


def next_version(
    kept: Sequence[KeptVersion],
    last: LastWrite | None,
    replaced: FileSet,
    at: datetime,
    numbers: Sequence[str],
) -> KeptVersion | None:
    """Return the version to keep before a write; None: it is kept already.

    `kept`: the oldest first; `numbers`: the extensions whose lines were found changed.
    """
    state = digests(replaced)
    if kept and kept[-1].digests == state:
        return None
    # A crash may have left either file as it was before the last write.
    known = [each.digests for each in kept[-1:]] + ([last.digests] if last else [])
    block_edited, outside_edited = _edited(state, known)
    return KeptVersion(
        name=ORIGINAL if not kept and not any(file.block for file in state) else _next_number(kept),
        kept_at=at,
        write=_write_number(replaced),
        size=sum(len(content or b"") for content in replaced),
        digests=state,
        block_edited=block_edited,
        outside_edited=outside_edited,
        numbers=tuple(numbers) if block_edited else (),
    )


def _edited(state: Digests, known: Sequence[Digests]) -> tuple[bool, bool]:
    """Return whether a block, and whether the lines around it, are as in none of the known states."""
    # Nobody edited a file that only now begins, or ceases, to be Switchhook's: voicemail.conf.
    known = [
        each
        if each.voicemail.content and state.voicemail.content
        else each._replace(voicemail=state.voicemail)
        for each in known
    ]
    files = [(file, [each[index] for each in known]) for index, file in enumerate(state)]
    return (
        bool(known) and any(file.block not in [each.block for each in states] for file, states in files),
        bool(known) and any(file.outside not in [each.outside for each in states] for file, states in files),
    )


def _next_number(kept: Sequence[KeptVersion]) -> str:
    return str(max((int(version.name) for version in kept if version.name != ORIGINAL), default=0) + 1)


def surplus(versions: Sequence[KeptVersion]) -> list[KeptVersion]:
    """Return which versions, the oldest first, are not kept any longer; the original always is.

    First to go is the oldest that nobody edited and that is followed by one with the same lines of the administrator's:
    a hundred creates leave the states before and after each of their edits.
    """
    left, gone = [version for version in versions if version.name != ORIGINAL], list[KeptVersion]()
    while len(left) > KEPT:
        same = (older for older, newer in pairwise(left) if _is_step(older, newer))
        gone.append(next(same, left[0]))
        left.remove(gone[-1])
    return gone


def _is_step(older: KeptVersion, newer: KeptVersion) -> bool:
    """Return whether only Switchhook's lines changed from one version to the next, by Switchhook alone."""
    edited = older.block_edited or older.outside_edited
    return not edited and older.digests.outside == newer.digests.outside
