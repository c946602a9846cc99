"""Shows the secret of an extension to somebody, with an entry in the audit: who has seen it is known, and its owner is told."""

from __future__ import annotations

import logging

from pydantic import SecretStr

from models import audit
from models.actor import Actor
from models.extension import Extension, State
from pbx import owner_news
from pbx.errors import Overtaken
from pbx.services import Services

log = logging.getLogger("switchhook.extensions")

SHOWN = "was shown the password of"


def show(services: Services, seen: Extension, *, by: Actor) -> SecretStr:
    """Return the secret of an extension, also if it was changed since it was `seen`.

    Raises SecretUnreadable, and Overtaken where it is gone, or somebody else's by now.
    """
    with services.database.session() as session:
        row = session.get(Extension, seen.id, with_for_update=True)
        if row is None or row.state is State.DELETING or row.slack_user_id != seen.slack_user_id:
            raise Overtaken(
                f"{seen.number} is gone, or somebody else's, since a moment ago: nothing was shown"
            )
        secret = services.cipher.decrypt(row.encrypted_secret)
        audit.record(session, by, SHOWN, row.number)
        owner_news.tell(session, row, owner_news.SECRET_SEEN, by)
    log.info("a secret is shown", extra={"number": seen.number, "by": str(by)})
    return secret
