"""What all Homes are made from, read at once. Where two are equal, so are the Homes that are made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, cast

from sqlmodel import Session, col, not_, select

from handlers import health
from handlers.home import deliveries
from handlers.home.deliveries import Questions
from handlers.number_names import Named
from handlers.onboarding import password
from handlers.onboarding.assignment import employee_ref
from models import extension
from models.employee import DEPARTED_STAGES, Employee
from models.event import EventKind
from models.extension import BY_NUMBER, Extension, State
from models.incident import Incident
from models.password_handover import ON_PAGE, PasswordHandover
from models.phone import Phone
from pbx import history
from pbx.services import Services

ASTERISK_SECONDS = 1.5  # how long it may be silent


class Known(NamedTuple):
    """The columns of an extension that a Home needs: rows as objects would take ten times as long to read."""

    id: int
    number: str
    name: str
    email: str | None
    notes: str | None
    slack_user_id: str | None
    employee_ref: str | None
    transport: str
    enabled: bool
    state: State
    reason: str | None
    created_at: datetime
    has_phones: bool

    def as_extension(self) -> Extension:
        values = self._asdict()
        del values["has_phones"]
        return Extension(**values, encrypted_secret="", codecs=[])

    def mentions(self, folded: str) -> bool:
        fields = (self.number, self.name, self.email, self.notes)
        return any(folded in each.casefold() for each in fields if each)


@dataclass(frozen=True)
class Snapshot:
    """Extensions in order of number, and what is known of their phones. `stamp`: by which changes of them are noticed."""

    stamp: tuple[object, ...]
    extensions: tuple[Known, ...]
    registered: frozenset[str]
    talking: frozenset[str]
    unseen: Mapping[str, str]
    last_event: int
    asterisk: str | None  # why it does not answer
    listener: str | None  # why none runs
    incidents: tuple[tuple[str, float], ...]
    questions: Questions

    @property
    def is_current(self) -> bool:
        return self.asterisk is None and self.listener is None

    def is_registered(self, row: Known) -> bool:
        """Return False where a phone of the number is somebody else's, written by hand."""
        return row.enabled and row.has_phones and row.number in self.registered

    @cached_property
    def everybody(self) -> list[Known]:
        return [each for each in self.extensions if each.state is not State.DELETING]

    @cached_property
    def registered_count(self) -> int:
        return sum(map(self.is_registered, self.everybody))

    @cached_property
    def by_owner(self) -> dict[str, list[Known]]:
        """Return the extensions of each Slack user."""
        found: dict[str, list[Known]] = {}
        for each in self.extensions:
            if each.slack_user_id:
                found.setdefault(each.slack_user_id, []).append(each)
        return found

    @cached_property
    def not_live(self) -> list[Known]:
        return [each for each in self.extensions if each.state is not State.LIVE]

    @cached_property
    def names(self) -> dict[str, Named]:
        return {each.number: Named(each.name, each.created_at) for each in self.extensions}


def take(services: Services, asterisk: str | None, before: Snapshot | None = None) -> Snapshot:
    """Read it. `asterisk`: why_silent(). `before`: whose extensions serve again unless one has changed.

    Raises SQLAlchemyError.
    """
    listener = health.listener(services).get("listener")
    with services.database.session() as session:
        stamp = extension.stamp(session)
        return Snapshot(
            stamp,
            before.extensions if before and before.stamp == stamp else _extensions(session),
            registered=frozenset(session.exec(select(Phone.number).where(col(Phone.registered)))),
            talking=_talking(session),
            unseen=_unseen(session),
            last_event=history.latest_id(session),
            asterisk=asterisk,
            listener=listener,
            incidents=_incidents(session),
            questions=deliveries.questions(session),
        )


def why_silent(services: Services) -> str | None:
    """Ask Asterisk whether it is there; return what is wrong if it is not."""
    answer = health.ami(services, ASTERISK_SECONDS)
    return None if answer == health.OK else answer


def _extensions(session: Session) -> tuple[Known, ...]:
    names = [name for name in Known._fields if name != "has_phones"]
    columns = [getattr(Extension, name) for name in names]
    is_there = col(Extension.last_verified).is_not(None)
    rows = session.exec(select(*columns, is_there).order_by(*BY_NUMBER))  # type: ignore[call-overload] # as many as there are
    return tuple(map(Known._make, cast("list[tuple[object, ...]]", rows)))


def _talking(session: Session) -> frozenset[str]:
    calls = history.open_calls(session)
    talking = [call for call in calls if call.kind is EventKind.ANSWERED]
    return frozenset(number for call in talking for number in (call.number, call.peer))


def _unseen(session: Session) -> dict[str, str]:
    """Return who may have a password to see, as password.find() takes them, by employee_ref or the extension's id."""
    waits = col(Employee.secret_shown_at).is_(None), col(Employee.stage).not_in(DEPARTED_STAGES)
    employees = session.exec(select(Employee).where(*waits)).all()
    handed = session.exec(
        select(PasswordHandover).where(
            col(PasswordHandover.secret_shown_at).is_(None),
            not_(col(PasswordHandover.slack_user_id).startswith(ON_PAGE)),
        )
    ).all()
    return {employee_ref(each): password.key_of(each) for each in employees} | {
        str(each.extension_id): password.key_of(each) for each in handed
    }


def _incidents(session: Session) -> tuple[tuple[str, float], ...]:
    known = col(Incident.resolved).is_(False), col(Incident.notified_at).is_not(None)
    rows = session.exec(select(Incident).where(*known).order_by(col(Incident.subject)))
    return tuple((row.subject, row.since.timestamp()) for row in rows)
