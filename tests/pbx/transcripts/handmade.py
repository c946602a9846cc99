"""Messages as Asterisk would send them, for what is hard to record."""

from __future__ import annotations

from collections.abc import Iterable

from pbx.ami_messages import Message
from pbx.events import Translator
from pbx.facts import Fact
from tests.pbx.transcripts import is_managed


def event(name: str, **headers: str) -> Message:
    message = Message()
    message.update({"Event": name, **{key.replace("_", "-"): value for key, value in headers.items()}})
    return message


def login(name: str = "InvalidAccountID", session: str = "x", **more: str) -> Message:
    """A failed one of a phone, with all headers that count."""
    headers = {
        "Service": "PJSIP",
        "AccountID": "666",
        "SessionID": session,
        "LocalAddress": "IPV4/UDP/192.0.2.1/5060",
    }
    return event(name, **{**headers, "RemoteAddress": "IPV4/UDP/192.0.2.7/5060", **more})


def contact(status: str, port: int = 5060, number: str = "101", **more: str) -> Message:
    uri = f"sip:{number}@192.0.2.7:{port}"
    return event("ContactStatus", URI=uri, ContactStatus=status, AOR=number, EndpointName=number, **more)


def listed(port: int, status: str = "Reachable", number: str = "101") -> Message:
    """As PJSIPShowContacts tells it."""
    uri = f"sip:{number}@192.0.2.7:{port}"
    return event(
        "ContactList", Endpoint=number, Uri=uri, Status=status, UserAgent="Snom", RoundtripUsec="1500"
    )


def channel(name: str, uniqueid: str, state: str, event_name: str = "Newchannel", **more: str) -> Message:
    headers = {"Channel": name, "Uniqueid": uniqueid, "Linkedid": "1.0", "ChannelState": state, **more}
    return event(event_name, **headers)


CALLER = channel("PJSIP/101-0a", "1.0", "4", CallerIDNum="101", CallerIDName="Alice", Exten="102")
CALLEE = channel("PJSIP/102-0b", "1.1", "0", CallerIDNum="102")
RINGS = channel("PJSIP/102-0b", "1.1", "5", "Newstate")
TAKEN = channel("PJSIP/102-0b", "1.1", "6", "Newstate")


def translate(steps: Iterable[tuple[float, Message]], translator: Translator | None = None) -> list[Fact]:
    translator = translator or Translator(is_managed)
    return [fact for at, message in steps for fact in translator.feed(message, at)]
