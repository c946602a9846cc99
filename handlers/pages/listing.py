"""/extensions: all of them, a page at a time, with how their phones are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request

from handlers import wording
from handlers.home.snapshot import Known, Snapshot
from handlers.home.snapshots import Snapshots
from handlers.pages import visitor
from handlers.pages.paging import page_asked_for
from handlers.pages.routes import Pages
from handlers.slack.roles import Role
from handlers.slack.signs import sign
from models.phone import Phone
from pbx import presence
from pbx.services import Services

PAGE_SIZE = 100
ASTERISK_ASKED_EVERY = 5.0  # seconds
MAX_SEARCH_LENGTH = 200


@dataclass(frozen=True)
class Row:
    """One line of the list. `phone`: the one that came or went last."""

    known: Known
    sign: str
    phone: Phone | None


@dataclass(frozen=True)
class Listing:
    """A page of the list: `found` of `total` extensions have what was searched for."""

    rows: Sequence[Row]
    search: str
    page: int
    pages: int
    found: int
    total: int
    registered: int
    trouble: str  # why what it shows may not be so


def add_routes(pages: Pages) -> None:
    services, snapshots = pages.services, Snapshots(pages.services)

    @pages.get("", Role.EVERYBODY, menu="Extensions")
    def listing() -> str:
        search = request.args.get("q", "").strip()[:MAX_SEARCH_LENGTH]
        shown = page_of(
            services,
            snapshots.take(ASTERISK_ASKED_EVERY),
            search,
            page_asked_for(),
            is_admin=visitor.current().is_admin,
        )
        return render_template("pages/listing.html", listing=shown)


def page_of(
    services: Services, known: Snapshot, search: str = "", page: int = 1, *, is_admin: bool
) -> Listing:
    """Return a page of the extensions that have the text, or the last one where there are fewer pages."""
    folded = search.casefold()
    found = [each for each in known.everybody if each.mentions(folded)] if folded else known.everybody
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(page, pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    with services.database.session() as session:
        phones = presence.phones_of(session, {each.number for each in shown})
    return Listing(
        rows=[_row(known, each, phones.get(each.number, ())) for each in shown],
        search=search,
        page=page,
        pages=pages,
        found=len(found),
        total=len(known.everybody),
        registered=known.registered_count,
        trouble=_trouble(known, is_admin),
    )


def _row(known: Snapshot, row: Known, phones: Sequence[Phone]) -> Row:
    registered = known.is_registered(row)
    shown = sign(
        row.enabled,
        row.state,
        is_known=known.is_current,
        is_registered=registered,
        is_talking=row.number in known.talking,
    )
    theirs = [each for each in phones if each.since >= row.created_at and each.registered == registered]
    return Row(row, shown, max(theirs, key=lambda each: each.since, default=None))


def _trouble(known: Snapshot, is_admin: bool) -> str:
    """Say why the phones may be otherwise than shown: to admins what it is, and to the others that they know nothing."""
    reason = known.asterisk or (f"the listener: {known.listener}" if known.listener else "")
    if not reason:
        return ""
    return wording.ended(reason if is_admin else wording.AWAY)
