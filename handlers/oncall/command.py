"""`/ext mystatus …`: whether one's Slack status follows one's phone."""

from __future__ import annotations

import logging
import time

from slack_bolt import App
from slack_sdk.errors import SlackApiError

from handlers.oncall import authorization, messages
from handlers.slack import blocks, oauth
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments, nearest
from handlers.slack.errors import SLACK_AWAY, name_of
from handlers.slack.replies import acknowledge
from models import status_connection
from models.errors import SecretUnreadable
from pbx.errors import Refusal
from pbx.services import Services

log = logging.getLogger("switchhook.oncall")

VERBS = ("connect", "disconnect", "show")
USAGE = "/ext mystatus connect|disconnect|show"
END_SECONDS = 4.0  # how long who disconnects waits to hear that it is done
LOOK_SECONDS = 0.1


def run(services: Services, given: Arguments) -> SlackMessage:
    """Run the subcommand. Raises Refusal."""
    verb, *more = [word.lower() for word in given.words] or ["show"]
    if verb not in VERBS or more:
        raise Refusal(f"there is no /ext mystatus {verb}{nearest(verb, VERBS)}: type {USAGE}")
    return {"connect": _connect, "disconnect": _disconnect, "show": _show}[verb](services, given.asked_by)


def _connect(services: Services, user_id: str) -> SlackMessage:
    if reason := oauth.missing(services.settings):
        log.warning("somebody wanted to connect their Slack status", extra={"reason": reason})
        raise Refusal(
            "“On a call” as Slack status is not set up here; a phone admin finds how in docs/slack-status.md"
        )
    if not _numbers(services, user_id):
        raise Refusal(
            "no extension is yours, so there is no phone that your status could follow: ask your phone admins"
        )
    try:
        team_id = authorization.team_of(services.settings)
    except SLACK_AWAY as error:
        reason = name_of(error) if isinstance(error, SlackApiError) else type(error).__name__
        log.warning("Slack does not say which workspace this is", extra={"reason": reason})
        raise Refusal("Slack does not answer right now: try again in a minute") from None
    return messages.ask(authorization.link(services.settings, user_id, team_id))


def _disconnect(services: Services, user_id: str) -> SlackMessage:
    with services.database.session() as session:
        if row := status_connection.find(session, user_id):
            status_connection.begin_ending(session, row)
    if row is None:
        return blocks.plain("Your Slack status does not follow your phone: there is nothing to disconnect.")
    if not _has_ended(services, user_id):
        return messages.disconnecting()
    return messages.disconnected(is_given_back=_is_readable(services, row))


def _is_readable(services: Services, row: status_connection.StatusConnection) -> bool:
    try:
        services.cipher.decrypt(row.encrypted_token)
    except SecretUnreadable:
        return False
    return True


def _has_ended(services: Services, user_id: str) -> bool:
    """Wait for the listener to take everything back; return whether it has."""
    deadline = time.monotonic() + END_SECONDS
    while time.monotonic() < deadline:
        with services.database.session() as session:
            if session.get(status_connection.StatusConnection, user_id) is None:
                return True
        time.sleep(LOOK_SECONDS)
    return False


def _show(services: Services, user_id: str) -> SlackMessage:
    with services.database.session() as session:
        row = status_connection.find(session, user_id)
    numbers = _numbers(services, user_id)
    is_offered = not oauth.missing(services.settings) and bool(numbers)
    return messages.shown(row.connected_at if row else None, numbers, is_offered)


def _numbers(services: Services, user_id: str) -> list[str]:
    with services.database.session() as session:
        return status_connection.numbers_of(session, user_id)


def register(bolt: App) -> None:
    """Have Bolt acknowledge the click on a link's button, which Slack tells of, too."""
    bolt.action(messages.OPEN_ACTION)(acknowledge)
