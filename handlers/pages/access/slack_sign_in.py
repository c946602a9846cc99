"""Sign in with Slack: to Slack's page and back. What does not lead to a session leads to the sign-in page, and says why."""

from __future__ import annotations

import logging

from flask import make_response, redirect, request
from slack_sdk.errors import SlackApiError
from werkzeug.wrappers import Response

from handlers.pages.access import sign_in
from handlers.pages.access.members import NOT_WELCOME, NotWelcome
from handlers.pages.routes import PREFIX, Pages
from handlers.slack import oauth, openid
from handlers.slack.errors import SLACK_AWAY, is_definite, name_of
from handlers.slack.openid import Attempt, NotIdentified
from models.actor import Actor
from settings import Settings

log = logging.getLogger("switchhook.pages")

COOKIE = "__Host-switchhook-sign-in"
AGAIN = "Press “Sign in with Slack” once more."
OTHER_BROWSER = f"This browser did not ask Slack, or more than ten minutes ago. {AGAIN}"
USED = f"That answer of Slack's has been used already. {AGAIN}"
DECLINED = "You said no at Slack, and are not signed in."
NOT_GOOD = f"What Slack sent is not good any more. {AGAIN}"
AWAY = "Slack does not answer right now. Try again in a minute."
UNKNOWN_WORKSPACE = f"{AWAY} Until it says which workspace is ours, nobody is let in here."
OTHER_WORKSPACE = (
    "That was an account of another Slack workspace than the one of this phone system. Choose the right one at the top of "
    "Slack's page."
)
NOT_SET_UP = (
    "Slack refused Switchhook itself. Tell your phone admins: flask doctor says what is wrong with SLACK_CLIENT_ID, "
    "SLACK_CLIENT_SECRET or PUBLIC_URL."
)


class NotSignedIn(Exception):
    """Why somebody is not, for the sign-in page. `status`: of HTTP."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.status = status


def add_routes(pages: Pages) -> None:
    settings = pages.services.settings

    @pages.get(openid.ASK_PATH.removeprefix(PREFIX), None)
    def ask_slack() -> Response:
        attempt = Attempt.new(sign_in.own_path(request.args.get("next", "")))
        try:
            return _ask(pages, attempt)
        except NotSignedIn as error:
            return _sign_in_page(settings, error, attempt.next)

    @pages.get(openid.PATH.removeprefix(PREFIX), None)
    def back_from_slack() -> Response:
        if request.method != "GET":  # a program that looks at links: nothing is used up
            return Response()
        attempt = Attempt.read(settings, request.cookies.get(COOKIE, ""))
        try:
            response = _sign_in(pages, attempt)
        except NotSignedIn as error:
            response = _sign_in_page(settings, error, attempt.next if attempt else "")
        if attempt and attempt.is_answered_by(request.args.get("state", "")):  # and not that of another tab
            response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
        return response


def _ask(pages: Pages, attempt: Attempt) -> Response:
    """Lead to Slack's page. Raises NotSignedIn."""
    settings = pages.services.settings
    if oauth.missing(settings):
        raise NotSignedIn(NOT_SET_UP, 404)
    response = redirect(openid.link(settings, attempt, pages.workspace.team_id() or None), 303)
    response.set_cookie(
        COOKIE,
        attempt.signed(settings),
        max_age=openid.ATTEMPT_SECONDS,
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
    )
    return response


def _sign_in(pages: Pages, attempt: Attempt | None) -> Response:
    """Sign in whom Slack has sent back. Raises NotSignedIn."""
    given = request.args
    if attempt is None or not attempt.is_answered_by(given.get("state", "")):
        raise NotSignedIn(OTHER_BROWSER, 400)
    if not attempt.is_first_answer(pages.services.database):
        raise NotSignedIn(USED, 400)
    if refusal := given.get("error"):
        raise NotSignedIn(DECLINED, 403) if refusal == "access_denied" else NotSignedIn(NOT_SET_UP, 502)
    try:
        user_id, name = _who(pages, given.get("code", ""), attempt.nonce)
    except SLACK_AWAY as error:
        raise _refused(error) from None
    return sign_in.begin(pages.services, Actor.slack(user_id), name, attempt.next)


def _who(pages: Pages, code: str, nonce: str) -> tuple[str, str]:
    """Return their ID and name. Raises NotSignedIn, SlackApiError, or what is in SLACK_AWAY."""
    ours = pages.workspace.ids()
    if not ours:
        raise NotSignedIn(UNKNOWN_WORKSPACE, 503)
    try:
        user_id, team_id = openid.identify(pages.services.settings, code, nonce)
    except NotIdentified as error:
        log.warning("Slack does not say who somebody is", extra={"reason": str(error)})
        raise NotSignedIn(NOT_GOOD, 400) from None
    if team_id not in ours:
        raise NotSignedIn(OTHER_WORKSPACE, 403)
    try:
        return user_id, pages.members.name_of(user_id)
    except NotWelcome as error:
        log.warning("somebody is not let in", extra={"user": user_id, "reason": str(error)})
        raise NotSignedIn(NOT_WELCOME.format(error), 403) from None


def _refused(error: Exception) -> NotSignedIn:
    """Return what Slack's refusal, or its absence, means for who waits. Of what Slack sent, only its names of errors are logged."""
    if not isinstance(error, SlackApiError):
        log.warning("Slack does not answer", extra={"reason": type(error).__name__})
        return NotSignedIn(AWAY, 503)
    log.warning("Slack does not say who somebody is", extra={"reason": name_of(error)})
    if not is_definite(error):
        return NotSignedIn(AWAY, 503)
    return (
        NotSignedIn(NOT_SET_UP, 502) if name_of(error) in oauth.MISCONFIGURED else NotSignedIn(NOT_GOOD, 400)
    )


def _sign_in_page(settings: Settings, error: NotSignedIn, wanted: str) -> Response:
    return make_response(sign_in.page(settings, wanted, str(error)), error.status)
