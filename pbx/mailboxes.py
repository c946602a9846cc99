"""Which extensions have mailboxes, and which mailbox is whose."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from models.extension import Extension
from pbx import voicemail
from pbx.services import Services


def has_voicemail(services: Services) -> bool:
    """Return whether any extension has a mailbox."""
    enabled = select(Extension.id).where(col(Extension.voicemail_enabled)).limit(1)
    with services.database.session() as session:
        return session.exec(enabled).first() is not None


def owned(session: Session, mailboxes: Iterable[str]) -> dict[str, Extension]:
    """Return the extensions by mailbox; one of a deleted extension is nobody's, also if the number is another's by now."""
    numbers = {each.partition("_")[0] for each in mailboxes}
    rows = session.exec(select(Extension).where(col(Extension.number).in_(numbers)))
    return {voicemail.mailbox(row.number, row.created_at): row for row in rows}
