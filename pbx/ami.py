"""A session with the configured Asterisk's manager interface (AMI), and what to check when there is none."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from asterisk.manager import ManagerException

from pbx.ami_client import REPLY_SECONDS, Client
from pbx.ami_messages import Message
from pbx.errors import AsteriskDown, AsteriskUnavailable
from pbx.manager_user import LOOPBACK
from settings import Settings

BOOT_SECONDS = 5.0  # how long a login waits for an Asterisk that is starting


@contextmanager
def connected(
    settings: Settings,
    on_event: Callable[[Message], None] | None = None,
    wanted: Iterable[str] = (),
    *,
    timeout: float = REPLY_SECONDS,
) -> Iterator[Client]:
    """Log in to the configured Asterisk, and out at the end; the arguments are Client's.

    Raises AsteriskUnavailable, with what to check, when there is none to be had; AsteriskDown if it does not run.
    """
    client = Client(on_event, wanted, timeout=timeout)
    try:
        _log_in(client, settings)
        yield client
    finally:
        client.close()


def _log_in(client: Client, settings: Settings) -> None:
    where = f"{settings.ami_host}:{settings.ami_port}"
    tls = ssl.create_default_context(cafile=settings.ami_ca_file) if settings.ami_tls else None
    try:
        client.connect(settings.ami_host, settings.ami_port, tls=tls)
        client.login(settings.ami_username, settings.ami_secret.get_secret_value())
    except ssl.SSLError as error:
        raise AsteriskUnavailable(
            f"no TLS with Asterisk's manager interface at {where} ({error.reason or error}): check tlsenable and "
            "tlscertfile in manager.conf, AMI_PORT, and AMI_CA_FILE for a certificate of your own"
        ) from None
    except OSError as error:
        kind = AsteriskDown if isinstance(error, ConnectionRefusedError) else AsteriskUnavailable
        raise kind(
            f"Asterisk's manager interface at {where} does not answer ({error.strerror or error}): "
            "is Asterisk running, and enabled=yes in manager.conf?"
        ) from None
    except ManagerException:
        from_afar = "" if settings.ami_host in LOOPBACK else ", whose permit lets this machine in"
        raise AsteriskUnavailable(
            f"Asterisk at {where} refused the login of {settings.ami_username!r}: "
            f"AMI_USERNAME and AMI_SECRET must match a section of manager.conf{from_afar}"
        ) from None
    if not client.booted.wait(min(BOOT_SECONDS, client.timeout)):
        # Until then modules are missing, and what they would show seems not to exist.
        raise AsteriskDown(
            f"Asterisk at {where} is still starting (if it is not, {settings.ami_username!r} lacks read=system "
            "in manager.conf)"
        )
