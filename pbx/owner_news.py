"""Tells the owner of an extension that somebody else has cut their phone off or seen its secret, in the same transaction."""

from __future__ import annotations

from sqlmodel import Session

from models import outbox
from models.actor import Actor
from models.audit import Differences
from models.extension import Extension

KIND = "owner_news"  # of the message, as the outbox has it
NEW_SECRET, SECRET_SEEN, DISABLED, DELETED = "new_secret", "secret_seen", "disabled", "deleted"
PEOPLE = ("slack", "cli")  # kinds of actors; who leaves, says HR, is not told by their phone


def tell_of_change(session: Session, row: Extension, changes: Differences, by: Actor) -> None:
    """Tell of a new secret, or that it is disabled; nothing of what leaves a phone working, or of another owner."""
    if "slack_user_id" in changes:
        return
    if changes.get("enabled") == [True, False]:
        tell(session, row, DISABLED, by)
    elif "secret" in changes:
        tell(session, row, NEW_SECRET, by)


def tell(session: Session, row: Extension, deed: str, by: Actor) -> None:
    """Enqueue the message, unless the owner did it, or nobody is."""
    owner = row.slack_user_id
    if not owner or by.kind not in PEOPLE or (by.kind, by.id) == ("slack", owner):
        return
    content = {"kind": KIND, "number": row.number, "deed": deed, "by": by.id if by.kind == "slack" else ""}
    outbox.enqueue(session, owner, f"owner-news:{row.id}:{row.revision}", content, open=False)
