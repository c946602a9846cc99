"""Checks of certificates: those that Asterisk shows, asked for as its clients do."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

from cryptography import x509

from models.types import now
from pbx import listening
from pbx.config import reader
from pbx.doctor.connections import connected
from pbx.doctor.findings import Finding
from pbx.services import Services

SECONDS = 3.0
RELOAD = 'then asterisk -rx "core reload"'
EXPIRES_SOON = timedelta(days=14)  # certbot renews at 30


def of_asterisk(services: Services) -> Iterator[Finding]:
    """Find certificates of Asterisk's own that have expired or soon will."""
    settings = services.settings
    if settings.ami_tls:
        yield from _expiring(
            "Asterisk's manager interface",
            settings.ami_host,
            settings.ami_port,
            "from then on Switchhook does not trust it, and nothing goes live",
            f"renew tlscertfile of manager.conf, {RELOAD}; one of your own that AMI_CA_FILE names is to be copied there, too",
        )
    for each in listening.on_disk(reader.read(settings)):
        if each.protocol == "tls":
            yield from _expiring(
                each.name,
                each.host or settings.ami_host,
                each.port,
                "from then on phones with transport=tls do not register",
                f"renew cert_file of [{each.name}] ({each.place}), then systemctl restart asterisk",
            )


def tls_versions(services: Services) -> Iterator[Finding]:
    """Find TLS transports that speak no TLS of today: without `method`, Asterisk's speak 1.0 alone."""
    settings = services.settings
    for each in listening.on_disk(reader.read(settings)):
        host = each.host or settings.ami_host
        if each.protocol == "tls" and (reason := _refusal(host, each.port)):
            yield Finding(
                "tls-versions",
                f"{each.name} ({host}:{each.port}) does not speak TLS 1.2 or newer ({reason})",
                "phones of today refuse what is older, and do not register with transport=tls",
                f"in [{each.name}] ({each.place}), have method=tlsv1_2, and a cert_file and priv_key_file that Asterisk may read; "
                "then systemctl restart asterisk",
            )


def _refusal(host: str, port: int) -> str:
    """Return why no TLS of today comes about there; empty: it does, or nobody listens."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        with connected(host, port, SECONDS, context):
            return ""
    except ssl.SSLError as error:
        return error.reason or str(error)
    except OSError:
        return ""


def expiry(host: str, port: int) -> datetime | None:
    """Return until when the certificate that is shown there is valid; None: nobody speaks TLS there."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # an expired one is looked at, too
    try:
        with connected(host, port, SECONDS, context) as tls:
            shown = cast(ssl.SSLSocket, tls).getpeercert(binary_form=True)
    except (OSError, ValueError):
        return None
    return x509.load_der_x509_certificate(shown).not_valid_after_utc.astimezone(UTC) if shown else None


def _expiring(what: str, host: str, port: int, why: str, remedy: str) -> Iterator[Finding]:
    """Find that a certificate has expired, or will within EXPIRES_SOON."""
    until = expiry(host, port)
    if until and until - now() < EXPIRES_SOON:
        word = "expired" if until < now() else "expires"
        yield Finding(
            "certificates",
            f"the certificate of {what} ({host}:{port}) {word} on {until:%Y-%m-%d}",
            why,
            remedy,
        )
