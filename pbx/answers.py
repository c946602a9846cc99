"""Pure: what the use cases answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pydantic import SecretStr

from models.audit import AuditEntry, Differences
from models.event import Event
from models.extension import Extension
from models.nat import Nat
from models.phone import Phone
from pbx.contact_status import Contact
from pbx.hint_states import Hint


@dataclass(frozen=True)
class ChangeResult:
    """What came of a change: the row as it is now (None: gone), its secret if that is new, and what to know besides."""

    extension: Extension | None
    secret: SecretStr | None = None
    warnings: tuple[str, ...] = ()  # a sentence each: it is done, and may not be what was meant
    changes: Differences | None = None  # of a change: what it was, before and after
    hint: Hint | None = None  # of a verification: what its lamp shows
    overtaken: bool = False  # it was changed again since: the row is not what was asked for
    since: AuditEntry | None = None  # the newest such change, if it is known


def is_given_away(changes: Differences) -> bool:
    """Return whether a change takes an extension from its Slack user, and leaves them its secret."""
    return changes.get("slack_user_id", [None])[0] is not None and "secret" not in changes


@dataclass(frozen=True)
class Day:
    """What an extension's day was like."""

    calls: int
    missed: int


@dataclass(frozen=True)
class Status:
    """An extension, its phones and its calls."""

    extension: Extension
    contacts: list[Contact] = field(default_factory=list)
    error: str | None = None  # why Asterisk could not be asked
    phone: Phone | None = None  # that came or went last
    calls: list[Event] = field(default_factory=list)  # the latest of each call that goes on
    today: Day | None = None
    hint: Hint | None = None  # what its lamp shows; None: Asterisk has no hint, or could not be asked
    status_since: datetime | None = None  # since when its owner's Slack status follows it; None: it does not
    starts: date | None = None  # the first day of the employee that it waits for
    names: Mapping[str, str] = field(default_factory=dict)  # of the extensions that it talks to
    turned_away: datetime | None = None  # when its phones were locked out, if none has come since

    @property
    def registered(self) -> bool:
        return any(contact.reachable for contact in self.contacts)


@dataclass(frozen=True)
class TransportStatus:
    """What one transport has of NAT. Places are `file:line`."""

    name: str
    is_verified: bool = False  # Asterisk showed what is set, and nothing else
    faults: tuple[str, ...] = ()  # what it showed differently
    own: tuple[
        str, ...
    ] = ()  # where the administrator has such options: those count, and Switchhook adds none
    obstacle: str | None = None  # why Switchhook cannot add to it


@dataclass(frozen=True)
class NatStatus:
    """What is set (None: nothing), and what Asterisk has of it."""

    nat: Nat | None
    transports: list[TransportStatus] = field(default_factory=list)
    error: str | None = None  # why it could not be published, or Asterisk not be asked
    not_live: int = 0  # extensions
    warnings: tuple[str, ...] = ()  # a sentence each: it may not be what was meant
    changes: Differences | None = None  # before and after, of a change

    @property
    def is_done(self) -> bool:
        """Return whether nothing of Asterisk's is known to differ, and at least one transport takes what is set."""
        differs = any(each.faults or each.obstacle for each in self.transports)
        is_nowhere = self.nat is not None and all(each.own for each in self.transports)
        return self.error is None and not differs and not is_nowhere
