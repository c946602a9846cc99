"""/api/pjsip/config: the addresses of a PBX behind NAT, and where Asterisk listens."""

from __future__ import annotations

from typing import Any

from handlers.api.authentication import caller
from handlers.api.pjsip_schemas import (
    RESTART,
    ExternalMedia,
    ExternalMediaSet,
    GlobalConfig,
    NatSettings,
    ShownTransport,
    TransportBody,
    TransportSet,
)
from handlers.api.problems import FieldFault, Problem
from handlers.api.routes import Api, Group
from models import nat as nat_row
from models.api_token import Scope
from models.nat_fields import NatChanges
from pbx import nat, transports
from pbx.answers import NatStatus
from pbx.errors import AsteriskUnavailable
from pbx.services import Services
from pbx.transports import TransportResult

DESCRIPTION = "The addresses of a PBX behind NAT, and where Asterisk listens for phones."
MEDIA = "external_media_address"
NOT_LIVE = "saved, not live yet"


def add_routes(api: Api, services: Services) -> None:
    group = api.group("PJSIP", DESCRIPTION)
    _add_global(group, services)
    _add_external_media(group, services)
    _add_transport(group, services)


def _add_global(group: Group, services: Services) -> None:
    @group.get("/pjsip/config/global", Scope.READ, answers={200: GlobalConfig})
    def read_pjsip_config() -> GlobalConfig:
        """Read the addresses of NAT, and the transports.

        `settings` is what is set here; `transports` is what the files and Asterisk itself have, the administrator's own
        among them.
        """
        return GlobalConfig(**standing(services, nat.show(services)))


def _add_external_media(group: Group, services: Services) -> None:
    @group.post(
        "/pjsip/config/external-media", Scope.CONFIG_WRITE, answers={200: ExternalMediaSet}, problems=(409,)
    )
    def set_external_media(body: ExternalMedia) -> ExternalMediaSet:
        """Set or clear the addresses by which the world reaches the PBX.

        Fields that are not given stay as they are. null or an empty text clears one: the signaling address then follows
        the media address, and without a media address there is no NAT at all. They stand on every transport, as Asterisk
        has no such options in [global].
        """
        return external_media_set(services, *_set(services, body))


def _add_transport(group: Group, services: Services) -> None:
    @group.post("/pjsip/config/transport", Scope.CONFIG_WRITE, answers={200: TransportSet}, problems=(409,))
    def set_transport(body: TransportBody) -> TransportSet:
        """Have Asterisk listen for a protocol at an address.

        A protocol that no transport has comes at once. Asterisk moves no transport before it restarts: `pending_restart`
        says so. 409 if the administrator's own transport is meant, with file and line, or if another program has the port.
        null as `bind` forgets what was set here.
        """
        if body.bind is None:
            return _transport_set(transports.clear(services, body.protocol, by=caller()))
        return _transport_set(transports.bind(services, body.protocol, body.bind, by=caller()))


def _set(services: Services, body: ExternalMedia) -> tuple[NatStatus, str]:
    given = body.model_dump(exclude_unset=True)
    if not given:
        raise _refused(f"nothing is given: {', '.join(ExternalMedia.model_fields)}")
    if given.get(MEDIA, _is_set(services)):
        return nat.change(services, NatChanges(**given | _networks(given)), by=caller()), "updated"
    if any(given.values()):
        raise _refused("this is needed first: the address that the world sees, such as 203.0.113.7")
    return nat.clear(services, by=caller()), "cleared"


def external_media_set(services: Services, status: NatStatus, verb: str) -> ExternalMediaSet:
    """Return what came of it. `verb`: what was asked for, such as “cleared”."""
    done = status.error is None and not any(each.faults for each in status.transports)
    message = f"External media settings {f'{verb} successfully' if done else NOT_LIVE}"
    return ExternalMediaSet(message=message, reload_result=status.error is None, **standing(services, status))


def _networks(given: dict[str, Any]) -> dict[str, Any]:
    return {"local_net": given["local_net"] or []} if "local_net" in given else {}


def _is_set(services: Services) -> bool:
    with services.database.session() as session:
        return nat_row.current(session) is not None


def _refused(detail: str) -> Problem:
    return Problem(422, f"{MEDIA}: {detail}", errors=[FieldFault(field=MEDIA, detail=detail)])


def standing(services: Services, status: NatStatus) -> dict[str, Any]:
    """Return the fields of GlobalConfig."""
    found, error = [], status.error
    if error is None:
        try:
            found = transports.show(services)
        except AsteriskUnavailable as problem:
            error = str(problem)
    by_name = {each.name: each for each in status.transports}
    return {
        "settings": NatSettings.of(status.nat),
        "transports": [ShownTransport.of(each, by_name.get(each.written.name)) for each in found],
        "verified": status.is_done and any(each.is_verified for each in status.transports),
        "warnings": list(status.warnings),
        "error": error,
    }


def _transport_set(result: TransportResult) -> TransportSet:
    shown = ShownTransport.of(result.transport, None) if result.transport else None
    return TransportSet(
        message=_message(result),
        transport=shown,
        reload_result=result.error is None,
        verified=_is_verified(result),
        pending_restart=result.waits_for_restart,
        warnings=[f"it takes effect when Asterisk restarts: {RESTART}"] if result.waits_for_restart else [],
        error=result.error,
    )


def _message(result: TransportResult) -> str:
    if result.error:
        return f"Transport settings {NOT_LIVE}"
    if not result.changes:
        return "Transport settings are so already"
    return "Transport settings updated successfully"


def _is_verified(result: TransportResult) -> bool:
    found = result.transport
    if found is None or result.waits_for_restart:
        return False
    return bool(found.is_started) or (found.is_started is None and bool(found.has_listener))
