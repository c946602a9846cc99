"""Pure: what one person's Home is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from handlers.number_names import Named
from handlers.slack.blocks import Block
from models.event import Event
from models.extension import Extension, State
from models.phone import Phone

MAX_OWN = 3  # extensions of one person that are shown
CALLS_SHOWN = 10
NOT_LIVE_SHOWN = 8


class Person(NamedTuple):
    """A line of the team list."""

    number: str
    name: str
    user_id: str | None = None
    registered: bool = False
    talking: bool = False
    enabled: bool = True
    state: State = State.LIVE


@dataclass(frozen=True)
class Team:
    """One page of the team list: `people` of those `found`, who have the text `search`. `total` counts all."""

    people: Sequence[Person] = ()
    found: int = 0
    total: int = 0
    registered: int = 0
    page: int = 1
    pages: int = 1
    search: str = ""


@dataclass(frozen=True)
class OwnExtension:
    """An extension of the person's."""

    extension: Extension
    registered: bool = False
    talking: bool = False
    phone: Phone | None = None  # that came or went last
    unseen: str = ""  # whose password it is that has not been shown yet, as password.key_of() has it; empty: it has been
    can_scan: bool = False  # softphones can be set up by a QR code
    turned_away: datetime | None = None  # when its phones were locked out, if none has come since


@dataclass(frozen=True)
class Trouble:
    """What admins are to know of the phone system. Lists hold the first of as many as are counted.

    `incidents`: what people read of each, and since when (epoch seconds). `deliveries`: HR's that wait for an admin, as
    they were asked.
    """

    asterisk: str | None = None  # why it does not answer
    listener: str | None = None  # why none runs
    incidents: Sequence[tuple[str, float]] = ()
    not_live: Sequence[Extension] = ()
    not_live_count: int = 0
    deliveries: Sequence[Sequence[Block]] = ()
    delivery_count: int = 0


@dataclass(frozen=True)
class HomeContent:
    """All of it. `names` are those of numbers, for calls; `trouble` is for admins alone."""

    admins: Sequence[str] = ()  # mentions of whom to ask
    own: Sequence[OwnExtension] = ()
    own_count: int = 0
    more: Sequence[Block] = ()  # of other parts
    calls: Sequence[Event] = ()
    names: Mapping[str, Named] = field(default_factory=dict)
    team: Team = Team()
    is_current: bool = True  # Asterisk answers, and somebody notes who comes and goes
    trouble: Trouble | None = None
