"""NAT in words."""

from __future__ import annotations

from typing import Any

from handlers import nat_wording
from models.nat import Nat
from pbx.answers import NatStatus, TransportStatus

NAT = Nat(external_media_address="203.0.113.7", local_net=["192.168.1.0/24", "10.0.0.0/8"])
SET = "External address 203.0.113.7 for voice and signaling; local networks: 192.168.1.0/24, 10.0.0.0/8."
NOT_SET = "No external address is set: Asterisk tells every phone its own address."
VERIFIED = TransportStatus("transport-udp", is_verified=True)


def lines(nat: Nat | None, *transports: TransportStatus, verb: str = "", **more: Any) -> list[str]:
    return nat_wording.lines(NatStatus(nat, list(transports), **more), "/ext nat", verb)


def test_a_look_says_what_is_set_and_what_asterisk_has() -> None:
    assert lines(NAT, VERIFIED) == [SET, "• transport-udp: verified in Asterisk"]
    apart = Nat(external_media_address="203.0.113.7", external_signaling_address="pbx.example")
    assert lines(apart) == [
        "External address 203.0.113.7 for voice, pbx.example for signaling; local networks: none."
    ]


def test_where_nothing_is_set_a_look_says_what_to_type() -> None:
    advice = "If phones outside hear nothing: /ext nat set media=<your public address> local=192.168.1.0/24"
    assert lines(None, VERIFIED) == [NOT_SET, advice]


def test_a_look_says_why_asterisk_could_not_be_asked() -> None:
    assert lines(NAT, error="it is away") == [f"{SET} ❔ It is away."]


def test_a_change_says_what_was_before_and_after() -> None:
    changes = {"media": [None, "203.0.113.7"], "local": [["10.0.0.0/8"], ["192.168.1.0/24"]]}
    assert lines(NAT, VERIFIED, verb="set", changes=changes)[:2] == [
        f"✅ NAT is set. {SET}",
        "Changed: media 203.0.113.7; local 10.0.0.0/8 → 192.168.1.0/24.",
    ]
    assert lines(NAT, VERIFIED, verb="set", changes={})[1] == "Nothing to change, it was so already."
    assert lines(None, VERIFIED, verb="cleared", changes={"media": ["203.0.113.7", None]}) == [
        f"✅ NAT is cleared. {NOT_SET}",
        "Changed: media 203.0.113.7 → nothing.",
    ]


def test_what_is_not_live_yet_says_why_and_that_it_is_tried_again() -> None:
    assert lines(NAT, verb="set", changes={}, error="it is away", not_live=2)[::2] == [
        "🕓 NAT is saved, not live yet. It is away. It is tried again every minute by itself.",
        "⚠️ 2 extensions are not live: see /ext status",
    ]


def test_each_transport_says_what_came_of_it() -> None:
    own = TransportStatus("wan", own=("pjsip.conf:7", "pjsip.conf:8"))
    headline, *said, _ = lines(
        NAT,
        TransportStatus("tcp"),
        TransportStatus("udp", faults=("local_net is '' instead of 'x'",)),
        TransportStatus("late", obstacle="it stands below"),
        own,
        verb="set",
    )
    assert headline == f"❌ NAT is set in the database, and Asterisk does not have it so everywhere. {SET}"
    assert said == [
        "• tcp: in pjsip.conf, not verified yet: Asterisk shows a transport by an extension that uses it, and none does",
        "• udp: Asterisk shows something else: local_net is '' instead of 'x'",
        "• late: not written there, as it stands below",
        "• wan: left as it is; you wrote NAT options of its own at pjsip.conf:7 and pjsip.conf:8, and those count. To have "
        "these here instead, take them out there",
    ]
    assert lines(None, own, VERIFIED)[1].startswith("• wan: left as it is")


def test_what_differs_says_what_to_do_and_that_a_restart_may_leave_no_transport() -> None:
    last = lines(NAT, TransportStatus("udp", faults=("x",)))[-1]
    assert "Do not restart Asterisk before that" in last
    assert last.endswith("/ext nat clear takes them out")


def test_warnings_are_marked() -> None:
    assert lines(NAT, warnings=("a private address",))[-1] == "⚠️ a private address"
