"""Phones that come and go while a recording runs. The setup is in __init__.py."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

from tests.asterisk_bed import RegistrationFailed
from tests.pbx.transcripts.office import Office


def logs_in_and_out(office: Office) -> None:
    """In between it logs in anew from the same port, which this phone does by logging out first."""
    phone = office.stranger("108")
    phone.register()
    time.sleep(0.5)
    phone.register()
    time.sleep(3)
    phone.unregister()
    time.sleep(2)


def expires(office: Office) -> None:
    phone = office.stranger("105")
    phone.register()
    phone.kill()
    time.sleep(6)


def moves(office: Office) -> None:
    old, new = office.stranger("110"), office.stranger("110")
    old.register()
    time.sleep(0.5)
    new.register()
    time.sleep(2.5)
    old.kill()


def unreachable(office: Office) -> None:
    """It freezes for a while, then dies."""
    phone = office.stranger("106")
    phone.register()
    time.sleep(1.5)
    os.kill(phone.pid, signal.SIGSTOP)
    time.sleep(2.5)
    os.kill(phone.pid, signal.SIGCONT)
    time.sleep(2.5)
    phone.kill()
    time.sleep(2.5)


def two_phones_of_one_extension(office: Office) -> None:
    first, second = office.stranger("108"), office.stranger("108")
    first.register()
    second.register()
    time.sleep(1.5)
    first.unregister()
    time.sleep(2.5)
    second.unregister()
    time.sleep(2)


def failed_logins(office: Office) -> None:
    for number, secret in (("101", "guessed"), ("666", "whatever"), ("107", "")):
        phone = office.stranger(number, secret)
        with suppress(RegistrationFailed):
            phone.register(timeout=3)
        phone.kill()  # it would try again


PHONES = (
    logs_in_and_out,
    expires,
    moves,
    unreachable,
    two_phones_of_one_extension,
    failed_logins,
)
