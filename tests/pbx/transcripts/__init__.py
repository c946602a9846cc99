"""What a real Asterisk said over AMI, recorded by tests/record_transcripts.py; how to read it, and the bed's setup."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr

from pbx import dialplan, pjsip
from pbx.ami_messages import END, Message, parse
from pbx.events import Translator
from pbx.facts import Fact
from tests.asterisk_bed import Asterisk
from tests.asterisk_bed.configuration import EXTENSIONS_CONF, PJSIP_CONF

FOLDER = Path(__file__).parent
# 101 to 103 and 109 are as Switchhook makes them; the others show what it meets elsewhere.
NAMES = {"101": "Alice", "102": "Bob", "103": "Carol Ångström", "109": "Trent"}
SPECIAL = {
    "104": ("qualify_frequency=0", "call_group=1"),
    "105": ("maximum_expiration=3\nminimum_expiration=3", ""),
    "106": ("qualify_frequency=1\nqualify_timeout=0.5", ""),
    "107": ("qualify_frequency=60", "contact_deny=0.0.0.0/0"),
    "108": ("max_contacts=2\nremove_existing=no\nqualify_frequency=60", "pickup_group=1"),
    "110": ("qualify_frequency=60", ""),
    "900": ("qualify_frequency=0", 'callerid="Customer" <0305550100>'),
}
SPECIAL_PHONE = """
[{number}]
type=endpoint
context=from-internal
disallow=all
allow=ulaw
transport=transport-udp
direct_media=no
auth={number}
aors={number}
{endpoint}
[{number}]
type=auth
username={number}
password=secret of {number}
[{number}]
type=aor
max_contacts=1
remove_existing=yes
{aor}
"""
EXPIRY = "\n[global](+)\ncontact_expiration_check_interval=1\n"
SPECIAL_NUMBERS = """
[from-internal]
exten => 500,1,Dial(PJSIP/101&PJSIP/102&PJSIP/103,20)
exten => 501,1,Dial(PJSIP/102,2)
exten => 502,1,Queue(sales,,,,10)
exten => 503,1,Dial(Local/102@from-internal,20)
exten => 504,1,Answer()
 same => n,Wait(1)
exten => 505,1,Dial(PJSIP/102,1)
 same => n,Answer()
 same => n,Wait(1)
exten => 506,1,Dial(PJSIP/900,20)
exten => 507,1,Goto(102,1)
exten => 508,1,Dial(PJSIP/110,2)
"""
QUEUES = """
[sales]
strategy=ringall
timeout=2
retry=1
member => PJSIP/102
member => Local/103@from-internal/n
"""


def bed(folder: Path) -> Asterisk:
    """The Asterisk that the recordings were made on, not started."""
    endpoints = [
        pjsip.Endpoint(number=number, name=name, secret=SecretStr(f"secret of {number}"))
        for number, name in NAMES.items()
    ]
    special = (
        SPECIAL_PHONE.format(number=number, aor=aor, endpoint=endpoint)
        for number, (aor, endpoint) in SPECIAL.items()
    )
    extens = [dialplan.exten(each.number, each.context) for each in endpoints]
    numbers = dialplan.render(extens, dialplan.range_extens(100, 199)) + "[from-internal]\n" + SPECIAL_NUMBERS
    phones = EXPIRY + pjsip.render(endpoints, {"udp": "transport-udp"}, {}) + "".join(special)
    asterisk = Asterisk(
        folder, pjsip_conf=PJSIP_CONF + phones, extensions_conf=f"{EXTENSIONS_CONF}\n{numbers}"
    )
    (asterisk.config_dir / "queues.conf").write_text(QUEUES)
    return asterisk


def messages(name: str) -> Iterator[tuple[float, Message]]:
    """Each message of a recording, with the seconds since it began."""
    for block in (FOLDER / f"{name}.txt").read_bytes().split(END)[:-1]:
        came, _, _ = block.partition(b"\r\n")
        yield float(came.removeprefix(b"# ")), parse(block)


def is_managed(number: str) -> bool:
    return number.startswith("1") and len(number) == 3


def replay(name: str) -> list[Fact]:
    """The facts of a recording, with a tick twice a second as the listener has it."""
    translator, facts, clock = Translator(is_managed), [], 0.0
    for at, message in messages(name):
        while clock + 0.5 < at:
            clock += 0.5
            facts += translator.tick(clock)
        facts += translator.feed(message, at)
    facts += translator.tick(clock + 5)
    assert translator.open_calls() == []
    return facts


def positional(kind: type[Fact], *values: object) -> Fact:
    """A fact by the order of its fields, which keeps tables of them readable."""
    names = [field.name for field in dataclasses.fields(kind)]
    return kind(**dict(zip(names, values, strict=True)))  # type: ignore[arg-type]
