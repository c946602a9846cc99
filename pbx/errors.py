"""Pure: what can go wrong, by who can help. Every message is a sentence for the person who reads it."""

from __future__ import annotations

ASTERISK_LOG = "/var/log/asterisk/messages.log"  # an older logger.conf names it `messages`


class SwitchhookError(Exception):
    """The base of all errors whose message is meant for people."""


class Refusal(SwitchhookError):
    """What was asked for cannot be done; asking again will not help. Says what to type instead."""


class NumberTaken(Refusal):
    """The number exists already, in the database or written by hand."""


class TransportTaken(Refusal):
    """The administrator has this transport, or another program its port; names where, and what to edit."""


class NotFound(Refusal):
    """No such extension."""


class Overtaken(SwitchhookError):
    """Somebody else has changed it since it was looked at; whoever asks again decides anew."""


class AsteriskUnavailable(SwitchhookError):
    """Asterisk cannot be asked right now; what was saved goes live by itself later."""


class AsteriskDown(AsteriskUnavailable):
    """It does not run, or is only starting: no call is going on."""


class ConfigFileError(SwitchhookError):
    """A configuration file cannot be read or replaced; names its path and the remedy. The file is as it was."""


class PhonesAtRisk(SwitchhookError):
    """Publishing would take phones away that nobody asked to take away; says how to do it on purpose."""
