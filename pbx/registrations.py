"""Pure: AMI messages about contacts → phones that come, go and move.

A contact is one registered phone: (extension number, address, port). Asterisk says too much and too little of it:
- A phone that logs in is NonQualified first and Reachable a few milliseconds later, or never with
  qualify_frequency=0. So it is told when Reachable comes, at the latest SETTLE_SECONDS after NonQualified.
- A phone that moves is a new contact and a Removed one, in either order; one that logs out and in again on the same
  port, as some do to refresh, is Removed and NonQualified. So a removal is held back for HOLD_SECONDS.
- Removed does not say why. A phone that logs out has just been authenticated, one that expires has not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pbx.contact_status import Contact, contact
from pbx.facts import PhoneMoved, PhoneRegistered, PhoneUnregistered, Reason, RegistrationFact

SETTLE_SECONDS = 1.0
HOLD_SECONDS = 2.0  # longer than SETTLE_SECONDS: what takes a phone's place is settled first
LOGOUT_SECONDS = 1.0  # Asterisk sends SuccessfulAuth and Removed within a millisecond
MOST_CONTACTS = 100  # of one extension
LONGEST = 255  # characters kept of a URI, a name or a number

Headers = Mapping[str, str]


State = Literal["new", "online", "unreachable"]


class Place(NamedTuple):
    number: str
    address: str
    port: int


@dataclass(slots=True)
class _Phone:
    """`since`, `changed` (last) and `removed`: epoch seconds."""

    place: Place
    since: float
    changed: float
    state: State = "new"
    user_agent: str = ""
    round_trip_ms: float | None = None
    removed: float | None = None

    @property
    def here(self) -> bool:
        return self.state == "online" and self.removed is None

    @property
    def patience(self) -> float:
        return SETTLE_SECONDS if self.removed is None else HOLD_SECONDS

    def registered(self) -> PhoneRegistered:
        place, trip = self.place._asdict(), self.round_trip_ms
        return PhoneRegistered(at=self.since, **place, user_agent=self.user_agent, round_trip_ms=trip)

    def moved(self, old: Place) -> PhoneMoved:
        now, agent = self.place._asdict(), self.user_agent
        return PhoneMoved(at=self.since, **now, user_agent=agent, old_address=old.address, old_port=old.port)

    def gone(self, at: float, reason: Reason) -> PhoneUnregistered:
        return PhoneUnregistered(at=at, **self.place._asdict(), reason=reason)


class Registrations:
    """What is known of every phone of a managed extension. `at`: epoch seconds."""

    def __init__(self, is_managed: Callable[[str], bool]) -> None:
        self._is_managed = is_managed
        self._phones: dict[str, dict[Place, _Phone]] = {}
        self._waiting: dict[Place, _Phone] = {}  # those of which something is yet to be told
        self._authenticated: dict[str, float] = {}
        self._handlers: dict[str, Callable[[_Phone, float], list[RegistrationFact]]] = {
            "NonQualified": self._logged_in,
            "Created": self._logged_in,
            "Unknown": self._logged_in,
            "Reachable": self._reachable,
            "Unreachable": self._unreachable,
            "Removed": self._removed,
        }

    def adopt(self, phones: Iterable[PhoneRegistered]) -> None:
        """Takes phones as already told."""
        for phone in phones:
            known = self._add(Place(phone.number, phone.address, phone.port), phone.at)
            known.state, known.user_agent = "online", phone.user_agent
            known.round_trip_ms = phone.round_trip_ms
            del self._waiting[known.place]

    def online(self) -> list[PhoneRegistered]:
        return [each.registered() for number in self._phones for each in self._of(number) if each.here]

    def forget(self, number: str) -> None:
        """An extension that was deleted: its phones are of no interest any more."""
        for phone in self._of(number):
            self._drop(phone)
        self._authenticated.pop(number, None)

    def lock_out(self, number: str, at: float) -> None:
        """Its phones of that moment are gone, which is told already; those that come again are new."""
        for phone in self._of(number):
            if phone.changed <= at:
                self._drop(phone)

    def contact_status(self, message: Headers, at: float) -> list[RegistrationFact]:
        number = message.get("EndpointName") or message.get("AOR", "")
        if not self._is_managed(number):
            self.forget(number)
            return []
        return self._apply(number, message, message.get("ContactStatus", ""), at)

    def authenticated(self, message: Headers, at: float) -> list[RegistrationFact]:
        number = message.get("AccountID", "")
        if number in self._phones:
            self._authenticated[number] = at
        return []

    def tick(self, at: float) -> list[RegistrationFact]:
        """What has waited long enough, or waits by a clock that has been set back."""
        due = [each for each in self._waiting.values() if not 0 <= at - each.changed < each.patience]
        return self._settle(due)

    def resync(self, listed: Iterable[Headers], at: float) -> list[RegistrationFact]:
        """Compares with the ContactList events of PJSIPShowContacts, asked for at `at`. Later news stands."""
        there = {_place(message.get("Endpoint", ""), message): message for message in listed}
        facts: list[RegistrationFact] = []
        for phone in [each for number in self._phones for each in self._of(number)]:
            if phone.place not in there and phone.changed <= at:
                self._authenticated[phone.place.number] = at  # hence “left”: nobody knows
                facts += self._removed(phone, at)
        for place, message in there.items():
            known = self._known(place)
            if self._is_managed(place.number) and (known is None or known.changed <= at):
                facts += self._apply(place.number, message, message.get("Status", ""), at)
        return facts + self._settle([each for each in self._waiting.values() if each.changed <= at])

    def _apply(self, number: str, message: Headers, status: str, at: float) -> list[RegistrationFact]:
        handle, place = self._handlers.get(status), _place(number, message)
        phone = self._known(place)
        if handle is None or (phone is None and status in ("Unreachable", "Removed")):
            return []
        phone, said = phone or self._add(place, at), _contact(message)
        phone.user_agent = said.user_agent or phone.user_agent
        phone.round_trip_ms = said.round_trip_ms or phone.round_trip_ms
        return handle(phone, at)

    def _logged_in(self, phone: _Phone, at: float) -> list[RegistrationFact]:
        """A phone that had been removed is back before anybody was told."""
        if phone.removed is not None:
            phone.removed, phone.changed = None, at
            del self._waiting[phone.place]
        return []

    def _reachable(self, phone: _Phone, at: float) -> list[RegistrationFact]:
        self._logged_in(phone, at)
        if phone.state == "unreachable":
            phone.since, phone.changed = at, at
            return self._tell(phone)
        others = any(each.here for each in self._of(phone.place.number) if each is not phone)
        if phone.state == "new" and not others:  # else one of them may be about to be removed
            return self._tell(phone)
        return []

    def _unreachable(self, phone: _Phone, at: float) -> list[RegistrationFact]:
        facts = self._tell(phone) if phone.state == "new" else []
        if not phone.here:
            return facts
        phone.state, phone.changed = "unreachable", at
        return [*facts, phone.gone(at, "unreachable")]

    def _removed(self, phone: _Phone, at: float) -> list[RegistrationFact]:
        if phone.state != "online":
            self._drop(phone)
        elif phone.removed is None:
            phone.removed, phone.changed = at, at
            self._waiting[phone.place] = phone
            for successor in self._of(phone.place.number):
                if successor.state == "new" and successor.round_trip_ms is not None:
                    return self._tell(successor)
        return []

    def _settle(self, phones: list[_Phone]) -> list[RegistrationFact]:
        """New ones first: each may take the place of a removed one."""
        facts: list[RegistrationFact] = []
        for phone in sorted(phones, key=lambda each: each.removed is not None):
            if phone.place in self._waiting:
                facts += self._tell(phone) if phone.removed is None else self._give_up(phone)
        return facts

    def _tell(self, phone: _Phone) -> list[RegistrationFact]:
        phone.state = "online"
        self._waiting.pop(phone.place, None)
        for old in self._of(phone.place.number):
            if old.removed is not None:
                self._drop(old)
                return [phone.moved(old.place)]
        return [phone.registered()]

    def _give_up(self, phone: _Phone) -> list[RegistrationFact]:
        self._drop(phone)
        removed = phone.removed or phone.since
        authenticated = self._authenticated.get(phone.place.number, -LOGOUT_SECONDS)
        left = abs(removed - authenticated) < LOGOUT_SECONDS
        return [phone.gone(removed, "left" if left else "expired")]

    def _known(self, place: Place) -> _Phone | None:
        return self._phones.get(place.number, {}).get(place)

    def _of(self, number: str) -> list[_Phone]:
        return list(self._phones.get(number, {}).values())

    def _add(self, place: Place, at: float) -> _Phone:
        phones = self._of(place.number)
        if len(phones) >= MOST_CONTACTS:
            self._drop(phones[0])
        phone = _Phone(place, at, at)
        self._phones.setdefault(place.number, {})[place] = self._waiting[place] = phone
        return phone

    def _drop(self, phone: _Phone) -> None:
        number = phone.place.number
        self._waiting.pop(phone.place, None)
        self._phones[number].pop(phone.place, None)
        if not self._phones[number]:
            del self._phones[number]


def _contact(message: Headers) -> Contact:
    """With every value cut to a length that cannot hurt."""
    return contact({name: value[:LONGEST] for name, value in message.items()})


def _place(number: str, message: Headers) -> Place:
    said = _contact(message)
    return Place(number, said.address, said.port if said.port < 1 << 16 else 0)
