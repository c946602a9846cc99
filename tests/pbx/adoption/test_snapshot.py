"""What Asterisk shows of a phone before and after, in words."""

from __future__ import annotations

from threading import Timer

from pbx.adoption import snapshot
from pbx.adoption.snapshot import Snapshot
from pbx.ami import connected
from pbx.ami_messages import Message
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.adoption import office


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


def test_a_reload_that_is_still_queued_is_waited_for(services: Services, asterisk: Asterisk) -> None:
    path = asterisk.config_dir / "pjsip.conf"
    text = path.read_text()
    with connected(services.settings) as ami:
        before = snapshot.take(services, ami, ["101"])
        path.write_text(text.replace("max_contacts=1\n", "max_contacts=3\n"))
        office.load(asterisk)
        path.write_text(text)
        queued = Timer(0.3, office.load, [asterisk])
        queued.start()
        assert snapshot.faults(services, ami, before) == []
        queued.join()
