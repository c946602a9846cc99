"""The menu, submitted: the extension that was looked up in it."""

from __future__ import annotations

from slack_bolt import App

from handlers.slack.admins import Admins
from handlers.slack.commands import answer
from handlers.slack.modals import submissions
from handlers.slack.modals.menu import LOOK_UP, MENU
from handlers.slack.modals.submissions import Form, Submission
from handlers.slack.windows import Shown, Window
from pbx.services import Services


def register(bolt: App, services: Services, admins: Admins) -> None:
    """Register the menu with Bolt. Its buttons are commands."""

    def look_up(services: Services, submission: Submission) -> Shown:
        found = answer(
            services, admins, submission.user_id, "", f"status {submission.typed.get(LOOK_UP, '')}"
        )
        return found.make() if isinstance(found, Window) else found

    submissions.register(
        bolt, services, admins, Form(MENU, None, lambda _services, _submission: None, look_up)
    )
