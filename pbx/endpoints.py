"""All endpoints that Asterisk has, whoever made them, with their phones: asked over AMI."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pbx import pjsip
from pbx.ami import connected
from pbx.ami_messages import Message, printable
from pbx.contact_status import Contact, contact
from settings import Settings


@dataclass(frozen=True)
class Endpoint:
    """One endpoint. `state` is Asterisk's word for the device: `Not in use`, `Unavailable` and their like."""

    name: str
    state: str
    transport: str
    auth: str
    contacts: tuple[Contact, ...] = ()

    @property
    def registered(self) -> bool:
        return any(each.reachable for each in self.contacts)


def all_endpoints(settings: Settings) -> dict[str, Endpoint]:
    """Return the endpoints by name. Raises AsteriskUnavailable."""
    with connected(settings) as asterisk:
        listed = asterisk.listed("PJSIPShowEndpoints")
        contacts: dict[str, list[Message]] = {}
        for event in asterisk.listed("PJSIPShowContacts"):
            contacts.setdefault(event.get("Endpoint", ""), []).append(event)
    shown = (event for event in listed if event.get("Event") == "EndpointList")
    return {found.name: found for event in shown if (found := _endpoint(event, contacts))}


def _endpoint(event: Message, contacts: dict[str, list[Message]]) -> Endpoint:
    name = event.get("ObjectName", "")
    return _read(event, event.get("Auths", ""), contacts.get(name, ()))


def endpoint_of(settings: Settings, name: str) -> Endpoint | None:
    """Return the endpoint of this name; None if Asterisk has none. Raises AsteriskUnavailable."""
    with connected(settings) as asterisk:
        answer = asterisk.ask_all([pjsip.show_action(name)])[0]
    detail = next((event for event in answer if event.get("Event") == "EndpointDetail"), None)
    if detail is None:
        return None
    phones = [event for event in answer if event.get("Event") == "ContactStatusDetail"]
    return _read(detail, detail.get("Auth", ""), phones)


def _read(event: Message, auth: str, contacts: Iterable[Message]) -> Endpoint:
    return Endpoint(
        name=printable(event.get("ObjectName", "")),
        state=printable(event.get("DeviceState", "")),
        transport=printable(event.get("Transport", "")),
        auth=printable(auth),
        contacts=tuple(contact(each) for each in contacts),
    )
