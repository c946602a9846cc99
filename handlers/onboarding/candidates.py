"""Which extensions may be somebody's. Where HR's data is ambiguous, the admins choose.

Nobody's phone is to be locked out, or its password shown, for somebody else's sake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import or_
from sqlmodel import Session, col, select

from handlers.onboarding import choices, matching, slack_users
from handlers.onboarding.context import OnboardingContext
from handlers.onboarding.matching import Person
from models.extension import BY_NUMBER, Extension, State


class NeedsChoice(Exception):
    """Whose extension it is, HR's words leave open. The message says why; one of `candidates` may be it."""

    def __init__(self, reason: str, candidates: Sequence[Extension]) -> None:
        super().__init__(reason)
        self.candidates = tuple(candidates)


def match(context: OnboardingContext, person: Person) -> Extension | None:
    """Return the extension that was there before and is surely theirs. Raises NeedsChoice, TemporaryError."""
    person = with_slack_user(context, person)
    found = with_known_identity(context, person)
    return require_certain(person, found) if found else None


def require_certain(person: Person, found: Sequence[Extension]) -> Extension:
    """Return the one that is surely theirs. Raises NeedsChoice."""
    if len(found) > 1:
        raise NeedsChoice(f"{len(found)} extensions have their e-mail address or Slack user", found)
    if why := matching.mismatch(person, found[0]):
        raise NeedsChoice(why, found)
    return found[0]


def with_known_identity(context: OnboardingContext, person: Person) -> list[Extension]:
    """Return those with their address or Slack user, as far as they are known; by number."""
    with context.services.database.session() as session:
        is_theirs = or_(
            col(Extension.id).in_(_ids_by_address(session, person.addresses)),
            col(Extension.slack_user_id) == (person.slack_user_id or ""),
        )
        query = select(Extension).where(is_theirs, col(Extension.state) != State.DELETING)
        return list(session.exec(query.order_by(*BY_NUMBER)))


def _ids_by_address(session: Session, addresses: frozenset[str]) -> list[int | None]:
    """Return the ids of extensions. Compared here, because SQLite lowers the letters of English only."""
    rows = session.exec(select(Extension.id, Extension.email).where(col(Extension.email).is_not(None)))
    return [row_id for row_id, email in rows if (email or "").lower() in addresses]


def with_slack_user(context: OnboardingContext, person: Person) -> Person:
    """Add their Slack user, if any unassigned extension could be found by it. Raises TemporaryError."""
    if person.slack_user_id or not person.addresses:
        return person
    unclaimed = col(Extension.employee_ref).is_(None), col(Extension.slack_user_id).is_not(None)
    with context.services.database.session() as session:
        if session.exec(select(Extension.id).where(*unclaimed).limit(1)).first() is None:
            return person
    answers = [slack_users.find_or_reason(context.client, each) for each in sorted(person.addresses)]
    user, why = (next(filter(None, each), None) for each in zip(*answers, strict=True))
    return replace(person, slack_user_id=user, slack_refuses=bool(why and not user))


def chosen(context: OnboardingContext, person: Person, choice: str) -> list[Extension]:
    """Return what an admin has chosen and is still there. Raises NeedsChoice if one was changed since, or all are gone."""
    found = []
    for row_id, revision in choices.revisions(choice).items():
        with context.services.database.session() as session:
            extension = session.get(Extension, row_id)
        if extension is None or extension.state is State.DELETING:
            continue
        if extension.revision != revision:
            raise NeedsChoice(f"{extension.number} has been changed since this was asked", [extension])
        found.append(extension)
    if not found:
        raise NeedsChoice("the extension that was chosen has been deleted since", likely(context, person))
    return found


def likely(context: OnboardingContext, person: Person) -> list[Extension]:
    """Return unassigned ones with their address, Slack user or name. Raises TemporaryError."""
    person = with_slack_user(context, person)
    return [
        each
        for each in _unassigned(context)
        if matching.matches_identity(person, each) or matching.is_namesake(person, each)
    ]


def namesakes(context: OnboardingContext, person: Person) -> list[Extension]:
    """Return unassigned ones with their name."""
    return [each for each in _unassigned(context) if matching.is_namesake(person, each)]


def not_ruled_out(context: OnboardingContext, person: Person) -> list[Extension]:
    """Return unassigned ones against which nothing speaks that HR has told. Raises TemporaryError."""
    person = with_slack_user(context, person)
    return [each for each in _unassigned(context) if matching.is_possible(person, each)]


def _unassigned(context: OnboardingContext) -> Sequence[Extension]:
    """Return those that work, and that no employee of HR's is known to have; by number."""
    query = select(Extension).where(
        col(Extension.employee_ref).is_(None), Extension.enabled, col(Extension.state) != State.DELETING
    )
    with context.services.database.session() as session:
        return session.exec(query.order_by(*BY_NUMBER)).all()
