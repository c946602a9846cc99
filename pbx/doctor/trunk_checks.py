"""Checks of what leads outside: the route for calls out, its trunk, registrations at providers, and emergency calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from command_lines import as_user
from pbx import advice, dialplan, outbound_route, pjsip
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.config import reader
from pbx.dialplan import RANGE_CONTEXT
from pbx.doctor.findings import Check, Finding, Skipped
from pbx.outbound_route import ROUTES_CONTEXT
from pbx.publishing import outbound, planning
from pbx.services import Services
from settings import Settings

TRUNKS_PAGE = "docs/trunks.md"


def calls_out(services: Services) -> Iterator[Finding]:
    """Find why the route for calls out is not as the settings ask, or is not there yet."""
    on_disk = reader.read(services.settings)
    found = outbound.look(services, on_disk)
    for problem in found.problems:
        yield Finding.explained(
            "", problem, "calls out, or calls for help, do not go where OUTBOUND_TRUNK says"
        )
    is_written = found.route == outbound_route.written(on_disk.blocks.extensions)
    if on_disk.extensions.block is not None and not (is_written and found.is_running):
        yield Finding(
            "",
            "the route for calls out is not in Asterisk as the settings ask",
            "calls out go where the settings of before said, or nowhere",
            f"publish: {as_user('flask publish')}",
            fix="publish",
        )


def trunk(services: Services) -> Iterator[Finding]:
    """Find that the trunk does not answer, as far as Asterisk asks it (qualify_frequency)."""
    name = services.settings.outbound_trunk
    if name is None:
        return
    with connected(services.settings) as asterisk:
        shown = asterisk.ask_all([pjsip.show_action(name)])[0]
    if shown[0].get("Response") != "Success":
        raise Skipped
    contacts = [event for event in shown if event.get("Event") == "ContactStatusDetail"]
    why = f"no call goes out through {name}, and none comes in"
    if not contacts:
        yield Finding(
            "",
            f"the trunk {name} has no address to send calls to",
            why,
            f"give its AOR one in pjsip.conf: contact=sip:ADDRESS-OF-THE-PROVIDER ({TRUNKS_PAGE}); if the other side "
            "registers here, see why it does not",
        )
    elif all(contact.get("Status") == "Unreachable" for contact in contacts):
        places = ", ".join(contact.get("URI", "") for contact in contacts)
        yield Finding(
            "",
            f"the trunk {name} does not answer at {places}",
            why,
            "check the address, the firewall and the provider's status page; "
            f'asterisk -rx "pjsip qualify {name}" asks it once more',
        )


def provider_registrations(services: Services) -> Iterator[Finding]:
    """Find registrations at providers that do not hold."""
    with connected(services.settings) as asterisk:
        events = asterisk.listed("PJSIPShowRegistrationsOutbound")
    for event in events:
        status = event.get("Status", "")
        if event.get("Event") == "OutboundRegistrationDetail" and status != "Registered":
            name, server = event.get("ObjectName", ""), event.get("ServerUri", "")
            yield Finding(
                "",
                f"the registration {name} at {server} does not hold ({status})",
                "calls from outside do not come in by it, and most providers take none from here",
                "Rejected: check username and password of its outbound_auth, and client_uri; Unregistered or Stopped: check "
                f'server_uri, name resolution and the firewall; then asterisk -rx "pjsip send register {name}"',
            )


def emergency(services: Services) -> Iterator[Finding]:
    """Find contexts from which emergency numbers reach nobody, where there is a trunk that could.

    The default of EMERGENCY_NUMBERS has those of many countries: one that the administrator answers is enough then.
    """
    settings = services.settings
    with connected(settings) as asterisk:
        if not _has_trunk(asterisk, settings, {row.number for row in planning.rows_of(services)}):
            return
        for context in _contexts(services):
            first = {number: _first(asterisk, context, number) for number in settings.emergency_numbers}
            unanswered = [number for number, step in first.items() if not _calls_for_help(step, settings)]
            if len(unanswered) == len(first) or (unanswered and not _is_default(settings)):
                yield _nobody(context, unanswered, is_default=_is_default(settings))


def _has_trunk(asterisk: Client, settings: Settings, numbers: set[str]) -> bool:
    """Return whether anything leads outside: a registration, or an endpoint with an address and without a password."""
    if settings.outbound_trunk or asterisk.listed("PJSIPShowRegistrationsOutbound"):
        return True
    return any(
        event.get("Contacts") and not event.get("Auths") and event.get("ObjectName") not in numbers
        for event in asterisk.listed("PJSIPShowEndpoints")
    )


def _contexts(services: Services) -> list[str]:
    return sorted({row.context for row in planning.rows_of(services) if row.enabled})


def _first(asterisk: Client, context: str, number: str) -> Message | None:
    """Return the first step that answers: ShowDialPlan lists what does in the order in which Asterisk searches."""
    steps = asterisk.ask_all([dialplan.show_action(context, number)])[0][1:]
    return next((step for step in steps if step.get("Priority", "hint") != "hint"), None)


def _calls_for_help(step: Message | None, settings: Settings) -> bool:
    """Return whether it is more than an accident that this answers: a pattern of Switchhook's is one."""
    if step is None or step.get("Context") == RANGE_CONTEXT:
        return False
    # Of many countries' numbers those that begin with 9 are in the route, wherever this is.
    return step.get("Context") != ROUTES_CONTEXT or not _is_default(settings)


def _is_default(settings: Settings) -> bool:
    default: Iterable[str] = Settings.model_fields["emergency_numbers"].default
    return set(settings.emergency_numbers) == set(default)


def _nobody(context: str, numbers: Sequence[str], is_default: bool) -> Finding:
    which = (
        "any of EMERGENCY_NUMBERS, which are those of many countries" if is_default else ", ".join(numbers)
    )
    return Finding(
        "",
        f"nothing in [{context}] of your dialplan answers {which}",
        "who calls for help from there reaches nobody",
        f"add your country's emergency numbers to [{context}] in extensions.conf, as {TRUNKS_PAGE} has them "
        '(then: asterisk -rx "dialplan reload"), and have EMERGENCY_NUMBERS name those, and no others',
    )


def contexts(services: Services) -> Iterator[Finding]:
    """Find contexts of extensions that the dialplan does not have."""
    on_disk = reader.read(services.settings)
    rows = sorted((row for row in planning.rows_of(services) if row.enabled), key=lambda row: row.context)
    with connected(services.settings) as asterisk:
        for _, same in groupby(rows, key=lambda row: row.context):
            for warning in advice.context(asterisk, next(same), on_disk):
                yield Finding.explained("", warning, "its phones cannot call outside, nor for help")


ASKED = ("database", "ami", "ami-rights", "modules", "files", "same-folder")
CHECKS: tuple[Check[Services], ...] = (
    Check(
        "calls-out",
        "Calls out go as OUTBOUND_TRUNK asks",
        calls_out,
        needs=(*ASKED, "identity"),
    ),
    Check("trunk", "The trunk answers", trunk, needs=ASKED),
    Check("providers", "Registrations at providers hold", provider_registrations, needs=(*ASKED, "trunk")),
    Check("contexts", "The dialplan has the contexts of the extensions", contexts, needs=ASKED),
    Check("emergency", "Calls for help go outside", emergency, needs=(*ASKED, "contexts"), limit=10.0),
)
