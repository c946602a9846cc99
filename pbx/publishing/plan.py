"""Pure: rows and files → what to write, what to remove, what to verify. publish() carries it out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.extension import Extension, State
from models.extension_range import ExtensionRange
from models.fields import DEFAULT_CONTEXT
from pbx import dialplan, outbound_route, pjsip, voicemail
from pbx.config.admin_config import AdminConfig, joined
from pbx.config.admin_dialplan import DialplanMatch
from pbx.config.blocks import Blocks
from pbx.dialplan import Exten
from pbx.outbound_route import NOTHING_ASKED, ROUTES_CONTEXT, CallsOut, OutboundRoute
from pbx.pjsip import Endpoint, PreservedLines
from pbx.publishing.desired import DesiredState, Inputs, desired_state
from pbx.publishing.row_conflicts import belongs_in_asterisk

ADDED_TRANSPORT = re.compile(r"^transport=transport-(\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class ExtensionChange:
    """What one pending or deleted row changes in Asterisk.

    What the administrator has by the same name, as endpoint or as exten of the same context, stays when ours goes.
    """

    row: Extension
    endpoint: Endpoint | None  # None: nothing of it is to be there
    hand_written_endpoint: str = ""  # where the administrator has one of this number, for people
    has_hand_written_exten: bool = False
    # Says that the administrator's steps answer calls instead of Switchhook's.
    hand_written_steps: str | None = None
    mailbox_waits: str | None = None  # why it is to have no mailbox yet
    exten: Exten | None = None  # what the dialplan is to have of it
    additions: Sequence[str] = ()  # where the administrator adds to it by (+), as `file:line`

    @property
    def is_still_let_in(self) -> bool:
        """Return whether it is to be locked out, and its phones get in by the administrator's endpoint."""
        return (
            self.endpoint is None
            and bool(self.hand_written_endpoint)
            and self.row.state is not State.DELETING
        )

    @property
    def begins_mailbox(self) -> bool:
        """Return whether it is to have a mailbox that Asterisk has never shown."""
        return bool(self.endpoint and self.endpoint.mailbox) and not self.row.has_voicemail

    @property
    def locks_out(self) -> bool:
        """Return whether phones that are registered now may not be any more: it goes, or has a new secret."""
        verified = self.row.last_verified or {}
        new_secret = verified.get("encrypted_secret", self.row.encrypted_secret) != self.row.encrypted_secret
        return not self.hand_written_endpoint and (self.endpoint is None or new_secret)


@dataclass(frozen=True)
class Plan:
    """What one round of publish() does."""

    changes: list[ExtensionChange]
    conflicts: list[DesiredState]  # cannot be written: refused
    waiting: list[DesiredState]  # cannot be written yet
    transports: Mapping[str, str]
    blocks: Blocks  # as the files are to have them
    patterns: list[Exten]  # to be added to the running dialplan, like the next
    extens: list[Exten]
    calls_out: CallsOut = NOTHING_ASKED
    asked_transports: Collection[str] = ()  # protocols that somebody asked for, and that Switchhook adds

    @property
    def has_transport_lines(self) -> bool:
        """Return whether something is to be written also without an extension."""
        return bool(self.asked_transports) or any(self.blocks.nat.values())


def build(rows: Iterable[Extension], inputs: Inputs, numbers: ExtensionRange, sip_bind: str) -> Plan:
    """Work out what to do. `sip_bind`: the address that a transport which has to be added listens on."""
    states = [desired_state(row, inputs) for row in rows]
    available = inputs.admin.transports
    endpoints = [desired.endpoint for desired in states if desired.endpoint]
    added = _added_transports(endpoints, available, inputs.binds, sip_bind)
    transports = available | {protocol: f"transport-{protocol}" for protocol in added}
    patterns = _patterns(inputs.admin, numbers)
    return Plan(
        changes=list(_changes(states, inputs)),
        conflicts=[desired for desired in states if desired.conflict],
        waiting=[desired for desired in states if desired.waiting],
        transports=transports,
        blocks=Blocks(
            pjsip.render(endpoints, transports, added, inputs.nat, _extended(inputs.admin)),
            _dialplan([each.exten for each in states if each.exten], patterns, inputs.calls_out.route),
            "" if inputs.voicemail_obstacle else _mailboxes(endpoints),
        ),
        patterns=patterns,
        extens=list(_extens(states)),
        calls_out=inputs.calls_out,
        asked_transports=inputs.binds.keys() & added.keys(),
    )


def _mailboxes(endpoints: Iterable[Endpoint | PreservedLines]) -> str:
    return voicemail.render(endpoint.mailbox for endpoint in endpoints if endpoint.mailbox)


def _dialplan(extens: Iterable[Exten], patterns: Iterable[Exten], route: OutboundRoute | None) -> str:
    """Return the block of extensions.conf: the route comes after everything else that can be dialled."""
    texts = dialplan.render(extens, patterns), route.text() if route else ""
    return "\n".join(filter(None, texts))


def drifted(rows: Iterable[Extension], plan: Plan, there: Blocks, admin: AdminConfig) -> list[Extension]:
    """Return live rows whose lines on disk are not what they should be, and disabled ones that the administrator has."""
    conflicts = {desired.row.number for desired in plan.conflicts}
    lost = {desired.row.number for desired in plan.waiting if desired.endpoint is None}
    wanted = plan.blocks
    return [
        row
        for row in rows
        if row.state is State.LIVE
        and row.number not in conflicts
        and (
            row.number in lost
            or (not row.enabled and admin.endpoints(row.number))
            or there.endpoints.get(row.number) != wanted.endpoints.get(row.number)
            or there.mailboxes.get(row.number) != wanted.mailboxes.get(row.number)
            or there.extens.get((row.context, row.number)) != wanted.extens.get((row.context, row.number))
        )
    ]


def stale_extens(plan: Plan, there: Blocks, admin: AdminConfig) -> list[tuple[str, str]]:
    """Return (context, exten) of the block on disk that must leave the running dialplan.

    Whatever Switchhook adds to the running dialplan is in the block first, so nothing is forgotten. What the
    administrator wrote by the same name stays: see shared_extens().
    """
    # All of a route that changes: if the reload that adds the new one fails, no context has the old one for longer.
    route_changes = changes_route(plan, there)
    return [
        key
        for key, lines in there.extens.items()
        if plan.blocks.extens.get(key) != lines or (route_changes and key[0] == ROUTES_CONTEXT)
        if not admin.extens(exten=key[1], context=key[0])
    ]


def shared_extens(plan: Plan, there: Blocks, admin: AdminConfig) -> list[Exten]:
    """Return the extens that must leave and that the administrator has, too: only Switchhook's priorities go."""
    leaving = {key for key, lines in there.extens.items() if plan.blocks.extens.get(key) != lines}
    leaving |= {(change.row.context, change.row.number) for change in plan.changes if change.endpoint is None}
    return [
        dialplan.exten(number, context, dialplan.mailbox_in(there.extens.get((context, number), "")))
        for context, number in sorted(leaving)
        if number.isdecimal() and admin.extens(number, context)
    ]


def changes_route(plan: Plan, there: Blocks) -> bool:
    """Return whether the route for calls out comes, goes, or becomes another."""
    return plan.calls_out.route != outbound_route.written(there.extensions)


def drops_steps(plan: Plan, there: Blocks) -> bool:
    """Return whether steps leave the block for the administrator's, while the phone stays."""
    return any(
        change.hand_written_steps
        and there.extens.get(key := (change.row.context, change.row.number))
        not in (None, plan.blocks.extens.get(key))
        for change in plan.changes
    )


def _patterns(admin: AdminConfig, numbers: ExtensionRange) -> list[Exten]:
    """Return the range's patterns; none where an include of the administrator's would come after them."""
    if admin.dialplan.late_include(DEFAULT_CONTEXT):
        return []
    return dialplan.range_extens(numbers.first, numbers.last)


def reserving_patterns(row: Extension, admin: AdminConfig, numbers: ExtensionRange) -> list[DialplanMatch]:
    """Return the administrator's patterns that answer this number and are for a part of the range alone."""
    whole = dialplan.patterns(numbers.first, numbers.last)
    return admin.dialplan.reserving(row.number, row.context, whole) if belongs_in_asterisk(row) else []


def _changes(states: Iterable[DesiredState], inputs: Inputs) -> Iterator[ExtensionChange]:
    for desired in states:
        if desired.conflict or desired.waiting or isinstance(desired.endpoint, PreservedLines):
            continue
        if desired.row.state in (State.PENDING, State.DELETING):
            yield _change(desired, desired.endpoint, inputs)


def _change(desired: DesiredState, endpoint: Endpoint | None, inputs: Inputs) -> ExtensionChange:
    row, running = desired.row, inputs.running
    return ExtensionChange(
        row,
        endpoint,
        hand_written_endpoint=joined(inputs.admin.endpoints(row.number))
        or ("Asterisk, from elsewhere," if row.number in running.endpoints else ""),
        has_hand_written_exten=bool(inputs.admin.extens(row.number, row.context))
        or (row.number, row.context) in running.extens,
        hand_written_steps=desired.hand_written_steps,
        mailbox_waits=desired.mailbox_waits,
        exten=desired.exten,
        additions=inputs.admin.additions(row.number),
    )


def _added_transports(
    endpoints: Iterable[Endpoint | PreservedLines],
    available: Mapping[str, str],
    binds: Mapping[str, str],
    sip_bind: str,
) -> dict[str, str]:
    """Return protocol → bind address for transports that are needed and missing. UDP is always needed."""
    needed = {"udp", *binds}.union(*map(_transports_of, endpoints))
    return {protocol: binds.get(protocol, sip_bind) for protocol in needed - set(available) - {"tls"}}


def _extended(admin: AdminConfig) -> list[str]:
    """Return the administrator's transports that NAT is added to."""
    return [transport.name for transport in admin.all_transports if transport.takes_nat]


def _transports_of(endpoint: Endpoint | PreservedLines) -> list[str]:
    if isinstance(endpoint, PreservedLines):
        return ADDED_TRANSPORT.findall(endpoint.lines)
    return [endpoint.transport]


def _extens(states: Iterable[DesiredState]) -> Iterator[Exten]:
    """Return what to add to the running dialplan; of failed rows what Asterisk showed last comes back."""
    for desired in states:
        if desired.row.state is not State.LIVE and desired.exten:
            yield desired.exten
