"""An administrator's files as texts, and what of them can be adopted."""

from __future__ import annotations

from pathlib import Path

from pbx.adoption import candidates
from pbx.adoption.candidates import Candidate, Refused
from tests.pbx.config.texts import admin_config

TRANSPORTS = "[transport-udp]\ntype=transport\n[transport-tcp]\ntype=transport\nprotocol=tcp\n[udp-2]\ntype=transport\n"
ENDPOINT = "[101]\ntype=endpoint\ncontext=from-internal\nallow=!all,ulaw\ntransport=transport-udp\nauth=101\naors=101\n"
AUTH = "[101]\ntype=auth\nusername=101\npassword=Alice123Pass\n"
AOR = "[101]\ntype=aor\nmax_contacts=1\n"
PHONE = ENDPOINT + AUTH + AOR
WIZARD = (
    "[101]\ntype=wizard\naccepts_auth=yes\naccepts_registrations=yes\nendpoint/context=from-internal\n"
    "endpoint/allow=!all,ulaw\ninbound_auth/password=Alice123Pass\naor/max_contacts=1\n"
)


def find(pjsip: str = "", extensions: str = "", wizard: str = "") -> dict[str, Candidate | Refused]:
    """Return what can be adopted, or why not, by name."""
    pjsip = TRANSPORTS + pjsip
    texts = {"pjsip.conf": pjsip, "extensions.conf": extensions, "pjsip_wizard.conf": wizard}
    contents = {Path(name): text.encode() for name, text in texts.items()}
    found = candidates.find(admin_config(pjsip, extensions, wizard), contents)
    return {each.number if isinstance(each, Candidate) else each.name: each for each in found}


def candidate(pjsip: str = "", extensions: str = "", wizard: str = "") -> Candidate:
    """Return 101, which can be adopted."""
    found = find(pjsip, extensions, wizard)["101"]
    assert isinstance(found, Candidate), found
    return found


def reason(pjsip: str = "", extensions: str = "", wizard: str = "") -> str:
    """Return why 101 cannot be adopted."""
    found = find(pjsip, extensions, wizard)["101"]
    assert isinstance(found, Refused), found
    return found.reason


def commented(found: Candidate, pjsip: str, name: str = "pjsip.conf") -> list[str]:
    """Return the lines that would be commented out."""
    text = (TRANSPORTS + pjsip if name == "pjsip.conf" else pjsip).split("\n")
    return [text[line - 1] for line in sorted(found.lines.get(Path(name), ()))]
