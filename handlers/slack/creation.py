"""A new extension, made in Slack: its password is shown to whoever asked, or handed to the person that it is for."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from sqlmodel import Session

from command_lines import START_LISTENER
from handlers import health
from handlers.onboarding import password_handovers, slack_users
from handlers.slack import outcome_messages, refusals
from handlers.slack.blocks import SlackMessage
from models.actor import Actor
from models.audit import AuditEntry
from models.extension import Extension
from models.fields import NewExtension
from pbx import extensions, unfinished
from pbx.answers import ChangeResult
from pbx.services import Services

UNSENT = f"That message waits: no listener runs, which sends it. Start it with {START_LISTENER}."


class Created(NamedTuple):
    """What came of it. `to`: who alone gets the password, by their Slack ID; None: whoever has asked."""

    done: ChangeResult
    row: Extension
    to: str | None


def create(services: Services, new: NewExtension, by: Actor) -> SlackMessage:
    """Create what an admin has typed, behind the command or into a window, and return what they read. Raises SwitchhookError."""
    return _told(services, carry_out(services, new, by))


def resumed(services: Services, act: AuditEntry, by: Actor) -> SlackMessage:
    """Return what who asked reads of an extension that a process had made for them before it ended. Raises Overtaken."""
    done = unfinished.finish(services, act)
    assert done.extension is not None, "finish() raises Overtaken for one that is gone"  # noqa: S101
    to = act.changes.get("slack_user_id", [None, None])[1]
    if to and to != by.id:
        password_handovers.send_due(services)
        return _told(services, Created(done, done.extension, to))
    return _told(services, Created(done, done.extension, None))


def _told(services: Services, created: Created) -> SlackMessage:
    done, row, to = created
    if to:
        return outcome_messages.handed_over(done, row, to)
    return outcome_messages.outcome(done, "created", row.number, services.settings.sip_domain)


def carry_out(services: Services, new: NewExtension, by: Actor) -> Created:
    """Create it. With another person's Slack user, they alone get the password, once it is live. Raises SwitchhookError."""
    to = new.slack_user_id if new.slack_user_id != by.id else None
    if to and (reason := slack_users.unfit(services.settings, to)):
        raise refusals.no_owner(to, reason)

    def begin(session: Session, row: Extension) -> None:
        if to:
            password_handovers.begin(session, row)

    done = extensions.create(services, new, by=by, with_row=begin)
    assert done.extension is not None, "create() raises Overtaken for one that is deleted at once"  # noqa: S101
    if to:
        password_handovers.send_due(services)
        more = (UNSENT,) if health.listener(services) else ()
        return Created(replace(done, warnings=(*done.warnings, *more)), done.extension, to)
    return Created(done, done.extension, to)
