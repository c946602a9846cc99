"""The table of checks of one number, in the order of causes."""

from __future__ import annotations

from pbx.doctor import number_configuration as configuration
from pbx.doctor import number_dialplan as dialplan
from pbx.doctor import number_phones as phones
from pbx.doctor.findings import Check
from pbx.doctor.one_number import OneNumber

# They need some of pbx/doctor/checks.py, which are run before them.
CHECKS: tuple[Check[OneNumber], ...] = (
    Check("number", "the number is an extension of Switchhook's", configuration.known, needs=("database",)),
    Check("number-disabled", "phones of the number are let in", configuration.disabled, needs=("number",)),
    Check(
        "number-state",
        "Asterisk took the number's settings",
        configuration.state,
        needs=("ami", "modules", "files", "secret-key", "identity", "number-disabled"),
    ),
    Check(
        "number-lines",
        "the number's lines in the files are those of the database",
        configuration.lines,
        needs=("files", "number-state"),
    ),
    Check(
        "number-loaded",
        "Asterisk shows the number's endpoint, auth, AOR, transport, dialplan and hint as the database has them",
        configuration.loaded,
        needs=("ami", "number-lines"),
        limit=10.0,
    ),
    Check(
        "number-besides",
        "Asterisk has what the number needs besides: its context, its codecs, the address of its transport",
        configuration.besides,
        needs=("number-loaded", "web-phones"),
    ),
    Check(
        "number-leaver",
        "nobody who left still has the number's password",
        configuration.leaver,
        needs=("number",),
    ),
    Check(
        "number-answers",
        "who calls the number reaches its phones",
        dialplan.answers,
        needs=("number-loaded",),
    ),
    Check(
        "number-logins",
        "no login as the number failed in the last hour",
        phones.logins,
        needs=("ami", "number-disabled"),
    ),
    Check(
        "number-registered",
        "a phone of the number is registered",
        phones.registered,
        needs=("number-loaded", "number-logins"),
    ),
    Check(
        "number-nat",
        "phones and Asterisk know each other's addresses, across NAT too",
        phones.nat,
        needs=("nat", "number-registered"),
    ),
    Check(
        "number-reachable", "phones of the number answer, and soon", phones.reachable, needs=("number-nat",)
    ),
)
