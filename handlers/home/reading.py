"""One person's Home, from what is known of all and a few rows of theirs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from handlers import sections
from handlers.home import team
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
from handlers.onboarding import password
from handlers.onboarding.linphone import TRANSPORTS
from handlers.sections import Section
from pbx import own_calls, presence
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
    mine = known.by_owner.get(user_id, [])
    with services.database.session() as session:
        own = [_own(services, session, known, each) for each in mine[:MAX_OWN]]
        calls = own_calls.latest(
            session, {each.number: each.created_at for each in mine[:MAX_OWN]}, CALLS_SHOWN
        )
    return HomeContent(
        admins=admins,
        own=own,
        own_count=len(mine),
        more=[block for section in _more() for block in section(services, user_id)],
        calls=calls,
        names=known.names,
        team=_team(known, page, search),
        is_current=known.is_current,
        trouble=_trouble(known) if is_admin else None,
    )


def _more() -> tuple[Section, ...]:
    return sections.SECTIONS + sections.IN_HOME_ALONE


def _own(services: Services, session: Session, known: Snapshot, mine: Known) -> OwnExtension:
    phone = presence.last_phone(session, mine.number, mine.created_at)
    return OwnExtension(
        mine.as_extension(),
        registered=known.is_registered(mine),
        talking=mine.number in known.talking,
        phone=phone,
        turned_away=None if phone else presence.turned_away(session, mine.number, mine.created_at),
        unseen=_unseen(services, known, mine),
        can_scan=bool(services.settings.public_url) and mine.transport in TRANSPORTS,
    )


def _unseen(services: Services, known: Snapshot, mine: Known) -> str:
    """Return whose password it is that can be shown; empty: nobody's, as it is not certain to be theirs, say."""
    for key in (known.unseen.get(str(mine.id)), known.unseen.get(mine.employee_ref or "")):
        found = password.find(services, key) if key else None
        if key and found and found[1].id == mine.id:
            return key
    return ""


def _team(known: Snapshot, page: int, search: str) -> Team:
    """Return the page, or the last one where there are fewer by now."""
    folded = search.casefold()
    found = [each for each in known.everybody if each.mentions(folded)] if folded else known.everybody
    pages = max(1, -(-len(found) // team.PAGE_SIZE))
    page = min(page, pages)
    shown = found[(page - 1) * team.PAGE_SIZE : page * team.PAGE_SIZE]
    return Team(
        people=[_person(known, each) for each in shown],
        found=len(found),
        total=len(known.everybody),
        registered=known.registered_count,
        page=page,
        pages=pages,
        search=search,
    )


def _person(known: Snapshot, row: Known) -> Person:
    return Person(
        row.number,
        row.name,
        row.slack_user_id,
        registered=known.is_registered(row),
        talking=row.number in known.talking,
        enabled=row.enabled,
        state=row.state,
    )


def _trouble(known: Snapshot) -> Trouble:
    return Trouble(
        asterisk=known.asterisk,
        listener=known.listener,
        incidents=known.incidents,
        not_live=[each.as_extension() for each in known.not_live[:NOT_LIVE_SHOWN]],
        not_live_count=len(known.not_live),
        deliveries=known.questions.blocks,
        delivery_count=known.questions.count,
    )
