"""Pure: the options of a phone's sections, templates resolved → an extension's fields, and what no field holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import SecretStr, ValidationError

from models.adopted_options import AdoptedOptions, Options
from models.field_rules import CODECS, Transport, is_context
from models.fields import Changes, EndpointFields, default_of, pjsip_options
from pbx import pjsip
from pbx.config import objects

# Of Asterisk, where an option is not given and Switchhook's default is another.
DEFAULTS = {"direct_media": "yes", "qualify_frequency": "0", "max_contacts": "0"}
# What Switchhook would write in a section where the administrator has nothing → how that is by default.
UNSET: Mapping[str, Mapping[str, str]] = {"endpoint": {}, "aor": {"remove_existing": "no"}, "auth": {}}
SUPPORTED = get_args(Transport)
CALLER_ID = re.compile(r'"?(?P<name>.*?)"?\s*<(?P<number>[^<>]*)>')


# The options that fields hold.
HELD = {
    "endpoint": {*pjsip_options("endpoint"), "context", "allow", "disallow", "transport", "callerid"},
    "auth": {"password"},
    "aor": {*pjsip_options("aor"), "max_contacts"},
}


class NotAdoptable(Exception):
    """It cannot be taken over as it is; says why, and what to do."""


def fields(
    number: str, sections: Mapping[str, Options], transports: Mapping[str, str]
) -> tuple[dict[str, Any], AdoptedOptions]:
    """Return the fields of EndpointFields, and the options that none of them holds.

    `sections`: endpoint, auth and aor; `transports`: protocol → name of the transport's section. Raises NotAdoptable.
    """
    endpoint, auth, aor = (dict(sections[kind]) for kind in ("endpoint", "auth", "aor"))
    transport, by_name = _transport(endpoint.get("transport"), transports)
    codecs, other_codecs = _codecs(sections["endpoint"])
    name, caller_id = _name(number, endpoint.get("callerid"))
    values = {
        "name": name,
        "secret": SecretStr(auth["password"]),
        "context": _context(endpoint.get("context", "default")),
        "transport": transport,
        "codecs": codecs,
        "max_contacts": _max_contacts(aor),
        **{option: _plain(option, endpoint) for option in pjsip_options("endpoint")},
        **{option: _plain(option, aor) for option in pjsip_options("aor")},
    }
    left = {kind: _left(kind, sections[kind], number, values["context"]) for kind in HELD}
    left["endpoint"] += [*by_name, *caller_id, *other_codecs]
    if transport == "wss" and "webrtc" not in endpoint:
        left["endpoint"].append(("webrtc", "no"))
    return values, {kind: options for kind, options in left.items() if options}


def _left(kind: str, options: Options, number: str, context: str) -> Options:
    """Return the options that no field holds, and that Switchhook does not write by itself."""
    own = {
        ("auth_type", "userpass"),
        ("username", number),
        ("subscribe_context", context),
        ("remove_existing", "yes"),
    }
    given = {name for name, _ in options}
    unset = [(name, value) for name, value in UNSET[kind].items() if name not in given]
    last = dict(options)
    return unset + [
        (name, value)
        for name, value in options
        if name not in (*HELD[kind], "type", "auth", "aors") and (name, last[name]) not in own
    ]


def _plain(option: str, options: Mapping[str, str]) -> Any:
    """Return the value of a field that is an option by the same name."""
    text = options.get(option, DEFAULTS.get(option))
    if text is None:
        return default_of(option)
    if EndpointFields.model_fields[option].annotation is bool:
        return objects.is_true(text)
    return int(text) if text.isdecimal() else _refuse(f"its {option} is no number")


def _max_contacts(aor: Mapping[str, str]) -> int:
    text = aor.get("max_contacts", DEFAULTS["max_contacts"])
    if not text.isdecimal() or int(text) < 1:
        _refuse("its AOR lets no phone register (max_contacts is 0)")
    return int(text)


def _context(text: str) -> str:
    return text if is_context(text) else _refuse(f"its context {text!r} is none that Switchhook can write")


def _transport(name: str | None, transports: Mapping[str, str]) -> tuple[str, Options]:
    """Return the protocol, and the option itself where that would be another transport than the first of its kind."""
    if name is None:
        return "udp", [("transport", "")]  # any transport, as the phone comes
    protocol = next((protocol for protocol, first in transports.items() if first == name), None)
    if protocol is None or protocol not in SUPPORTED:
        return "udp", [("transport", name)]
    return protocol, []


def _codecs(options: Options) -> tuple[list[str], Options]:
    """Return the codecs that the field holds, and lines for the others."""
    allowed: list[str] = []
    for name, value in options:
        if name in ("allow", "disallow"):
            for word in value.replace(" ", "").lower().split(","):
                allowed = _with(allowed, word, allow=(name == "allow") != word.startswith("!"))
    if "all" in allowed:
        return [], [(name, value) for name, value in options if name in ("allow", "disallow")]
    return [codec for codec in allowed if codec in CODECS], [
        ("allow", codec) for codec in allowed if codec not in CODECS
    ]


def _with(allowed: Sequence[str], word: str, *, allow: bool) -> list[str]:
    codec = word.removeprefix("!")
    if allow:
        return [*allowed, *([codec] if codec and codec not in allowed else [])]
    return [] if codec == "all" else [each for each in allowed if each != codec]


def _name(number: str, caller_id: str | None) -> tuple[str, Options]:
    """Return the name, and the option itself where no field can say the same."""
    fallback = f"Extension {number}"
    if caller_id is None:
        return fallback, []
    match = CALLER_ID.fullmatch(caller_id)
    text = re.sub(r'\\(["\\])', r"\1", match["name"] if match else caller_id.strip('"')).strip()
    name = _valid_name(text) or fallback
    same = match and match["number"] == number and pjsip.caller_id(name, number) == _quoted(caller_id, match)
    return name, [] if same else [("callerid", caller_id)]


def _quoted(caller_id: str, match: re.Match[str]) -> str:
    return caller_id if caller_id.startswith('"') else f'"{match["name"]}" <{match["number"]}>'


def _valid_name(text: str) -> str | None:
    try:
        return Changes(name=text).name
    except ValidationError:
        return None


def _refuse(reason: str) -> Any:
    raise NotAdoptable(reason)
