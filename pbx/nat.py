"""The use cases of NAT. Each that changes something reads: validate → commit → publish → verify → what came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select, update

from models import audit, nat
from models.actor import SWITCHHOOK, Actor
from models.audit import Differences
from models.extension import BY_NUMBER, Extension, State
from models.installation import ONLY
from models.nat import Nat
from models.nat_fields import KEYS, NatChanges
from pbx import nat_warnings
from pbx.ami import connected
from pbx.ami_client import REPLY_SECONDS
from pbx.answers import NatStatus, TransportStatus
from pbx.config import objects, reader
from pbx.config.admin_config import AdminConfig, joined
from pbx.errors import ASTERISK_LOG, AsteriskUnavailable, ConfigFileError, Overtaken, Refusal
from pbx.publish import PUBLISH_ERRORS, publish
from pbx.publishing import verify_transports
from pbx.resolver import resolve
from pbx.services import Services

log = logging.getLogger("switchhook.nat")

NOTHING_TO_SET = "set what? Type media= and the address that the world sees, such as media=203.0.113.7"
# What the audit says
CHANGED, CLEARED, TAKEN_BACK = "changed NAT", "cleared NAT", "took back NAT, which Asterisk refused"
CHANGED_MEANWHILE = "somebody else has changed NAT since you looked at it; this is how it is now"
AT_THE_SAME_MOMENT = "somebody else has set it at the same moment; look at it, and set it again"


def show(services: Services, *, ami_timeout: float = REPLY_SECONDS) -> NatStatus:
    """Return what is set, and what Asterisk has of it. `ami_timeout`: seconds for each of its answers."""
    with services.database.session() as session:
        row = nat.current(session)
    return _status(services, row, ami_timeout=ami_timeout)


def change(
    services: Services,
    changes: NatChanges,
    *,
    by: Actor,
    is_as_seen: Callable[[Nat | None], bool] = lambda _row: True,
) -> NatStatus:
    """Change the settings that are given; all is as it was where Asterisk refuses them. Raises Refusal, Overtaken.

    `is_as_seen`: whether the row is still the one that was decided on.
    """
    values = changes.given()
    if not values:
        raise Refusal(NOTHING_TO_SET)
    try:
        with _changing(services) as (session, row):
            if not is_as_seen(row):
                raise Overtaken(CHANGED_MEANWHILE)
            before, found = _copy(row), _differences(row, values)
            after = _save(session, row, values)
            if found:
                audit.record(session, by, CHANGED, changes=found)
    except IntegrityError:
        raise Overtaken(AT_THE_SAME_MOMENT) from None
    if found:
        log.info("NAT changed", extra={"by": str(by), "fields": sorted(found)})
    return taken(services, before, after, found)


def taken(services: Services, before: Nat | None, after: Nat, changes: Differences) -> NatStatus:
    """Have Asterisk take it, or put back what it had. Raises Refusal, Overtaken."""
    status = published(services, changes)
    faults = _refused(services, before, status)
    if not faults:
        return status
    _take_back(services, before, after, changes)
    raise Refusal(
        f"Asterisk does not take that ({faults}). Nothing is changed; its log ({ASTERISK_LOG}) says why"
    )


def clear(services: Services, *, by: Actor) -> NatStatus:
    """Forget all of it: Asterisk tells every phone its own address again."""
    with _changing(services) as (session, row):
        found = _differences(row, dict.fromkeys(KEYS.values()))
        if row:
            session.delete(row)
            audit.record(session, by, CLEARED, changes=found)
    if found:
        log.info("NAT cleared", extra={"by": str(by)})
    return published(services, found)


@contextmanager
def _changing(services: Services) -> Iterator[tuple[Session, Nat | None]]:
    """Yield a transaction, and the row in it, which nobody else changes meanwhile: it is written before it is read."""
    with services.database.session() as session:
        session.exec(update(Nat).values(id=ONLY))
        yield session, nat.current(session)


def _differences(row: Nat | None, values: dict[str, Any]) -> Differences:
    """Return what changes, by what people type."""
    before = (
        {name: getattr(row, name) or None for name in KEYS.values()} if row else dict.fromkeys(KEYS.values())
    )
    return {
        key: [before[name], values[name] or None]
        for key, name in KEYS.items()
        if name in values and before[name] != (values[name] or None)
    }


def _copy(row: Nat | None) -> Nat | None:
    return Nat(**row.model_dump()) if row else None


def _save(session: Session, row: Nat | None, values: dict[str, Any]) -> Nat:
    """Return a copy of the new row. Raises Refusal where there would be no address."""
    if row is None and "external_media_address" not in values:
        raise Refusal("media= is needed first: the address that the world sees, such as media=203.0.113.7")
    row = row or Nat(external_media_address="")
    row.sqlmodel_update(values)
    session.add(row)
    return Nat(**row.model_dump())


def _refused(services: Services, before: Nat | None, status: NatStatus) -> str:
    """Return what Asterisk shows of the transports on which it went on with what it had before; empty: of none.

    It does so with values that it cannot read. Started anew on such files it would have no transport at all.
    """
    differing = {each.name: each.faults for each in status.transports if each.faults}
    if not differing:
        return ""
    with connected(services.settings) as asterisk:
        as_before = verify_transports.faults(asterisk, before, differing)
    return "; ".join(
        f"{name}: {', '.join(faults)}" for name, faults in differing.items() if as_before.get(name) == []
    )


def _take_back(services: Services, before: Nat | None, refused: Nat, changes: Differences) -> None:
    """Put back what Asterisk had. Raises Overtaken where somebody has changed it since, Refusal."""
    with _changing(services) as (session, row):
        if row is None or row.model_dump() != refused.model_dump():
            raise Overtaken("somebody else has changed it meanwhile: look at it")
        if before:
            row.sqlmodel_update(before.model_dump())
        else:
            session.delete(row)
        undone = {key: [there, was] for key, (was, there) in changes.items()}
        audit.record(session, SWITCHHOOK, TAKEN_BACK, changes=undone)
    log.warning("NAT taken back: Asterisk refused it", extra={"fields": sorted(changes)})
    try:
        publish(services)
    except PUBLISH_ERRORS as problem:
        raise Refusal(
            "Asterisk does not take that, and it goes out of pjsip.conf again as soon as that is possible, by itself; "
            f"do not restart Asterisk before /ext nat show says that all is verified. {problem}"
        ) from problem


def published(services: Services, changes: Differences) -> NatStatus:
    error = None
    try:
        publish(services)
    except PUBLISH_ERRORS as problem:
        log.info("NAT saved, not live yet")
        error = str(problem)
    with services.database.session() as session:
        row = nat.current(session)
    return replace(_status(services, row, error), changes=changes)


def _status(
    services: Services, row: Nat | None, error: str | None = None, ami_timeout: float = REPLY_SECONDS
) -> NatStatus:
    """Ask Asterisk what it has, unless `error` says already why it has nothing new."""
    try:
        on_disk = reader.read(services.settings)
    except ConfigFileError as problem:
        return NatStatus(row, error=error or str(problem))
    untouched = [
        TransportStatus(each.name, own=each.own_nat, obstacle=each.obstacle)
        for each in on_disk.admin.all_transports
        if not each.takes_nat
    ]
    names = {each.name for each in on_disk.admin.all_transports if each.takes_nat} | on_disk.blocks.nat.keys()
    asked: list[TransportStatus] = []
    if error is None:
        try:
            asked = list(_asked(services, row, names, ami_timeout))
        except AsteriskUnavailable as problem:
            error = str(problem)
    return NatStatus(
        row, [*asked, *untouched], error, _not_live(services), tuple(_warnings(services, row, on_disk.admin))
    )


def _asked(
    services: Services, row: Nat | None, names: Collection[str], ami_timeout: float
) -> Iterator[TransportStatus]:
    with connected(services.settings, timeout=ami_timeout) as asterisk:
        faults = verify_transports.faults(asterisk, row, names)
    for name in sorted(names):
        yield TransportStatus(name, faults=tuple(faults.get(name, ())), is_verified=faults.get(name) == [])


def _not_live(services: Services) -> int:
    with services.database.session() as session:
        return session.exec(select(func.count()).where(Extension.state != State.LIVE)).one()


def _warnings(services: Services, row: Nat | None, admin: AdminConfig) -> Iterator[str]:
    if row is None:
        return
    yield from nat_warnings.warnings(row, resolve((row.external_media_address, row.signaling)))
    if elsewhere := objects.sorcery_mappings(admin.sorcery, "transport"):
        yield (
            f"transports also come from elsewhere ({joined(elsewhere)}), where Switchhook cannot add to them: give those "
            "external_media_address, external_signaling_address and local_net yourself"
        )
    with services.database.session() as session:
        wishes = col(Extension.direct_media), col(Extension.enabled)
        numbers = session.exec(select(Extension.number).where(*wishes).order_by(*BY_NUMBER)).all()
    if numbers:
        yield nat_warnings.direct_media(numbers)


def waiting(services: Services, row: Extension) -> tuple[str, ...]:
    """Return what an extension is set to and does not get as long as there is NAT."""
    with services.database.session() as session:
        waits = row.direct_media and row.enabled and nat.current(session) is not None
    return (nat_warnings.direct_media([row.number]),) if waits else ()
