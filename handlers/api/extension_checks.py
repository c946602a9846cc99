"""/api/extensions: what Asterisk has of an extension, what is wrong with it, and which endpoints there are."""

from __future__ import annotations

from typing import Any

from handlers.api.check_schemas import Check, Diagnostics, EndpointDetails, EndpointList, Registration
from handlers.api.diagnostics import SIP_CLIENTS, first_call, setup_guide, troubles
from handlers.api.etags import etag
from handlers.api.extension_ids import ExtensionId, extension_of
from handlers.api.extension_schemas import ShownExtension
from handlers.api.routes import Answer, Group
from handlers.api.shown import shown_endpoints
from handlers.doctor import examination, wording
from models.api_token import Scope
from models.extension import Extension
from pbx.endpoints import Endpoint, all_endpoints, endpoint_of
from pbx.errors import AsteriskUnavailable
from pbx.services import Services


def add_routes(group: Group, services: Services) -> None:
    _add_verify(group, services)
    _add_diagnostics(group, services)
    _add_endpoints(group, services)


def _add_verify(group: Group, services: Services) -> None:
    @group.get("/extensions/<id>/verify", Scope.READ, answers={200: Check}, sends=("ETag",))
    def verify_extension(id: ExtensionId) -> Answer:
        """Look an extension up in Asterisk.

        Asks Asterisk now, and changes nothing: whether the endpoint exists, with which phones. `extension.state` says
        whether Asterisk has shown every value. Needs Asterisk: without it the answer is 503.
        """
        row = extension_of(services, id)
        found = _check(row, endpoint_of(services.settings, row.number))
        return Answer(Check.model_validate(found), headers={"ETag": etag(row)})


def _add_diagnostics(group: Group, services: Services) -> None:
    @group.get("/extensions/<id>/diagnostics", Scope.READ, answers={200: Diagnostics}, sends=("ETag",))
    def diagnose_extension(id: ExtensionId) -> Answer:
        """Have the doctor examine an extension.

        What is wrong with it and what to do, the cause of others first, and how a phone is set up. Takes a few seconds
        where Asterisk does not answer.
        """
        row = extension_of(services, id)
        report = examination.of_number(services, row.number)
        found = _check_if_possible(services, row)
        answer = Diagnostics(
            **found,
            headline=wording.headline(report, row.number),
            troubleshooting=troubles(report),
            checked=[title for slug, title in report.checked if slug not in report.blocking],
            setup_guide=setup_guide(services.settings.sip_domain, row),
            sip_clients=SIP_CLIENTS,
            test_instructions=first_call(row),
            api_endpoints={
                "verify": f"/api/extensions/{row.id}/verify",
                "endpoints": "/api/extensions/asterisk/endpoints",
            },
        )
        return Answer(answer, headers={"ETag": etag(row)})


def _add_endpoints(group: Group, services: Services) -> None:
    @group.get("/extensions/asterisk/endpoints", Scope.READ, answers={200: EndpointList})
    def list_asterisk_endpoints() -> EndpointList:
        """List all endpoints of Asterisk.

        Those of Switchhook's extensions (`managed`) and all others: phones that somebody wrote by hand, and trunks. Needs
        Asterisk: without it the answer is 503.
        """
        shown = shown_endpoints(services, all_endpoints(services.settings))
        return EndpointList(endpoints=shown, total=len(shown))


def _check_if_possible(services: Services, row: Extension) -> dict[str, Any]:
    """Return the fields of Check, without what Asterisk would know if it cannot be asked; the doctor says why."""
    try:
        return _check(row, endpoint_of(services.settings, row.number))
    except AsteriskUnavailable:
        return {
            "extension": ShownExtension.of(row, None, is_known=False),
            "exists_in_asterisk": None,
            "registration_status": Registration.unknown(),
            "endpoint_details": None,
        }


def _check(row: Extension, endpoint: Endpoint | None) -> dict[str, Any]:
    """Return the fields of Check. What Asterisk has of that name may be somebody else's."""
    return {
        "extension": ShownExtension.of(row, endpoint if row.has_phones else None),
        "exists_in_asterisk": endpoint is not None,
        "registration_status": Registration.of(endpoint),
        "endpoint_details": EndpointDetails.of(endpoint) if endpoint else None,
    }
