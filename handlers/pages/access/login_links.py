"""Links that sign somebody in on the page, once: where they lead. Their tokens are in no log, and hashed in the database."""

from __future__ import annotations

from models import login_link
from models.actor import Actor
from pbx.services import Services
from settings import Settings

PATH = "/extensions/sign-in/link/"


def make(services: Services, actor: Actor, name: str) -> str:
    """Make a link for somebody. Raises SQLAlchemyError."""
    with services.database.session() as session:
        token = login_link.make(session, actor, name)
    return f"{address(services.settings)}{PATH}{token}"


def address(settings: Settings) -> str:
    """Return where the page is: as the world reaches it, or else as this machine does."""
    return settings.public_url or f"http://127.0.0.1:{settings.port}"
