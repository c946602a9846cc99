"""Pure: what was found to differ, and what was compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "files",  # they cannot be read, or Asterisk does not read them
    "foreign",  # another database, or a later state of this one, wrote the block
    "mailboxes",  # voicemail.conf cannot be written, so they stay as they are
    "gone",  # a file has no block any more
    "edited",  # lines of an extension are not as the database has them
    "overwritten",  # publish found such lines, and put them back
    "conflict",  # the administrator has the number, too
    "asterisk",  # Asterisk does not have an extension, or shows it differently
    "commented",  # the administrator's lines of phones that Switchhook does not have
    "phone",  # Asterisk has a phone that nobody owns
    "exten",  # or an exten or a hint
    "contact",  # or a registration
]


@dataclass(frozen=True)
class Drift:
    """One thing that differs. `text`: a sentence without its full stop, with what to do."""

    kind: Kind
    subject: str  # a number, file or version
    text: str

    @property
    def key(self) -> str:
        """Return by what it is told whether people heard of it already."""
        return f"{self.kind}:{self.subject}"


@dataclass(frozen=True)
class DriftReport:
    """What differs, and what was compared."""

    drifts: Sequence[Drift]
    extensions: int  # compared, in the files and in Asterisk
    waiting: int  # not compared, as they wait to be published, or were refused
    phones: int = 0  # that Asterisk has, of anybody
    extens: int = 0  # in the contexts of Switchhook's extensions
    contacts: int = 0
    overwritten: Sequence[Drift] = ()  # edits that publish has put back, so that nothing differs any more
    by_hand: Sequence[Drift] = ()  # phones of the administrator's, which is no drift
    unasked: str | None = None  # why Asterisk could not be asked
