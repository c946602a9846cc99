"""Pure: rows and files → what to write, what to take out, what to check. publish() carries it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.extension import Extension, State
from models.secret_box import SecretBox
from pbx import admin_files, dialplan, pjsip
from pbx.dialplan import Exten
from pbx.pjsip import Endpoint
from settings import Settings

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
    extensions: list[admin_files.Section]


@dataclass(frozen=True)
class Job:
    """One unsettled row: what Asterisk should have of it, None for nothing."""

    row: Extension
    endpoint: Endpoint | None


@dataclass(frozen=True)
class Plan:
    """Everything one round of publish() needs to know."""

    jobs: list[Job]
    objections: dict[str, str]  # number → why it cannot be written at all, for rows that are not live
    transports: Mapping[str, str]
    pjsip_text: str
    extensions_text: str
    stale: list[Exten]  # in the running dialplan, to be taken out
    extens: list[Exten]  # to be put into it


def rendered_fields(row: Extension) -> dict[str, Any]:
    return {name: getattr(row, name) for name in RENDERED}


def make(rows: Iterable[Extension], box: SecretBox, admin: AdminFiles, settings: Settings) -> Plan:
    """Raises models.secret_box.SecretUnreadable."""
    rows = list(rows)
    available = admin_files.transports(admin.pjsip)
    wanted = {row.number: _endpoint(row, box) for row in rows}
    objections = {
        row.number: objection
        for row in rows
        if row.state is not State.LIVE and (objection := _objection(wanted[row.number], admin))
    }
    for row in rows:
        if row.state is State.FAILED or row.number in objections:
            wanted[row.number] = _accepted(row, box)
    endpoints = [endpoint for endpoint in wanted.values() if endpoint]
    added = _added_transports(endpoints, available, settings)
    transports = available | {protocol: f"transport-{protocol}" for protocol in added}
    patterns = dialplan.range_extens(settings.extension_range.first, settings.extension_range.last)
    return Plan(
        jobs=[Job(row, wanted[row.number]) for row in rows if _is_job(row, objections)],
        objections=objections,
        transports=transports,
        pjsip_text=pjsip.render(endpoints, transports, added),
        extensions_text=dialplan.render(endpoints, patterns),
        stale=list(_stale([row for row in rows if row.number not in objections], wanted)),
        extens=[*_extens(rows, wanted), *patterns],
    )


def _is_job(row: Extension, objections: Mapping[str, str]) -> bool:
    return row.state is State.DELETING or (row.state is State.PENDING and row.number not in objections)


def _endpoint(row: Extension, box: SecretBox) -> Endpoint | None:
    return None if row.state is State.DELETING else _endpoint_of(row.number, rendered_fields(row), box)


def _accepted(row: Extension, box: SecretBox) -> Endpoint | None:
    return _endpoint_of(row.number, row.accepted, box) if row.accepted else None


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


def objection(row: Extension, box: SecretBox, admin: AdminFiles) -> str | None:
    """Why this row cannot be written beside what the administrator wrote; None when it can."""
    return _objection(_endpoint(row, box), admin)


def _objection(endpoint: Endpoint | None, admin: AdminFiles) -> str | None:
    if endpoint is None:
        return None
    places = admin_files.endpoint_conflicts(admin.pjsip, endpoint.number)
    places += admin_files.dialplan_conflicts(admin.extensions, endpoint.number, endpoint.context)
    if places:
        return (
            f"{endpoint.number} was already written by hand at {' and '.join(places[:3])}: "
            "take another number, or remove it there first"
        )
    if endpoint.transport == "tls" and "tls" not in admin_files.transports(admin.pjsip):
        return (
            "Asterisk has no TLS transport, and only you have the certificate: add one to pjsip.conf "
            "([transport-tls], type=transport, protocol=tls, bind=0.0.0.0:5061, cert_file=…, priv_key_file=…), "
            "restart Asterisk, and try again"
        )
    return None


def _added_transports(
    endpoints: Iterable[Endpoint], available: Mapping[str, str], settings: Settings
) -> dict[str, str]:
    """protocol → bind address, for what is wanted and missing. UDP is always wanted."""
    needed = {"udp"} | {endpoint.transport for endpoint in endpoints}
    return dict.fromkeys(needed - set(available) - {"tls"}, settings.sip_bind)


def _stale(rows: Iterable[Extension], wanted: Mapping[str, Endpoint | None]) -> Iterator[Exten]:
    """What earlier or refused revisions may have left in the running dialplan."""
    for row in rows:
        if row.state is State.LIVE:
            continue
        contexts = {row.context} | ({row.accepted["context"]} if row.accepted else set())
        endpoint = wanted[row.number]
        for context in sorted(contexts - ({endpoint.context} if endpoint else set())):
            yield dialplan.exten(row.number, context)


def _extens(rows: Iterable[Extension], wanted: Mapping[str, Endpoint | None]) -> Iterator[Exten]:
    """Failed rows, too: their accepted revision comes back."""
    for row in rows:
        if row.state is not State.LIVE and (endpoint := wanted[row.number]):
            yield dialplan.exten(endpoint.number, endpoint.context)
