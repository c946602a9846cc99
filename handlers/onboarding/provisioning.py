"""A softphone sets itself up from a link. The link holds no secret; it is a ticket that gets one, once."""

from __future__ import annotations

from itsdangerous import BadData, URLSafeTimedSerializer

from handlers.onboarding.linphone import TRANSPORTS, Ticket, fingerprint
from handlers.onboarding.password import Holder, key_of
from models.extension import Extension
from settings import Settings

LASTS = 14 * 24 * 3600  # seconds


def ticket_for(settings: Settings, holder: Holder, extension: Extension) -> Ticket | None:
    """Make a ticket; None without PUBLIC_URL, or when Linphone cannot speak the phone's transport."""
    if not settings.public_url or extension.transport not in TRANSPORTS:
        return None
    return Ticket(key_of(holder), fingerprint(extension))


def link(settings: Settings, ticket: Ticket) -> str:
    """Return where the ticket is redeemed. Made when it is sent: nothing in the database can be redeemed."""
    return address(settings, _signer(settings).dumps(ticket))


def address(settings: Settings, token: str) -> str:
    """Return the URL as the world sees it, whatever a proxy has made of it."""
    return f"{settings.public_url}/phones/{token}"


def ticket_of(settings: Settings, token: str) -> Ticket | None:
    """Read a ticket; None when it is not signed by us, or too old."""
    try:
        return Ticket(*_signer(settings).loads(token, max_age=LASTS))
    except BadData:
        return None


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    oldest_first = [key.get_secret_value() for key in reversed(settings.secret_key)]
    return URLSafeTimedSerializer(oldest_first, salt="switchhook: a phone sets itself up")
