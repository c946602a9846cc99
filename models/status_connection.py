"""The status_connection table: who lets their Slack status say that they are on a call, and what it says by now.

What a status should be is written here before Slack is told, so that a crash leaves nothing behind that is not known.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, or_
from sqlmodel import Field, Session, SQLModel, col, delete, select, update

from models.database import Database
from models.encryption import SecretCipher
from models.errors import SecretUnreadable
from models.extension import BY_NUMBER, Extension, is_of
from models.types import UtcDateTime, now

EXPIRATIONS_KEPT = 2  # what Slack has is the last, or the one before if a crash came in between


class StatusConnection(SQLModel, table=True):
    """One person. `encrypted_token` is theirs: it reads and sets their profile, and can do nothing else."""

    __tablename__ = "status_connection"

    slack_user_id: str = Field(primary_key=True, max_length=32)
    encrypted_token: str = Field(repr=False)
    connected_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    is_shown: bool = False  # their status may be ours
    # The status_expiration of ours, epoch seconds: by it ours is known from theirs
    expirations: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    is_ending: bool = False  # they disconnect: the token is for taking everything back


def find(session: Session, user_id: str) -> StatusConnection | None:
    """Return somebody's connection; None: they have none, or are disconnecting."""
    row = session.get(StatusConnection, user_id)
    return None if row is None or row.is_ending else row


def save(session: Session, user_id: str, encrypted_token: str) -> None:
    """Connect somebody, again if they are connected."""
    values: dict[str, Any] = {"encrypted_token": encrypted_token, "is_ending": False, "connected_at": now()}
    this = col(StatusConnection.slack_user_id) == user_id
    # Not read first: it may be deleted in between, as when somebody connects while they disconnect.
    if not session.exec(update(StatusConnection).where(this).values(**values)).rowcount:
        session.add(StatusConnection(slack_user_id=user_id, **values))


def numbers_of(session: Session, user_id: str) -> list[str]:
    """Return the extensions that are somebody's."""
    return list(session.exec(select(Extension.number).where(is_of(user_id)).order_by(*BY_NUMBER)))


def concerned(session: Session, numbers: Collection[str]) -> dict[str, tuple[StatusConnection, bool]]:
    """Return whose status may have to change, by their ID, and whether one of these numbers is theirs."""
    theirs = select(Extension.slack_user_id).where(col(Extension.number).in_(numbers))
    talking = set(session.exec(theirs))
    of_interest = or_(
        col(StatusConnection.is_shown),
        col(StatusConnection.is_ending),
        col(StatusConnection.slack_user_id).in_(theirs),
    )
    rows = session.exec(select(StatusConnection).where(of_interest))
    return {row.slack_user_id: (row, row.slack_user_id in talking) for row in rows}


def without_extension(session: Session) -> list[StatusConnection]:
    """Return the connections of people who have no extension, and are not disconnecting already."""
    owners = select(Extension.slack_user_id).where(col(Extension.slack_user_id).is_not(None))
    theirs = col(StatusConnection.slack_user_id).not_in(owners), col(StatusConnection.is_ending).is_(False)
    return list(session.exec(select(StatusConnection).where(*theirs)))


def note_shown(session: Session, row: StatusConnection, expiration: int) -> bool:
    """Note, before Slack is told, that our status is shown until then; return False if they are not connected any more."""
    kept = [*row.expirations, expiration][-EXPIRATIONS_KEPT:]
    this = *_is(row), col(StatusConnection.is_ending).is_(False)
    values = {"is_shown": True, "expirations": kept}
    return bool(session.exec(update(StatusConnection).where(*this).values(**values)).rowcount)


def note_cleared(session: Session, row: StatusConnection) -> None:
    """Note that none of ours is shown any more."""
    _update(session, row, is_shown=False, expirations=[])


def begin_ending(session: Session, row: StatusConnection) -> bool:
    """Note that somebody disconnects; return False if that was noted already, or the connection is another by now."""
    this = *_is(row), col(StatusConnection.is_ending).is_(False)
    return bool(session.exec(update(StatusConnection).where(*this).values(is_ending=True)).rowcount)


def forget(session: Session, row: StatusConnection) -> bool:
    """Delete a connection; return whether it was there, and not made anew since."""
    return bool(session.exec(delete(StatusConnection).where(*_is(row))).rowcount)


def reencrypt(database: Database, cipher: SecretCipher) -> int:
    """Encrypt with the newest key what an older one did, and return how many. What no key opens stays as it is."""
    with database.session() as session:
        rows = session.exec(select(StatusConnection)).all()
        renewed = [(row, new) for row in rows if (new := _reencrypted(cipher, row))]
        return sum(_update(session, row, encrypted_token=new) for row, new in renewed)


def _reencrypted(cipher: SecretCipher, row: StatusConnection) -> str | None:
    """Return the token encrypted anew; None: it need not be, or cannot."""
    try:
        new = cipher.reencrypt(row.encrypted_token)
    except SecretUnreadable:
        return None
    return new if new != row.encrypted_token else None


def _update(session: Session, row: StatusConnection, **values: Any) -> bool:
    return bool(session.exec(update(StatusConnection).where(*_is(row)).values(**values)).rowcount)


def _is(row: StatusConnection) -> tuple[Any, ...]:
    """Name the row as it was read: not one that was made anew since."""
    this = col(StatusConnection.slack_user_id) == row.slack_user_id
    return this, col(StatusConnection.connected_at) == row.connected_at
