"""Makes an extension's row as Asterisk's files have it, with what no file has from the row that the database has."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from models import adopted_options
from models.adopted_options import AdoptedOptions, Options
from models.errors import SecretUnreadable
from models.extension import Extension, State
from models.types import now
from pbx import pjsip, voicemail
from pbx.adoption import values
from pbx.pjsip import Endpoint
from pbx.publishing.desired import rendered_fields
from pbx.settling import lines

MAILBOX = re.compile(f"[0-9]+_([a-p]+)@{voicemail.CONTEXT}")
HEX = str.maketrans("abcdefghijklmnop", "0123456789abcdef")
PERSONAL = ("email", "slack_user_id", "notes", "employee_ref")  # what no file has


@dataclass(frozen=True)
class Source:
    """What rows are made from besides lines."""

    transports: Mapping[str, str]  # protocol → name of the transport's section
    behind_nat: bool
    encrypt: Callable[[SecretStr], str]
    decrypt: Callable[[str], SecretStr]  # raises SecretUnreadable


def row_of(
    number: str, text: str, before: Extension | None, source: Source, newer: Collection[str], *, adopted: bool
) -> Extension:
    """Return the row, a new one or the one before with other values, as if Asterisk had just shown it.

    `newer`: columns that stay as they are. Owner and notes do if name and mailbox say that it is the same person's. Raises
    NotAdoptable for lines that Switchhook does not write.
    """
    sections = lines.sections(text)
    fields, left = values.fields(number, sections, source.transports)
    mailbox = MAILBOX.fullmatch(dict(sections["endpoint"]).get("mailboxes", ""))
    row = before.model_copy() if before else Extension(number=number, name="", encrypted_secret="")
    row = Extension(**row.model_dump())
    named = _named(number, dict(sections["endpoint"]).get("callerid", ""), fields.pop("name"), before)
    secret = fields.pop("secret")
    if source.behind_nat:  # it is `no` then whatever was asked for
        fields["direct_media"] = bool(before and before.direct_media)
    row.sqlmodel_update({**fields, **named, "enabled": True, "voicemail_enabled": bool(mailbox)})
    if before is None or _secret(before, source) != secret:
        row.encrypted_secret = source.encrypt(secret)
    if mailbox:
        row.created_at = datetime.fromtimestamp(int(mailbox[1].translate(HEX), 16), UTC)
    if before and not is_same_person(before, row, newer):
        row.sqlmodel_update(dict.fromkeys(PERSONAL))
    row.adopted_options = _adopted(row, before, left, source, secret) if adopted else None
    row.sqlmodel_update({"state": State.PENDING, "reason": None, "moving": False, "updated_at": now()})
    row.last_verified = rendered_fields(row)
    row.sqlmodel_update({name: getattr(before, name) for name in newer})
    return row


def is_same_person(before: Extension, after: Extension, newer: Collection[str]) -> bool:
    """Return whether the name is the same, or newer, and the mailbox: another for whoever has the number later."""
    has_both = before.has_voicemail and after.voicemail_enabled
    boxes = {voicemail.mailbox(each.number, each.created_at) for each in (before, after)}
    return ("name" in newer or before.name == after.name) and not (has_both and len(boxes) > 1)


def _secret(row: Extension, source: Source) -> SecretStr | None:
    """Return None for one that cannot be read."""
    with suppress(SecretUnreadable):
        return source.decrypt(row.encrypted_secret)
    return None


def _named(number: str, caller_id: str, name: str, before: Extension | None) -> dict[str, Any]:
    """Return name and caller ID: the lines have one of the two."""
    if before is None:
        return {"name": name}
    if pjsip.caller_id(before.caller_id or before.name, number) == caller_id:
        return {"name": before.name, "caller_id": before.caller_id}
    return {"name": before.name, "caller_id": name} if before.caller_id else {"name": name}


def _adopted(
    row: Extension, before: Extension | None, left: AdoptedOptions, source: Source, secret: SecretStr
) -> dict[str, Any]:
    """Return the options that no field holds, without those that Switchhook writes by itself."""
    if before and before.adopted_options is not None:
        return before.adopted_options
    endpoint = Endpoint.model_validate(
        row.model_dump()
        | {"secret": secret, "adopted_options": None, "behind_nat": source.behind_nat, "mailbox": _box(row)}
    )
    own = dict(pjsip.options(endpoint, source.transports))
    kept: dict[str, Options] = {
        kind: [pair for pair in pairs if pair not in own[kind]]  # type: ignore[index]
        for kind, pairs in left.items()
    }
    return adopted_options.encrypted({kind: pairs for kind, pairs in kept.items() if pairs}, source.encrypt)


def _box(row: Extension) -> str:
    return voicemail.address(row.number, row.created_at) if row.voicemail_enabled else ""
