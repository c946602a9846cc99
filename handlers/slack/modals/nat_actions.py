"""The window of the addresses of a PBX behind NAT, submitted."""

from __future__ import annotations

from slack_bolt import App

from handlers.slack import blocks, nat_command, refusals
from handlers.slack.admins import Admins
from handlers.slack.modals import submissions
from handlers.slack.modals.nat_form import NAT, changes, fingerprint, nat_modal
from handlers.slack.modals.submissions import Form, Submission
from handlers.slack.windows import Shown
from models import nat
from models.nat import Nat
from pbx.errors import Overtaken, Refusal
from pbx.nat import CHANGED_MEANWHILE
from pbx.services import Services


def register(bolt: App, services: Services, admins: Admins) -> None:
    """Register the window with Bolt."""
    submissions.register(
        bolt, services, admins, Form(NAT, "see and change the addresses of the phone system", check, save)
    )


def check(services: Services, submission: Submission) -> None:
    """Raise Faults where something was typed that cannot be so."""
    row = current(services)
    if fingerprint(row) == submission.metadata:
        changes(submission.typed, row)


def save(services: Services, submission: Submission) -> Shown:
    """Write what was changed in the window, unless somebody else has changed NAT since it was opened."""
    row = current(services)
    try:
        if fingerprint(row) != submission.metadata:
            raise Overtaken(CHANGED_MEANWHILE)
        changed = changes(submission.typed, row)
        if not changed.given():
            return blocks.plain("Nothing was changed: NAT is as it was.")
        return nat_command.set_(
            services,
            changed,
            by=submission.by,
            is_as_seen=lambda each: fingerprint(each) == submission.metadata,
        )
    except Overtaken as overtaken:
        return nat_modal(current(services), {}, refusals.shown(overtaken).blocks)
    except Refusal as refusal:
        return nat_modal(current(services), submission.typed, refusals.shown(refusal).blocks)


def current(services: Services) -> Nat | None:
    with services.database.session() as session:
        return nat.current(session)
