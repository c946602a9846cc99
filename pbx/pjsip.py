"""Pure: extensions → the text of the pjsip.conf block.

pjsip_differences.py compares the same options with what AMI shows, so what is verified is what was written,
but for options that an adopted phone brought along, and `allow` where codecs are among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, SecretStr, StringConstraints, field_validator

from models.adopted_options import AdoptedOptions, Options
from models.fields import DEFAULT_CONTEXT, SECTIONS, EndpointFields, OptionSection, pjsip_options
from models.nat import Nat
from models.number import NUMBER
from pbx import pjsip_transports, voicemail
from pbx.escaping import escape

SectionType = Literal["endpoint", "auth", "aor"]
# AMI cuts the name of a caller ID after 79 bytes; a longer one could not be verified, nor shown by a phone.
CALLER_ID_BYTES = 79
CONTEXT = re.compile(r"^context=(.*)$", re.MULTILINE)
MAILBOXES = re.compile(r"^mailboxes=(.*)$", re.MULTILINE)
ANY_TRANSPORT = ("transport", "")  # an adopted option: the phone is reached as it came
PLAIN = {section: pjsip_options(section) for section in SECTIONS}
# What a phone needs that reaches Asterisk through NAT, its own or Asterisk's. Media goes through Asterisk, which alone
# knows the external address.
BEHIND_NAT = {"rtp_symmetric": "yes", "force_rport": "yes", "rewrite_contact": "yes"}


class Endpoint(EndpointFields):
    """One extension as Asterisk should have it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    number: Annotated[str, StringConstraints(pattern=f"^{NUMBER}$")]
    behind_nat: bool = False  # Asterisk has an external address
    mailbox: str = ""  # where messages are left, as `mailbox@context`; empty: nowhere
    is_mailbox_dialled: bool = True  # calls from its own phone to its own number play the messages
    adopted_options: AdoptedOptions | None = Field(default=None, repr=False)

    @field_validator("*")
    @classmethod
    def _can_be_written(cls, value: Any) -> Any:
        """Raise ValueError for what escape() refuses, so that its row alone waits."""
        if isinstance(value, dict):
            value_lines = [text for pairs in value.values() for pair in pairs for text in pair]
        else:
            value_lines = value if isinstance(value, list) else [value]
        for each in value_lines:
            escape(each.get_secret_value() if isinstance(each, SecretStr) else str(each))
        return value

    def adopted(self, section: SectionType) -> Options:
        return (self.adopted_options or {}).get(section, [])


@dataclass(frozen=True)
class PreservedLines:
    """An extension whose lines stay in the block as they are."""

    number: str
    lines: str = field(repr=False)  # the secret is among them

    @property
    def context(self) -> str:
        match = CONTEXT.search(self.lines)
        return match[1] if match else DEFAULT_CONTEXT

    @property
    def mailbox(self) -> str:
        """Return where messages are left, as Endpoint does."""
        match = MAILBOXES.search(self.lines)
        return match[1] if match and voicemail.ADDRESS.fullmatch(match[1]) else ""

    @property
    def is_mailbox_dialled(self) -> bool:
        """Return whether calls to its own number play the messages, as Endpoint does."""
        return f"\nvoicemail_extension={self.number}\n" in f"{self.lines}\n"


def options(endpoint: Endpoint, transports: Mapping[str, str]) -> list[tuple[SectionType, Options]]:
    """Return the guide's three sections of one name, without what adopted options take the place of.

    `transports`: protocol → name of the transport's section.
    """
    return [(kind, _not_adopted(pairs, endpoint.adopted(kind))) for kind, pairs in _own(endpoint, transports)]


def _not_adopted(own: Options, adopted: Options) -> Options:
    """Leave out options that adopted ones have; but codecs of both count."""
    names = {name for name, _ in adopted} - {"allow", "disallow"}
    return [(name, value) for name, value in own if name not in names]


def _own(endpoint: Endpoint, transports: Mapping[str, str]) -> list[tuple[SectionType, Options]]:
    return [
        ("endpoint", _endpoint_options(endpoint, transports[endpoint.transport])),
        (
            "auth",
            [
                ("auth_type", "userpass"),
                ("username", endpoint.number),
                ("password", endpoint.secret.get_secret_value()),
            ],
        ),
        (
            "aor",
            [
                ("max_contacts", str(endpoint.max_contacts)),
                ("remove_existing", "yes"),
                *_plain_options(endpoint, "aor"),
            ],
        ),
    ]


def _endpoint_options(endpoint: Endpoint, transport: str) -> Options:
    webrtc = [("webrtc", "yes")] if endpoint.transport == "wss" else []
    plain, nat = _plain_options(endpoint, "endpoint"), Options()
    if endpoint.behind_nat:
        nat = list(BEHIND_NAT.items())
        plain = [(name, "no" if name == "direct_media" else value) for name, value in plain]
    return [
        ("context", endpoint.context),
        ("disallow", "all"),
        *(("allow", codec) for codec in endpoint.codecs),
        ("transport", transport),
        ("auth", endpoint.number),
        ("aors", endpoint.number),
        *plain,
        *nat,
        ("callerid", caller_id(endpoint.caller_id or endpoint.name, endpoint.number)),
        ("subscribe_context", endpoint.context),
        *_voicemail_options(endpoint),
        *webrtc,
    ]


def _voicemail_options(endpoint: Endpoint) -> Options:
    """Return what lights the message lamp, and has the phone's message key dial its own number."""
    lamp = [("mailboxes", endpoint.mailbox)] if endpoint.mailbox else []
    return lamp + ([("voicemail_extension", endpoint.number)] if lamp and endpoint.is_mailbox_dialled else [])


def _plain_options(endpoint: Endpoint, section: OptionSection) -> Options:
    values = ((name, getattr(endpoint, name)) for name in PLAIN[section])
    return [(name, ("no", "yes")[value] if isinstance(value, bool) else str(value)) for name, value in values]


def caller_id(name: str, number: str) -> str:
    r"""Return `"Alice" <101>`, with quotes and backslashes in the name escaped as Asterisk reads them."""
    shown, size = "", 0
    for character in name:
        escaped = "\\" + character if character in '"\\' else character
        size += len(escaped.encode())
        if size > CALLER_ID_BYTES:
            break
        shown += escaped
    return f'"{shown}" <{number}>'


def render(
    endpoints: Iterable[Endpoint | PreservedLines],
    transports: Mapping[str, str],
    added: Mapping[str, str],
    nat: Nat | None = None,
    extended: Iterable[str] = (),
) -> str:
    """Return the text of the whole block.

    `added`: protocol → bind address of the transports that Asterisk lacks; `extended`: the administrator's that NAT is
    added to.
    """
    parts = [
        pjsip_transports.added(transports[protocol], protocol, bind, nat)
        for protocol, bind in sorted(added.items())
    ]
    if nat:
        parts += (pjsip_transports.extended(name, nat) for name in extended)
    parts += (_extension(endpoint, transports) for endpoint in endpoints)
    return "\n".join(parts)


def _extension(endpoint: Endpoint | PreservedLines, transports: Mapping[str, str]) -> str:
    if isinstance(endpoint, PreservedLines):
        return f"; Extension {endpoint.number}\n{endpoint.lines}\n"
    return f"; Extension {endpoint.number}\n" + "\n".join(
        f"[{endpoint.number}]\ntype={kind}\n" + _lines([*pairs, *endpoint.adopted(kind)])
        for kind, pairs in options(endpoint, transports)
    )


def _lines(pairs: Options) -> str:
    """Return a line for each option. One that is to have no transport has no such line."""
    return "".join(f"{name}={escape(value)}\n" for name, value in pairs if (name, value) != ANY_TRANSPORT)


def by_number(text: str) -> dict[str, str]:
    """Return number → its lines, of the text of a block."""
    _, *extensions = ("\n" + text).split("\n; Extension ")
    return {number: lines.strip() for number, _, lines in (part.partition("\n") for part in extensions)}


def preserved(lines: Mapping[str, str]) -> dict[str, PreservedLines]:
    """Return number → its lines as they are. `lines`: as by_number() returns them."""
    return {number: PreservedLines(number, text) for number, text in lines.items()}


def show_action(number: str) -> dict[str, str]:
    return {"Action": "PJSIPShowEndpoint", "Endpoint": number}
