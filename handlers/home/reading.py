"""One person's Home, from what is known of all and a few rows of theirs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from handlers.home import sections, team
from handlers.home.content import (
    CALLS_SHOWN,
    MAX_OWN,
    NOT_LIVE_SHOWN,
    HomeContent,
    OwnExtension,
    Person,
    Team,
    Trouble,
)
from handlers.home.snapshot import Known, Snapshot
from handlers.onboarding.linphone import TRANSPORTS
from models.event import Event
from models.extension import State
from pbx import history, presence
from pbx.services import Services


def content_of(
    services: Services,
    known: Snapshot,
    user_id: str,
    *,
    page: int,
    search: str,
    admins: Sequence[str],
    is_admin: bool,
) -> HomeContent:
    """Return what somebody's Home shows. Raises SQLAlchemyError."""
    mine = [each for each in known.extensions if each.slack_user_id == user_id]
    with services.database.session() as session:
        own = [_own(services, session, known, each) for each in mine[:MAX_OWN]]
        calls = _calls(session, mine[:MAX_OWN])
    return HomeContent(
        admins=admins,
        own=own,
        own_count=len(mine),
        more=[block for section in sections.SECTIONS for block in section(services, user_id)],
        calls=calls,
        names={each.number: each.name for each in known.extensions} if calls else {},
        team=_team(known, page, search),
        is_current=known.is_current,
        trouble=_trouble(known) if is_admin else None,
    )


def _own(services: Services, session: Session, known: Snapshot, mine: Known) -> OwnExtension:
    unseen = known.unseen.get(mine.employee_ref or "")
    return OwnExtension(
        mine.as_extension(),
        registered=_is_registered(known, mine),
        talking=mine.number in known.talking,
        phone=presence.last_phone(session, mine.number, mine.created_at),
        unseen=unseen,
        can_scan=bool(services.settings.public_url) and mine.transport in TRANSPORTS,
    )


def _is_registered(known: Snapshot, row: Known) -> bool:
    """Return False where a phone of the number is somebody else's, written by hand."""
    return row.enabled and row.has_phones and row.number in known.registered


def _calls(session: Session, mine: Sequence[Known]) -> list[Event]:
    found = [
        call
        for each in mine
        for call in history.latest_calls(session, each.number, each.created_at, CALLS_SHOWN)
    ]
    by_id = {call.id or 0: call for call in found}  # between two of theirs it is one call
    return [by_id[each] for each in sorted(by_id, reverse=True)[:CALLS_SHOWN]]


def _team(known: Snapshot, page: int, search: str) -> Team:
    """Return the page, or the last one where there are fewer by now."""
    everybody = [each for each in known.extensions if each.state is not State.DELETING]
    folded = search.casefold()
    found = [each for each in everybody if each.mentions(folded)] if folded else everybody
    pages = max(1, -(-len(found) // team.PAGE_SIZE))
    page = min(page, pages)
    shown = found[(page - 1) * team.PAGE_SIZE : page * team.PAGE_SIZE]
    return Team(
        people=[
            Person(each.as_extension(), _is_registered(known, each), each.number in known.talking)
            for each in shown
        ],
        found=len(found),
        total=len(everybody),
        registered=sum(_is_registered(known, each) for each in everybody),
        page=page,
        pages=pages,
        search=search,
    )


def _trouble(known: Snapshot) -> Trouble:
    not_live = [each for each in known.extensions if each.state is not State.LIVE]
    return Trouble(
        asterisk=known.asterisk,
        listener=known.listener,
        incidents=known.incidents,
        not_live=[each.as_extension() for each in not_live[:NOT_LIVE_SHOWN]],
        not_live_count=len(not_live),
        deliveries=known.questions.blocks,
        delivery_count=known.questions.count,
    )
