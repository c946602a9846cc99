"""`/ext notify on|off`: whether the asker is told of calls that they missed."""

from __future__ import annotations

import logging

from handlers.alerts import notify_messages
from handlers.slack import targets
from handlers.slack.blocks import Block, SlackMessage
from handlers.slack.command_text import Arguments
from models import direct_alerts_off
from pbx.errors import Refusal
from pbx.services import Services

log = logging.getLogger("switchhook.alerts")

SWITCHES = {"on": direct_alerts_off.switch_on, "off": direct_alerts_off.switch_off}


def run(services: Services, given: Arguments) -> SlackMessage:
    """Run the subcommand. Raises Refusal."""
    verb = " ".join(given.words).lower() or "show"
    if given.slack_user_id or given.settings or verb not in (*SWITCHES, "show"):
        raise Refusal("that is about yourself, and either on or off: type /ext notify on, or /ext notify off")
    if not targets.owns_any(services, given.asked_by):
        raise Refusal(
            "no extension is noted as yours, so no missed call is told you: a phone admin notes it, with /ext set <number> @user"
        )
    return _show(services, given.asked_by) if verb == "show" else _switch(services, given.asked_by, verb)


def _show(services: Services, user_id: str) -> SlackMessage:
    with services.database.session() as session:
        return notify_messages.shown(direct_alerts_off.are_on(session, user_id))


def _switch(services: Services, user_id: str, verb: str) -> SlackMessage:
    is_new = SWITCHES[verb](services.database, user_id)
    log.info("direct messages about missed calls", extra={"user": user_id, "switched": verb, "new": is_new})
    return notify_messages.shown(verb == "on", is_new=is_new)


def blocks(services: Services, user_id: str) -> list[Block]:
    """Return the line of App Home and of one's own status; nothing for who has no extension. Raises SQLAlchemyError."""
    if not targets.owns_any(services, user_id):
        return []
    with services.database.session() as session:
        return [notify_messages.section(direct_alerts_off.are_on(session, user_id))]
