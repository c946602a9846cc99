"""The windows in which an extension is made and changed: opened, filled in, submitted."""

from __future__ import annotations

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from handlers.onboarding import slack_users
from handlers.slack import answering, blocks, creation, inputs, outcome_messages, refusals
from handlers.slack.admins import Admins, must_be_admin
from handlers.slack.blocks import View
from handlers.slack.modals import submissions
from handlers.slack.modals.extension_forms import (
    CREATE,
    EDIT,
    SHOW_MORE,
    create_modal,
    edit_modal,
    overtaken,
    seen,
)
from handlers.slack.modals.extension_values import changes, new_extension, shown
from handlers.slack.modals.faults import Faults
from handlers.slack.modals.submissions import OLD_WINDOW, Form, Submission
from handlers.slack.replies import acknowledge, outcome_of
from handlers.slack.windows import Shown
from models import audit
from models.fields import EndpointFields
from pbx import extensions, numbers
from pbx.errors import Overtaken, Refusal
from pbx.services import Services


def register(bolt: App, services: Services, admins: Admins) -> None:
    """Register both windows with Bolt."""

    def show_more(body: dict[str, Any], client: WebClient) -> None:
        user_id, view = (
            body["user"]["id"],
            body["view"],
        )  # Slack sends no other: the button is in windows alone
        opened = outcome_of(lambda: _with_more(services, admins, user_id, view))
        answering.tell(client, body, opened, window={"view_id": view["id"]})

    bolt.action(SHOW_MORE)(ack=acknowledge, lazy=[show_more])
    submissions.register(bolt, services, admins, Form(CREATE, "create extensions", check_new, create))
    submissions.register(bolt, services, admins, Form(EDIT, "change extensions", check_changes, change))


def _with_more(services: Services, admins: Admins, user_id: str, view: View) -> View:
    """Return a window with all its inputs, and in them what was typed already."""
    must_be_admin(admins, user_id, "change extensions")
    typed = inputs.typed(view)
    if view["callback_id"] == CREATE:
        return create_modal(shown(EndpointFields()) | typed, numbers.next_free(services))
    number, _, _ = _seen(view["private_metadata"])
    row = extensions.get(services, number)
    # Of the revision that was seen at first, also if there is a newer one.
    return edit_modal(row, shown(row) | typed) | {"private_metadata": view["private_metadata"]}


def check_new(services: Services, submission: Submission) -> None:
    """Raise Faults where no extension can be made of what was typed."""
    number = new_extension(submission.typed).number
    if number and (taken := numbers.find(services, number)):
        raise Faults(
            {"number": f"{number} is taken by {taken.name}: leave it empty, and the next free one is taken"}
        )


def create(services: Services, submission: Submission) -> Shown:
    try:
        return creation.create(services, new_extension(submission.typed), submission.by)
    except Refusal as refusal:
        return create_modal(submission.typed, numbers.next_free(services), refusals.shown(refusal).blocks)


def check_changes(services: Services, submission: Submission) -> None:
    """Raise Faults where something was changed that cannot be so."""
    number, row_id, revision = _seen(submission.metadata)
    row = numbers.find(services, number)
    if row and (row.id, row.revision) == (row_id, revision):
        changes(submission.typed, row)


def change(services: Services, submission: Submission) -> Shown:
    """Write what was changed in the window, unless somebody else has changed the extension since it was opened."""
    number, row_id, revision = _seen(submission.metadata)
    row = extensions.get(services, number)
    if row.id != row_id:
        raise Refusal(
            f"the {number} of that window is gone; see /ext status {number} for the one there is now"
        )
    if row.revision != revision:
        return overtaken(row, audit.since(services.database, row, revision))
    changed = changes(submission.typed, row)
    if not changed.given():
        return blocks.plain(f"Nothing was changed: extension {number} is as it was.")
    try:
        slack_users.must_be_fit(services.settings, changed.slack_user_id)
        done = extensions.change(services, number, changed, by=submission.by, seen=row)
    except Overtaken:
        return overtaken(extensions.get(services, number), audit.since(services.database, row, revision))
    except Refusal as refusal:
        return edit_modal(row, submission.typed, refusals.shown(refusal).blocks)
    return outcome_messages.outcome(done, "changed", number, services.settings.sip_domain)


def _seen(metadata: str) -> tuple[str, int, int]:
    """Return what an edit window was made of. Raises Refusal."""
    if (found := seen(metadata)) is None:
        raise Refusal(OLD_WINDOW)
    return found
