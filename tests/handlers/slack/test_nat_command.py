"""`/ext nat` as people type it in Slack."""

from __future__ import annotations

import pytest

from tests.asterisk_bed import Asterisk
from tests.slack_stand_in import SlackUser
from tests.slash_commands import say


def test_nat_is_set_shown_and_cleared(admin: SlackUser, asterisk: Asterisk) -> None:
    assert "is ready for Nat" in say(admin, "create 175 Nat")
    done = say(admin, "nat set media=203.0.113.7 local=“192.168.1.0/24, 10.0.0.0/8”")
    assert "✅ NAT is set. External address 203.0.113.7 for voice and signaling" in done
    assert "Changed: media 203.0.113.7; local 192.168.1.0/24, 10.0.0.0/8." in done
    assert "• transport-udp: verified in Asterisk" in done
    assert "local_net" in asterisk.cli("pjsip show transport transport-udp")
    assert "signaling 203.0.113.8" in say(admin, "nat SET signaling = 203.0.113.8")
    assert "203.0.113.7 for voice, 203.0.113.8 for signaling" in say(admin, "nat")
    assert "local 192.168.1.0/24, 10.0.0.0/8 → 10.0.0.0/8" in say(admin, "nat set local=10.0.0.0/8,")
    assert "changed NAT: local" in say(admin, "audit")
    assert "✅ NAT is cleared. No external address is set" in say(admin, "nat clear")
    assert "/ext nat set media=" in say(admin, "nat show")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nat sett media=203.0.113.7", "There is no /ext nat sett (did you mean “set”?)"),
        ("nat set media=203.0.113.7:5060", "Media: without a port: type 203.0.113.7"),
        ("nat set local=192.168.1.5/24", "an address in the network 192.168.1.0/24: type 192.168.1.0/24"),
        (
            "nat set media=203.0.113.7 10.0.0.0/8",
            "What does “10.0.0.0/8” belong to? Type commas between networks",
        ),
        ("nat clear media=203.0.113.7", "/ext nat clear takes no settings"),
        ("nat set name=Alice", "There is no setting “name”; settings are media, signaling, local"),
        ("set 175 media=203.0.113.7", "There is no setting “media”"),
    ],
)
def test_a_refusal_says_what_to_type(admin: SlackUser, typed: str, said: str) -> None:
    answer = say(admin, typed)
    assert answer.startswith("⚠️ ")
    assert said in answer
    assert "No external address is set" in say(admin, "nat")


def test_only_admins_see_and_change_it(guest: SlackUser) -> None:
    assert "Only phone admins can" in say(guest, "nat")
