"""The files of an installation as docs/install-by-hand.md describes it, on a PBX that was alive before."""

from __future__ import annotations

PJSIP_CONF = """\
; Acme's phone system. Ask Jane before you change anything here!

[global]
type=global
user_agent=Acme PBX

[transport-udp]
type=transport
protocol=udp
bind=127.0.0.1:@SIP_PORT@

[transport-tcp]
type=transport
protocol=tcp
bind=127.0.0.1:@SIP_PORT@

; Our line to the world
[trunk]
type=endpoint
context=from-trunk
disallow=all
allow=alaw
aors=trunk

[trunk]
type=aor
contact=sip:192.0.2.10

[trunk]
type=identify
endpoint=trunk
match=192.0.2.10

; The gate has a phone of its own
[hand-written](!)
type=endpoint
context=from-internal
disallow=all
allow=ulaw

[190](hand-written)
auth=190
aors=190

[190]
type=auth
auth_type=userpass
username=190
password=the gate's own secret

[190]
type=aor
max_contacts=1

#include switchhook/pjsip.conf
"""

EXTENSIONS_CONF = """\
[general]
static=yes
writeprotect=no

[from-trunk]
exten => 15550100,1,Goto(from-internal,101,1)

[from-internal]
include => emergency
exten => *97,1,VoiceMailMain(${CALLERID(num)})
exten => 190,1,Dial(PJSIP/190,30)
exten => 190,hint,PJSIP/190

[emergency]
exten => 112,1,Dial(PJSIP/${EXTEN}@trunk,60)

#include switchhook/extensions.conf
"""

# As Debian's package has it.
MANAGER_CONF = """\
[general]
enabled = yes
port = @AMI_PORT@
bindaddr = 127.0.0.1

#include "manager.d/*.conf"
"""

MANAGER_USER = """\
[switchhook]
secret = @AMI_SECRET@
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = system,call,security
write = system,config,reporting,user
writetimeout = 5000
"""

HTTP_CONF = """\
[general]
servername=Asterisk
bindaddr=127.0.0.1
"""

FILES = {
    "manager.conf": MANAGER_CONF,
    "manager.d/switchhook.conf": MANAGER_USER,
    "http.conf": HTTP_CONF,
    "sorcery.conf": "; Nothing here: phones come from pjsip.conf\n",
    "switchhook/pjsip.conf": "",
    "switchhook/extensions.conf": "",
}

ENV = """\
SLACK_BOT_TOKEN={slack.bot_token}
SLACK_SIGNING_SECRET={slack.signing_secret}
SLACK_API_URL={slack.url}
SLACK_ADMINS={admin}
ALERT_CHANNEL={channel}
DATABASE_URL=sqlite:///{database}
SECRET_KEY={key}
AMI_PORT={asterisk.ami_port}
AMI_SECRET={asterisk.ami_secret}
ASTERISK_CONFIG_DIR={asterisk.config_dir}
PJSIP_CONF=switchhook/pjsip.conf
EXTENSIONS_CONF=switchhook/extensions.conf
SIP_DOMAIN=192.168.1.5
PUBLIC_URL={public_url}
PORT={port}
"""
