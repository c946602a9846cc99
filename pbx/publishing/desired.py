"""Pure: a row, and what exists beside it → what Asterisk should have of it, or why it cannot have that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr, ValidationError

from models import adopted_options
from models.errors import SecretUnreadable
from models.extension import Extension, State
from models.field_rules import is_context
from models.fields import EndpointFields
from models.nat import Nat
from models.number import is_number
from pbx import dialplan, hand_written_steps, voicemail
from pbx.config.admin_config import AdminConfig
from pbx.dialplan import Exten
from pbx.outbound_route import NOTHING_ASKED, CallsOut
from pbx.pjsip import Endpoint, PreservedLines
from pbx.publishing import desired_wording
from pbx.publishing.row_conflicts import (
    belongs_in_asterisk,
    hand_written_conflict,
    lacks_transport,
    missing_transport,
    own_mailbox_conflict,
)

RENDERED = (*(name for name in EndpointFields.model_fields if name != "secret"), "encrypted_secret")


@dataclass(frozen=True)
class RunningConflicts:
    """Numbers that Asterisk has from realtime, AstDB, another module or the console, and why they cannot be taken."""

    endpoints: Mapping[str, str] = field(default_factory=dict)  # number → a sentence
    extens: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (number, context) → a sentence
    voicemail: str | None = None  # why Asterisk takes no mailbox at all

    def conflict(self, number: str, context: str) -> str | None:
        return self.endpoints.get(number) or self.extens.get((number, context))


@dataclass(frozen=True)
class Inputs:
    """What a desired state depends on besides its row."""

    admin: AdminConfig
    decrypt: Callable[[str], SecretStr]  # raises SecretUnreadable
    # number → its lines in the block on disk
    preserved: Mapping[str, PreservedLines] = field(default_factory=dict)
    running: RunningConflicts = RunningConflicts()
    nat: Nat | None = None
    binds: Mapping[str, str] = field(
        default_factory=dict
    )  # protocol → address, of transports that were asked for
    calls_out: CallsOut = NOTHING_ASKED
    voicemail_obstacle: str | None = None  # why no mailbox can be written


@dataclass(frozen=True)
class DesiredState:
    """What Asterisk should have of a row."""

    row: Extension
    endpoint: Endpoint | PreservedLines | None  # None: nothing
    conflict: str | None = None  # why the row is refused
    waiting: str | None = None  # why it cannot be written yet
    mailbox_waits: str | None = None  # why all of it can be written but its mailbox
    superseded: bool = False  # the number is the administrator's now: what Asterisk had of it goes, too
    # Says that the administrator's steps answer calls instead of Switchhook's.
    hand_written_steps: str | None = None
    lacks_hint: bool = False  # those have none for lamps

    @property
    def exten(self) -> Exten | None:
        """Return what the dialplan is to have: its steps and hint, or beside other steps its hint alone."""
        if self.endpoint is None or (self.hand_written_steps and not self.lacks_hint):
            return None
        number, context = self.endpoint.number, self.endpoint.context
        if self.hand_written_steps:
            return dialplan.hint_alone(number, context)
        return dialplan.exten(number, context, self.endpoint.mailbox)


def rendered_fields(row: Extension) -> dict[str, Any]:
    """Return the values of a row that Asterisk gets, as the row keeps those that Asterisk showed last."""
    adopted = {"adopted_options": row.adopted_options} if row.adopted_options is not None else {}
    return {name: getattr(row, name) for name in RENDERED} | adopted


def desired_state(row: Extension, inputs: Inputs) -> DesiredState:
    """Fall back to what Asterisk showed last for a refused row; keep lines that the administrator adds to by (+)."""
    desired = _without_additions(row, inputs)
    preserved, places = inputs.preserved.get(row.number), inputs.admin.additions(row.number)
    if desired.endpoint is None and preserved and places and not desired.superseded:
        return DesiredState(row, preserved, desired.conflict, desired_wording.extended(row.number, places))
    return desired


def _without_additions(row: Extension, inputs: Inputs) -> DesiredState:
    if row.state is State.DELETING:
        broken = not_addressable_by(row)
        return DesiredState(row, None, waiting=desired_wording.unusable(row, broken) if broken else None)
    conflict, waiting = _conflict(row, inputs), None
    mailbox_waits = _mailbox_obstacle(row, inputs)
    if conflict or row.state is State.FAILED:
        endpoint = _last_verified(row, inputs)
    elif mailbox_waits and row.last_verified == fields_without_mailbox(row):
        endpoint, waiting = _last_verified(row, inputs), mailbox_waits
    else:
        endpoint, waiting = _requested(row, inputs, without_mailbox=bool(mailbox_waits))
    if endpoint and (places := inputs.admin.endpoints(row.number)):
        return DesiredState(row, None, desired_wording.superseded(row, places), superseded=True)
    if endpoint is None:
        return DesiredState(row, None, conflict, waiting)
    places = _answering_steps(row, endpoint.context, inputs.admin)
    if places and endpoint.mailbox and isinstance(endpoint, Endpoint):
        endpoint = _beside_steps(endpoint, inputs.admin)
    mailbox = "" if endpoint.is_mailbox_dialled else endpoint.mailbox
    steps = desired_wording.hand_written_steps(row.number, places, mailbox)
    # Not into an exten of the administrator's: Asterisk crashes at a reload after a hint was taken out of one.
    is_theirs = inputs.admin.extens(row.number, endpoint.context)
    lacks_hint = bool(steps) and not is_theirs and not inputs.admin.has_hint(row.number, endpoint.context)
    return DesiredState(
        row, endpoint, conflict, waiting, mailbox_waits, hand_written_steps=steps, lacks_hint=lacks_hint
    )


def _conflict(row: Extension, inputs: Inputs) -> str | None:
    """Return why the row cannot be had; None for one that was refused already, whose reason stands."""
    if row.state is State.FAILED:
        return None
    conflict = hand_written_conflict(row, inputs.admin) or missing_transport(row, inputs.admin)
    if not conflict and belongs_in_asterisk(row):
        conflict = inputs.running.conflict(row.number, row.context) or own_mailbox_conflict(row)
    return conflict


def _answering_steps(row: Extension, context: str, admin: AdminConfig) -> list[str]:
    """Return the administrator's steps that go on answering; of an adopted phone those of patterns and includes, too."""
    steps = admin.extens(row.number, context)
    if steps or row.adopted_options is None:
        return steps
    return hand_written_steps.others(admin.dialplan, row.number, context)


def _beside_steps(endpoint: Endpoint, admin: AdminConfig) -> Endpoint:
    """Have the message key dial its number only if the administrator's steps play the messages."""
    where = endpoint.number, endpoint.context, endpoint.mailbox
    plays = hand_written_steps.plays(admin.dialplan, *where)
    return endpoint.model_copy(update={"is_mailbox_dialled": plays})


def fields_without_mailbox(row: Extension) -> dict[str, Any]:
    """Return what rendered_fields() does, as if nobody had asked for voicemail."""
    return rendered_fields(row) | {"voicemail_enabled": False}


def _requested(
    row: Extension, inputs: Inputs, *, without_mailbox: bool
) -> tuple[Endpoint | PreservedLines | None, str | None]:
    """Return what was asked for; if it cannot be read, the lines that are there, and why it waits."""
    try:
        wanted = fields_without_mailbox(row) if without_mailbox else rendered_fields(row)
        return _endpoint(row, wanted, inputs), None
    except SecretUnreadable as error:
        return inputs.preserved.get(row.number), f"{error}, or {desired_wording.without_key(row)}"
    except ValidationError as error:
        fields = [str(fault["loc"][0]) for fault in error.errors()]
        return inputs.preserved.get(row.number), desired_wording.unusable(row, fields)


def not_addressable_by(row: Extension) -> list[str]:
    """Return the fields that keep Asterisk from being asked for what it has of a row."""
    checks = {"number": is_number(row.number), "context": is_context(row.context)}
    return [name for name, fits in checks.items() if not fits]


def _last_verified(row: Extension, inputs: Inputs) -> Endpoint | PreservedLines | None:
    """Return what Asterisk showed last; if it cannot be written anew, the lines that are there."""
    if row.last_verified is None:
        return None
    try:
        endpoint = _endpoint(row, row.last_verified, inputs)
        if not endpoint or not lacks_transport(endpoint.transport, inputs.admin):
            return endpoint
    except (SecretUnreadable, ValidationError):
        pass
    return inputs.preserved.get(row.number)


def _endpoint(row: Extension, values: Mapping[str, Any], inputs: Inputs) -> Endpoint | None:
    """Return the endpoint of these rendered fields, None for a disabled one; defaults stand in for those that lack.

    Raises ValidationError, SecretUnreadable.
    """
    values = {
        **values,
        "number": row.number,
        "behind_nat": inputs.nat is not None,
        "mailbox": voicemail.address(row.number, row.created_at) if values.get("voicemail_enabled") else "",
    }
    if not Endpoint.model_validate(values).enabled:
        return None
    secret = inputs.decrypt(str(values.get("encrypted_secret")))
    if stored := values.get("adopted_options"):
        values["adopted_options"] = adopted_options.decrypted(stored, inputs.decrypt)
    return Endpoint.model_validate({**values, "secret": secret})


def _mailbox_obstacle(row: Extension, inputs: Inputs) -> str | None:
    """Return what its mailbox waits for, if Asterisk never had it."""
    if not row.voicemail_enabled or row.has_voicemail or not belongs_in_asterisk(row):
        return None
    obstacle = inputs.running.voicemail or inputs.voicemail_obstacle
    return desired_wording.mailbox_waits(obstacle) if obstacle else None
