"""What Asterisk shows of a phone before and after, in words."""

from __future__ import annotations

from pbx.adoption.snapshot import Snapshot
from pbx.ami_messages import Message


def shows(kind: str, **values: str) -> Snapshot:
    return Snapshot({kind: Message(values)}, frozenset())


def test_values_are_named_where_they_cannot_be_secret() -> None:
    before = shows("EndpointDetail", MaxContacts="1", SetVar="PIN=hush", MessageContext="hush")
    after = shows("EndpointDetail", MaxContacts="3", SetVar="", MessageContext="")
    assert list(before.differences(after)) == [
        "MaxContacts of its endpoint would change: '1' → '3'",
        "MessageContext of its endpoint would change",
        "SetVar of its endpoint would change",
    ]


def test_values_of_the_auth_are_not_named() -> None:
    before, after = (shows("AuthDetail", Username=text, Password=text) for text in ("hush", "other"))
    assert list(before.differences(after)) == [
        "Password of its auth would change",
        "Username of its auth would change",
    ]
