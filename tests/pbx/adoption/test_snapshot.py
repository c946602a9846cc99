"""What Asterisk shows of a phone before and after, in words."""

from __future__ import annotations

from pbx.adoption.snapshot import Snapshot


def test_values_are_named_where_they_cannot_be_secret() -> None:
    before = {"MaxContacts": "1", "SetVar": "PIN=hush", "MessageContext": "hush"}
    after = {"MaxContacts": "3", "SetVar": "", "MessageContext": ""}
    found = Snapshot({"EndpointDetail": before}, frozenset()).differences(
        Snapshot({"EndpointDetail": after}, frozenset())
    )
    assert list(found) == [
        "MaxContacts of its endpoint would change: '1' → '3'",
        "MessageContext of its endpoint would change",
        "SetVar of its endpoint would change",
    ]


def test_values_of_the_auth_are_not_named() -> None:
    before = Snapshot({"AuthDetail": {"Username": "hush", "Password": "hush"}}, frozenset())
    after = Snapshot({"AuthDetail": {"Username": "101", "Password": "other"}}, frozenset())
    assert list(before.differences(after)) == [
        "Password of its auth would change",
        "Username of its auth would change",
    ]
