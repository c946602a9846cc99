"""Pure: what AMI shows of an endpoint against what was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from models.adopted_options import Options
from models.fields import EndpointFields
from pbx.pjsip import BEHIND_NAT, Endpoint, SectionType, options

NO_TRANSPORT = "there is no transport"
BOOLEANS = {"remove_existing", *BEHIND_NAT} | {
    name for name, field in EndpointFields.model_fields.items() if field.annotation is bool
}


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
            yield _missing(kind, endpoint, transports, "transport" in details)
            continue
        has_other_codecs = "allow" in dict(endpoint.adopted(kind))
        for name, wanted in _as_shown(pairs):
            if name == "allow" and has_other_codecs:
                continue
            got = details[kind].get(header(name), "")
            if got != wanted:
                yield f"{name} differs" if kind == "auth" else f"{name} is {got!r} instead of {wanted!r}"


def lacks_transport(faults: Iterable[str]) -> bool:
    """Return whether a missing transport is all that is wrong."""
    return all(fault.startswith(NO_TRANSPORT) for fault in faults)


def _missing(
    kind: SectionType, endpoint: Endpoint, transports: Mapping[str, str], has_transport: bool
) -> str:
    """Name the transport instead where it is missing: Asterisk then shows no AOR, which comes after it."""
    if kind == "aor" and not has_transport:
        if adopted := dict(endpoint.adopted("endpoint")).get("transport"):
            return (
                f"{NO_TRANSPORT} {adopted}, which {endpoint.number} brought along when it was adopted; write it into "
                "pjsip.conf again as it was, then systemctl restart asterisk"
            )
        return (
            f"{NO_TRANSPORT} {transports[endpoint.transport]}, most likely because its address is in use (pjsip.conf, SIP_BIND), by another "
            "program or by the same transport under its old name (then systemctl restart asterisk)"
        )
    return f"there is no {kind} {endpoint.number}"


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


def header(option: str) -> str:
    """Return the name that AMI shows an option by."""
    return "".join(word.capitalize() for word in option.split("_"))
