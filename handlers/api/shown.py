"""Extensions as the API shows them, with what Asterisk has of them now."""

from __future__ import annotations

from handlers.api.extension_schemas import ShownExtension
from models.extension import Extension
from pbx.endpoints import endpoint_of
from pbx.errors import AsteriskUnavailable
from pbx.services import Services


def shown(services: Services, row: Extension) -> ShownExtension:
    """Show one; what Asterisk would know is null if it cannot be asked."""
    try:
        endpoint = endpoint_of(services.settings, row.number) if row.has_phones else None
    except AsteriskUnavailable:
        return ShownExtension.of(row, None, is_known=False)
    return ShownExtension.of(row, endpoint)
