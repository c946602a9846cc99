"""What Asterisk shows of phones, so that it can be compared before and after."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models import nat
from pbx import dialplan, pjsip, pjsip_differences
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.config import masks
from pbx.publishing import verify
from pbx.services import Services

# What NAT asks of every phone of Switchhook's, once an external address is set.
NAT = {"RtpSymmetric", "ForceRport", "RewriteContact", "DirectMedia"}
READ = (dialplan.REGISTRAR, "res_pjsip_config_wizard")  # who registers what stands in files that are read
NO_CALLER_ID = "<unknown>"
# What may differ: names of sections, and what changes by itself.
CHANGING = {
    "EndpointDetail": {"Auth", "DeviceState", "ActiveChannels"},
    "AorDetail": {"Contacts", "ContactsRegistered", "TotalContacts"},
    "AuthDetail": {"ObjectName"},
}
TOLD = {pjsip_differences.header(option) for option in masks.TOLD}  # whose values are no secrets


@dataclass(frozen=True)
class Snapshot:
    """One phone as Asterisk has it."""

    details: Mapping[str, Message] = field(repr=False)  # kind of event → it; the secret is among them
    contacts: frozenset[str]  # where its phones are registered

    def differences(self, after: Snapshot) -> Iterator[str]:
        """Yield what is not as it was, a sentence each, without values that may be secrets."""
        for contact in sorted(self.contacts - after.contacts):
            yield f"the phone at {contact} is not registered any more"
        for kind, before in self.details.items():
            now: Mapping[str, str] = after.details.get(kind, {})
            for name in sorted(before.keys() - CHANGING[kind] - {"ActionID"}):
                if before[name] != now.get(name) and NO_CALLER_ID not in (before[name], now.get(name)):
                    values = f": {before[name]!r} → {now.get(name, '')!r}" if name in TOLD else ""
                    yield f"{name} of its {kind.removesuffix('Detail').lower()} would change{values}"


NOTHING = Snapshot({}, frozenset())


def not_loaded(asterisk: Client, numbers: Collection[str]) -> dict[str, str]:
    """Return number → a sentence, for those that stand in a file and not in Asterisk. Raises AsteriskUnavailable."""
    found: dict[str, str] = {}
    for kind, action in (("AOR", "PJSIPShowAors"), ("endpoint", "PJSIPShowEndpoints")):
        loaded = asterisk.names(action)
        found |= {
            number: f"Asterisk has no {kind} of it, though your files do: "
            'asterisk -rx "module reload res_pjsip.so" loads it, or the log says then what Asterisk does not take of it'
            for number in numbers
            if number not in loaded
        }
    return found


def foreign_steps(asterisk: Client, extens: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return number → a sentence, for those that have steps which stand in no file that is read.

    AEL, Lua, realtime and parking have such. `extens`: number and context of each. Raises AsteriskUnavailable.
    """
    answers = asterisk.ask_all(dialplan.show_action(context, number) for number, context in extens)
    return {
        number: f"what calls to it do comes from {registrar}, which Switchhook cannot read"
        for (number, _), events in zip(extens, answers, strict=True)
        for event in events
        if (registrar := event.get("Registrar", "")) and registrar not in READ
    }


def take(services: Services, asterisk: Client, numbers: Collection[str]) -> dict[str, Snapshot]:
    """Return number → what Asterisk shows; those that it does not have are left out. Raises AsteriskUnavailable."""
    with services.database.session() as session:
        left_out = NAT if nat.current(session) else set()
    answers = asterisk.ask_all(map(pjsip.show_action, numbers))
    return {
        number: _snapshot(answer, left_out)
        for number, answer in zip(numbers, answers, strict=True)
        if answer[0].get("Response") == "Success"
    }


def faults(services: Services, asterisk: Client, before: Mapping[str, Snapshot]) -> list[str]:
    """Return what is not as it was, once a reload that may still be queued has had its time.

    Raises AsteriskUnavailable.
    """

    def look() -> list[str]:
        after = take(services, asterisk, sorted(before))
        return [
            f"{number}: {difference}"
            for number, was in before.items()
            for difference in was.differences(after.get(number, NOTHING))
        ]

    return verify.until_right(look, bool)


def _snapshot(answer: list[Message], left_out: Collection[str]) -> Snapshot:
    details = {
        event["Event"]: _comparable(event, left_out) for event in answer if event.get("Event") in CHANGING
    }
    contacts = {event.get("URI", "") for event in answer if event.get("Event") == "ContactStatusDetail"}
    return Snapshot(details, frozenset(contacts))


def _comparable(event: Message, left_out: Collection[str]) -> Message:
    """Leave out names, and say what stands for an empty subscribe_context."""
    found = {name: value for name, value in event.items() if name not in left_out}
    if "SubscribeContext" in found:
        found["SubscribeContext"] = found["SubscribeContext"] or found.get("Context", "")
    return Message(found)
