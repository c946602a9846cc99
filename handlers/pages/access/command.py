"""`/ext page`: a link to the page that signs in whoever asked, once; so it needs nothing of Slack's sign-in.

It is made when it is asked for, and shown to who asked alone. Whoever follows it reads first whom it signs in.
"""

from __future__ import annotations

from slack_bolt import App

from handlers.pages.access import login_links
from handlers.pages.access.members import Members, NotWelcome
from handlers.slack import blocks
from handlers.slack.blocks import Block, SlackMessage
from handlers.slack.command_buttons import command_button
from handlers.slack.command_text import Arguments
from handlers.slack.errors import SLACK_AWAY
from handlers.slack.replies import acknowledge
from pbx.errors import Refusal
from pbx.services import Services

OPEN_ACTION = "page_open"
NO_ADDRESS = "the page has no address yet that people could open: "
FOR_ADMINS = "set PUBLIC_URL, as docs/page-access.md says; until then, flask login-link on the server makes a link for you"
FOR_OTHERS = "a phone admin finds how to give it one in docs/page-access.md"


def run(services: Services, given: Arguments) -> SlackMessage:
    """Make a link for the asker. Raises Refusal."""
    if not services.settings.public_url:
        raise Refusal(NO_ADDRESS + (FOR_ADMINS if given.is_admin else FOR_OTHERS))
    try:
        name = Members(services.settings).name_of(given.asked_by)
    except NotWelcome as error:
        raise Refusal(
            f"the page is for members of this workspace, and your account {error}: ask your phone admins"
        ) from None
    except SLACK_AWAY:
        raise Refusal("Slack does not say who you are right now: try again in a minute") from None
    return offered(login_links.make(services, given.by, name), name)


def offered(link: str, name: str) -> SlackMessage:
    """Show a link as a button."""
    text = "Your page: press the button to open it"
    return SlackMessage(
        text,
        [
            blocks.section(
                f"*Your page, as {blocks.escape(name)}*\nExtensions, phones, calls and voicemail in your browser."
            ),
            blocks.actions(blocks.button("Open the page", OPEN_ACTION, "", url=link, style="primary")),
            blocks.context(
                "The button signs you in, once, within ten minutes. Do not pass it on: it signs in as you."
            ),
        ],
    )


def section(services: Services, _user_id: str) -> list[Block]:
    """Return the way to the page for App Home; nothing where it has no address."""
    if not services.settings.public_url:
        return []
    text = "🖥 Extensions, phones, calls and voicemail are on a page in your browser, too."
    return [blocks.section(text) | {"accessory": command_button("Open the page", "page")}]


def register(bolt: App) -> None:
    """Have Bolt acknowledge the click on the link's button, which Slack tells of, too."""
    bolt.action(OPEN_ACTION)(acknowledge)
