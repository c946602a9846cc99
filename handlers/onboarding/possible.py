"""Which extensions of nobody's may be somebody's, where HR's words do not say for sure: for the admins to decide."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from handlers.onboarding import choices, names, ownership
from handlers.onboarding.context import OnboardingContext
from handlers.onboarding.ownership import Doubtful, Person
from models.extension import BY_NUMBER, Extension, State


def chosen(office: OnboardingContext, person: Person, choice: str) -> list[Extension]:
    """What an admin has chosen and is still there. Raises Doubtful when one was changed since, or all are gone."""
    found = []
    for row_id, revision in choices.revisions(choice).items():
        with office.system.database.session() as session:
            extension = session.get(Extension, row_id)
        if extension is None or extension.state is State.DELETING:
            continue
        if extension.revision != revision:
            raise Doubtful(f"{extension.number} has been changed since this was asked", [extension])
        found.append(extension)
    if not found:
        raise Doubtful("the extension that was chosen has been deleted since", theirs(office, person))
    return found


def theirs(office: OnboardingContext, person: Person) -> list[Extension]:
    """Those that work and have their address, are set as their Slack user's, or are called like them. Raises TemporaryError."""
    person = ownership.person_in_slack(office, person)
    return [each for each in _nobodys(office) if _has_sign_of(person, each) or _is_namesake(person, each)]


def namesakes(office: OnboardingContext, person: Person) -> list[Extension]:
    return [each for each in _nobodys(office) if _is_namesake(person, each)]


def not_ruled_out(office: OnboardingContext, person: Person) -> list[Extension]:
    """Those that work, and against which nothing speaks that HR has told. Raises TemporaryError."""
    person = ownership.person_in_slack(office, person)
    return [each for each in _nobodys(office) if _may_be(person, each)]


def _nobodys(office: OnboardingContext) -> Sequence[Extension]:
    """Those that work, and that no employee of HR's is known to have; by number."""
    query = select(Extension).where(
        col(Extension.made_for).is_(None), Extension.enabled, col(Extension.state) != State.DELETING
    )
    with office.system.database.session() as session:
        return session.exec(query.order_by(*BY_NUMBER)).all()


def _has_sign_of(person: Person, extension: Extension) -> bool:
    user = extension.slack_user_id
    return (extension.email or "").lower() in person.addresses or bool(user and user == person.slack_user_id)


def _is_somebody_elses(person: Person, extension: Extension) -> bool:
    """By an address or a Slack user that is one person's alone, and not theirs."""
    address, user = extension.email, extension.slack_user_id
    other_address = address and not ownership.is_shared(address) and person.addresses
    return bool(other_address or (user and person.slack_user_id)) and not _has_sign_of(person, extension)


def _is_namesake(person: Person, extension: Extension) -> bool:
    """Of an address of somebody else's, only if it is called just like them: there is more than one Anna."""
    if _is_somebody_elses(person, extension):
        return any(names.words(name) == names.words(extension.name) for name in person.names)
    return any(names.is_same(name, extension.name) for name in person.names)


def _may_be(person: Person, extension: Extension) -> bool:
    if _is_somebody_elses(person, extension):
        return False
    if extension.slack_user_id and person.slack_refuses:
        return True
    return not person.names or any(names.share_a_word(name, extension.name) for name in person.names)
