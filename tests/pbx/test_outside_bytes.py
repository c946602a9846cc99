"""200 random operations: everything outside the blocks is as the administrator wrote it, byte for byte."""

from __future__ import annotations

import random
from pathlib import Path

from models.extension import State
from models.fields import Changes
from pbx import config_files, extensions
from pbx.errors import NotFound, Refusal
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import contents, create, shown, states
from tests.slash_commands import TESTER

PJSIP = b"""; Ask Jane (J\xe9r\xf4me knows, too)\r
[transport-udp]\r
type=transport\r
protocol=udp\r
bind=127.0.0.1:@SIP_PORT@\r
\r
;-- [105]\r
type=endpoint\r
--;\r
[phone](!)\r
type=endpoint\r
context=door\r
disallow=all\r
allow=ulaw\r
#include more/*.conf\r
[jane](phone)\r
callerid=Jane <7>"""

EXTENSIONS = b"""[general]
static=yes
#tryinclude more/dialplan.conf
[door]\t; wired in 2014
exten => *55,1,Answer()
 same => n,Hangup()
[from-internal]
exten => 107,1,NoOp(by hand)"""

NUMBERS = [str(number) for number in range(101, 110)]
CONTEXTS = ["from-internal", "sales"]


def prepare(asterisk: Asterisk) -> tuple[bytes, bytes]:
    folder = asterisk.config_dir
    (folder / "more").mkdir()
    (folder / "more" / "printer.conf").write_bytes(
        b"[printer](phone)\r\ncallerid=\xff <9>\r\n[104](phone)\r\n"
    )
    port = str(asterisk.sip_port).encode()
    (folder / "pjsip.conf").write_bytes(PJSIP.replace(b"@SIP_PORT@", port))
    (folder / "extensions.conf").write_bytes(EXTENSIONS)
    asterisk.cli("module reload res_pjsip.so")
    asterisk.cli("dialplan reload")
    return PJSIP.replace(b"@SIP_PORT@", port), EXTENSIONS


def outside(path: Path) -> bytes:
    managed = config_files.read(path)
    return managed.before + managed.after


def test_two_hundred_use_cases_leave_the_administrators_bytes_and_endpoints(
    asterisk: Asterisk, services_on: ServicesOn
) -> None:
    by_hand = prepare(asterisk)
    services = services_on(asterisk)
    dice = random.Random(1)  # noqa: S311
    done = [operate(services, dice) for _ in range(200)]
    assert sum(done) > 50
    assert (outside(services.settings.pjsip_path), outside(services.settings.extensions_path)) == by_hand
    assert set(states(services).values()) == {State.LIVE}
    for endpoint in ("jane", "printer", "104"):
        assert shown(services, endpoint)["endpoint"]["Context"] == "door"
    assert "by hand" in asterisk.cli("dialplan show 107@from-internal")
    assert asterisk.reload_counts()["pbx_config.so"] == 1
    before = contents(services.settings)
    publish(services)
    assert contents(services.settings) == before


def operate(services: Services, dice: random.Random) -> bool:
    """One random use case; whether it was not refused."""
    number = dice.choice(NUMBERS)
    changes = dice.choice(
        [
            {"context": dice.choice(CONTEXTS)},
            {"name": dice.choice("ab;")},
            {"max_contacts": 2},
            {"transport": "tcp"},
        ]
    )
    use_case = dice.choice(["create", "create", "change", "rotate", "disable", "enable", "delete"])
    try:
        if use_case == "create":
            create(services, number, context=dice.choice(CONTEXTS))
        elif use_case == "change":
            extensions.change(services, number, Changes.model_validate(changes), by=TESTER)
        elif use_case == "rotate":
            extensions.rotate_secret(services, number, by=TESTER)
        else:
            getattr(extensions, use_case)(services, number, by=TESTER)
    except (NotFound, Refusal):
        return False
    return True
