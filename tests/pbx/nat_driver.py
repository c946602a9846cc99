"""What the tests of NAT say over and over."""

from __future__ import annotations

from models.nat_fields import NatChanges
from pbx import nat
from pbx.ami import connected
from pbx.ami_messages import Message
from pbx.answers import NatStatus
from pbx.services import Services
from tests.slash_commands import TESTER

EXTERNAL = "203.0.113.7"


def set_nat(services: Services, **typed: str) -> NatStatus:
    return nat.change(services, NatChanges.model_validate(typed), by=TESTER)


def outcomes(status: NatStatus) -> dict[str, str]:
    """Transport → what came of it."""
    return {
        each.name: "own"
        if each.own
        else "obstacle"
        if each.obstacle
        else "differs"
        if each.faults
        else "verified"
        if each.is_verified
        else "unused"
        for each in status.transports
    }


def transport_shown(services: Services, number: str) -> Message:
    """TransportDetail of an extension's transport."""
    with connected(services.settings) as asterisk:
        (answer,) = asterisk.ask_all([{"Action": "PJSIPShowEndpoint", "Endpoint": number}])
    return next(event for event in answer if event.get("Event") == "TransportDetail")
