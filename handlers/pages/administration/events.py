"""/extensions/events: what happened on the phone system, a page at a time, the latest as it happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request

from handlers import event_lines, number_names
from handlers.alerts import routing
from handlers.alerts.login_messages import WHY
from handlers.api.event_queries import Wanted, before
from handlers.number_names import Named
from handlers.pages import filters, paging, people
from handlers.pages.extensions import call_lines
from handlers.pages.routes import Pages
from handlers.pages.template_tools import cut
from handlers.slack.modals.alert_form import TOPICS
from handlers.slack.roles import Role
from models import event
from models.event import CALLS, REGISTRATIONS, Event, EventKind
from models.number import ascii_digits
from pbx.services import Services

PAGE_SIZE = 100
MAX_ACCOUNT_LENGTH = 255  # a failed login is about whatever a stranger took for an account
KINDS: dict[str, frozenset[EventKind]] = {
    routing.CALLS: frozenset(CALLS),
    routing.REGISTRATIONS: frozenset(REGISTRATIONS),
    routing.SECURITY: frozenset({EventKind.LOGIN_FAILED}),
}
CHOICES = (("", "Everything"), *((topic, TOPICS[topic]) for topic in KINDS))


@dataclass(frozen=True)
class Happened:
    """One event: its sentence, and whose numbers they were then, of those that are extensions."""

    event: Event
    sentence: str
    name: str
    peer_name: str

    @property
    def caller_name(self) -> str:
        """Return what a caller from outside is called."""
        return "" if self.peer_name else self.event.peer_name

    @property
    def is_alarming(self) -> bool:
        """Return whether somebody should look at it."""
        return self.event.kind is EventKind.LOGIN_FAILED


@dataclass(frozen=True)
class Happenings:
    """A page of events, newest first. `asked`: for what; `older`: from where on there are more."""

    events: Sequence[Happened]
    asked: Mapping[str, str]
    errors: Mapping[str, str]
    older: int | None = None


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.get("/events", Role.ADMIN, menu="Events")
    def events() -> str:
        found = happenings(services, request.args)
        return render_template("pages/events.html", found=found, choices=CHOICES)


def happenings(services: Services, given: Mapping[str, str]) -> Happenings:
    """Return the page that is asked for. Raises SQLAlchemyError."""
    days, kind = filters.days(given), given.get("kind", "")
    number = ascii_digits(filters.text(given, "number", MAX_ACCOUNT_LENGTH))
    asked = dict(days.typed) | {"kind": kind if kind in KINDS else "", "number": number}
    if days.errors:
        return Happenings((), asked, days.errors)
    wanted = Wanted(frozenset(KINDS.get(kind, ())), number)
    with services.database.session() as session:
        begins = filters.row_id(given.get("before", ""))
        if begins is None and days.until:
            begins = event.first_since(session, days.until)
        shown, older = paging.older(before(session, wanted, begins, days.since, PAGE_SIZE + 1), PAGE_SIZE)
        known = people.of_numbers(session, {each for row in shown for each in (row.number, row.peer)})
    return Happenings([_happened(row, known) for row in shown], asked, {}, older)


def _sentence(row: Event) -> str:
    """Return what happened, without the names that Asterisk has for it: they are on the command line.

    Long words are cut, so that a stranger's account leaves room for the other columns.
    """
    if row.kind is EventKind.ENDED:
        return f"📞 Call ended: {call_lines.outcome(row)}"
    why = WHY.get(row.reason, row.reason)
    told = row if why == row.reason else Event(**row.model_dump() | {"reason": why})
    return " ".join(map(cut, event_lines.line(told).split(" ")))


def _happened(row: Event, known: dict[str, Named]) -> Happened:
    name, peer_name = (number_names.name_at(known, each, row.at) for each in (row.number, row.peer))
    return Happened(row, _sentence(row), name, peer_name)
