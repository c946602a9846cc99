"""Pure: the objects of PJSIP among the sections of a configuration file, each place as `file:line`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pbx.config.parser import Section

NEEDED = ("endpoint", "auth", "aor")  # types, of which every phone needs one each
ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 # read, and not bound
TRUE = ("yes", "true", "y", "t", "1", "on")  # as Asterisk has it


def is_true(value: str | None) -> bool:
    return (value or "").lower() in TRUE


def transport_sections(found: Iterable[Section]) -> list[Section]:
    return [section for section in found if section.get("type") == "transport" and not section.is_template]


def transports(found: list[Section]) -> dict[str, str]:
    """Return protocol → name of the first transport of that kind."""
    by_protocol: dict[str, str] = {}
    for section in transport_sections(found):
        by_protocol.setdefault((section.get("protocol") or "udp").lower(), section.name)
    return by_protocol


def split_bind(bind: str) -> tuple[str, str]:
    """Return host and port of a transport's `bind`: "" for any address, and for no port. IPv6 has no brackets then."""
    has_port = bind.count(":") == 1 or "]:" in bind
    host, _, port = bind.rpartition(":") if has_port else (bind, "", "")
    return host.strip("[]") if host.strip("[]") not in ANY_ADDRESS else "", port


def endpoint_conflicts(found: list[Section], number: str) -> list[str]:
    """Return where pjsip.conf has an endpoint, auth or AOR of this name.

    Asterisk tells sections of one name apart by their type, and takes no second of the same; a template is none.
    """
    return [
        f"{section.path}:{section.line}"
        for section in found
        if section.name == number and not section.is_template and section.get("type") in NEEDED
    ]


def duplicates(found: list[Section]) -> Iterator[tuple[Section, Section]]:
    """Yield pairs of one name and type: Asterisk then loads no object of the type, and phones need each of them.

    `[x](+)` is no object of its own.
    """
    seen: dict[tuple[str, str], Section] = {}
    for section in found:
        kind = section.get("type")
        if kind in (*NEEDED, "transport") and not section.is_template:
            first = seen.setdefault((section.name, kind), section)
            if first.options is not section.options:
                yield first, section


def additions(found: list[Section], number: str) -> list[str]:
    """Return where pjsip.conf adds to Switchhook's section of this name by (+)."""
    return [
        f"{section.path}:{section.line}"
        for section in found
        if section.name == number and section.extends_block
    ]


def wizard_conflicts(found: list[Section], number: str) -> list[str]:
    """Return where pjsip_wizard.conf makes an endpoint of this name."""
    return [f"{section.path}:{section.line}" for section in _wizards(found) if section.name == number]


def wizard_hints(found: list[Section]) -> Iterator[tuple[str, str, str]]:
    """Yield (place, context, exten) of every hint that pjsip_wizard.conf adds to the dialplan."""
    for section in _wizards(found):
        exten = section.get("hint_exten")
        if exten and is_true(section.get("has_hint")):
            context = section.get("hint_context") or section.get("endpoint/context") or "default"
            yield f"{section.path}:{section.line}", context, exten


def sorcery_mappings(found: list[Section], kind: str) -> list[str]:
    """Return where objects of this kind come from besides pjsip.conf: `aor=realtime,ps_aors at file:line`."""
    return [
        f"{name}={value} at {path}:{line}"
        for section in found
        if section.name == "res_pjsip" and not section.is_template
        for name, value, path, line in section.options
        if name == kind and not value.replace(" ", "").startswith("config,pjsip.conf")
    ]


def _wizards(found: list[Section]) -> list[Section]:
    return [section for section in found if not section.is_template and section.get("type") == "wizard"]
