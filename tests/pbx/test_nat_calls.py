"""What phones on both sides of NAT get from a real Asterisk in calls."""

from __future__ import annotations

from contextlib import ExitStack

from pbx import nat
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import create_live
from tests.pbx.nat_driver import outcomes, set_nat
from tests.sip_client import SipClient
from tests.slash_commands import TESTER

SECRET = "Alice123Pass"
INSIDE, OUTSIDE = "127.0.0.2", "127.1.0.5"  # of 127.0.0.0/16, where Asterisk is, and not
OWN, MEDIA, SIGNALING = "127.0.0.1", "203.0.113.7", "203.0.113.8"
PLAIN = (OWN, OWN, OWN)  # Contact, o= and c=
EXTERNAL = (SIGNALING, MEDIA, MEDIA)


def addresses(asterisk: Asterisk) -> dict[str, tuple[str, str, str]]:
    """Who gets which addresses, of a call in each direction between 101 outside and 102 inside."""
    with ExitStack() as stack:
        outside = stack.enter_context(SipClient(asterisk, "101", SECRET, OUTSIDE))
        inside = stack.enter_context(SipClient(asterisk, "102", SECRET, INSIDE))
        outside.register()
        inside.register()
        inside.invite("101")
        found = {"INVITE outside": outside.invited().addresses, "200 inside": inside.answered().addresses}
        outside.invite("102")
        found |= {"INVITE inside": inside.invited().addresses, "200 outside": outside.answered().addresses}
    asterisk.cli("channel request hangup all")
    return found


def test_phones_outside_get_the_external_address_and_those_inside_do_not_without_a_restart(
    services: Services, asterisk: Asterisk
) -> None:
    for number in ("101", "102"):
        create_live(services, number, secret=SECRET)
    plain = dict.fromkeys(("INVITE outside", "200 inside", "INVITE inside", "200 outside"), PLAIN)
    assert addresses(asterisk) == plain
    done = set_nat(services, media=MEDIA, signaling=SIGNALING, local="127.0.0.0/16")
    assert outcomes(done) == {"transport-udp": "verified", "transport-tcp": "unused"}
    assert addresses(asterisk) == plain | {"INVITE outside": EXTERNAL, "200 outside": EXTERNAL}
    set_nat(services, local="")
    assert addresses(asterisk) == dict.fromkeys(plain, EXTERNAL)
    set_nat(services, signaling="", local="127.0.0.0/16")
    assert addresses(asterisk)["INVITE outside"] == (MEDIA, MEDIA, MEDIA)
    nat.clear(services, by=TESTER)
    assert addresses(asterisk) == plain


def test_a_name_that_does_not_resolve_is_written_as_null_and_warned_of(
    services: Services, asterisk: Asterisk
) -> None:
    for number in ("101", "102"):
        create_live(services, number, secret=SECRET)
    done = set_nat(services, media="nonexist.invalid", local="127.0.0.0/16")
    assert any("does not resolve" in warning and "(null)" in warning for warning in done.warnings)
    assert addresses(asterisk)["INVITE outside"] == (OWN, "(null)", "(null)")
