"""`flask login-link`: signs somebody in on the page, and everybody out."""

from __future__ import annotations

import platform
import re

import click
from flask.cli import with_appcontext

from handlers.cli.common import Refused, caller, explained, the_services
from handlers.onboarding import slack_users
from handlers.pages.access import login_links
from handlers.pages.access.members import Members, NotWelcome
from handlers.slack.client import slack_client
from handlers.slack.errors import SLACK_AWAY
from models import login_link as links
from models.actor import Actor
from settings import Settings

MEMBER_ID = re.compile("[UW][A-Z0-9]{2,}")


@click.command(
    "login-link",
    help="Print a link that signs in on the web page, once, within ten minutes: as a phone admin by your name on this machine, or as somebody of Slack.",
)
@click.option(
    "--slack-user", default="", help="As this person: their member ID, or their e-mail address in Slack."
)
@click.option(
    "--sign-out-everywhere",
    "ends",
    is_flag=True,
    help="In the place of a link: end all sessions and links, of --slack-user or of everybody.",
)
@with_appcontext
def login_link(slack_user: str, ends: bool) -> None:
    user_id = _user_id(slack_user) if slack_user else ""
    if ends:
        _end_all(Actor.slack(user_id) if user_id else None, slack_user)
        return
    services = the_services()
    actor = Actor.slack(user_id) if user_id else caller()
    name = _name(user_id) if user_id else caller().id
    with explained():
        link = login_links.make(services, actor, name)
    click.echo(_what_to_do(services.settings, name, is_admin=not user_id), err=True)
    click.echo(link)


def _end_all(actor: Actor | None, whose: str) -> None:
    with explained(), the_services().database.session() as session:
        count = links.end_all(session, actor)
    sessions = "1 session is" if count == 1 else f"{count} sessions are"
    click.echo(
        f"{sessions} ended, of {whose or 'everybody'}; links that sign in and were not used are worthless."
    )


def _user_id(typed: str) -> str:
    """Return the member ID of somebody. Raises Refused."""
    if MEMBER_ID.fullmatch(typed):
        return typed
    if "@" not in typed[1:]:
        raise Refused(
            f"{typed} is neither a member ID (in Slack: their profile, ⋮, “Copy member ID”) nor an e-mail address"
        )
    try:
        found, reason = slack_users.find(slack_client(the_services().settings), typed)
    except SLACK_AWAY as error:
        raise _away(error) from None
    if found is None:
        raise Refused(f"nobody in Slack has the address {typed}{f' ({reason})' if reason else ''}")
    return found


def _name(user_id: str) -> str:
    """Return what the page calls somebody. Raises Refused for who may not be signed in."""
    try:
        return Members(the_services().settings).name_of(user_id)
    except NotWelcome as error:
        raise Refused(f"{user_id} {error}: the page is for members of the workspace") from None
    except SLACK_AWAY as error:
        raise _away(error) from None


def _away(error: Exception) -> Refused:
    return Refused(
        f"Slack does not say who that is ({type(error).__name__}): try again in a minute, or leave --slack-user out"
    )


def _what_to_do(settings: Settings, name: str, is_admin: bool) -> str:
    role = ", a phone admin" if is_admin else ""
    what = f"Signs in as {name}{role}: once, within ten minutes. Whoever has the link is let in, so pass it to nobody else."
    if settings.public_url:
        return what
    port = settings.port
    return (
        f"{what}\nPUBLIC_URL is not set, so the page can be opened on this machine alone. From your own computer, first: "
        f"ssh -L {port}:127.0.0.1:{port} {platform.node()}"
    )
