"""Faults of one number: of its row, its lines, what Asterisk has of it, and its phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlmodel import select

from models.encryption import generate_secret
from models.event import Event, EventKind
from tests.asterisk_bed import Phone, RegistrationFailed
from tests.installation.fault import Fault, both, console, edited, flask
from tests.installation.installation import Installation
from tests.installation.process_faults import opened
from tests.waiting import wait_for

NUMBER = "101"
BLOCK = "switchhook/pjsip.conf"


def _log_in(installation: Installation) -> None:
    """The phone is started anew: one that believes to be logged in would not try."""
    with suppress(RegistrationFailed):
        installation.phones[NUMBER].unregister()
    installation.phones[NUMBER].register()
    wait_for(lambda: not installation.doctor(NUMBER))


def _log_out(installation: Installation) -> None:
    installation.phones[NUMBER].unregister()


def _lose_endpoint(installation: Installation) -> None:
    """Asterisk was started on other files, which are the right ones by now."""
    path = installation.asterisk.config_dir / BLOCK
    text = path.read_text()
    path.write_text("")
    installation.asterisk.cli("module reload res_pjsip.so")
    wait_for(lambda: "Unable to find object 101" in installation.asterisk.cli("pjsip show endpoint 101"))
    path.write_text(text)


def _log_in_wrongly(installation: Installation) -> None:
    """Somebody has typed another secret into the phone."""
    with _stored(installation, EventKind.UNREGISTERED):
        _log_out(installation)
    secret = generate_secret().get_secret_value()
    with (
        _stored(installation, EventKind.LOGIN_FAILED),
        Phone("101", secret, installation.asterisk.sip_domain) as phone,
        suppress(RegistrationFailed),
    ):
        phone.register()


@contextmanager
def _stored(installation: Installation, kind: EventKind) -> Iterator[None]:
    """Until the listener has stored one more of such events; failed logins of one minute are one row."""
    before = _count(installation, kind)
    yield
    wait_for(lambda: _count(installation, kind) > before)


def _count(installation: Installation, kind: EventKind) -> int:
    with opened(installation) as session:
        return sum(session.exec(select(Event.count).where(Event.kind == kind)).all())


def _register(installation: Installation) -> None:
    installation.phones["101"].register()


def _unregister(installation: Installation) -> None:
    installation.phones["101"].unregister()


NUMBERS = (
    Fault(
        "the extension is disabled",
        "number-disabled",
        flask("ext", "disable", NUMBER),
        f"/ext enable {NUMBER}",
        both(flask("ext", "enable", NUMBER), _log_in),
        NUMBER,
        listening=True,
    ),
    Fault(
        "a line of its endpoint was edited",
        "number-lines",
        edited(BLOCK, 'callerid="Alice" <101>', 'callerid="Eve" <101>'),
        f"/ext verify {NUMBER}",
        flask("ext", "verify", NUMBER),
        NUMBER,
    ),
    Fault(
        "its steps are gone from the running dialplan",
        "number-loaded",
        console(f"dialplan remove extension {NUMBER}@from-internal"),
        f"/ext verify {NUMBER}",
        flask("ext", "verify", NUMBER),
        NUMBER,
    ),
    Fault(
        "its phone is switched off",
        "number-registered",
        _log_out,
        "is it switched on",
        _log_in,
        NUMBER,
    ),
    Fault(
        "Asterisk cannot translate its codec",
        "number-besides",
        flask("ext", "set", NUMBER, "--codecs=opus"),
        "/ext set 101 codecs=ulaw,alaw,g722",
        flask("ext", "set", NUMBER, "--codecs=ulaw,alaw,g722"),
        NUMBER,
    ),
    Fault(
        "its hint was removed at the console",
        "number-loaded",
        console("dialplan remove extension 101@from-internal hint"),
        "/ext verify 101",
        flask("ext", "verify", NUMBER),
        NUMBER,
    ),
    Fault(
        "Asterisk has lost its endpoint",
        "number-loaded",
        _lose_endpoint,
        "/ext verify 101",
        flask("doctor", NUMBER, "--fix", "verify"),
        NUMBER,
    ),
    Fault(
        "a phone has a wrong secret",
        "number-logins",
        _log_in_wrongly,
        "type the password of 101 into that phone",
        _log_in,
        NUMBER,
        listening=True,
    ),
)
