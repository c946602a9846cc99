"""Which extensions have mailboxes, and which mailbox is whose."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from models.audit import Differences
from models.extension import Extension
from pbx import voicemail
from pbx.services import Services


def any_enabled(services: Services) -> bool:
    """Return whether any extension is to have a mailbox."""
    enabled = select(Extension.id).where(col(Extension.voicemail_enabled)).limit(1)
    with services.database.session() as session:
        return session.exec(enabled).first() is not None


def warnings(row: Extension | None, changes: Differences) -> tuple[str, ...]:
    """Return a sentence when a change takes an extension with a mailbox from its Slack user."""
    before = changes.get("slack_user_id", [None])[0]
    return (goes_along(row.number),) if row and before and row.voicemail_enabled else ()


def goes_along(number: str) -> str:
    """Say that the mailbox stays the extension's: in Slack alone everybody has what was for them."""
    return (
        f"the mailbox of {number} goes along: who has its phone hears the messages that were left for the former user, and "
        f"the greeting is still theirs; dial {number} there to delete them (key 7), and to record another (key 0)"
    )


def owned(session: Session, mailboxes: Iterable[str]) -> dict[str, Extension]:
    """Return the extensions by mailbox; one of a deleted extension is nobody's, also if the number is another's by now."""
    numbers = {each.partition("_")[0] for each in mailboxes}
    rows = session.exec(select(Extension).where(col(Extension.number).in_(numbers)))
    return {voicemail.mailbox(row.number, row.created_at): row for row in rows}
