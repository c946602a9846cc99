"""Checks of what leads outside: the route for calls out, its trunk, registrations at providers, and emergency calls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from command_lines import as_user
from pbx import advice, dialplan, outbound_route, pjsip
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.ami_messages import Message
from pbx.config import reader
from pbx.dialplan import RANGE_CONTEXT
from pbx.doctor.findings import Check, Finding, NothingToCheck, Skipped
from pbx.outbound_route import ROUTES_CONTEXT
from pbx.publishing import outbound, planning
from pbx.services import Services
from settings import Settings

TRUNKS_PAGE = "docs/trunks.md"
Answers = Mapping[str, Sequence[Message]]  # emergency number → the steps that answer it
NO_TRUNK = "OUTBOUND_TRUNK is empty"
CUT = re.compile(r"\$\{EXTEN:(\d+)\}")


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
    elif services.settings.outbound_trunk is None:
        raise NothingToCheck(NO_TRUNK)


def trunk(services: Services) -> Iterator[Finding]:
    """Find that the trunk does not answer, as far as Asterisk asks it (qualify_frequency)."""
    name = services.settings.outbound_trunk
    if name is None:
        raise NothingToCheck(NO_TRUNK)
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
    elif not any(contact.get("Status") == "Reachable" for contact in contacts):
        raise NothingToCheck("Asterisk has not asked it yet, or qualify_frequency is missing in its AOR")


def provider_registrations(services: Services) -> Iterator[Finding]:
    """Find registrations at providers that do not hold."""
    with connected(services.settings) as asterisk:
        events = asterisk.listed("PJSIPShowRegistrationsOutbound")
    if not events:
        raise NothingToCheck("Asterisk registers at none")
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
            raise NothingToCheck("Asterisk has no way out: nobody can call for help from its phones")
        for context in _contexts(services):
            answers = {number: _answer(asterisk, context, number) for number in settings.emergency_numbers}
            yield from _unanswered(context, answers, settings)


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


def _answer(asterisk: Client, context: str, number: str) -> list[Message]:
    return dialplan.answering_steps(asterisk.ask_all([dialplan.show_action(context, number)])[0][1:])


def _unanswered(context: str, answers: Answers, settings: Settings) -> Iterator[Finding]:
    dialled = {number: _cut(number, steps) for number, steps in answers.items()}
    cut = {number: other for number, other in dialled.items() if other is not None and other not in answers}
    nobody = {number: steps for number, steps in answers.items() if not _calls_for_help(steps, settings)}
    if not _is_default(settings):
        yield from (_wrongly_dialled(context, number, cut[number], answers[number][0]) for number in cut)
        if others := {number: steps for number, steps in nobody.items() if number not in cut}:
            yield _nobody(context, others, is_default=False)
    elif nobody.keys() | cut.keys() == answers.keys():
        yield _nobody(context, nobody, is_default=True)


def _cut(number: str, steps: Sequence[Message]) -> str | None:
    """Return what is dialled in place of the number where a pattern for calls out takes the first digits off."""
    dialled = [step.get("AppData", "") for step in steps if step.get("Application") == "Dial"]
    cuts = [int(cut[1]) for data in dialled for cut in CUT.finditer(data)]
    return number[min(cuts) :] if cuts and not any("${EXTEN}" in data for data in dialled) else None


def _wrongly_dialled(context: str, number: str, dialled: str, step: Message) -> Finding:
    return Finding(
        "",
        f"{number}, dialled in [{context}], is dialled as {dialled or 'nothing'} by {step.get('Extension')} in "
        f"[{step.get('Context')}] of your dialplan",
        f"who calls for help with {number} reaches nobody",
        f"add exten => {number},1,Dial(PJSIP/${{EXTEN}}@YOUR-TRUNK) to [{context}], as {TRUNKS_PAGE} has it, then "
        'asterisk -rx "dialplan reload"; if it is no emergency number of your country, take it out of EMERGENCY_NUMBERS',
    )


def _calls_for_help(steps: Sequence[Message], settings: Settings) -> bool:
    """Return whether it is more than an accident that these answer: a pattern of Switchhook's is one."""
    if not steps or steps[0].get("Context") == RANGE_CONTEXT:
        return False
    # Of many countries' numbers those that begin with 9 are in the route, wherever this is.
    return steps[0].get("Context") != ROUTES_CONTEXT or not _is_default(settings)


def _is_default(settings: Settings) -> bool:
    default: Iterable[str] = Settings.model_fields["emergency_numbers"].default
    return set(settings.emergency_numbers) == set(default)


def _nobody(context: str, answers: Answers, is_default: bool) -> Finding:
    by_route = [
        number for number, steps in answers.items() if steps and dialplan.place(steps[0])[0] == ROUTES_CONTEXT
    ]
    which, name = ", ".join(answers), "those, and no others"
    if is_default:
        which = "any of EMERGENCY_NUMBERS, which are those of many countries"
    if by_route:
        which += f"; the route for calls out does answer {', '.join(by_route)}"
        name += ", which is enough if the route answers yours"
    return Finding(
        "",
        f"nothing in [{context}] of your dialplan answers {which}",
        f"who calls for help from there{' with another number' if by_route else ''} reaches nobody",
        f"add your country's emergency numbers to [{context}] in extensions.conf, as {TRUNKS_PAGE} has them "
        f'(then: asterisk -rx "dialplan reload"), and have EMERGENCY_NUMBERS name {name}',
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
        "calls out go as OUTBOUND_TRUNK asks",
        calls_out,
        needs=(*ASKED, "identity"),
    ),
    Check("trunk", "the trunk answers", trunk, needs=ASKED),
    Check("providers", "registrations at providers hold", provider_registrations, needs=(*ASKED, "trunk")),
    Check("contexts", "the dialplan has the contexts of the extensions", contexts, needs=ASKED),
    Check("emergency", "calls for help go outside", emergency, needs=(*ASKED, "contexts"), limit=10.0),
)
