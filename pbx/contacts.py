"""Which phones are registered, asked of Asterisk."""

from __future__ import annotations

from collections.abc import Collection

from pbx import pjsip
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.contact_status import Contact, contact
from settings import Settings


def contacts_of(settings: Settings, number: str) -> list[Contact]:
    """Return the extension's registered phones. Raises AsteriskUnavailable."""
    with connected(settings) as asterisk:
        answer = asterisk.ask_all([pjsip.show_action(number)])[0]
    return [contact(event) for event in answer if event.get("Event") == "ContactStatusDetail"]


def all_contacts(settings: Settings) -> dict[str, list[Contact]]:
    """Return the registered phones by extension number. Raises AsteriskUnavailable."""
    found: dict[str, list[Contact]] = {}
    with connected(settings) as asterisk:
        listed = asterisk.listed("PJSIPShowContacts")
    for event in listed:
        if event.get("Event") == "ContactList":
            found.setdefault(event.get("Endpoint", ""), []).append(contact(event))
    return found


def forget(asterisk: Client, numbers: Collection[str]) -> None:
    """Remove the contacts of these numbers, which Asterisk itself keeps until they expire.

    Otherwise a phone that was locked out would ring for the next owner of its number. Raises AsteriskUnavailable.
    """
    listed = asterisk.listed("PJSIPShowContacts") if numbers else []
    names = [event.get("ObjectName", "") for event in listed if event.get("Event") == "ContactList"]
    asterisk.ask_all(
        {"Action": "DBDel", "Family": "registrar", "Key": f"contact/{name}"}
        for name in names
        if name.partition(";@")[0] in numbers
    )
