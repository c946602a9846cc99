"""/extensions/audit: who changed what, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request

from handlers import audit_messages
from handlers.pages import filters, paging, people
from handlers.pages.routes import Pages
from handlers.slack.roles import Role
from models import audit
from models.actor import MAX_ACTOR_LENGTH, Actor
from models.number import ascii_digits
from pbx.services import Services

PAGE_SIZE = 50
MAX_NUMBER_LENGTH = 20


@dataclass(frozen=True)
class Act:
    """One act: `actor`, whom a page can be asked for, `who` they are, and `what` they did."""

    at: datetime
    actor: str
    who: str
    what: str


@dataclass(frozen=True)
class Trail:
    """A page of acts, newest first. `asked`: for what; `actor_name`: whose alone; `older`: from where on there are more."""

    acts: Sequence[Act]
    asked: Mapping[str, str]
    errors: Mapping[str, str]
    actor_name: str = ""
    older: int | None = None


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.get("/audit", Role.ADMIN, menu="Audit")
    def audit_trail() -> str:
        return render_template("pages/audit.html", trail=trail(services, request.args))


def trail(services: Services, given: Mapping[str, str]) -> Trail:
    """Return the page that is asked for. Raises SQLAlchemyError."""
    days = filters.days(given)
    number = ascii_digits(filters.text(given, "number", MAX_NUMBER_LENGTH))
    actor = filters.text(given, "actor", MAX_ACTOR_LENGTH)
    asked = dict(days.typed) | {"number": number, "actor": actor}
    if days.errors:
        return Trail((), asked, days.errors)
    found = audit.page(
        services.database,
        before=filters.row_id(given.get("before", "")),
        since=days.since,
        until=days.until,
        actor=actor or None,
        number=number or None,
        limit=PAGE_SIZE + 1,
    )
    shown, older = paging.older(found, PAGE_SIZE)
    with services.database.session() as session:
        whose = people.names(session, {Actor.parse(each) for each in (*(row.actor for row in shown), actor)})
    acts = [
        Act(each.at, each.actor, whose[Actor.parse(each.actor)], audit_messages.act(each)) for each in shown
    ]
    return Trail(acts, asked, {}, whose[Actor.parse(actor)] if actor else "", older)
