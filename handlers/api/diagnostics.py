"""The doctor's findings for machines, and how a phone is set up."""

from __future__ import annotations

from handlers.api.check_schemas import SetupGuide, Trouble
from handlers.doctor.wording import sentence
from models.extension import Extension
from pbx.doctor.findings import Report

PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}
SIP_CLIENTS = [
    {
        "name": "Linphone",
        "platform": "Linux, macOS, Windows, Android, iOS",
        "url": "https://www.linphone.org",
    },
    {"name": "MicroSIP", "platform": "Windows", "url": "https://www.microsip.org"},
    {"name": "Zoiper", "platform": "Linux, macOS, Windows, Android, iOS", "url": "https://www.zoiper.com"},
    {"name": "Grandstream", "platform": "desk phones", "url": "https://www.grandstream.com"},
    {"name": "Yealink", "platform": "desk phones", "url": "https://www.yealink.com"},
]


def troubles(report: Report) -> list[Trouble]:
    """Return the findings; one of a check that could not be carried out is a warning."""
    unknown = {slug for slug, _ in report.failed}
    return [
        Trouble(
            severity="warning" if each.check in unknown else "error",
            message=sentence(each.seen),
            why=sentence(each.why),
            solution=sentence(each.remedy),
            action=each.fix,
        )
        for each in report.findings
    ]


def setup_guide(sip_domain: str, row: Extension) -> SetupGuide:
    """Return what is typed into a phone; `sip_domain` may have a port."""
    server, _, port = sip_domain.partition(":")
    return SetupGuide(
        extension=row.number,
        username=row.number,
        server=server,
        port=int(port) if port else PORTS.get(row.transport),
        transport=row.transport.upper(),
        context=row.context,
    )


def first_call(row: Extension) -> list[dict[str, str | int]]:
    """Return the steps of a first call."""
    steps = (
        ("Register a phone", "Type what `setup_guide` has and the secret into it."),
        ("Verify its registration", f"GET /api/extensions/{row.id}/verify says that it is registered."),
        ("Place a call", "Dial another extension's number."),
        ("Listen", "Both hear each other."),
        ("Be called", f"Dial {row.number} from the other."),
    )
    return [{"step": at, "action": what, "description": how} for at, (what, how) in enumerate(steps, 1)]
