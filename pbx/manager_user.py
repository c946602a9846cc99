"""Pure: what Asterisk's manager interface (AMI) has to let Switchhook's user do, and from where."""

from __future__ import annotations

LEAST_READ = ("system", "call", "security")
LEAST_WRITE = ("system", "config", "reporting", "user")  # user: to mark a voicemail as heard
OPTIONAL_WRITE = ("originate",)  # for /ext call; nothing else needs it
WRITE_TIMEOUT = 5000  # milliseconds in which a list of many phones has to be read; Asterisk's default is 100
LOOPBACK = ("localhost", "127.0.0.1", "::1")  # as AMI_HOST: Asterisk is on this machine


def write(*, calls: bool) -> tuple[str, ...]:
    """Return the classes of actions that it needs. `calls`: with what /ext call needs besides."""
    return (*LEAST_WRITE, *OPTIONAL_WRITE) if calls else LEAST_WRITE
