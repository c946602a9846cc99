"""Which phones are registered, asked of Asterisk."""

from __future__ import annotations

import json
from collections.abc import Collection
from itertools import chain

from pbx import pjsip
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.contact_status import Contact, contact
from settings import Settings


def contacts_of(settings: Settings, number: str) -> list[Contact]:
    """Return the extension's registered phones. Raises AsteriskUnavailable."""
    with connected(settings) as asterisk:
        return ask(asterisk, number)


def ask(asterisk: Client, number: str) -> list[Contact]:
    """Return the extension's registered phones. Raises AsteriskUnavailable."""
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

    Otherwise a phone that was locked out would ring for the next owner of its number. They are made to expire: where one
    is only deleted, Asterisk goes on to show its endpoint as “Not in use”, and lamps as idle. Raises AsteriskUnavailable.
    """
    listed = asterisk.listed("PJSIPShowContacts") if numbers else []
    found = [event for event in listed if event.get("Event") == "ContactList"]
    owners = [event.get("ObjectName", "").partition(";@")[0] for event in found]
    removals = (
        _removal(owner, event) for owner, event in zip(owners, found, strict=True) if owner in numbers
    )
    asterisk.ask_all(chain.from_iterable(removals))


def _removal(number: str, shown: Message) -> list[dict[str, str]]:
    """Return what removes a contact: Asterisk drops an expired one when it is asked for its endpoint's contacts.

    The last action is for those that have no endpoint any more.
    """
    key = {"Family": "registrar", "Key": f"contact/{shown.get('ObjectName', '')}"}
    expired = {"uri": shown.get("Uri", ""), "aor": number, "endpoint": number, "expiration_time": "1"}
    put = {"Action": "DBPut", **key, "Val": json.dumps(expired)}
    return [put, pjsip.show_action(number), {"Action": "DBDel", **key}]
