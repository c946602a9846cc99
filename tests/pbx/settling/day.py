"""A day of an office's life, from the backup on."""

from __future__ import annotations

from models.fields import Changes
from pbx import extensions
from pbx.adoption import adopt, release
from pbx.services import Services
from tests.pbx.extension_driver import create_live
from tests.pbx.nat_driver import set_nat
from tests.slash_commands import TESTER

ALICE = "U0ALICE001"


def yesterday(services: Services) -> None:
    """103 and 104 are adopted; 160 to 166 are Switchhook's, 160 with voicemail and an owner."""
    adopt.adopt(services, ["103", "104"], by=TESTER)
    create_live(services, "160", "Alice", voicemail_enabled=True, slack_user_id=ALICE, notes="first floor")
    for number, name in (
        ("161", "Bob"),
        ("162", "Carol"),
        ("163", "Dave"),
        ("164", "Eve"),
        ("166", "Mallory"),
    ):
        create_live(services, number, name, slack_user_id=ALICE)
    extensions.disable(services, "166", by=TESTER)
    set_nat(services, media="203.0.113.7")


def today(services: Services) -> None:
    """What has come since: everything that can become of a phone."""
    extensions.rotate_secret(services, "160", by=TESTER)
    extensions.save_changes(services, "161", Changes(name="Robert", context="from-internal"), by=TESTER)
    extensions.publish_all(services, by=TESTER)
    extensions.disable(services, "162", by=TESTER)
    extensions.delete(services, "163", by=TESTER)
    extensions.delete(services, "164", by=TESTER)
    create_live(services, "164", "Trudy", voicemail_enabled=True)
    create_live(services, "165", "Frank", codecs=["alaw"], max_contacts=3, transport="tcp")
    extensions.enable(services, "166", by=TESTER)
    release.release(services, ["103"], by=TESTER)
    adopt.adopt(services, ["101"], by=TESTER)
    set_nat(services, media="203.0.113.9", local="192.168.0.0/16")
