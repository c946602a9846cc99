"""Faults of what leads outside."""

from __future__ import annotations

from tests.installation.fault import Fault, both, edited, flask, setting, typed, without_setting

RELOAD = typed('asterisk -rx "dialplan reload"')
RELOAD_PJSIP = typed('asterisk -rx "module reload res_pjsip.so"')
SAFE, OPEN = "[trunk]\ntype=endpoint\ncontext=from-trunk\n", "[trunk]\ntype=endpoint\ncontext=from-internal\n"
HELP = "include => emergency\n"

TRUNKS = (
    Fault(
        "OUTBOUND_TRUNK names an endpoint that is not there",
        "calls-out",
        setting("OUTBOUND_TRUNK", "trnuk"),
        'asterisk -rx "pjsip show endpoints" lists those that it has',
        without_setting("OUTBOUND_TRUNK"),
    ),
    Fault(
        "calls from outside come into the context that calls out",
        "calls-out",
        both(setting("OUTBOUND_TRUNK", "trunk"), edited("pjsip.conf", SAFE, OPEN), RELOAD_PJSIP),
        "give that endpoint a context of its own, such as context=from-trunk",
        both(without_setting("OUTBOUND_TRUNK"), edited("pjsip.conf", OPEN, SAFE), RELOAD_PJSIP),
    ),
    Fault(
        "no emergency number leads to the trunk",
        "emergency",
        both(edited("extensions.conf", HELP, f";{HELP}"), RELOAD),
        "add your country's emergency numbers to [from-internal]",
        both(edited("extensions.conf", f";{HELP}", HELP), RELOAD),
    ),
    Fault(
        "an extension has a context that the dialplan does not have",
        "contexts",
        flask("ext", "set", "101", "--context=lobby"),
        "/ext set 101 context=from-internal",
        flask("ext", "set", "101", "--context=from-internal"),
    ),
)
