"""Collects what is known at the end of a run."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlmodel import SQLModel, select

from models.audit import AuditEntry
from models.bookmark import Bookmark
from models.employee import Employee
from models.event import Event
from models.extension import Extension
from models.outbox import OutboxMessage
from pbx import pjsip
from pbx.ami import connected
from tests.slack_stand_in import as_text
from tests.soak import replies
from tests.soak.evidence_types import Evidence, Row
from tests.soak.growth import Watch
from tests.soak.sipp_calls import SippCalls
from tests.soak.world import World

CDR_COLUMNS = [
    "accountcode",
    "src",
    "dst",
    "dcontext",
    "clid",
    "channel",
    "dstchannel",
    "lastapp",
    "lastdata",
    "start",
    "answer",
    "end",
    "duration",
    "billsec",
    "disposition",
    "amaflags",
    "uniqueid",
    "peeraccount",
    "linkedid",
    "sequence",
]
SECTION = re.compile(r"^\[(\d+)\]\s*$", re.MULTILINE)


def collect(world: World, calls: Iterable[SippCalls], watch: Watch) -> Evidence:
    """Return all of it; nothing runs any more but Asterisk, the database and Slack."""
    made = [call for pair in calls for call in pair.calls()]
    return Evidence(
        record=[*world.record.entries, *made],
        cdr=list(_cdr(world)),
        events=_rows(world, Event),
        outbox=_rows(world, OutboxMessage),
        audit=_rows(world, AuditEntry),
        extensions=_extensions(world),
        employees=_rows(world, Employee),
        messages=_messages(world),
        replies=replies.read_from(world.slack),
        in_asterisk=_in_asterisk(world),
        in_files=_in_files(world),
        samples=watch.samples(),
        last_alerted=next((row["event_id"] for row in _rows(world, Bookmark) if row["name"] == "alerts"), 0),
    )


def _rows(world: World, table: type[SQLModel]) -> list[Row]:
    """Return all rows of a table, by its key; times as epoch seconds."""
    with world.services.database.session() as session:
        rows = session.exec(select(table)).all()
        found = [{name: _plain(value) for name, value in row.model_dump().items()} for row in rows]
    return sorted(found, key=lambda row: row.get("id") or 0)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    return value.value if isinstance(value, Enum) else value


def _extensions(world: World) -> list[Row]:
    rows = _rows(world, Extension)
    return [
        row | {"secret": world.services.cipher.decrypt(row["encrypted_secret"]).get_secret_value()}
        for row in rows
    ]


def _cdr(world: World) -> Iterable[Row]:
    with (world.folder / "pbx/log/cdr-csv/Master.csv").open(newline="") as file:
        for fields in csv.reader(file):
            row = dict(zip(CDR_COLUMNS, fields, strict=False))
            if row.get("linkedid"):
                moments = {name: _moment(row[name]) for name in ("start", "answer", "end")}
                parties = {"caller": row["src"], "called": row["dst"]}
                yield {**parties, **moments, "disposition": row["disposition"], "linkedid": row["linkedid"]}


def _moment(text: str) -> float:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp() if text else 0.0


def _messages(world: World) -> list[Row]:
    channels = {message.channel for message in list(world.slack.workspace.conversations._messages.values())}
    return [
        {"channel": each.channel, "ts": each.ts, "text": as_text(each)}
        for channel in sorted(channels)
        for each in world.slack.messages(channel)
    ]


def _in_asterisk(world: World) -> dict[str, Row]:
    """Return the numbers that Asterisk has as endpoints, with the password that AMI shows of each."""
    hints = world.asterisk.cli("core show hints")
    found: dict[str, Row] = {}
    with connected(world.services.settings) as asterisk:
        names = [each.get("ObjectName", "") for each in asterisk.listed("PJSIPShowEndpoints")]
        for number in filter(str.isdecimal, names):
            (shown,) = asterisk.ask_all([pjsip.show_action(number)])
            secrets = [each.get("Password", "") for each in shown if each.get("Event") == "AuthDetail"]
            has_hint = re.search(rf"^\s*{number}@", hints, re.MULTILINE) is not None
            found[number] = {"secret": secrets[0] if secrets else "", "hint": has_hint}
    return found


def _in_files(world: World) -> dict[str, str]:
    """Return number → password of the sections in pjsip.conf."""
    text = (world.asterisk.config_dir / "pjsip.conf").read_text()
    parts = SECTION.split(text)[1:]
    found: dict[str, str] = {}
    for number, body in zip(parts[::2], parts[1::2], strict=True):
        if password := re.search(r"^password\s*=\s*(\S+)", body, re.MULTILINE):
            found[number] = password[1]
    return found
