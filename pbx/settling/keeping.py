"""Makes rows of what Asterisk's files have, so that publishing leaves the phones as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlmodel import Session, col, delete, select

from models import audit
from models.actor import Actor
from models.extension import BY_NUMBER, Extension, State
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

RELEASED = "released"


@dataclass(frozen=True)
class Kept:
    """What was done. `ownerless`: numbers whose owner is not known; `disabled`: that only the database had; `by_hand`: that are
    the administrator's."""

    ownerless: Sequence[str]
    disabled: Sequence[str]
    by_hand: Sequence[str]


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
    source = _source(services, on_disk)
    for number in sorted(numbers - changed.whole.keys(), key=by_size):
        row = rows.get(number)
        if text := on_disk.blocks.endpoints.get(number):
            _take(session, source, on_disk, number, text, row, changed.columns(number), by)
        elif row and number in found.by_hand:
            if number not in changed.fields:
                _give_up(session, row, by)
        elif row and not changed.has(number, "enabled"):
            _disable(session, row, by)
    if numbers and found.nat:
        _keep_nat(session, on_disk)
    if numbers:
        _keep_transports(services, session, rows.values(), on_disk)
    return _kept(session, found)


def _kept(session: Session, found: Difference) -> Kept:
    """Return what was done by this and, as nobody has read that, by whoever was interrupted before, as far as it is so now."""
    every = notice.acts(session)
    acts = [each for each in every if each.action == KEPT]
    by_hand = {*found.by_hand, *(each.number for each in every if each.number and each.action == RELEASED)}
    lost = {each.number for each in acts if each.revision == 1 or "slack_user_id" in each.changes}
    disabled = {each.number for each in acts if each.changes.get("enabled") == [True, False]}
    these = col(Extension.number).in_(lost | disabled), col(Extension.state) != State.DELETING
    rows = session.exec(select(Extension).where(*these).order_by(*BY_NUMBER)).all()
    return Kept(
        [row.number for row in rows if row.number in lost and not row.slack_user_id],
        [row.number for row in rows if row.number in disabled and not row.enabled],
        sorted(by_hand, key=by_size),
    )


def _source(services: Services, on_disk: ConfigOnDisk) -> Source:
    written = pjsip_transports.written(on_disk.pjsip.block_text())
    transports = on_disk.admin.transports | {protocol: name for name, protocol, _ in written}
    return Source(
        transports, any(on_disk.blocks.nat.values()), services.cipher.encrypt, services.cipher.decrypt
    )


def _take(
    session: Session,
    source: Source,
    on_disk: ConfigOnDisk,
    number: str,
    text: str,
    before: Extension | None,
    stays: Collection[str],
    by: Actor,
) -> None:
    adopted = number in on_disk.admin.commented or bool(before and before.adopted_options is not None)
    try:
        made = file_rows.row_of(number, text, before, source, stays, adopted=adopted)
    except NotAdoptable as error:
        raise Refusal(
            f"the lines of {number} cannot be made an extension ({error}): settle the others with --but {number}"
        ) from None
    if before is None:
        session.add(made)
        audit.record(session, by, KEPT, number, audit.created(made), made.revision)
    else:
        settings, same_secret = audit.settings_of(before), made.encrypted_secret == before.encrypted_secret
        before.sqlmodel_update(made.model_dump(exclude={"id", "revision", "version"}))
        before.revision += 1
        changes = audit.differences(
            settings, before.model_dump(exclude={"encrypted_secret"} if same_secret else None)
        )
        audit.record(session, by, KEPT, number, changes, before.revision)


def _give_up(session: Session, row: Extension, by: Actor) -> None:
    session.exec(delete(Extension).where(col(Extension.id) == row.id))
    audit.record(session, by, RELEASED, row.number)


def _disable(session: Session, row: Extension, by: Actor) -> None:
    """Keep it with all that is known of it, and let nobody in."""
    row.sqlmodel_update({"enabled": False, "state": State.PENDING, "reason": None, "updated_at": now()})
    row.revision += 1
    audit.record(session, by, KEPT, row.number, {"enabled": [True, False]}, row.revision)


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
