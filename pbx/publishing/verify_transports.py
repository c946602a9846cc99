"""Asks Asterisk itself what its transports have of NAT: by an endpoint of each, as AMI shows no transport alone."""

from __future__ import annotations

from collections.abc import Collection

from models.nat import Nat
from pbx import pjsip, pjsip_transports
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.publishing import verify


def faults(asterisk: Client, nat: Nat | None, names: Collection[str]) -> dict[str, list[str]]:
    """Return transport → what Asterisk shows differently; none for a transport that no endpoint names.

    Waits for a reload that may still be queued. Raises AsteriskUnavailable.
    """
    return verify.until_right(lambda: _ask(asterisk, nat, names), lambda found: any(found.values()))


def _ask(asterisk: Client, nat: Nat | None, names: Collection[str]) -> dict[str, list[str]]:
    return {
        name: list(pjsip_transports.differences(nat, shown)) if shown else ["Asterisk did not load it"]
        for name, shown in details(asterisk, names).items()
    }


def details(asterisk: Client, names: Collection[str]) -> dict[str, Message | None]:
    """Return transport → its TransportDetail event, None where Asterisk did not load it; none that no endpoint names.

    Raises AsteriskUnavailable.
    """
    endpoints = {
        event["Transport"]: event.get("ObjectName", "")
        for event in asterisk.listed("PJSIPShowEndpoints")
        if event.get("Transport") in names
    }
    answers = asterisk.ask_all(map(pjsip.show_action, endpoints.values()))
    return {name: _detail(events) for name, events in zip(endpoints, answers, strict=True)}


def _detail(events: list[Message]) -> Message | None:
    return next((event for event in events if event.get("Event") == "TransportDetail"), None)
