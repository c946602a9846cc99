"""Plays a provider: a second Asterisk at an address of its own, which takes calls of customers and makes calls to them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from tests.asterisk_bed import Asterisk
from tests.waiting import wait_for

ADDRESS, NUMBER, PASSWORD = "127.0.0.2", "15550100", "the-providers-password"
PJSIP_CONF = f"""\
[global]
type=global
endpoint_identifier_order=username,ip,anonymous

[transport-udp]
type=transport
protocol=udp
bind={ADDRESS}:@SIP_PORT@

[customer](!)
type=endpoint
context=customers
disallow=all
allow=alaw
direct_media=no

[{NUMBER}](customer)
auth={NUMBER}
aors={NUMBER}
[{NUMBER}]
type=auth
auth_type=userpass
username={NUMBER}
password={PASSWORD}
[{NUMBER}]
type=aor
max_contacts=1
remove_existing=yes

[by-address](customer)
[by-address]
type=identify
endpoint=by-address
match=127.0.0.1
"""
EXTENSIONS_CONF = """\
[customers]
exten => _X.,1,NoOp(${CHANNEL(endpoint)} calls ${EXTEN} as ${CALLERID(num)})
 same => n,Answer()
 same => n,Echo()
"""


class Provider:
    """A provider with a customer who registers, and one known by its address. Use it in a `with` statement."""

    def __init__(self, folder: Path) -> None:
        self._asterisk = Asterisk(folder, pjsip_conf=PJSIP_CONF, extensions_conf=EXTENSIONS_CONF)
        self._seen = 0  # calls that a test has read

    @property
    def server(self) -> str:
        return f"{ADDRESS}:{self._asterisk.sip_port}"

    def reset(self) -> None:
        """Forget registrations and calls."""
        self._asterisk.cli("channel request hangup all")
        self._asterisk.cli("database deltree registrar")
        self._asterisk.cli("module reload res_pjsip.so")
        self._seen = len(self._calls())

    def calls(self) -> list[str]:
        """The calls of this test: `by-address calls 5550100 as 101`."""
        return self._calls()[self._seen :]

    def wait_for_calls(self, *calls: str) -> None:
        """Until these are the calls of this test: Asterisk writes its log a little later."""
        wait_for(lambda: self.calls() == list(calls), lambda: str(self.calls()))

    def _calls(self) -> list[str]:
        return re.findall(r"NoOp\(\"[^\"]+\", \"(\S+ calls \S+ as \S*)\"\)", self._asterisk.log_text())

    def wait_registered(self) -> None:
        wait_for(lambda: f"{NUMBER}/sip:" in self._asterisk.cli(f"pjsip show aor {NUMBER}"))

    def call(self, number: str, asterisk: Asterisk) -> None:
        """Call a number of the customer's, as the one known by its address."""
        self._originate(f"PJSIP/by-address/sip:{number}@127.0.0.1:{asterisk.sip_port}")

    def call_registered(self) -> None:
        """Call the number of the customer who registers."""
        self._originate(f"PJSIP/{NUMBER}")

    def _originate(self, where: str) -> None:
        self._asterisk.cli("module load res_clioriginate.so")
        self._asterisk.cli(f"channel originate {where} application Echo")

    def __enter__(self) -> Self:
        self._asterisk.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._asterisk.close()
