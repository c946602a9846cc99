"""/extensions/101: how one extension is, and what one may do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from flask import render_template
from sqlmodel import Session

from handlers import number_names, wording
from handlers.pages import people, visitor
from handlers.pages.extensions import call_lines, voicemails
from handlers.pages.extensions.call_lines import CallLine
from handlers.pages.extensions.voicemails import Mailbox
from handlers.pages.people import Act
from handlers.pages.routes import Pages
from handlers.slack import roles, status_messages
from handlers.slack.roles import Role
from handlers.slack.signs import sign
from models import audit
from models.actor import Actor
from models.event import Event, EventKind
from models.extension import Extension, State
from pbx import directory, history, own_calls
from pbx.answers import Status
from pbx.services import Services

ASTERISK_SECONDS = 1.5  # how long it may be silent
CALLS_SHOWN = 10
ENTRIES_SHOWN = 10


class CurrentCall(NamedTuple):
    """A call that goes on. `other`: whom it is with, for whom that is shown to."""

    what: str
    other: str
    since: datetime

    @property
    def preposition(self) -> str:
        return {call_lines.RINGING: "from ", call_lines.TALKING: "with "}.get(self.what, "")


@dataclass(frozen=True)
class Shown:
    """What the page of an extension shows to somebody in a role."""

    found: Status
    role: Role
    sign: str
    current: Sequence[CurrentCall]
    calls: Sequence[CallLine] | None  # None: they are not theirs to see
    acts: Sequence[Act] | None
    owner: str
    voicemail: Mailbox | None  # None: nobody's who looks

    @property
    def row(self) -> Extension:
        return self.found.extension

    def may(self, name: str) -> bool:
        return self.row.state is not State.DELETING and roles.may(self.role, name)


def add_routes(pages: Pages) -> None:
    services = pages.services

    @pages.get("/<number>", Role.EVERYBODY)
    def extension(row: Extension) -> str:
        shown = shown_of(services, row)
        settings = settings_of(shown.row)
        return render_template(
            "pages/extension.html", shown=shown, row=shown.row, found=shown.found, settings=settings
        )


def shown_of(services: Services, row: Extension) -> Shown:
    """Read it, and ask Asterisk once."""
    who = visitor.current()
    role = who.role(row)
    found = directory.status_of(services, row, ASTERISK_SECONDS)
    is_talking = any(call.kind is EventKind.ANSWERED for call in found.calls)
    entries = audit.latest(services.database, row.number, ENTRIES_SHOWN) if role >= Role.ADMIN else []
    with services.database.session() as session:
        calls = _calls(session, row, role) if role >= Role.OWNER else None
        acts = people.acts(session, entries) if role >= Role.ADMIN else None
        owner = _owner(session, row)
    shown = found if role >= Role.ADMIN else status_messages.without_reasons([found])[0]
    return Shown(
        found=replace(shown, extension=row if role >= Role.ADMIN else shown.extension),
        role=role,
        sign=sign(
            row.enabled,
            row.state,
            is_known=not found.error,
            is_registered=found.registered,
            is_talking=is_talking,
        ),
        current=[_current(call, found, role) for call in found.calls],
        calls=calls,
        acts=acts,
        owner=owner,
        voicemail=voicemails.mailbox_of(services, row, who),
    )


def _current(call: Event, found: Status, role: Role) -> CurrentCall:
    number = found.extension.number
    other = call_lines.other(call, number, found.names) if role >= Role.OWNER else ""
    return CurrentCall(call_lines.going_on(call, number), other, call.at)


def _calls(session: Session, row: Extension, role: Role) -> list[CallLine]:
    """Return the latest, with the names of the time; to its owner those since it is theirs."""
    if role >= Role.ADMIN:
        calls = history.latest_calls(session, row.number, row.created_at, CALLS_SHOWN)
    else:
        calls = own_calls.latest(session, {row.number: row.created_at}, CALLS_SHOWN)
    known = people.of_numbers(session, {each for call in calls for each in (call.number, call.peer)})
    return [call_lines.line(call, row.number, number_names.at(known, call.at)) for call in calls]


def _owner(session: Session, row: Extension) -> str:
    if not row.slack_user_id:
        return ""
    actor = Actor.slack(row.slack_user_id)
    return people.names(session, [actor])[actor]


def settings_of(row: Extension) -> list[tuple[str, str]]:
    """Return its settings, named for people; those that are mostly empty only if they are not."""
    shown = [
        ("Caller ID", row.caller_id or row.name),
        ("E-mail", row.email or ""),
        ("Context", row.context),
        ("Transport", row.transport),
        ("Codecs", wording.value(row.codecs)),
        ("Max contacts", str(row.max_contacts)),
        ("Voicemail", "on" if row.voicemail_enabled else "off"),
        ("Qualify", f"every {row.qualify_frequency} s" if row.qualify_frequency else "never"),
        ("Direct media", "on" if row.direct_media else ""),
        ("From your files", wording.kept_options(row.adopted_options or {})),
        ("Notes", row.notes or ""),
    ]
    return [(name, value) for name, value in shown if value]
