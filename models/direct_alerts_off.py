"""The direct_alerts_off table: who wants no direct messages about calls that they missed. Everybody else gets them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, delete, select

from models.database import Database


class DirectAlertsOff(SQLModel, table=True):
    """One person, whatever extensions are theirs."""

    __tablename__ = "direct_alerts_off"

    slack_user_id: str = Field(primary_key=True, max_length=32)


def are_on(session: Session, user_id: str) -> bool:
    return session.get(DirectAlertsOff, user_id) is None


def recipients(session: Session, user_ids: Collection[str]) -> list[str]:
    """Return those of the people who want them, in the same order."""
    theirs = col(DirectAlertsOff.slack_user_id).in_(user_ids)
    off = set(session.exec(select(DirectAlertsOff.slack_user_id).where(theirs)))
    return [user_id for user_id in user_ids if user_id not in off]


def switch_on(database: Database, user_id: str) -> bool:
    """Return whether they were off."""
    this = col(DirectAlertsOff.slack_user_id) == user_id
    with database.session() as session:
        return bool(session.exec(delete(DirectAlertsOff).where(this)).rowcount)


def switch_off(database: Database, user_id: str) -> bool:
    """Return whether they were on, also when somebody clicks twice at the same moment."""
    try:
        with database.session() as session:
            were_on = are_on(session, user_id)
            session.merge(DirectAlertsOff(slack_user_id=user_id))
    except IntegrityError:
        return False
    return were_on
