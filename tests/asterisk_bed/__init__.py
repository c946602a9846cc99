"""A real Asterisk and real SIP phones for tests, on loopback and without root."""

from .asterisk import Asterisk
from .console import AsteriskError
from .phones import CallFailed, Phone, PhoneError, PhoneTimeout, RegistrationFailed

__all__ = [
    "Asterisk",
    "AsteriskError",
    "CallFailed",
    "Phone",
    "PhoneError",
    "PhoneTimeout",
    "RegistrationFailed",
]
