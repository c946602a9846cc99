"""Pure: rows and files → what to write, what to take out, what to check. publish() carries it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.extension import Extension, State
from models.secret_box import SecretBox, SecretUnreadable
from pbx import admin_files, dialplan, pjsip
from pbx.admin_dialplan import AdminDialplan, Answer
from pbx.dialplan import DEFAULT_CONTEXT, Exten
from pbx.pjsip import Endpoint
from settings import ExtensionRange, Settings

# The fields of a row that end up in Asterisk.
RENDERED = (
    "enabled",
    "name",
    "caller_id",
    "sealed_secret",
    "context",
    "transport",
    "codecs",
    "max_contacts",
    "qualify_frequency",
    "direct_media",
)


@dataclass(frozen=True)
class AdminFiles:
    """What stands outside Switchhook's blocks."""

    pjsip: list[admin_files.Section]
    dialplan: AdminDialplan


@dataclass(frozen=True)
class Job:
    """One unsettled row: what Asterisk should have of it, None for nothing.

    What the administrator wrote by the same name, as endpoint or as exten of the same context, stays when ours goes.
    """

    row: Extension
    endpoint: Endpoint | None
    endpoint_by_hand: bool = False
    exten_by_hand: bool = False

    @property
    def locks_out(self) -> bool:
        """Phones that are registered now may not be any more: it goes, or has a new secret."""
        accepted = self.row.accepted or {}
        new_secret = accepted.get("sealed_secret", self.row.sealed_secret) != self.row.sealed_secret
        return not self.endpoint_by_hand and (self.endpoint is None or new_secret)


@dataclass(frozen=True)
class Plan:
    """Everything one round of publish() needs to know."""

    jobs: list[Job]
    objections: dict[str, str]  # number → why it cannot be written at all, for rows that are not live
    transports: Mapping[str, str]
    pjsip_text: str
    extensions_text: str
    patterns: list[Exten]  # to be put into the running dialplan, like the next
    extens: list[Exten]


def rendered_fields(row: Extension) -> dict[str, Any]:
    return {name: getattr(row, name) for name in RENDERED}


def make(rows: Iterable[Extension], box: SecretBox, admin: AdminFiles, settings: Settings) -> Plan:
    """Raises models.secret_box.SecretUnreadable."""
    rows = list(rows)
    available = admin_files.transports(admin.pjsip)
    objections = {
        row.number: text
        for row in rows
        if row.state is not State.LIVE
        and (text := written_by_hand(row, admin) or lacking_transport(row, admin))
    }
    wanted = _all_wanted(rows, objections, box)
    endpoints = [endpoint for endpoint in wanted.values() if endpoint]
    added = _added_transports(endpoints, available, settings)
    transports = available | {protocol: f"transport-{protocol}" for protocol in added}
    patterns = _patterns(admin, settings)
    return Plan(
        jobs=[_job(row, wanted[row.number], admin) for row in rows if _is_job(row, objections)],
        objections=objections,
        transports=transports,
        pjsip_text=pjsip.render(endpoints, transports, added),
        extensions_text=dialplan.render(endpoints, patterns),
        patterns=patterns,
        extens=list(_extens(rows, wanted)),
    )


def strayed(
    rows: Iterable[Extension], plan: Plan, pjsip_block: str, extensions_block: str
) -> list[Extension]:
    """Live rows whose lines on disk are not ours: edited by hand, or written by another version."""
    there, wanted = pjsip.by_number(pjsip_block), pjsip.by_number(plan.pjsip_text)
    extens_there, extens = dialplan.entries(extensions_block), dialplan.entries(plan.extensions_text)
    return [
        row
        for row in rows
        if row.state is State.LIVE
        and (
            there.get(row.number) != wanted.get(row.number)
            or extens_there.get((row.context, row.number)) != extens.get((row.context, row.number))
        )
    ]


def stale(plan: Plan, extensions_block: str, admin: AdminFiles) -> list[tuple[str, str]]:
    """(context, exten) of the block on disk that must leave the running dialplan.

    Whatever Switchhook put into the running dialplan stands in the block before, so nothing is forgotten; what
    the administrator wrote by the same name stays.
    """
    wanted = dialplan.entries(plan.extensions_text)
    return [
        key
        for key, lines in dialplan.entries(extensions_block).items()
        if wanted.get(key) != lines and not admin.dialplan.has_exten(*key)
    ]


def _patterns(admin: AdminFiles, settings: Settings) -> list[Exten]:
    """None where they would not come last."""
    if admin.dialplan.late_include(DEFAULT_CONTEXT):
        return []
    return dialplan.range_extens(settings.extension_range.first, settings.extension_range.last)


def set_apart(row: Extension, admin: AdminFiles, numbers: ExtensionRange) -> list[Answer]:
    """The administrator's patterns that answer this number and were made for some of the range alone."""
    whole = dialplan.patterns(numbers.first, numbers.last)
    return admin.dialplan.set_apart(row.number, row.context, whole) if _is_written(row) else []


def _job(row: Extension, endpoint: Endpoint | None, admin: AdminFiles) -> Job:
    return Job(
        row,
        endpoint,
        endpoint_by_hand=bool(admin_files.endpoint_conflicts(admin.pjsip, row.number)),
        exten_by_hand=admin.dialplan.has_exten(row.context, row.number),
    )


def _is_job(row: Extension, objections: Mapping[str, str]) -> bool:
    return row.state is State.DELETING or (row.state is State.PENDING and row.number not in objections)


def _all_wanted(
    rows: Iterable[Extension], objections: Mapping[str, str], box: SecretBox
) -> dict[str, Endpoint | None]:
    """number → what Asterisk should have. Raises SecretUnreadable, which then names the extensions."""
    wanted: dict[str, Endpoint | None] = {}
    unreadable: dict[str, str] = {}
    for row in rows:
        try:
            wanted[row.number] = _wanted(row, row.number in objections, box)
        except SecretUnreadable as error:
            unreadable[row.number] = str(error)
    if unreadable:
        reason = next(iter(unreadable.values()))
        raise SecretUnreadable(f"{', '.join(unreadable)}: {reason}, or give each a new one with /ext secret")
    return wanted


def _wanted(row: Extension, is_objected: bool, box: SecretBox) -> Endpoint | None:
    """Refused rows fall back to what Asterisk last showed of them."""
    if row.state is State.DELETING:
        return None
    if row.state is State.FAILED or is_objected:
        return _endpoint_of(row.number, row.accepted, box) if row.accepted else None
    return _endpoint_of(row.number, rendered_fields(row), box)


def _endpoint_of(number: str, fields: Mapping[str, Any], box: SecretBox) -> Endpoint | None:
    if not fields["enabled"]:
        return None
    return Endpoint(
        number=number,
        display_name=fields["caller_id"] or fields["name"],
        secret=box.open(fields["sealed_secret"]).get_secret_value(),
        context=fields["context"],
        transport=fields["transport"],
        codecs=tuple(fields["codecs"]),
        max_contacts=fields["max_contacts"],
        qualify_frequency=fields["qualify_frequency"],
        direct_media=fields["direct_media"],
    )


def written_by_hand(row: Extension, admin: AdminFiles) -> str | None:
    """Why this row cannot stand beside what the administrator wrote; None when it can."""
    places = _places(row, admin) if _is_written(row) else []
    if not places:
        return None
    return (
        f"{row.number} was already written by hand at {' and '.join(places[:3])}: "
        "take another number, or remove it there first"
    )


def lacking_transport(row: Extension, admin: AdminFiles) -> str | None:
    """Why its transport cannot be had; None when it can."""
    if not _is_written(row) or row.transport != "tls" or "tls" in admin_files.transports(admin.pjsip):
        return None
    return (
        "Asterisk has no TLS transport, and only you have the certificate: add one to pjsip.conf "
        "([transport-tls], type=transport, protocol=tls, bind=0.0.0.0:5061, cert_file=…, priv_key_file=…), "
        "restart Asterisk, and try again"
    )


def _is_written(row: Extension) -> bool:
    return row.enabled and row.state is not State.DELETING


def _places(row: Extension, admin: AdminFiles) -> list[str]:
    places = admin_files.endpoint_conflicts(admin.pjsip, row.number)
    return places + [answer.place for answer in admin.dialplan.exact(row.number, row.context)]


def _added_transports(
    endpoints: Iterable[Endpoint], available: Mapping[str, str], settings: Settings
) -> dict[str, str]:
    """protocol → bind address, for what is wanted and missing. UDP is always wanted."""
    needed = {"udp"} | {endpoint.transport for endpoint in endpoints}
    return dict.fromkeys(needed - set(available) - {"tls"}, settings.sip_bind)


def _extens(rows: Iterable[Extension], wanted: Mapping[str, Endpoint | None]) -> Iterator[Exten]:
    """Failed rows, too: their accepted revision comes back."""
    for row in rows:
        if row.state is not State.LIVE and (endpoint := wanted[row.number]):
            yield dialplan.exten(endpoint.number, endpoint.context)
