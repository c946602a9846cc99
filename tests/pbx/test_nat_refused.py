"""NAT that Asterisk refuses is taken back: started on it, Asterisk would have no transport at all."""

from __future__ import annotations

from typing import Any

import pytest

from models import audit
from models.actor import SWITCHHOOK
from models.nat_fields import NatChanges
from pbx import nat
from pbx.ami import connected
from pbx.errors import Refusal
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import contents, create_live
from tests.pbx.nat_driver import EXTERNAL, outcomes, set_nat
from tests.slash_commands import TESTER

# What Asterisk cannot read, and what validation would not let through.
REFUSED_BY_ASTERISK: dict[str, Any] = {
    "external_media_address": "203.0.113.9",
    "local_net": ["fe80::%wlan7/64"],
}
REFUSAL = r"^Asterisk does not take that \(transport-udp: .*local_net is .* instead of 'fe80::%wlan7/64'\)\. Nothing is changed"


def set_unchecked(services: Services) -> None:
    nat.change(services, NatChanges.model_construct(**REFUSED_BY_ASTERISK), by=TESTER)


def endpoints(services: Services) -> set[str]:
    with connected(services.settings) as asterisk:
        return asterisk.names("PJSIPShowEndpoints")


@pytest.mark.usefixtures("impatient")
def test_what_asterisk_refuses_goes_back_to_what_was_set_before(services: Services) -> None:
    create_live(services, "101")
    set_nat(services, media=EXTERNAL, local="192.168.1.0/24")
    before = contents(services.settings)
    with pytest.raises(Refusal, match=REFUSAL):
        set_unchecked(services)
    status = nat.show(services)
    assert status.nat
    assert (status.nat.external_media_address, status.nat.local_net) == (EXTERNAL, ["192.168.1.0/24"])
    assert outcomes(status)["transport-udp"] == "verified"
    assert contents(services.settings) == before
    taken_back, changed = audit.latest(services.database)[:2]
    assert (taken_back.actor, taken_back.action) == (
        str(SWITCHHOOK),
        "took back NAT, which Asterisk refused",
    )
    assert changed.changes == {key: values[::-1] for key, values in taken_back.changes.items()}


@pytest.mark.usefixtures("impatient")
def test_what_asterisk_refuses_goes_again_where_nothing_was_set_and_a_restart_leaves_every_phone(
    services: Services, asterisk: Asterisk
) -> None:
    create_live(services, "101")
    before = contents(services.settings)
    with pytest.raises(Refusal, match=REFUSAL):
        set_unchecked(services)
    assert nat.show(services).nat is None
    assert contents(services.settings) == before
    asterisk.stop()
    asterisk.start()
    assert endpoints(services) == {"101"}
    assert "transport-udp" in asterisk.cli("pjsip show transports")
