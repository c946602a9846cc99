"""/extensions: all of them, a page at a time, with how their phones are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handlers import wording
from handlers.home.snapshot import Known, Snapshot
from handlers.home.snapshots import Snapshots
from handlers.pages import paging, visitor
from handlers.pages.routes import Pages
from handlers.slack.roles import Role
from handlers.slack.signs import sign
from models.phone import Phone
from pbx import presence
from pbx.services import Services

PAGE_SIZE = 100
ASTERISK_ASKED_EVERY = 5.0  # seconds
MAX_SEARCH_LENGTH = 200
# What the list can be narrowed to, by the signs that are shown then
STATES = {"registered": "🟢📞", "offline": "⚫", "disabled": "🚫", "not live": "🕓❌"}


@dataclass(frozen=True)
class Row:
    """One line of the list. `phone`: the one that came or went last. `turned_away`: when, if nothing is kept of it since."""

    known: Known
    sign: str
    phone: Phone | None
    turned_away: datetime | None


@dataclass(frozen=True)
class Listing:
    """A page of the list: `found` of `total` extensions have what was searched for, and are in that `state`, if it is one."""

    rows: Sequence[Row]
    search: str
    state: str
    page: int
    pages: int
    found: int
    total: int
    registered: int | None  # None: not known right now
    trouble: str  # why what it shows may not be so


def add_routes(pages: Pages) -> None:
    services, snapshots = pages.services, Snapshots(pages.services)

    @pages.get("/", Role.EVERYBODY)
    def listing_with_a_slash() -> Response:
        return redirect(url_for("pages.listing", q=request.args.get("q")), 303)

    @pages.get("", Role.EVERYBODY, menu="Extensions")
    def listing() -> str:
        search = request.args.get("q", "").strip()[:MAX_SEARCH_LENGTH]
        shown = page_of(
            services,
            snapshots.take(ASTERISK_ASKED_EVERY),
            search,
            paging.page_asked_for(),
            request.args.get("state", ""),
            is_admin=visitor.current().is_admin,
        )
        return render_template("pages/listing.html", listing=shown, states=list(STATES))


def page_of(
    services: Services, known: Snapshot, search: str = "", page: int = 1, state: str = "", *, is_admin: bool
) -> Listing:
    """Return a page of the extensions that have the text, or the last one where there are fewer pages.

    `state`: one of STATES; anything else is all of them.
    """
    found = _found(known, search.casefold(), STATES.get(state, ""))
    shown, page, pages = paging.part(found, PAGE_SIZE, page)
    with services.database.session() as session:
        phones = presence.phones_of(session, {each.number for each in shown})
        turned_away = presence.last_turned_away(
            session, {each.number for each in shown if each.number not in phones}
        )
    return Listing(
        rows=[_row(known, each, phones.get(each.number, ()), turned_away.get(each.number)) for each in shown],
        search=search,
        state=state if state in STATES else "",
        page=page,
        pages=pages,
        found=len(found),
        total=len(known.extensions),
        registered=known.registered_count if known.is_current else None,
        trouble=_trouble(known, is_admin),
    )


def _found(known: Snapshot, folded: str, signs: str) -> Sequence[Known]:
    """Return those that have the text and one of the signs; empty: any. Who waits to be deleted can still make calls."""
    found = [each for each in known.extensions if each.mentions(folded)] if folded else known.extensions
    return [each for each in found if _sign(known, each) in signs] if signs else found


def _sign(known: Snapshot, row: Known) -> str:
    return sign(
        row.enabled,
        row.state,
        is_known=known.is_current,
        is_registered=known.is_registered(row),
        is_talking=row.number in known.talking,
    )


def _row(known: Snapshot, row: Known, phones: Sequence[Phone], turned_away: datetime | None) -> Row:
    registered = known.is_registered(row)
    theirs = [each for each in phones if each.since >= row.created_at and each.registered == registered]
    latest = max(theirs, key=lambda each: each.since, default=None)
    is_its_own = turned_away is not None and turned_away >= row.created_at
    return Row(row, _sign(known, row), latest, turned_away if is_its_own else None)


def _trouble(known: Snapshot, is_admin: bool) -> str:
    """Say why the phones may be otherwise than shown: to admins what it is, and to the others that they know nothing."""
    reason = known.asterisk or (f"the listener: {known.listener}" if known.listener else "")
    if not reason:
        return ""
    return wording.ended(reason if is_admin else wording.AWAY)
