"""Pure: AMI messages about contacts → phones that come, go and move.

Asterisk has a contact for each registered phone: the address it registered from, in the AOR of its extension. A
contact is known here by its ContactKey. Asterisk says too much and too little of it:
- A phone that logs in is NonQualified first and Reachable a few milliseconds later, or never with
  qualify_frequency=0. So it is reported when Reachable comes, at the latest SETTLE_SECONDS after NonQualified.
- A phone that moves is a new contact and a Removed one, in either order; one that logs out and in again on the same
  port, as some do to refresh, is Removed and NonQualified. So a removal is held back for HOLD_SECONDS.
- Removed does not say why. A phone that logs out has just been authenticated, one that expires has not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pbx.ami_messages import Headers
from pbx.contact_status import cut_contact
from pbx.facts import PhoneMoved, PhoneRegistered, PhoneUnregistered, Reason, RegistrationFact

SETTLE_SECONDS = 1.0
HOLD_SECONDS = 2.0  # longer than SETTLE_SECONDS: what takes a phone's place is reported first
LOGOUT_SECONDS = 1.0  # Asterisk sends SuccessfulAuth and Removed within a millisecond
MAX_CONTACTS = 100  # of one extension
MAX_PORT = (1 << 16) - 1

ContactState = Literal["new", "online", "unreachable"]


class ContactKey(NamedTuple):
    """What tells one contact from another. `number`: of its extension, which is the name of endpoint and AOR, too."""

    number: str
    address: str
    port: int


@dataclass(slots=True)
class _Phone:
    """One contact. `since`, `changed` (last) and `removed`: epoch seconds."""

    key: ContactKey
    since: float
    changed: float
    state: ContactState = "new"
    user_agent: str = ""
    round_trip_ms: float | None = None
    removed: float | None = None

    @property
    def is_online(self) -> bool:
        return self.state == "online" and self.removed is None

    @property
    def report_delay(self) -> float:
        """The seconds that must pass without news of it before it is reported."""
        return SETTLE_SECONDS if self.removed is None else HOLD_SECONDS

    def registered(self) -> PhoneRegistered:
        key, trip = self.key._asdict(), self.round_trip_ms
        return PhoneRegistered(at=self.since, **key, user_agent=self.user_agent, round_trip_ms=trip)

    def moved_from(self, old: ContactKey) -> PhoneMoved:
        key, agent = self.key._asdict(), self.user_agent
        return PhoneMoved(at=self.since, **key, user_agent=agent, old_address=old.address, old_port=old.port)

    def unregistered(self, at: float, reason: Reason) -> PhoneUnregistered:
        return PhoneUnregistered(at=at, **self.key._asdict(), reason=reason)


class Registrations:
    """What is known of every phone of a managed extension. `at`: epoch seconds."""

    def __init__(self, is_managed: Callable[[str], bool]) -> None:
        self._is_managed = is_managed
        self._phones: dict[str, dict[ContactKey, _Phone]] = {}  # by extension number
        self._unreported: dict[ContactKey, _Phone] = {}  # those with something yet to be reported
        self._authenticated: dict[str, float] = {}  # number → when its phone last logged in or out
        self._handlers: dict[str, Callable[[_Phone, float], list[RegistrationFact]]] = {
            "NonQualified": self._on_created,
            "Created": self._on_created,
            "Unknown": self._on_created,
            "Reachable": self._on_reachable,
            "Unreachable": self._on_unreachable,
            "Removed": self._on_removed,
        }

    def adopt(self, phones: Iterable[PhoneRegistered]) -> None:
        """Take these phones as known and reported, and no others; what waits to be reported goes on waiting."""
        reported = {ContactKey(each.number, each.address, each.port): each for each in phones}
        for phone in self._all():
            if phone.state == "online" and phone.key not in reported:
                self._drop(phone)
        for key, each in reported.items():
            phone = self._known(key) or self._add(key, each.at)
            if phone.removed is None:
                phone.state = "online"
                self._unreported.pop(key, None)
            phone.user_agent = each.user_agent or phone.user_agent
            phone.round_trip_ms = each.round_trip_ms or phone.round_trip_ms

    def online(self) -> list[PhoneRegistered]:
        return [phone.registered() for phone in self._all() if phone.is_online]

    def lock_out(self, number: str, at: float) -> None:
        """Forget the extension's phones of that moment, which are reported already; those that come again are new."""
        for phone in self._of(number):
            if phone.changed <= at:
                self._drop(phone)

    def contact_status(self, message: Headers, at: float) -> list[RegistrationFact]:
        number = message.get("EndpointName") or message.get("AOR", "")
        if not self._is_managed(number):
            self._forget(number)  # it may have been managed until now
            return []
        return self._apply(number, message, message.get("ContactStatus", ""), at)

    def authenticated(self, message: Headers, at: float) -> list[RegistrationFact]:
        number = message.get("AccountID", "")
        if number in self._phones:
            self._authenticated[number] = at
        return []

    def tick(self, at: float) -> list[RegistrationFact]:
        """Report what has waited long enough."""
        return self._report_all(
            [phone for phone in self._unreported.values() if at - phone.changed >= phone.report_delay]
        )

    def resync(self, listed: Iterable[Headers], at: float) -> list[RegistrationFact]:
        """Compare with the ContactList events of PJSIPShowContacts, asked for at `at`. Later news stands."""
        shown = {_key(message.get("Endpoint", ""), message): message for message in listed}
        facts: list[RegistrationFact] = []
        for phone in self._all():
            if phone.key not in shown and phone.changed <= at:
                self._authenticated[phone.key.number] = at  # reported as “left”: nobody knows why it is gone
                facts += self._on_removed(phone, at)
        for key, message in shown.items():
            known = self._known(key)
            if self._is_managed(key.number) and (known is None or known.changed <= at):
                facts += self._apply(key.number, message, message.get("Status", ""), at)
        return facts + self._report_all([phone for phone in self._unreported.values() if phone.changed <= at])

    def _apply(self, number: str, message: Headers, status: str, at: float) -> list[RegistrationFact]:
        handle, key = self._handlers.get(status), _key(number, message)
        phone = self._known(key)
        if handle is None or (phone is None and status in ("Unreachable", "Removed")):
            return []
        phone, shown = phone or self._add(key, at), cut_contact(message)
        phone.user_agent = shown.user_agent or phone.user_agent
        phone.round_trip_ms = shown.round_trip_ms or phone.round_trip_ms
        return handle(phone, at)

    def _on_created(self, phone: _Phone, at: float) -> list[RegistrationFact]:
        """Cancel a removal that was not yet reported."""
        if phone.removed is not None:
            phone.removed, phone.changed = None, at
            del self._unreported[phone.key]
        return []

    def _on_reachable(self, phone: _Phone, at: float) -> list[RegistrationFact]:
        self._on_created(phone, at)
        if phone.state == "unreachable":
            phone.since, phone.changed = at, at
            return self._report_online(phone)
        others = any(each.is_online for each in self._of(phone.key.number) if each is not phone)
        if phone.state == "new" and not others:  # else one of them may be about to be removed
            return self._report_online(phone)
        return []

    def _on_unreachable(self, phone: _Phone, at: float) -> list[RegistrationFact]:
        facts = self._report_online(phone) if phone.state == "new" else []
        if not phone.is_online:
            return facts
        phone.state, phone.changed = "unreachable", at
        return [*facts, phone.unregistered(at, "unreachable")]

    def _on_removed(self, phone: _Phone, at: float) -> list[RegistrationFact]:
        if phone.state != "online":
            self._drop(phone)
        elif phone.removed is None:
            phone.removed, phone.changed = at, at
            self._unreported[phone.key] = phone
            for successor in self._of(phone.key.number):
                if successor.state == "new" and successor.round_trip_ms is not None:
                    return self._report_online(successor)
        return []

    def _report_all(self, phones: list[_Phone]) -> list[RegistrationFact]:
        """Report new phones first: each may take the place of a removed one."""
        facts: list[RegistrationFact] = []
        for phone in sorted(phones, key=lambda each: each.removed is not None):
            if phone.key in self._unreported:
                facts += (
                    self._report_online(phone)
                    if phone.removed is None
                    else self._report_removed(phone, phone.removed)
                )
        return facts

    def _report_online(self, phone: _Phone) -> list[RegistrationFact]:
        """Report a phone as registered, or as moved if one of its extension is removed and not yet reported."""
        phone.state = "online"
        self._unreported.pop(phone.key, None)
        for old in self._of(phone.key.number):
            if old.removed is not None:
                self._drop(old)
                return [phone.moved_from(old.key)]
        return [phone.registered()]

    def _report_removed(self, phone: _Phone, removed: float) -> list[RegistrationFact]:
        self._drop(phone)
        authenticated = self._authenticated.get(phone.key.number, -LOGOUT_SECONDS)
        left = abs(removed - authenticated) < LOGOUT_SECONDS
        return [phone.unregistered(removed, "left" if left else "expired")]

    def _known(self, key: ContactKey) -> _Phone | None:
        return self._phones.get(key.number, {}).get(key)

    def _of(self, number: str) -> list[_Phone]:
        return list(self._phones.get(number, {}).values())

    def _all(self) -> list[_Phone]:
        return [phone for phones in self._phones.values() for phone in phones.values()]

    def _add(self, key: ContactKey, at: float) -> _Phone:
        phones = self._of(key.number)
        if len(phones) >= MAX_CONTACTS:
            self._drop(phones[0])
        phone = _Phone(key, at, at)
        self._phones.setdefault(key.number, {})[key] = self._unreported[key] = phone
        return phone

    def _forget(self, number: str) -> None:
        for phone in self._of(number):
            self._drop(phone)
        self._authenticated.pop(number, None)

    def _drop(self, phone: _Phone) -> None:
        number = phone.key.number
        self._unreported.pop(phone.key, None)
        self._phones[number].pop(phone.key, None)
        if not self._phones[number]:
            del self._phones[number]


def _key(number: str, message: Headers) -> ContactKey:
    shown = cut_contact(message)
    return ContactKey(number, shown.address, shown.port if shown.port <= MAX_PORT else 0)
