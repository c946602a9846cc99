"""Pure: whether an extension, by its name, address and Slack user, may be somebody's whom HR tells of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.hr.employee import EmployeeEvent
from models.employee import Employee
from models.extension import Extension
from models.field_rules import JOINERS_AND_MARKS

# Local parts of addresses that several people read.
SHARED = (
    "accounting admin billing contact desk frontdesk hello help helpdesk hr info it jobs mail marketing office orders "
    "reception sales security service shop support switchboard team warehouse"
)

WITHIN_WORDS = "'‘’ʻʼ" + JOINERS_AND_MARKS  # they part no words: O’Brien is OBrien


@dataclass(frozen=True)
class Person:
    """Somebody as HR tells of them, now and before. Addresses are in lower case; aliases are not guessed.

    `extension_snapshot`: what was set of their extension when it became theirs, whatever HR calls them.
    `slack_refuses`: Slack does not say who has their address, which may be somebody all the same.
    """

    names: tuple[str, ...]
    addresses: frozenset[str]
    slack_user_id: str | None = None
    extension_snapshot: Mapping[str, Any] = field(default_factory=dict)
    slack_refuses: bool = False


def person_of(employee: Employee | None, event: EmployeeEvent | None = None) -> Person:
    """Gather what is known of somebody. To be called before the employee's row takes over what the event says."""
    known = [each for each in (employee, event) if each is not None]
    return Person(
        names=tuple(each.name for each in known if each.name),
        addresses=frozenset(each.email.lower() for each in known if each.email),
        slack_user_id=employee.slack_user_id if employee else None,
        extension_snapshot=(employee.extension_snapshot if employee else None) or {},
    )


def reassigned(person: Person, extension: Extension) -> str | None:
    """Return why an extension that was made for them may be another's by now; None when nothing speaks for that."""
    number, user = extension.number, extension.slack_user_id
    addresses = {*person.addresses, (person.extension_snapshot.get("email") or "").lower()} - {""}
    users = {person.slack_user_id, person.extension_snapshot.get("slack_user_id")} - {None}
    names = {*person.names, person.extension_snapshot.get("name") or ""} - {""}
    if extension.email and addresses and extension.email.lower() not in addresses:
        return f"{number} has the e-mail address {extension.email} by now"
    if user and users and user not in users:
        return f"{number} is set as another Slack user’s by now"
    if names and not any(is_same(name, extension.name) for name in names):
        return f"{number} is named {extension.name} by now"
    return None


def mismatch(person: Person, extension: Extension) -> str | None:
    """Return why an extension that was not made for them may not be theirs; None when it surely is."""
    number, address, user = extension.number, (extension.email or "").lower(), extension.slack_user_id
    if extension.employee_ref:
        return f"{number} was made for another employee, or for the same one as another HR system knows them"
    if address and address not in person.addresses:
        return f"{number} is set as their Slack user’s, but has the e-mail address {extension.email}"
    if is_shared(address):
        return f"{extension.email} looks like an address that several people share"
    if user and person.slack_user_id and user != person.slack_user_id:
        return f"{number} has their e-mail address, but is set as another Slack user’s"
    if person.names and not any(is_same(name, extension.name) for name in person.names):
        return f"{number} has their e-mail address or Slack user, but is named {extension.name}"
    return None


def is_shared(address: str) -> bool:
    """Return whether the address looks like one that several people read."""
    return re.sub(r"[._-]", "", address.lower().partition("@")[0]) in SHARED.split()


def matches_identity(person: Person, extension: Extension) -> bool:
    """Return whether it has one of their addresses, or is set as their Slack user's."""
    user = extension.slack_user_id
    return (extension.email or "").lower() in person.addresses or bool(user and user == person.slack_user_id)


def _belongs_to_another(person: Person, extension: Extension) -> bool:
    """Return whether it has an address or a Slack user that is one person's alone, and not theirs."""
    address, user = extension.email, extension.slack_user_id
    other_address = address and not is_shared(address) and person.addresses
    return bool(other_address or (user and person.slack_user_id)) and not matches_identity(person, extension)


def is_namesake(person: Person, extension: Extension) -> bool:
    """Return whether it is named like them; with somebody else's address, only by the full name: many are called Anna."""
    if _belongs_to_another(person, extension):
        return any(words(name) == words(extension.name) for name in person.names)
    return any(is_same(name, extension.name) for name in person.names)


def is_possible(person: Person, extension: Extension) -> bool:
    """Return whether nothing that HR has told speaks against its being theirs."""
    if _belongs_to_another(person, extension):
        return False
    if extension.slack_user_id and person.slack_refuses:
        return True
    return not person.names or any(share_a_word(name, extension.name) for name in person.names)


def words(name: str) -> set[str]:
    """Split a name into words, without case, accents, apostrophes, and what stands in brackets: `Carol (desk)`.

    A name that is nothing but brackets or signs is compared by those.
    """
    plain = unicodedata.normalize("NFKD", name).upper().casefold()
    return _words_in(re.sub(r"\([^()]*\)", "", plain)) or _words_in(plain) or set(plain.split())


def _words_in(plain: str) -> set[str]:
    """Split at whatever is no letter, vowel sign or digit. Composed again, a Korean syllable is one letter."""
    kept = [each for each in plain if not unicodedata.combining(each) and each not in WITHIN_WORDS]
    spaced = "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in kept)
    return set(unicodedata.normalize("NFC", spaced).split())


def _common_start(one: str, other: str) -> str:
    """Return the shorter word if the other begins with it, such as Ali of Alice; otherwise nothing."""
    shorter, longer = sorted((one, other), key=len)
    return shorter if longer.startswith(shorter) else ""


def _pair(shorter: set[str], longer: set[str]) -> list[str]:
    """Give each word of the shorter name one of the longer for its own, long ones first; return their common starts."""
    free, found = sorted(longer), []
    for word in sorted(shorter, key=lambda each: (-len(each), each)):
        best = max(free, key=lambda each: len(_common_start(word, each)))
        found.append(_common_start(word, best))
        free.remove(best)
    return found


def share_a_word(one: str, other: str) -> bool:
    """Return whether two names may be one person's: by a word, or the beginning of one; initials begin nothing here."""
    return any(a == b or len(_common_start(a, b)) > 1 for a in words(one) for b in words(other))


def is_same(one: str, other: str) -> bool:
    """Return whether both have the same words, or each word of the shorter name is in the longer one or begins one there.

    `Alice` and `Smith, Alice` are the same; `Carol Smith` and `Chris Smith` are not. An initial stands for a word only
    beside two whole ones: `John Q. Public` is `John Quentin Public`, but `J. Smith` may be John or Jane.
    """
    shorter, longer = sorted((words(one), words(other)), key=len)
    if shorter == longer:
        return bool(shorter)
    shared = shorter & longer
    starts = _pair(shorter - shared, longer - shared)
    whole_words = sum(len(each) > 1 for each in [*shared, *starts])
    has_initial = any(len(each) == 1 for each in starts)
    return all(starts) and whole_words >= (2 if has_initial else 1)
