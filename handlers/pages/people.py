"""Who somebody is, or has a number, and what they did, as far as it is known here: Slack is not asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from handlers import audit_messages
from handlers.number_names import Named
from models import audit
from models.actor import Actor
from models.audit import AuditEntry
from models.extension import Extension
from models.web_session import WebSession


class Act(NamedTuple):
    """One entry of the audit trail."""

    at: datetime
    who: str
    what: str


def names(session: Session, actors: Collection[Actor]) -> dict[Actor, str]:
    """Return what to call each, by name as far as known, and by what nobody chooses for themselves: “Ada (U0ADA0001)”."""
    known = called(session, actors)
    return {
        each: f"{known[each]} ({each.id})" if each in known else audit_messages.actor(each) for each in actors
    }


def called(session: Session, actors: Collection[Actor]) -> dict[Actor, str]:
    """Return the names alone, of users of Slack who are known here: as they were greeted, or as their extension is called.

    They may have chosen them in Slack, also somebody else's.
    """
    users = {each.id: each for each in actors if each.kind == "slack"}
    theirs = select(Extension.slack_user_id, Extension.name).where(col(Extension.slack_user_id).in_(users))
    greeted = select(WebSession.actor, WebSession.name).where(
        col(WebSession.actor).in_([str(each) for each in users.values()])
    )
    known = {users[user_id or ""]: name for user_id, name in session.exec(theirs)}
    return known | {Actor.parse(actor): name for actor, name in session.exec(greeted)}


def of_numbers(session: Session, numbers: Collection[str]) -> dict[str, Named]:
    """Return who has these numbers now."""
    query = select(Extension.number, Extension.name, Extension.created_at)
    found = session.exec(query.where(col(Extension.number).in_(numbers))).all()
    return {number: Named(name, since) for number, name, since in found}


def acts(session: Session, entries: Sequence[AuditEntry]) -> list[Act]:
    """Return who did what, with their names."""
    actors = [Actor.parse(each.actor) for each in entries]
    known = names(session, actors)
    return [
        Act(each.at, known[actor], audit_messages.act(each))
        for each, actor in zip(entries, actors, strict=True)
    ]


def last_change(session: Session, actions: Collection[str]) -> str:
    """Return who did one of these last to the phone system, as a sentence; empty: nobody has."""
    last = audit.last_of(session, actions)
    return "".join(f"{act.who} {act.what}. " for act in acts(session, [last] if last else []))
