"""Makes rows of what Asterisk's files have, so that publishing leaves the phones as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from sqlmodel import Session, col, delete, select

from models import audit
from models.actor import Actor
from models.extension import Extension, State
from models.nat import Nat
from models.number import by_size
from models.transport import Transport
from models.types import now
from pbx import pjsip_transports
from pbx.adoption.values import NotAdoptable
from pbx.config.managed_files import ConfigOnDisk
from pbx.errors import Refusal
from pbx.services import Services
from pbx.settling import file_rows, notice
from pbx.settling.difference import Difference
from pbx.settling.file_rows import Source
from pbx.settling.newer import KEPT


@dataclass
class Kept:
    """What was done. `ownerless`: numbers whose owner is not known; `disabled`: that only the database had."""

    ownerless: list[str] = field(default_factory=list)
    disabled: list[str] = field(default_factory=list)


def keep(
    services: Services,
    session: Session,
    numbers: AbstractSet[str],
    found: Difference,
    on_disk: ConfigOnDisk,
    by: Actor,
) -> Kept:
    """Make the rows of these numbers, in a transaction; what somebody has changed since it was noticed stays theirs.

    Raises Refusal for lines that cannot be made a row.
    """
    rows = {row.number: row for row in session.exec(select(Extension))}
    changed = notice.newer(session)
    source, done = _source(services, on_disk), Kept()
    for number in sorted(numbers - changed.whole.keys(), key=by_size):
        row = rows.get(number)
        if text := on_disk.blocks.endpoints.get(number):
            _take(session, source, on_disk, number, text, row, changed.columns(number), by, done)
        elif row and number in found.by_hand:
            if number not in changed.fields:
                _give_up(session, row, by)
        elif row and not changed.has(number, "enabled"):
            _disable(session, row, by, done)
    if numbers and found.nat:
        _keep_nat(session, on_disk)
    if numbers:
        _keep_transports(services, session, rows.values(), on_disk)
    return done


def _source(services: Services, on_disk: ConfigOnDisk) -> Source:
    written = pjsip_transports.written(on_disk.pjsip.block_text())
    transports = on_disk.admin.transports | {protocol: name for name, protocol, _ in written}
    return Source(transports, any(on_disk.blocks.nat.values()), services.cipher.encrypt)


def _take(
    session: Session,
    source: Source,
    on_disk: ConfigOnDisk,
    number: str,
    text: str,
    before: Extension | None,
    stays: Collection[str],
    by: Actor,
    done: Kept,
) -> None:
    adopted = number in on_disk.admin.commented or bool(before and before.adopted_options is not None)
    try:
        made = file_rows.row_of(number, text, before, source, stays, adopted=adopted)
    except NotAdoptable as error:
        raise Refusal(
            f"the lines of {number} cannot be made an extension ({error}): settle the others with --but {number}"
        ) from None
    had_owner = bool(before and before.slack_user_id)
    if before is None:
        session.add(made)
        audit.record(session, by, KEPT, number, audit.created(made), made.revision)
    else:
        settings = audit.settings_of(before)
        before.sqlmodel_update(made.model_dump(exclude={"id", "revision", "version"}))
        before.revision += 1
        changes = audit.differences(settings, before.model_dump())
        audit.record(session, by, KEPT, number, changes, before.revision)
    if before is None or (had_owner and not made.slack_user_id):
        done.ownerless.append(number)


def _give_up(session: Session, row: Extension, by: Actor) -> None:
    session.exec(delete(Extension).where(col(Extension.id) == row.id))
    audit.record(session, by, "released", row.number)


def _disable(session: Session, row: Extension, by: Actor, done: Kept) -> None:
    """Keep it with all that is known of it, and let nobody in."""
    row.sqlmodel_update({"enabled": False, "state": State.PENDING, "reason": None, "updated_at": now()})
    row.revision += 1
    audit.record(session, by, KEPT, row.number, {"enabled": [True, False]}, row.revision)
    done.disabled.append(row.number)


def _keep_nat(session: Session, on_disk: ConfigOnDisk) -> None:
    pairs = [line.split("=", 1) for lines in on_disk.blocks.nat.values() if lines for line in lines]
    values = {name: value for name, value in pairs if name != "local_net"}
    networks = dict.fromkeys(value for name, value in pairs if name == "local_net")
    session.exec(delete(Nat))
    if values:
        session.add(Nat.model_validate(values | {"local_net": list(networks)}))


def _keep_transports(
    services: Services, session: Session, rows: Iterable[Extension], on_disk: ConfigOnDisk
) -> None:
    """Ask for the transports that the block has and that no extension asks for at the usual address."""
    needed = {"udp", *(row.transport for row in rows if row.enabled)}
    session.exec(delete(Transport))
    for _, protocol, bind in pjsip_transports.written(on_disk.pjsip.block_text()):
        if protocol not in needed or bind != services.settings.sip_bind:
            session.add(Transport(protocol=protocol, bind=bind))
