"""Faults by which the files or Asterisk drift from the database."""

from __future__ import annotations

from tests.installation.asterisk_faults import BLOCK
from tests.installation.fault import Fault, console, edited, flask, typed

DRIFT = (
    Fault(
        "somebody edited an extension's lines",
        "drift",
        edited(BLOCK, "aors=101\n", "aors=101\nallow=gsm\n"),
        "the next publish puts them back",
        flask("publish"),
    ),
    Fault(
        "an exten from the console answers in the phones' context",
        "drift",
        console("dialplan add extension 160,1,Answer() into from-internal"),
        'asterisk -rx "dialplan reload" has Asterisk forget it',
        typed('asterisk -rx "dialplan reload"'),
    ),
)
