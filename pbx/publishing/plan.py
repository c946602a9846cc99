"""Pure: rows and files → what to write, what to take out, what to check. publish() carries it out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.extension import Extension, State
from models.extension_range import ExtensionRange
from models.fields import DEFAULT_CONTEXT
from pbx import dialplan, pjsip
from pbx.config.admin_config import AdminFiles
from pbx.config.admin_dialplan import Answer
from pbx.config.blocks import Blocks
from pbx.dialplan import Exten
from pbx.pjsip import Endpoint, Kept
from pbx.publishing.desired import Around, Wish, is_written, wish_of

ADDED_TRANSPORT = re.compile(r"^transport=transport-(\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Job:
    """One unsettled row: what Asterisk should have of it, None for nothing.

    What is the administrator's by the same name, as endpoint or as exten of the same context, stays when ours goes.
    """

    row: Extension
    endpoint: Endpoint | None
    endpoint_by_hand: str = ""  # where, for people
    exten_by_hand: bool = False
    steps_by_hand: str | None = (
        None  # a sentence, when the administrator's steps answer it instead of Switchhook's
    )
    additions: Sequence[str] = ()  # where the administrator goes on with it, as `file:line`

    @property
    def is_let_in_by_hand(self) -> bool:
        """It is to be locked out, and its phones get in all the same."""
        return self.endpoint is None and bool(self.endpoint_by_hand) and self.row.state is not State.DELETING

    @property
    def locks_out(self) -> bool:
        """Phones that are registered now may not be any more: it goes, or has a new secret."""
        verified = self.row.last_verified or {}
        new_secret = verified.get("encrypted_secret", self.row.encrypted_secret) != self.row.encrypted_secret
        return not self.endpoint_by_hand and (self.endpoint is None or new_secret)


@dataclass(frozen=True)
class Plan:
    """Everything one round of publish() needs to know."""

    jobs: list[Job]
    objected: list[Wish]  # refused: what was asked for cannot be written at all
    waiting: list[Wish]  # cannot be written yet
    transports: Mapping[str, str]
    blocks: Blocks  # as the files are to have them
    patterns: list[Exten]  # to be put into the running dialplan, like the next
    extens: list[Exten]


def make(rows: Iterable[Extension], around: Around, numbers: ExtensionRange, sip_bind: str) -> Plan:
    """`sip_bind`: the address that a transport which has to be added listens on."""
    wishes = [wish_of(row, around) for row in rows]
    available = around.admin.transports
    endpoints = [wish.wanted for wish in wishes if wish.wanted]
    added = _added_transports(endpoints, available, sip_bind)
    transports = available | {protocol: f"transport-{protocol}" for protocol in added}
    patterns = _patterns(around.admin, numbers)
    with_steps = [wish.wanted for wish in wishes if wish.wanted and not wish.steps_by_hand]
    return Plan(
        jobs=list(_jobs(wishes, around)),
        objected=[wish for wish in wishes if wish.objection],
        waiting=[wish for wish in wishes if wish.waiting],
        transports=transports,
        blocks=Blocks(pjsip.render(endpoints, transports, added), dialplan.render(with_steps, patterns)),
        patterns=patterns,
        extens=list(_extens(wishes)),
    )


def strayed(rows: Iterable[Extension], plan: Plan, there: Blocks, admin: AdminFiles) -> list[Extension]:
    """Live rows whose lines on disk are not ours: edited by hand, or written by another version; or let in by hand."""
    objected = {wish.row.number for wish in plan.objected}
    lost = {wish.row.number for wish in plan.waiting if wish.wanted is None}
    wanted = plan.blocks
    return [
        row
        for row in rows
        if row.state is State.LIVE
        and row.number not in objected
        and (
            row.number in lost
            or (not row.enabled and admin.endpoints(row.number))
            or there.endpoints.get(row.number) != wanted.endpoints.get(row.number)
            or there.extens.get((row.context, row.number)) != wanted.extens.get((row.context, row.number))
        )
    ]


def stale(plan: Plan, there: Blocks, admin: AdminFiles) -> list[tuple[str, str]]:
    """(context, exten) of the block on disk that must leave the running dialplan.

    Whatever Switchhook put into the running dialplan stands in the block before, so nothing is forgotten; what
    the administrator wrote by the same name stays.
    """
    return [
        key
        for key, lines in there.extens.items()
        if plan.blocks.extens.get(key) != lines and not admin.extens(exten=key[1], context=key[0])
    ]


def shared(plan: Plan, there: Blocks, admin: AdminFiles) -> list[Exten]:
    """The same of what the administrator has by the same name: only what is ours of it must leave."""
    leaving = {key for key, lines in there.extens.items() if plan.blocks.extens.get(key) != lines}
    leaving |= {(job.row.context, job.row.number) for job in plan.jobs if job.endpoint is None}
    return [
        dialplan.exten(number, context)
        for context, number in sorted(leaving)
        if number.isdecimal() and admin.extens(number, context)
    ]


def gives_steps_way(plan: Plan, there: Blocks) -> bool:
    """Whether steps leave the block for the administrator's, and the phone stays."""
    return any(job.steps_by_hand and (job.row.context, job.row.number) in there.extens for job in plan.jobs)


def _patterns(admin: AdminFiles, numbers: ExtensionRange) -> list[Exten]:
    """None where they would not come last."""
    if admin.dialplan.late_include(DEFAULT_CONTEXT):
        return []
    return dialplan.range_extens(numbers.first, numbers.last)


def set_apart(row: Extension, admin: AdminFiles, numbers: ExtensionRange) -> list[Answer]:
    """The administrator's patterns that answer this number and were made for some of the range alone."""
    whole = dialplan.patterns(numbers.first, numbers.last)
    return admin.dialplan.set_apart(row.number, row.context, whole) if is_written(row) else []


def _jobs(wishes: Iterable[Wish], around: Around) -> Iterator[Job]:
    for wish in wishes:
        if wish.objection or wish.waiting or isinstance(wish.wanted, Kept):
            continue
        if wish.row.state in (State.PENDING, State.DELETING):
            yield _job(wish, wish.wanted, around)


def _job(wish: Wish, endpoint: Endpoint | None, around: Around) -> Job:
    row, elsewhere = wish.row, around.elsewhere
    return Job(
        row,
        endpoint,
        endpoint_by_hand=" and ".join(around.admin.endpoints(row.number)[:3])
        or ("Asterisk, from elsewhere," if row.number in elsewhere.endpoints else ""),
        exten_by_hand=bool(around.admin.extens(row.number, row.context))
        or (row.number, row.context) in elsewhere.extens,
        steps_by_hand=wish.steps_by_hand,
        additions=around.admin.additions(row.number),
    )


def _added_transports(
    endpoints: Iterable[Endpoint | Kept], available: Mapping[str, str], sip_bind: str
) -> dict[str, str]:
    """protocol → bind address, for what is wanted and missing. UDP is always wanted."""
    needed = {"udp"}.union(*map(_transports_of, endpoints))
    return dict.fromkeys(needed - set(available) - {"tls"}, sip_bind)


def _transports_of(endpoint: Endpoint | Kept) -> list[str]:
    if isinstance(endpoint, Kept):
        return ADDED_TRANSPORT.findall(endpoint.lines)
    return [endpoint.transport]


def _extens(wishes: Iterable[Wish]) -> Iterator[Exten]:
    """Failed rows, too: their last verified revision comes back."""
    for wish in wishes:
        if wish.row.state is not State.LIVE and wish.wanted and not wish.steps_by_hand:
            yield dialplan.exten(wish.wanted.number, wish.wanted.context)
