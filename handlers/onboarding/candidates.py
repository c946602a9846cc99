"""Which extensions of nobody's may be somebody's, where HR's words do not say for sure: for the admins to decide."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from handlers.onboarding import assignment, choices, name_matching
from handlers.onboarding.assignment import Doubtful, Person
from handlers.onboarding.context import OnboardingContext
from models.extension import BY_NUMBER, Extension, State


def chosen(context: OnboardingContext, person: Person, choice: str) -> list[Extension]:
    """What an admin has chosen and is still there. Raises Doubtful when one was changed since, or all are gone."""
    found = []
    for row_id, revision in choices.revisions(choice).items():
        with context.system.database.session() as session:
            extension = session.get(Extension, row_id)
        if extension is None or extension.state is State.DELETING:
            continue
        if extension.revision != revision:
            raise Doubtful(f"{extension.number} has been changed since this was asked", [extension])
        found.append(extension)
    if not found:
        raise Doubtful("the extension that was chosen has been deleted since", likely(context, person))
    return found


def likely(context: OnboardingContext, person: Person) -> list[Extension]:
    """Those that work and have their address, are set as their Slack user's, or are called like them. Raises TemporaryError."""
    person = assignment.with_slack_user(context, person)
    return [
        each for each in _unassigned(context) if _matches_identity(person, each) or _is_namesake(person, each)
    ]


def namesakes(context: OnboardingContext, person: Person) -> list[Extension]:
    return [each for each in _unassigned(context) if _is_namesake(person, each)]


def not_ruled_out(context: OnboardingContext, person: Person) -> list[Extension]:
    """Those that work, and against which nothing speaks that HR has told. Raises TemporaryError."""
    person = assignment.with_slack_user(context, person)
    return [each for each in _unassigned(context) if _is_possible(person, each)]


def _unassigned(context: OnboardingContext) -> Sequence[Extension]:
    """Those that work, and that no employee of HR's is known to have; by number."""
    query = select(Extension).where(
        col(Extension.employee_ref).is_(None), Extension.enabled, col(Extension.state) != State.DELETING
    )
    with context.system.database.session() as session:
        return session.exec(query.order_by(*BY_NUMBER)).all()


def _matches_identity(person: Person, extension: Extension) -> bool:
    user = extension.slack_user_id
    return (extension.email or "").lower() in person.addresses or bool(user and user == person.slack_user_id)


def _belongs_to_another(person: Person, extension: Extension) -> bool:
    """By an address or a Slack user that is one person's alone, and not theirs."""
    address, user = extension.email, extension.slack_user_id
    other_address = address and not assignment.is_shared(address) and person.addresses
    return bool(other_address or (user and person.slack_user_id)) and not _matches_identity(person, extension)


def _is_namesake(person: Person, extension: Extension) -> bool:
    """Of an address of somebody else's, only if it is called just like them: there is more than one Anna."""
    if _belongs_to_another(person, extension):
        return any(name_matching.words(name) == name_matching.words(extension.name) for name in person.names)
    return any(name_matching.is_same(name, extension.name) for name in person.names)


def _is_possible(person: Person, extension: Extension) -> bool:
    if _belongs_to_another(person, extension):
        return False
    if extension.slack_user_id and person.slack_refuses:
        return True
    return not person.names or any(name_matching.share_a_word(name, extension.name) for name in person.names)
