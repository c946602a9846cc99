"""Pure: extensions → the text of the pjsip.conf block, and what AMI shows of it when Asterisk took it.

One list of options serves both, so what is verified is what was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, SecretStr, StringConstraints, field_validator

from models.fields import DEFAULT_CONTEXT, SECTIONS, EndpointFields, OptionSection, pjsip_options
from models.nat import Nat
from models.number import NUMBER
from pbx import pjsip_transports

SectionType = Literal["endpoint", "auth", "aor"]
Options = list[tuple[str, str]]
# AMI cuts the name of a caller ID after 79 bytes; a longer one could not be verified, nor shown by a phone.
CALLER_ID_BYTES = 79
CONTEXT = re.compile(r"^context=(.*)$", re.MULTILINE)
NO_TRANSPORT = "there is no transport"
PLAIN = {section: pjsip_options(section) for section in SECTIONS}
# What a phone needs that reaches Asterisk through NAT, its own or Asterisk's. Media goes through Asterisk, which alone
# knows the external address.
BEHIND_NAT = {"rtp_symmetric": "yes", "force_rport": "yes", "rewrite_contact": "yes"}
BOOLEANS = {"remove_existing", *BEHIND_NAT} | {
    name for name, field in EndpointFields.model_fields.items() if field.annotation is bool
}
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Endpoint(EndpointFields):
    """One extension as Asterisk should have it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    number: Annotated[str, StringConstraints(pattern=f"^{NUMBER}$")]
    behind_nat: bool = False  # Asterisk has an external address

    @field_validator("*")
    @classmethod
    def _can_be_written(cls, value: Any) -> Any:
        """Raise ValueError for what escape() refuses, so that its row alone waits."""
        for each in value if isinstance(value, list) else [value]:
            escape(each.get_secret_value() if isinstance(each, SecretStr) else str(each))
        return value


@dataclass(frozen=True)
class PreservedLines:
    """An extension whose lines stay in the block as they are."""

    number: str
    lines: str = field(repr=False)  # the secret is among them

    @property
    def context(self) -> str:
        match = CONTEXT.search(self.lines)
        return match[1] if match else DEFAULT_CONTEXT


def options(endpoint: Endpoint, transports: Mapping[str, str]) -> list[tuple[SectionType, Options]]:
    """Return the guide's three sections of one name. `transports`: protocol → name of the transport's section."""
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
        *webrtc,
    ]


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


def escape(value: str) -> str:
    r"""Return a value as it must stand in an Asterisk file: `;` would start a comment, a leading `>` makes `=>`.

    Raises ValueError for control characters, which would forge lines.
    """
    if CONTROL.search(value):
        raise ValueError("a value with a control character cannot be written to an Asterisk file")
    return (" " if value.startswith(">") else "") + value.replace(";", "\\;")


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
        f"[{endpoint.number}]\ntype={kind}\n" + "".join(f"{name}={escape(value)}\n" for name, value in pairs)
        for kind, pairs in options(endpoint, transports)
    )


def by_number(text: str) -> dict[str, str]:
    """Return number → its lines, of the text of a block."""
    _, *extensions = ("\n" + text).split("\n; Extension ")
    return {number: lines.strip() for number, _, lines in (part.partition("\n") for part in extensions)}


def preserved(lines: Mapping[str, str]) -> dict[str, PreservedLines]:
    """Return number → its lines as they are. `lines`: as by_number() returns them."""
    return {number: PreservedLines(number, text) for number, text in lines.items()}


def differences(
    endpoint: Endpoint, transports: Mapping[str, str], shown: Iterable[Mapping[str, str]]
) -> Iterator[str]:
    """Yield what PJSIPShowEndpoint's events show differently from what was written, a sentence each.

    Values are named, except those of the auth section.
    """
    details = {
        event.get("ObjectType", ""): event for event in shown if event.get("Event", "").endswith("Detail")
    }
    for kind, pairs in options(endpoint, transports):
        if kind not in details:
            yield _missing(kind, endpoint.number, transports[endpoint.transport], "transport" in details)
            continue
        for name, wanted in _as_shown(pairs):
            got = details[kind].get(_header(name), "")
            if got != wanted:
                yield f"{name} differs" if kind == "auth" else f"{name} is {got!r} instead of {wanted!r}"


def show_action(number: str) -> dict[str, str]:
    return {"Action": "PJSIPShowEndpoint", "Endpoint": number}


def lacks_transport(faults: Iterable[str]) -> bool:
    """Return whether a missing transport is all that is wrong."""
    return all(fault.startswith(NO_TRANSPORT) for fault in faults)


def _missing(kind: SectionType, number: str, transport: str, has_transport: bool) -> str:
    """Name the transport instead where it is missing: Asterisk then shows no AOR, which comes after it."""
    if kind == "aor" and not has_transport:
        return (
            f"{NO_TRANSPORT} {transport}, most likely because its address is in use (pjsip.conf, SIP_BIND), by another "
            "program or by the same transport under its old name (then restart Asterisk: systemctl restart asterisk)"
        )
    return f"there is no {kind} {number}"


def _as_shown(pairs: Options) -> Iterator[tuple[str, str]]:
    """Yield options as AMI words them: codecs as `(ulaw|alaw)`, booleans as true and false."""
    allowed = [value for name, value in pairs if name == "allow"]
    for name, value in pairs:
        if name in BOOLEANS:
            yield name, "true" if value == "yes" else "false"
        elif name == "callerid":
            yield name, _as_ami_cuts(value)
        elif name not in ("allow", "disallow"):
            yield name, value
    if allowed:
        yield "allow", f"({'|'.join(allowed)})"


def _as_ami_cuts(value: str) -> str:
    """Cut a caller ID as AMI does, which has room for five backslashes; the endpoint has all of it."""
    room = len(re.sub(r'\\(["\\])', r"\1", value).encode()) + 5
    return value.encode()[:room].decode("utf-8", "replace").strip(" ")


def _header(option: str) -> str:
    return "".join(word.capitalize() for word in option.split("_"))
