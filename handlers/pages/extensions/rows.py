"""The extension that a page is about; of one that is gone, who has deleted it."""

from __future__ import annotations

from handlers.pages import people, template_tools
from handlers.pages.visitor import Visitor
from models import audit
from models.actor import Actor
from models.extension import Extension
from pbx import extensions
from pbx.errors import NotFound
from pbx.services import Services


def get(services: Services, number: str, who: Visitor) -> Extension:
    """Return the extension as it is now. Raises NotFound, which names to admins who has deleted it."""
    try:
        return extensions.get(services, number)
    except NotFound:
        latest = next(iter(audit.latest(services.database, number, 1)), None)
        if latest is None or latest.action != audit.DELETED:
            if not who.is_admin:
                raise NotFound(f"there is no extension {number}: the list has all that there are") from None
            raise
        raise NotFound(_gone(services, latest, who)) from None


def _gone(services: Services, entry: audit.AuditEntry, who: Visitor) -> str:
    when, number = template_tools.moment(entry.at), entry.number
    if not who.is_admin:
        return f"Extension {number} is gone: it was deleted on {when}"
    by = Actor.parse(entry.actor)
    with services.database.session() as session:
        return f"Extension {number} is gone already: {people.names(session, [by])[by]} deleted it on {when}"
