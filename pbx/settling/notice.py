"""Notices that an older state of the database was put back, and holds what must not be done a second time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from sqlmodel import Session, col, select, update

from models import api_token, put_back, transfer
from models.audit import AuditEntry
from models.extension import Extension
from models.installation import ONLY, Installation
from models.types import now
from pbx.config import reader
from pbx.errors import ConfigFileError
from pbx.services import Services
from pbx.settling import decision, witness
from pbx.settling.decision import Decision
from pbx.settling.newer import Newer, by_acts
from pbx.settling.witness import Witness

log = logging.getLogger("switchhook.put_back")

UNSETTLED = "an older state of the database was put back"
OF_ANOTHER = "a backup of another installation was put back, as it seems"


def is_unsettled(services: Services) -> bool:
    """Return whether an older state was put back, and nobody has settled it. What is noticed now is held at once.

    Raises SQLAlchemyError.
    """
    seen = witness.read(services.settings)
    with services.database.session() as session:
        return _is_unsettled(session, seen)


def reason(services: Services) -> str | None:
    """Return why nothing is written until somebody says what counts, in words; None: it is. Raises SQLAlchemyError."""
    if not is_unsettled(services):
        return None
    with services.database.session() as session:
        decided, is_of_another = begun(session), put_back.is_of_another(session)
    return decided.not_ended if decided else OF_ANOTHER if is_of_another else UNSETTLED


def begun(session: Session) -> Decision | None:
    """Return what was decided since it was noticed, and is not carried out to its end; None: nothing."""
    entry = put_back.begun(session)
    return decision.of(entry) if entry else None


def look(services: Services) -> None:
    """Hold what must not be done a second time, if an older state was put back. Raises SQLAlchemyError."""
    is_unsettled(services)


def is_known(services: Services, identity: str) -> bool:
    """Return whether a database of that identity is, or was, the one here; also where nothing says which that is."""
    seen = witness.read(services.settings)
    known = {seen.identity, *seen.former} if seen else set()
    with suppress(ConfigFileError):
        known |= {each.identity for each in reader.read(services.settings).provenances}
    with services.database.session() as session:
        row = session.get(Installation, ONLY)
        known |= {row.identity} if row else set()
    return not identity or not known or identity in known


def remember(services: Services, identity: str) -> None:
    """Have a database of that identity be known to be the one here, however often its backup is restored."""
    with suppress(OSError, ConfigFileError):
        witness.remember(services.settings, identity)


def newer(session: Session) -> Newer:
    """Return what was changed here since an older state was noticed."""
    row = session.get(Installation, ONLY)
    if row is None or row.put_back_at is None:
        return Newer()
    updated = col(Extension.updated_at) > row.put_back_at
    return by_acts(acts(session), session.exec(select(Extension.number).where(updated)).all())


def acts(session: Session) -> Sequence[AuditEntry]:
    """Return what was done to extensions since an older state was noticed, oldest first."""
    row = session.get(Installation, ONLY)
    if row is None or row.put_back_at is None:
        return []
    since = col(AuditEntry.at) >= row.put_back_at, col(AuditEntry.number).is_not(None)
    return session.exec(select(AuditEntry).where(*since).order_by(col(AuditEntry.id))).all()


def tick(services: Services, session: Session) -> Witness | None:
    """Count on, and return what is to be written beside the database once this is committed; None: nothing is."""
    if _is_unsettled(session, witness.read(services.settings)):
        return None
    more = update(Installation).values(ticks=col(Installation.ticks) + 1)
    if not session.exec(more).rowcount:
        return None  # nothing was ever published
    return of(session)


def of(session: Session) -> Witness:
    """Return what is to be known of this state."""
    row = session.get_one(Installation, ONLY, populate_existing=True)
    return Witness(
        identity=row.identity,
        ticks=row.ticks,
        writes=row.writes,
        at=now().timestamp(),
        ids=transfer.highest_ids(session.connection()),
        revoked=tuple(api_token.revoked(session)),
    )


def note(services: Services, seen: Witness | None) -> None:
    """Write it; where that fails, publishing says why."""
    if seen:
        with suppress(OSError, ConfigFileError):
            witness.write(services.settings, seen)


def hold(services: Services) -> None:
    """Hold what an older state has due; for who has found in Asterisk's files that it is one."""
    seen = witness.read(services.settings)
    with services.database.session() as session:
        row = session.get(Installation, ONLY)
        if row and row.put_back_at is None:
            _hold(session, row, seen if seen and seen.identity == row.identity else None)


def _is_unsettled(session: Session, seen: Witness | None) -> bool:
    row = session.get(Installation, ONLY)
    if row is None:
        return False
    if row.put_back_at is None and seen and seen.is_later_than(row.identity, row.ticks, row.writes):
        _hold(session, row, seen)
        return True
    return row.put_back_at is not None


def _hold(session: Session, row: Installation, seen: Witness | None) -> None:
    """Do it once, whoever else notices at the same moment."""
    this = col(Installation.put_back_at).is_(None), col(Installation.id) == ONLY
    if not session.exec(update(Installation).where(*this).values(put_back_at=now())).rowcount:
        return
    log.error("an older state of the database was put back: nothing is published or posted that was due then")
    session.refresh(row)
    told_until = min(datetime.fromtimestamp(seen.at, UTC), now()) if seen else now()
    put_back.hold(session, told_until, seen.revoked if seen else ())
    put_back.raise_ids(session, seen.ids if seen else {})
    row.ticks = seen.ticks_from(row.ticks) if seen else row.ticks


def clear(services: Services) -> None:
    """Record that it is settled. What is known beside the database is of this state from now on.

    That comes first: while it shows a later state, the next look would hold everything once more.
    """
    before = witness.read(services.settings)
    with services.database.session() as session:
        row = session.get(Installation, ONLY)
        if row is None:
            return
        row.ticks = (before.ticks_from(row.ticks) if before else row.ticks) + 1
        session.flush()
        seen = of(session)
    note(services, seen)
    with services.database.session() as session:
        session.exec(update(Installation).values(put_back_at=None))
