"""The use cases of transports: where Asterisk listens for phones. Those of the administrator's stay as they are."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, insert, update

from models import audit, nat, transport
from models.actor import SWITCHHOOK, Actor
from models.audit import Differences
from models.transport import Transport
from pbx import listening, pjsip_transports
from pbx.ami import connected
from pbx.ami_messages import Message
from pbx.config import objects, reader
from pbx.config.admin_config import joined
from pbx.config.managed_files import ConfigOnDisk
from pbx.errors import ASTERISK_LOG, AsteriskUnavailable, Overtaken, Refusal, TransportTaken
from pbx.publish import PUBLISH_ERRORS, publish
from pbx.publishing import verify, verify_transports
from pbx.publishing.desired_wording import NO_TLS
from pbx.services import Services

log = logging.getLogger("switchhook.transports")

OVERTAKEN = "somebody else has set this transport at the same moment; look at it, and set it again"
RESTART = "then systemctl restart asterisk, as a reload moves no transport"


@dataclass(frozen=True)
class RunningTransport:
    """A transport of the files, and what Asterisk has of it."""

    written: listening.Transport
    is_started: bool | None = None  # None: no endpoint has it, and so Asterisk does not show it
    shown: Message | None = None  # TransportDetail
    has_listener: bool | None = None  # at its port; None: unknown
    differences: tuple[str, ...] = ()  # from what is set of NAT

    @property
    def waits_for_restart(self) -> bool:
        """Return whether Asterisk shows it, and at another address."""
        return self.shown is not None and not self.written.is_at(self.shown.get("Bind", ""))


@dataclass(frozen=True)
class TransportResult:
    """What came of a change."""

    transport: RunningTransport | None  # None: there is none of that protocol, or it cannot be asked for
    error: str | None = None  # why it could not be published, or Asterisk not be asked
    changes: Differences | None = None
    is_where_it_was: bool = False  # something still listens at the port of before

    @property
    def waits_for_restart(self) -> bool:
        if self.transport is None:
            return False
        is_moved = bool(self.changes and self.changes["bind"][0])
        return self.transport.waits_for_restart or (
            is_moved and (self.is_where_it_was or not self.transport.has_listener)
        )


def show(services: Services) -> list[RunningTransport]:
    """Return every transport of the files, and what Asterisk has of it. Raises ConfigFileError, AsteriskUnavailable."""
    on_disk = reader.read(services.settings)
    found = listening.on_disk(on_disk)
    with services.database.session() as session:
        addresses = nat.current(session)
    with connected(services.settings) as asterisk:
        details = verify_transports.details(asterisk, [each.name for each in found])
    untouched = {each.name for each in on_disk.admin.all_transports if not each.takes_nat}
    return [
        _running(services, each, details, () if each.name in untouched else (addresses,)) for each in found
    ]


def _running(
    services: Services,
    written: listening.Transport,
    details: Mapping[str, Message | None],
    wanted: tuple[nat.Nat | None, ...],
) -> RunningTransport:
    found = RunningTransport(written, has_listener=listening.has_listener(services.settings, written))
    if written.name not in details:
        return found
    shown = details[written.name]
    if shown is None:
        return replace(found, is_started=False)
    differences = [each for addresses in wanted for each in pjsip_transports.differences(addresses, shown)]
    return replace(found, is_started=True, shown=shown, differences=tuple(differences))


def bind(services: Services, protocol: str, address: str, *, by: Actor) -> TransportResult:
    """Have Asterisk listen for a protocol at that address, with a transport of Switchhook's own if need be.

    One that Asterisk has stays where it is until Asterisk restarts.
    Raises TransportTaken, Refusal, Overtaken, ConfigFileError.
    """
    wanted = listening.Transport(f"transport-{protocol}", protocol, address, "")
    on_disk = reader.read(services.settings)
    here = [each for each in listening.on_disk(on_disk) if each.protocol == protocol]
    there = next((each for each in here if each.is_at(address)), None)
    with services.database.session() as session:
        stored = transport.binds(session).get(protocol)
    if there and (not there.is_ours or stored == wanted.address):
        return replace(_result(services, there.name), changes={})
    _refuse_taken(services, on_disk, here, wanted)
    changes = {} if there else {"bind": [here[0].bind if here else None, wanted.address]}
    _save(services, wanted, stored, wanted.address, by, changes)
    result = _published(services, wanted.name)
    if not here and _is_refused(result):
        result = verify.until_right(lambda: _result(services, wanted.name), _is_refused)
        if _is_refused(result):
            _take_back(services, wanted, stored)
    is_where_it_was = bool(here and listening.has_listener(services.settings, here[0]))
    return replace(result, changes=changes, is_where_it_was=is_where_it_was)


def _is_refused(result: TransportResult) -> bool:
    found = result.transport
    return found is not None and (found.is_started is False or found.has_listener is False)


def _take_back(services: Services, refused: listening.Transport, before: str | None) -> None:
    """Put back what was there, and raise TransportTaken."""
    _save(services, refused, refused.address, before, SWITCHHOOK, {"bind": [refused.address, before]})
    _published(services, refused.name)
    raise TransportTaken(
        f"Asterisk does not start a transport at {refused.address}: most likely something else has the port "
        f"({_who_has(refused)}); its log ({ASTERISK_LOG}) says more. Nothing is changed"
    )


def clear(services: Services, protocol: str, *, by: Actor) -> TransportResult:
    """Forget the address of a protocol: SIP_BIND counts, where an extension needs a transport of Switchhook's own.

    Raises Overtaken.
    """
    with services.database.session() as session:
        stored = transport.binds(session).get(protocol)
    wanted = listening.Transport(f"transport-{protocol}", protocol, stored or "", "")
    if stored is None:
        return replace(_result(services, wanted.name), changes={})
    changes = {"bind": [stored, None]}
    _save(services, wanted, stored, None, by, changes)
    return replace(_published(services, wanted.name), changes=changes)


def _refuse_taken(
    services: Services, on_disk: ConfigOnDisk, here: list[listening.Transport], wanted: listening.Transport
) -> None:
    """Raise TransportTaken where that address is not for Switchhook to give, Refusal where it cannot."""
    if elsewhere := objects.sorcery_mappings(on_disk.admin.sorcery, "transport"):
        raise TransportTaken(
            f"transports come from elsewhere ({joined(elsewhere)}): change it there, {RESTART}"
        )
    if theirs := next((each for each in here if not each.is_ours), None):
        raise TransportTaken(
            f"[{theirs.name}] at {theirs.place} listens for {theirs.protocol} at {theirs.bind}, and is not Switchhook's: "
            f"write bind={wanted.address} there, {RESTART}"
        )
    if wanted.protocol == "tls":
        raise Refusal(NO_TLS)
    is_where_it_was = bool(here) and here[0].port == wanted.port
    if not is_where_it_was and listening.has_listener(services.settings, wanted):
        raise TransportTaken(
            f"something listens for {wanted.protocol} at port {wanted.port} already ({_who_has(wanted)}): name another port"
        )


def _who_has(wanted: listening.Transport) -> str:
    kind = "u" if wanted.protocol == "udp" else "t"
    return f"as root, ss -l{kind}np 'sport = :{wanted.port}' names the program"


def _save(
    services: Services,
    wanted: listening.Transport,
    before: str | None,
    after: str | None,
    by: Actor,
    changes: Differences,
) -> None:
    """Set the address, None for no row. Raises Overtaken where somebody has set another one meanwhile."""
    this = col(Transport.protocol) == wanted.protocol, col(Transport.bind) == before
    values = {"protocol": wanted.protocol, "bind": after}
    step = insert(Transport) if before is None else update(Transport).where(*this)
    statement = delete(Transport).where(*this) if after is None else step.values(values)
    try:
        with services.database.session() as session:
            if not session.exec(statement).rowcount:
                raise Overtaken(OVERTAKEN)
            audit.record(session, by, f"set transport {wanted.protocol}", changes=changes)
    except IntegrityError:
        raise Overtaken(OVERTAKEN) from None
    log.info("transport set", extra={"by": str(by), "protocol": wanted.protocol, "bind": after})


def _published(services: Services, name: str) -> TransportResult:
    try:
        publish(services)
    except PUBLISH_ERRORS as problem:
        log.info("transport saved, not live yet")
        return TransportResult(None, error=str(problem))
    return _result(services, name)


def _result(services: Services, name: str) -> TransportResult:
    try:
        found = show(services)
    except AsteriskUnavailable as problem:
        return TransportResult(None, error=str(problem))
    return TransportResult(next((each for each in found if each.written.name == name), None))
