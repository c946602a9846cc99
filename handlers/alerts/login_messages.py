"""Pure: failed SIP logins as the content of a message and in words: one for an address, or one for very many."""

from __future__ import annotations

from handlers.alerts.words import NUMBERS_SHOWN, Content, message, some
from handlers.slack.blocks import SlackMessage
from models.event import Event
from pbx.login_counts import minute_of


def security(event: Event, before: Content | None) -> Content:
    """Of one address."""
    return _counted(event, before or _begun("security", event))


def flood(event: Event, before: Content | None) -> Content:
    """Of so many addresses that they share a message."""
    return _counted(event, before or _begun("flood", event))


def _begun(kind: str, event: Event) -> Content:
    since = event.at.timestamp()
    begun = {"kind": kind, "address": event.address, "addresses": [], "accounts": [], "away": False}
    return begun | {"since": since, "count": 0, "counted": {}, "minute": minute_of(since)}


def _counted(event: Event, content: Content) -> Content:
    """A row has all attempts of its minute, and comes again with every more: what is counted already is known."""
    at = event.at.timestamp()
    counted = content["counted"] if content["minute"] == minute_of(at) else {}
    more = event.count - counted.get(event.address, 0)
    return content | {
        "count": content["count"] + more,
        "addresses": _joined(content["addresses"], [event.address]),
        "accounts": _joined(content["accounts"], event.accounts or [event.number]),
        "why": event.reason,
        "until": at,
        "minute": minute_of(at),
        "counted": counted | {event.address: event.count},
    }


def _joined(known: list[str], more: list[str]) -> list[str]:
    return list(dict.fromkeys([*known, *more]))[:NUMBERS_SHOWN]


def show_security(content: Content) -> SlackMessage:
    headline = f"🚨 {content['count']} failed SIP logins from {content['address']}"
    hint = f"as {some(content['accounts'])}, the last because of: {content['why']}. "
    return message(
        headline, hint + "If it is none of your phones, block the address in your firewall.", content
    )


def show_flood(content: Content) -> SlackMessage:
    headline = f"🚨 {content['count']} failed SIP logins from many addresses"
    hint = f"from {some(content['addresses'])}, as {some(content['accounts'])}, the last because of: {content['why']}. "
    return message(
        headline, hint + "Let your firewall take SIP only from where your phones and trunks are.", content
    )


SHOW = {"security": show_security, "flood": show_flood}
