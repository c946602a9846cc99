"""An office whose administrator has written everything by hand, as the guide does and as people do besides."""

from __future__ import annotations

from pathlib import Path

from pbx import versions
from pbx.ami import connected
from pbx.publishing import reloads
from tests.asterisk_bed import Asterisk
from tests.server import settings_for

PASSWORDS = {"101": "Alice123Pass", "102": "Bob456Pass", "103": "Carol3Pass#3", "104": "short"}

PJSIP = """
; Alice, as the guide has her
[101]
type=endpoint
context=from-internal
disallow=all
allow=ulaw
allow=alaw
allow=g722
transport=transport-udp
auth=101
aors=101
direct_media=no
callerid="Alice" <101>
call_group=1
set_var=FLOOR=2
set_var=DESK=7
[101]
type=auth
auth_type=userpass
username=101
password=Alice123Pass
[101]
type=aor
max_contacts=1
remove_existing=yes
qualify_frequency=60

[phone](!)
type=endpoint
context=from-internal
allow=!all,ulaw,alaw
transport=transport-udp
direct_media=no
device_state_busy_at=2 ; two calls at once
[phone-aor](!)
type=aor
max_contacts=2

; Bob has templates, and an auth of another name
[102](phone)
auth=bob-auth
aors=102
[102](+)
mailboxes=102@default
[bob-auth]
type=auth
username=102
password=Bob456Pass
[102](phone-aor)

#include "phones.d/*.conf"

; The trunk
[trunk]
type=endpoint
context=from-trunk
allow=!all,ulaw
outbound_auth=trunk
aors=trunk
[trunk]
type=auth
username=office
password=TrunkPassword
[trunk]
type=aor
contact=sip:127.0.0.1:9
[150]
type=endpoint
context=from-trunk
allow=!all,ulaw
aors=trunk
[trunk]
type=identify
endpoint=trunk
match=192.0.2.1
"""

INCLUDED = (
    "; Dave's phone, from another computer: caf\xe9\r\n[104](phone)\r\nauth=104\r\naors=104\r\n"
    "[104]\r\ntype=auth\r\nusername=104\r\npassword=short\r\n[104](phone-aor)\r\nmax_contacts=1"
).encode("latin-1")

WIZARD = """\
[wizard-phone](!)
type=wizard
accepts_auth=yes
accepts_registrations=yes
transport=transport-udp
has_hint=yes
hint_context=from-internal
endpoint/context=from-internal
endpoint/allow=!all,ulaw
aor/max_contacts=1

[103](wizard-phone)
hint_exten=103
inbound_auth/username=103
inbound_auth/password=Carol3Pass#3
"""

EXTENSIONS = """
[from-internal]
exten => 101,1,NoOp(Call to extension 101)
 same => n,Dial(PJSIP/101,30)
 same => n,Hangup()
exten => 101,hint,PJSIP/101

exten => 102,1,NoOp(Call to extension 102)
 same => n,Dial(PJSIP/102,20)
 same => n,Playback(vm-nobodyavail)
 same => n,Hangup()

; Pattern match for all extensions
exten => _1XX,1,NoOp(Extension to extension call: ${EXTEN})
 same => n,Dial(PJSIP/${EXTEN},30)
 same => n,Hangup()

[outbound-routes]
exten => _9X.,1,NoOp(Outbound call via trunk)
 same => n,Dial(PJSIP/${EXTEN:1}@trunk,60)
 same => n,Hangup()

[from-trunk]
exten => s,1,Hangup()
"""


def write(asterisk: Asterisk) -> None:
    """Add the office to the files of a fresh Asterisk, and have them loaded."""
    folder = asterisk.config_dir
    (folder / "phones.d").mkdir()
    (folder / "phones.d/dave.conf").write_bytes(INCLUDED)
    (folder / "pjsip_wizard.conf").write_text(WIZARD)
    for name, text in (("pjsip.conf", PJSIP), ("extensions.conf", EXTENSIONS)):
        with (folder / name).open("a") as file:
            file.write(text)
    load(asterisk)


def load(asterisk: Asterisk) -> None:
    with connected(settings_for(asterisk, "sqlite://")) as ami:
        reloads.reload_pjsip(ami)
        reloads.reload_dialplan(ami)


def files(folder: Path) -> dict[str, bytes]:
    """Return every file but the versions that are kept, by its path in the folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and versions.FOLDER not in path.parts
    }
