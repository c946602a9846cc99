"""`/slack/oauth`: where Slack sends people's browsers back to. Each page says what is so now, and what to do next."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from handlers.oncall import authorization
from handlers.oncall.authorization import Grant
from handlers.oncall.messages import CONNECT
from handlers.oncall.slack_profile import SlackProfile
from handlers.slack import oauth
from handlers.slack.errors import SLACK_AWAY, is_definite, name_of
from models import status_connection
from pbx.services import Services

log = logging.getLogger("switchhook.oncall")

NOTHING = "Nothing has changed."
AGAIN = f"In Slack, type {CONNECT} and press the button."


@dataclass(frozen=True)
class Page:
    """What a person reads. `code`: the HTTP status."""

    title: str
    text: str
    next: str
    code: int = 400


CONNECTED = Page(
    "Your Slack status follows your phone",
    "While you are in a call, your status is “📞 On a call”. A status that you set yourself stays as it is, and yours "
    "does not say with whom you talk.",
    "You can close this page. To end it: /ext mystatus disconnect",
    200,
)
DECLINED = Page(
    "You said no", f"{NOTHING} Switchhook cannot set your status.", f"Changed your mind? {AGAIN}", 200
)
NOT_GOOD = Page("This link is not good any more", f"It works once, for ten minutes. {NOTHING}", AGAIN)
AWAY = Page("Slack does not answer right now", NOTHING, f"In a minute: {AGAIN}", 503)
OTHER_PERSON = Page(
    "That was another Slack account",
    f"The button was pressed by one account, and the permission given by another. {NOTHING}",
    f"Sign in at slack.com with the account that you use in Slack. {AGAIN}",
    403,
)
OTHER_TEAM = Page(
    "That was another workspace",
    f"The permission was given in another workspace than the one of your phone system. {NOTHING}",
    f"{AGAIN} On Slack's page, choose the right workspace at the top.",
    403,
)
NOT_ENOUGH = Page(
    "A permission is missing",
    f"Slack did not give all that is needed to see and set your status. {NOTHING}",
    "Tell your phone admins: the app's user scopes are those of Switchhook's manifest, and flask doctor looks at the rest.",
)
NOT_SET_UP = Page(
    "This is not set up right yet",
    f"Slack refused Switchhook itself. {NOTHING}",
    "Tell your phone admins: flask doctor says what is wrong with SLACK_CLIENT_ID, SLACK_CLIENT_SECRET or PUBLIC_URL.",
    502,
)
TROUBLE = Page("Switchhook cannot save that right now", NOTHING, f"In a minute: {AGAIN}", 503)


def blueprint(services: Services) -> Blueprint:
    status = Blueprint("oauth", __name__, template_folder="templates")

    @status.get(authorization.PATH)
    def back() -> tuple[str, int]:
        if (
            request.method != "GET"
        ):  # a program that looks at links before they are followed: nothing is used up
            return "", 200
        page = _answer(services)
        return render_template("slack_status.html", page=page), page.code

    status.after_request(_keep_nowhere)
    return status


def _answer(services: Services) -> Page:
    """Return what came of it. Nothing that Slack or a stranger sent is logged, but Slack's names of errors."""
    try:
        return _connect(services)
    except SlackApiError as error:
        log.warning("Slack did not give a token", extra={"reason": name_of(error)})
        if not is_definite(error):
            return AWAY
        return NOT_SET_UP if name_of(error) in oauth.MISCONFIGURED else NOT_GOOD
    except SLACK_AWAY as error:
        log.warning("Slack does not answer", extra={"reason": type(error).__name__})
        return AWAY
    except SQLAlchemyError as error:
        log.error("a Slack status is not connected", extra={"reason": type(error).__name__})
        return TROUBLE


def _connect(services: Services) -> Page:
    settings, given = services.settings, request.args
    user_id = authorization.asked_by(settings, services.database, given.get("state", ""))
    if user_id is None:
        return NOT_GOOD
    if refusal := given.get("error"):
        return DECLINED if refusal == "access_denied" else NOT_SET_UP
    grant = authorization.redeem(settings, given.get("code", ""))
    page = _fault(services, grant, user_id)
    if page is None:
        _save(services, grant)
        return CONNECTED
    _give_back(services, grant)
    return page


def _fault(services: Services, grant: Grant, user_id: str) -> Page | None:
    if grant.team_id != authorization.team_of(services.settings):
        return OTHER_TEAM
    if grant.user_id != user_id:
        return OTHER_PERSON
    return None if grant.is_enough else NOT_ENOUGH


def _save(services: Services, grant: Grant) -> None:
    with services.database.session() as session:
        status_connection.save(session, grant.user_id, services.cipher.encrypt(grant.token))
    log.info("a Slack status is connected", extra={"user": grant.user_id})


def _give_back(services: Services, grant: Grant) -> None:
    """Have Slack forget a token that is not kept, unless its owner has one already: it may be the same."""
    log.warning("a permission is not taken", extra={"user": grant.user_id})
    with services.database.session() as session:
        is_connected = status_connection.find(session, grant.user_id) is not None
    if not is_connected and grant.token.get_secret_value():
        SlackProfile(services.settings, grant.token).revoke()


def _keep_nowhere(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
