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

# Local parts of addresses that several people read.
SHARED = (
    "accounting admin billing contact desk frontdesk hello help helpdesk hr info it jobs mail marketing office orders "
    "reception sales security service shop support switchboard team warehouse"
)


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
    """Tell whether the address looks like one that several people read."""
    return re.sub(r"[._-]", "", address.lower().partition("@")[0]) in SHARED.split()


def matches_identity(person: Person, extension: Extension) -> bool:
    """Tell whether it has one of their addresses, or is set as their Slack user's."""
    user = extension.slack_user_id
    return (extension.email or "").lower() in person.addresses or bool(user and user == person.slack_user_id)


def _belongs_to_another(person: Person, extension: Extension) -> bool:
    """Tell whether it has an address or a Slack user that is one person's alone, and not theirs."""
    address, user = extension.email, extension.slack_user_id
    other_address = address and not is_shared(address) and person.addresses
    return bool(other_address or (user and person.slack_user_id)) and not matches_identity(person, extension)


def is_namesake(person: Person, extension: Extension) -> bool:
    """Tell whether it is named like them; with somebody else's address, only by the full name: many are called Anna."""
    if _belongs_to_another(person, extension):
        return any(words(name) == words(extension.name) for name in person.names)
    return any(is_same(name, extension.name) for name in person.names)


def is_possible(person: Person, extension: Extension) -> bool:
    """Tell whether nothing that HR has told speaks against its being theirs."""
    if _belongs_to_another(person, extension):
        return False
    if extension.slack_user_id and person.slack_refuses:
        return True
    return not person.names or any(share_a_word(name, extension.name) for name in person.names)


def words(name: str) -> set[str]:
    """Split a name into words, without accents and without what stands in brackets: `Carol (desk)`."""
    name = re.sub(r"\([^()]*\)", "", name)
    plain = unicodedata.normalize("NFKD", name).casefold()
    return set(re.findall(r"\w+", "".join(each for each in plain if not unicodedata.combining(each))))


def _is_prefix(one: str, other: str) -> bool:
    """Tell whether one word begins with the other, such as Ali and Alice; initials do not count."""
    return min(len(one), len(other)) > 1 and (one.startswith(other) or other.startswith(one))


def share_a_word(one: str, other: str) -> bool:
    """Tell whether two names may be one person's."""
    return any(_is_prefix(a, b) for a in words(one) for b in words(other))


def is_same(one: str, other: str) -> bool:
    """Tell whether each word of the shorter name is in the longer one.

    `Alice` and `Smith, Alice` are the same; `Carol Smith` and `Chris Smith` are not.
    """
    shorter, longer = sorted((words(one), words(other)), key=len)
    return bool(shorter) and all(any(_is_prefix(a, b) for b in longer) for a in shorter)
